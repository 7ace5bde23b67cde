"""Tasks for a worker with two processes."""

import os
from typing import Any

from celery import Celery, exceptions

import failcat

app = Celery("tasks", broker=os.environ["BROKER"], backend=os.environ["BROKER"])
app.conf.broker_connection_retry_on_startup = True


@app.task
def in_a_run(number: int) -> None:
    with failcat.run(f"celery-{number}", tenant_id="acme"):
        raise ConnectionError(f"order {number}")


@app.task
def bug() -> str:
    orders: dict[str, str] = {}
    return orders["order"]


@app.task
def ignored() -> None:
    raise exceptions.Ignore


@app.task(bind=True, max_retries=1)
def retried(self: Any) -> None:
    try:
        raise TimeoutError("slow")
    except TimeoutError as error:
        raise self.retry(exc=error, countdown=0) from error
