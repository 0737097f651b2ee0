"""``python -m twiceshy_git.githook.offer_message FILE``: put an offer into the message that a person will write.

It is called by git's hook, where an editor opens on an empty message. There is .3 s for all of it, else silence; what
was learned before is used, and nothing is read anew. Whatever goes wrong, the file stays as git wrote it and the
status is 0.
"""

import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

_LIMIT_S = 0.3
"""Seconds for the whole hook (asked for: a commit must not wait)."""
_STARTED_S = 0.05
"""Of these, what Python and the shell take before this runs (measured 2026-11-24: 20 to 50 ms)."""
_LARGEST = 1 << 20
"""Bytes of a file that git wrote for a message; with the whole change in it it may be larger (guess, 2026-11-24)."""


def main(words: list[str]) -> None:
    """Write an offer, and end the process with status 0."""
    _limit_time(_LIMIT_S - _STARTED_S)
    with suppress(Exception):
        offer_into(Path(words[0]))
    os._exit(0)


def offer_into(path: Path) -> bool:
    """Write an offer into a file as git prepared it; tell whether there was one."""
    from twiceshy.base.config import load  # noqa: PLC0415  # the time is counted by then
    from twiceshy.base.foreign_files import read_foreign_text  # noqa: PLC0415
    from twiceshy_git import message_recipes as messages  # noqa: PLC0415
    from twiceshy_git.githook.comment_lines import add_comments, find_comment_mark  # noqa: PLC0415
    from twiceshy_git.githook.message_words import list_offered  # noqa: PLC0415

    text = read_foreign_text(path, _LARGEST)
    mark = find_comment_mark(text)
    config = load({}, os.environ, Path.cwd())
    if not mark or not config.enabled:
        return False
    index = os.environ.get("GIT_INDEX_FILE", "")
    found = messages.offer_staged(config, Path.cwd(), Path(index).absolute() if index else None)
    lines = list_offered(found) if found else []
    if found and lines:
        _keep_time()
        aside = path.with_name(f"{path.name}.twiceshy")
        aside.write_text(add_comments(text, mark, lines), encoding="utf-8")
        aside.replace(path)
        messages.note_offered(config, Path.cwd(), found)
    return bool(lines)


def _limit_time(seconds: float) -> None:
    """End the process when the time is up, as if there had been nothing to say."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, seconds)
    else:
        timer = threading.Timer(seconds, os._exit, (0,))
        timer.daemon = True
        timer.start()


def _keep_time() -> None:
    """Stop the clock: what is written now is written whole."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main(sys.argv[1:])
