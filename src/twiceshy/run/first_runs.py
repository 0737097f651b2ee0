"""Say when a command of which nothing is known here yet has been silent for longer than its kind usually is.

It ends nothing: it is one line, for who looks at the terminal or the log.
"""

from __future__ import annotations

from twiceshy.run.command_shape import category_of
from twiceshy.stats.durations import format_duration, phrase_duration

_SERVERS = frozenset({"serve", "server", "dev", "start", "watch", "up", "runserver", "preview", "http.server"})
"""Words that begin what runs until somebody ends it."""
_LONG_S = {"test": 300.0, "build": 300.0, "lint": 180.0, "install": 300.0, "deploy": 600.0}
"""Seconds without output that are long for a kind (guess, 2026-11-23: 99 of 100 tests and linters in agents' logs took
less than 200 s in all)."""
_LONG_OTHERS_S = 300.0
"""Seconds without output that are long for anything else (asked for: 5 min, 2026-11-23)."""


def find_long_silence(words: str) -> tuple[str, float | None]:
    """Return a command's kind, and the seconds of silence that are long for it; None where any silence is usual.

    >>> find_long_silence("npm test"), find_long_silence("npm run dev"), find_long_silence("make")[1]
    (('test', 300.0), ('server', None), 300.0)
    """
    if not _SERVERS.isdisjoint(words.split()[:4]):
        return "server", None
    kind = category_of(words)
    return kind, _LONG_S.get(kind, _LONG_OTHERS_S)


def describe_silence(words: str, silent_s: float) -> str:
    """Say that the silence is long, and how to end such a run."""
    kind = find_long_silence(words)[0]
    what = f"a {kind}" if kind in _LONG_S and kind != "install" else "an install" if kind == "install" else "a command"
    return (
        f"no output for {phrase_duration(silent_s)}, which is long for {what}; nothing is learned of it here yet, so "
        f"nothing ends it (Ctrl-C does, and next time --idle-timeout {format_duration(silent_s)})"
    )
