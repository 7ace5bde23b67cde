"""Greenlets that fail, time out and are killed, with threads patched as well."""

import gevent.monkey

gevent.monkey.patch_all()

import threading  # noqa: E402 - after it is patched

import failcat  # noqa: E402

failcat.instrument()


def fail(text: str) -> None:
    gevent.sleep(0.01)
    raise ValueError(text)


def in_a_run(number: int) -> None:
    with failcat.run(f"gevent-{number}"):
        fail(f"in run {number}")


def timing_out() -> None:
    with failcat.run("gevent-timeout"), gevent.Timeout(0.05):
        gevent.sleep(5)


def killed() -> None:
    with failcat.run("gevent-killed"):
        gevent.sleep(5)


with failcat.run("gevent-outer"):
    gevent.joinall([gevent.spawn(fail, "in a greenlet")])
    thread = threading.Thread(target=fail, args=("in a patched thread",))
    thread.start()
    thread.join()
    greenlet = gevent.spawn(failcat.report, ValueError("reported in a greenlet"))
    greenlet.join()
victim = gevent.spawn(killed)
gevent.joinall([*(gevent.spawn(in_a_run, number) for number in range(3)), gevent.spawn(timing_out)])
victim.kill()
print("end")
