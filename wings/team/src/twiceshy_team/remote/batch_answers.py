"""Read what a server says to a batch. What is not exactly of the form is no answer: a row is only gone when it is told.

A captive portal, a proxy's error page and a cut answer all come with status 200 at times.
"""

import json
import platform
import re
from collections.abc import Sequence
from typing import Any

import zstandard

from twiceshy import VERSION
from twiceshy.privacy.wire.batches import join_lines, name_batch
from twiceshy.records.team import BatchAnswer, RemoteAnswer, RowAnswer, ServerAddress, WaitingRow
from twiceshy_team.remote.http_target import ANSWER_S, send_request

SCHEMA = "twiceshy/sync-answer/1"
_ID = re.compile(r"[0-9a-f]{32}")
_LONGEST_WHY = 200
"""Characters of a reason that are kept (guess, 2026-11-23: a field and a rule take 60)."""
_LONGEST_WORD = 40
"""Characters of a version or level (guess, 2026-11-23)."""


class AnswerError(ValueError):
    """A server's answer is not of the form; the message does not quote it."""


def read_batch_answer(body: bytes) -> BatchAnswer:
    """Return what a server says to each row.

    Raises:
        AnswerError: it is no answer of ours, or not a whole one.
    """
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise AnswerError("it is no JSON") from exc
    if not isinstance(found, dict) or found.get("schema") != SCHEMA or not isinstance(found.get("rows"), list):
        raise AnswerError(f"it is not {SCHEMA}")
    return BatchAnswer(
        rows=tuple(_read_row(row) for row in found["rows"]),
        version=_read_word(found.get("version")),
        level=_read_word(found.get("level")),
    )


def _read_row(row: Any) -> RowAnswer:
    """Return what is said of one row.

    Raises:
        AnswerError: it is not of the form.
    """
    if not isinstance(row, dict):
        raise AnswerError("a row in it is no mapping")
    key, rev, verdict, why = row.get("id"), row.get("rev"), row.get("is"), row.get("why", "")
    if not isinstance(key, str) or not _ID.fullmatch(key) or type(rev) is not int or not isinstance(why, str):
        raise AnswerError("a row in it has no id and rev")
    if verdict not in {"stored", "known", "refused"}:
        raise AnswerError("a row in it is neither stored nor known nor refused")
    return RowAnswer(bytes.fromhex(key), rev, verdict, _clean_words(why, _LONGEST_WHY))


def _read_word(value: object) -> str:
    return _clean_words(value, _LONGEST_WORD) if isinstance(value, str) else ""


def _clean_words(text: str, most: int) -> str:
    """Return what may be shown in a terminal of words that somebody else wrote."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:most]).strip()


# Send a batch of rows to a team's server: the exact lines that wait, packed.

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
