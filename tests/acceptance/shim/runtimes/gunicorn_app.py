"""An application whose requests fail inside runs."""

from typing import Any

import failcat


def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    path = environ["PATH_INFO"].strip("/")
    try:
        with failcat.run(path):
            raise LookupError(f"order {path}")
    except LookupError:
        start_response("500 Internal Server Error", [])
        return [b"failed"]
