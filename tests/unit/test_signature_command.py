"""`failcat signature`: one answer a line, at once, and a quiet end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from failcat_catalog.signature import signature

COMMAND = (sys.executable, "-m", "failcat_sidecar.cli.signature")


def answers(stdin: bytes, *options: str) -> list[str]:
    done = subprocess.run([*COMMAND, *options], input=stdin, capture_output=True, check=True)
    return done.stdout.decode().splitlines()


def test_each_line_gets_its_signature_in_order() -> None:
    messages = ["Connection refused", "", "錯誤 7", "Connection refused"]
    assert answers("\r\n".join(messages).encode()) == [signature("", message) for message in messages]


def test_the_command_is_part_of_failcat() -> None:
    program = "from failcat_sidecar.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", program, "signature"], input=b"x\n", capture_output=True, check=True)
    assert done.stdout.decode() == signature("", "x") + "\n"


def test_lines_end_only_at_line_feeds() -> None:
    assert answers("a\u2028b\x0bc\n".encode()) == [signature("", "a\u2028b\x0bc")]


def test_bytes_that_are_no_utf_8_still_get_a_signature() -> None:
    assert answers(b"a\xff\x00b\n") == [signature("", "a\ufffd\ufffdb")]


def test_json_lines_carry_line_breaks() -> None:
    assert answers((json.dumps("a\nb\ud800") + "\n").encode(), "--json") == [signature("", "a\nb\ud800")]


@pytest.mark.parametrize("line", ["[1]", "not json", "[" * 100_000])
def test_a_line_that_is_no_json_string_is_named(line: str) -> None:
    done = subprocess.run([*COMMAND, "--json"], input=f'"fine"\n{line}\n', capture_output=True, check=False, text=True)
    assert done.returncode == 1
    assert done.stdout == signature("", "fine") + "\n"
    assert done.stderr.startswith("Error: line 2: ")
    assert "Traceback" not in done.stderr


def test_an_endless_line_is_refused() -> None:
    done = subprocess.run(COMMAND, input=b"x" * (17 << 20), capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr == b"Error: a line is longer than 16 MiB\n"


def test_answers_come_while_the_input_is_still_open_and_an_interrupt_ends_quietly() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(b"first\n")
        process.stdin.flush()
        assert process.stdout.readline().decode() == signature("", "first") + "\n"
        process.send_signal(signal.SIGINT)
        assert b"Traceback" not in process.stderr.read()
        assert process.wait() != 0


def test_a_closed_pipe_ends_quietly() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.close()
        _, stderr = process.communicate(b"message\n" * 50_000)
    assert stderr == b""
