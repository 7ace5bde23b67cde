"""Large and hostile requests: decoded in small steps, with bounded memory, into what a small one would give."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Sized
from types import ModuleType

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import ERROR, UNSET, decoded, exception, log, logs, span, traces

from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.export import Encoding, Export, Signal, Transport
from failcat_sidecar.otlp import Decoded, LogItem, SpanItem, decode_in_steps, layout, parts, slim, steps, surrogates
from failcat_sidecar.otlp.raw import parse_span
from failcat_sidecar.otlp.wire import message

FAILED = b"\x7a\x02\x18\x02"  # a span's status ERROR
MIB = 1 << 20


def pair(key: bytes, value: bytes) -> bytes:
    """An attribute of a span; `value` is an AnyValue."""
    return message(9, message(1, key) + message(2, value))


def text(value: bytes) -> bytes:
    return message(1, value)


def request(*spans: bytes, resource: bytes = b"") -> bytes:
    return message(1, message(1, resource) + message(2, b"".join(message(2, each) for each in spans)))


def steps_of(body: bytes, signal: Signal = Signal.TRACES, encoding: Encoding = Encoding.PROTOBUF) -> Iterator[Decoded]:
    return decode_in_steps(Export(signal, encoding, Transport.HTTP, body))


def plain(found: Decoded) -> object:
    """Without identities: a resource is equal to none but itself."""
    return msgspec.to_builtins(found)


def spied(module: ModuleType, function: str, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of what `function` is called with from now on."""
    lengths: list[int] = []
    original = getattr(module, function)

    def spy(given: Sized) -> object:
        lengths.append(len(given))
        return original(given)

    monkeypatch.setattr(module, function, spy)
    return lengths


@pytest.fixture
def all_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "SMALL_REQUEST_BYTES", -1)


@settings(max_examples=30)
@given(data=st.data())
def test_a_request_in_parts_gives_what_it_gives_in_one(data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(1, 9), max_size=20, unique=True))
    agent = {"gen_ai.agent.name": "planner", "session.id": "s"}
    spans = [
        span(
            n, parent=n // 2, status=data.draw(st.sampled_from([UNSET, ERROR])), attributes=agent if n < 3 else {"n": n}
        )
        for n in numbers
    ]
    records = [log(event_name=data.draw(st.sampled_from(["", "exception"])), body=str(n)) for n in numbers]
    body = traces(*spans) + traces(*spans[::-1], resource={"service.name": "other"}, scope="x")
    expected = plain(decoded(body)), plain(decoded(logs(*records), Signal.LOGS))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parts, "SMALL_REQUEST_BYTES", -1)
        patched.setattr(parts, "PART_ITEMS", data.draw(st.integers(1, 5)))
        patched.setattr(steps, "STEP_ITEMS", data.draw(st.integers(1, 5)))
        assert (plain(decoded(body)), plain(decoded(logs(*records), Signal.LOGS))) == expected


HOSTILE = {
    "countless spans": request(*[FAILED] * 20_000),
    "countless healthy spans": request(*[b""] * 200_000),
    "countless scopes": message(1, message(2, message(2, FAILED)) * 20_000),
    "countless resources": message(1, message(2, message(2, FAILED))) * 20_000,
    "a large resource, countless scopes": message(
        1, message(1, message(1, message(1, b"k")) * 6_000) + message(2, message(2, FAILED)) * 12_000
    ),
    "countless parents": request(
        *(
            message(1, b"T" * 16) + message(2, b"%08d" % n) + message(4, b"%08d" % (n + 1)) + FAILED
            for n in range(9_000)
        ),
        pair(b"session.id", text(b"s")),
    ),
    "nested values": request(*(FAILED + pair(b"k%d" % n, message(5, message(1, b"") * 40)) for n in range(9_000))),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_no_step_reads_more_than_a_few_suspects(body: bytes) -> None:
    found = list(steps_of(body))
    assert max(len(step.suspects) for step in found) <= steps.STEP_ITEMS
    assert max(step.suspect_bytes for step in found) <= 2 * steps.STEP_BYTES
    assert [step.more for step in found] == [True] * (len(found) - 1) + [False]
    assert sum(step.rejected for step in found) == 0


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_no_step_takes_memory_that_the_request_has_not(body: bytes) -> None:
    """What 324 bytes of gzip made of such a request took more than 512 MiB."""
    tracemalloc.start()
    try:
        for _ in steps_of(body):
            pass
        assert tracemalloc.get_traced_memory()[1] < 48 * MIB
    finally:
        tracemalloc.stop()


def test_a_resource_is_read_once_for_all_its_scopes(monkeypatch: pytest.MonkeyPatch) -> None:
    read = spied(parts, "_resource", monkeypatch)
    resource = message(1, message(1, b"service.name") + message(2, text(b"x" * 5_000)))
    body = message(1, message(1, resource) + message(2, message(2, FAILED)) * 2_000)
    found = decoded(body)
    assert len({id(item.resource) for item in found.suspects}) == len(read) == 1
    assert len(found.suspects) == 2_000


def test_a_resource_that_cannot_be_read_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = spied(parts, "_resource", monkeypatch)
    body = message(1, message(1, b"\xff" * 5_000) + message(2, message(2, FAILED)) * 2_000)
    assert (decoded(body).rejected, len(read)) == (2_000, 1)


@pytest.mark.parametrize(
    "unit", [b"\x78\x00", b"\x0a\x00", b"\x0a\x02\x12\x00", b"\x0a\x04\x12\x02\x12\x00", b"\x0a\x02\x78\x00"]
)
def test_countless_fields_are_refused_before_anything_is_made_of_them(unit: bytes) -> None:
    with pytest.raises(InvalidPayload, match=f"more than {layout.MAX_REQUEST_FIELDS}"):
        for step in steps_of(unit * 1_200_000):
            assert not step.suspects


@pytest.mark.usefixtures("all_are_large")
@pytest.mark.parametrize("body", [b"1234", b"\x0a", b"\x0a\xff", b"\xff" * 20, b"\x0a\x03\x12\x05\x00"])
def test_what_is_not_protobuf_is_an_invalid_payload_when_it_is_large_too(body: bytes) -> None:
    with pytest.raises(InvalidPayload):
        decoded(body)


@pytest.mark.usefixtures("all_are_large")
def test_a_span_that_cannot_be_read_is_rejected_alone_when_the_request_is_large_too() -> None:
    bad = FAILED + b"\x2a\x05x"  # a name that is cut short
    result = decoded(request(span(1).SerializeToString(), bad, span(2).SerializeToString()))
    assert (result.spans, len(result.suspects), result.rejected) == (3, 2, 1)


def large_spans() -> dict[str, bytes]:
    head = span(1, message="boom", attributes={"a": 1}).SerializeToString()
    elements = message(1, text(b"x")) * 200_000
    return {
        "countless attributes": head + b"\x4a\x00" * 500_000,
        "countless unknown fields": head + b"\xf8\x01\x00" * 500_000,
        "countless unknown fields before them": message(9, message(1, b"a") + message(2, b"\x18\x01"))
        + b"\xf8\x01\x00" * 500_000
        + head,
        "countless events": head + message(11, message(2, b"retry")) * 100_000,
        "a long text": head + pair(b"long", text(b"x" * 20 * MIB)),
        "a long array": head + pair(b"long", message(5, elements)),
        "a long map": head + pair(b"long", message(6, message(1, message(1, b"k")) * 200_000)),
        "countless long texts": head + b"".join(pair(b"k%d" % n, text(b"x" * 70_000)) for n in range(400)),
        "long ids and links": head + message(13, b"x" * MIB) + message(3, b"x" * MIB),
    }


@pytest.mark.parametrize("large", large_spans().values(), ids=large_spans())
def test_a_large_span_is_cut_and_its_failure_kept(large: bytes) -> None:
    assert len(large) > slim.LARGE_BYTES
    result = decoded(request(large, span(2).SerializeToString()))
    item = result.suspects[0]
    assert isinstance(item, SpanItem)
    assert (len(result.suspects), result.rejected, item.status_message, item.span_id[-1]) == (2, 0, "boom", 1)
    assert item.attributes["a"] == 1
    assert len(slim.slimmed(large, slim.SPAN)) <= 6 * MIB


def test_of_a_long_text_both_ends_are_kept_whole_characters() -> None:
    stack = "Traceback\n" + "é€😀" * 400_000 + "x\nValueError: boom"
    large = span(1, events=(exception("E", "m", stacktrace=stack),)).SerializeToString()
    (item,) = decoded(request(large)).suspects
    assert isinstance(item, SpanItem)
    kept = str(item.events[0].attributes["exception.stacktrace"])
    assert (kept[:9], kept[-4:]) == ("Traceback", "boom")
    assert len(kept) < 300_000


def test_a_large_log_record_is_cut_and_its_failure_kept() -> None:
    large = (
        log(event_name="exception", attributes={"exception.message": "boom"}).SerializeToString() + b"\x32\x00" * MIB
    )
    (item,) = decoded(request(large), Signal.LOGS).suspects
    assert isinstance(item, LogItem)
    assert item.attributes["exception.message"] == "boom"


def test_a_span_beyond_every_limit_is_rejected_alone_and_told_the_limit() -> None:
    monster = span(1).SerializeToString() + b"\x4a\x00" * (5 * MIB)
    result = decoded(request(monster, span(2).SerializeToString()))
    assert (result.spans, len(result.suspects), result.rejected) == (2, 1, 1)
    assert f"more than {slim.MAX_FIELDS} fields" in result.error


@given(data=st.data())
def test_an_item_that_is_slimmed_is_read_like_the_whole(data: st.DataObject) -> None:
    values = st.recursive(
        st.text(max_size=20) | st.integers(-5, 5) | st.booleans(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=8,
    )
    attributes = data.draw(st.dictionaries(st.text(max_size=3), values, max_size=4))
    whole: Span = span(7, parent=6, attributes=attributes, events=(exception("E", "m"),))
    body = whole.SerializeToString()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(slim, "_SMALL_BYTES", data.draw(st.integers(-1, 30)))
        again = slim.slim(body, 0, len(body), slim.SPAN)
    assert str(parse_span(again)) == str(parse_span(body))


@given(
    escapes=st.lists(st.sampled_from([r"\ud83d", r"\ude00", r"\\", r"\n", "x", r"\u0041", r"\\ud83d"]), max_size=40),
    size=st.integers(6, 30),
)
def test_surrogates_are_mended_in_windows_as_in_one(escapes: list[str], size: int) -> None:
    body = "".join(escapes).encode()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(surrogates, "WINDOW_BYTES", size)
        windows = list(surrogates.windows(body))
    assert b"".join(windows) == body
    assert max(map(len, windows), default=0) <= size + 6
    assert b"".join(map(surrogates.mend_surrogates, windows)) == surrogates.mend_surrogates(body)


@pytest.mark.parametrize("unit", [b"1,", b'"",', b"[],", b'"\\"",'])
def test_countless_elements_of_json_are_refused(unit: bytes) -> None:
    body = b'{"resourceSpans":[{"scopeSpans":[{"spans":[' + unit * 600_000 + b"1]}]}]}"
    with pytest.raises(InvalidPayload, match="more than 500000 elements"):
        list(steps_of(body, encoding=Encoding.JSON))


def test_commas_in_a_text_of_json_are_no_elements() -> None:
    body = (
        b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"status":{"code":2,"message":"' + b'\\",' * 600_000 + b'"}}]}]}]}'
    )
    assert len(decoded(body, encoding=Encoding.JSON).suspects) == 1


def test_a_json_request_of_lone_surrogates_is_mended_in_steps() -> None:
    lone = b"\\ud83d" * 100_000
    body = b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"status":{"code":2,"message":"' + lone + b'"}}]}]}]}'
    found = list(steps_of(body, encoding=Encoding.JSON))
    assert len(found) >= len(body) // (surrogates.WINDOW_BYTES + 6)
    (item,) = found[-1].suspects
    assert isinstance(item, SpanItem) and item.status_message == "\ufffd" * 100_000
