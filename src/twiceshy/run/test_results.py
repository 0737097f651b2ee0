"""What a run that has ended says about its tests: for ``--json``, and as one line on stderr.

On the path of every wrapped command: what reads an output is imported only where there is something to read.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from twiceshy.run.run_verdict import RunVerdict
    from twiceshy.run.streams import OutputStream
    from twiceshy.run.wrapper import Run

_FAILURE_MARKS = (b"FAIL", b"Failed", b"failed", b"failing", b"ERROR", b"not ok ", b"(fail)", b"failures")
"""One of them stands in every output that names a failing test."""
_MOST_NAMED = 3
"""Tests that one line names (guess, 2026-11-23: a line of a wide terminal)."""
_LONGEST_NAME = 70
"""Characters of a name in it, its end (guess, 2026-11-23)."""
_LAST_LINES = 10
"""Last lines of the output that a person still sees (guess, 2026-11-23)."""


def read_verdict(run: Run) -> RunVerdict | None:
    """Return the verdict on a run that has ended; None where its output was not seen, or cannot be read."""
    if run.outcome.reason == "not_started" or not run.streams:
        return None
    import shlex  # noqa: PLC0415  # not in a start-up's time

    from twiceshy.run.command_shape import script_of  # noqa: PLC0415
    from twiceshy.run.run_verdict import RunEnd, judge_run  # noqa: PLC0415

    line = script_of(run.plan.command) or shlex.join(run.plan.command)
    outcome = run.outcome
    try:
        return judge_run(line, read_output(run), RunEnd(outcome.reason, outcome.child_status, outcome.message))
    except Exception:  # noqa: BLE001  # a foreign text that we cannot read must not cost the command its status
        return None


def read_output(run: Run) -> str:
    """Return what is kept of the ordinary streams, one after the other."""
    kept = b"\n".join(_join_kept(stream) for stream in run.streams if not stream.name.startswith("fd"))
    return kept.decode("utf-8", "replace")


def _join_kept(stream: OutputStream) -> bytes:
    """Return the first and the last bytes of a stream; a line stands for what was not kept between them."""
    early, tail = b"".join(data for _, data in stream.early), b"".join(stream.tail)
    missing = stream.size - len(tail) - len(early)
    return early + tail[-missing:] if missing <= 0 else early + b"\n[...]\n" + tail


def tell_failing_tests(run: Run) -> str:
    """Return one sentence that names the failing tests of a run that failed by itself; empty where none is known.

    Also empty where one of the last lines of the output names them all: nobody reads the same twice.
    """
    if run.outcome.reason != "completed" or not run.outcome.child_status or not _may_name_tests(run):
        return ""
    verdict = read_verdict(run)
    if verdict is None or not verdict.failing_tests:
        return ""
    names = [one.test for one in verdict.failing_tests]
    last = read_output(run).rstrip().splitlines()[-_LAST_LINES:]
    if not verdict.unnamed and any(all(name in line for name in names) for line in last):
        return ""
    return _render(names, len(names) + verdict.unnamed, _count_tests(verdict))


def _may_name_tests(run: Run) -> bool:
    """Tell whether a word of failure stands in what is kept, which costs next to nothing to ask."""
    pieces = [piece for stream in run.streams for piece in (*(data for _, data in stream.early), *stream.tail)]
    return any(mark in piece for mark in _FAILURE_MARKS for piece in pieces)


def _count_tests(verdict: RunVerdict) -> int | None:
    """Return how many tests ran; None where the tool does not tell."""
    tests = [one for one in verdict.tools if one.kind == "test"]
    if any(one.passed is None for one in tests):
        return None
    return sum((one.passed or 0) + (one.failed or 0) + (one.errors or 0) for one in tests)


def _render(names: list[str], failing: int, count: int | None) -> str:
    """Return the sentence."""
    from twiceshy.stats.text.foreign_names import quote_words  # noqa: PLC0415  # not in a start-up's time

    shown = [quote_words(name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}") for name in names]
    listed = ", ".join([name for name in shown if name][:_MOST_NAMED])
    more = failing - min(_MOST_NAMED, len(names))
    of = f" of {count}" if count and count >= failing else ""
    return f"{failing}{of} test{'' if failing == 1 and not of else 's'} failed: {listed}" + (
        f" and {more} more" if more > 0 else ""
    )
