"""Send a batch of rows to a team's server: the exact lines that wait, packed."""

import platform
from collections.abc import Sequence

import zstandard

from twiceshy import VERSION
from twiceshy.privacy.wire.batches import join_lines, name_batch
from twiceshy.records.team import RemoteAnswer, ServerAddress, WaitingRow
from twiceshy.wings.team.remote.http_target import ANSWER_S, send_request

PATH = "/v1/batch"


def post_batch(server: ServerAddress, rows: Sequence[WaitingRow], *, seconds: float = ANSWER_S) -> RemoteAnswer:
    """Send rows; an empty batch asks the server who it is. ``seconds`` bound it all."""
    body = join_lines(rows)
    headers = {
        "Content-Type": "application/x-ndjson",
        "Content-Encoding": "zstd",
        "Idempotency-Key": name_batch(rows),
        "User-Agent": name_client(),
    }
    packed = zstandard.ZstdCompressor().compress(body)
    return send_request(server, "POST", PATH, body=packed, headers=headers, seconds=seconds)


def name_client() -> str:
    """Return what we are called: our version and Python's, nothing of the machine."""
    return f"twiceshy/{VERSION} python/{platform.python_version()}"
