"""One line of JSON for each answered request: numbers, ids and names of ours, never a text that somebody sent."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import TextIO

import orjson


def open_log(stream: TextIO) -> Callable[[Mapping[str, object]], None]:
    """Return what writes such lines, each whole; a log that cannot be written stops no request."""
    lock = Lock()

    def write(line: Mapping[str, object]) -> None:
        text = orjson.dumps(line).decode()
        with lock:
            try:
                stream.write(text + "\n")
                stream.flush()
            except OSError:
                return

    return write
