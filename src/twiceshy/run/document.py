"""A finished run as one plain dictionary: the answer of ``--json``, and what a detached run leaves behind."""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from twiceshy.records.runs import MatchEvent
    from twiceshy.run.wrapper import Run

    Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

SCHEMA = "twiceshy/run/1"


def to_document(run: Run) -> dict[str, Plain]:
    """Return all that is known about the run.

    Times are seconds from its start, sizes are bytes; what is not known is null.
    """
    outcome, now = run.outcome, time.monotonic()
    runtime = now - run.start
    user_s, system_s, peak_kib = run.family.usage
    return {
        "schema": SCHEMA,
        "command": list(run.plan.command),
        "status": outcome.status,
        "reason": outcome.reason,
        "child_status": outcome.child_status,
        "message": outcome.message or None,
        "started_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(run.started_at)),
        "runtime_s": round(runtime, 3),
        "stopped_s": round(run.stopped_s, 3),
        "first_output_s": None if run.first_output is None else round(run.first_output - run.start, 3),
        "user_s": user_s,
        "system_s": system_s,
        "peak_bytes": peak_kib * 1024 or None,
        "streams": [
            {"name": stream.name, "bytes": stream.size, "lines": stream.count_lines()} for stream in run.streams
        ],
        "match_count": run.judge.count,
        "matches": [_match_to_document(event) for event in run.judge.events],
        "survivors": run.abandoned,
    }


def add_verdict(answer: dict[str, Plain], run: Run) -> dict[str, Plain]:
    """Return the document with what the tools said of themselves; null where nobody saw the output."""
    from twiceshy.run.test_results import read_verdict  # noqa: PLC0415  # only with --json

    verdict = read_verdict(run)
    if verdict is None:
        return answer | {"verdict": None}
    from dataclasses import asdict  # noqa: PLC0415  # only with --json

    return answer | {"verdict": asdict(verdict)}


def _match_to_document(event: MatchEvent) -> Plain:
    """Return one matched line as a dictionary."""
    return {
        "kind": event.kind,
        "regex": event.regex,
        "stream": event.stream,
        "line_number": event.number,
        "line": _decode_line(event.line),
        "start": event.start,
        "end": event.end,
        "offset_s": round(event.offset_s, 3),
        "before": [_decode_line(line) for line in event.before],
        "after": [_decode_line(line) for line in event.after],
    }


def _decode_line(line: bytes) -> str:
    """Return the line as text; what is no UTF-8 is replaced."""
    return line.decode("utf-8", "replace")


def show_json(answer: dict[str, Plain]) -> None:
    """Write the document to stdout."""
    import json  # noqa: PLC0415  # only with --json

    data = memoryview(f"{json.dumps(answer, indent=2)}\n".encode())
    try:
        while data:
            data = data[os.write(1, data) :]
    except OSError:  # nobody listens
        return
