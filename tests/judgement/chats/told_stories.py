"""Moments of an invented session, in order."""

from collections.abc import Sequence
from typing import Any

from twiceshy.base.values import Scrubbed
from twiceshy.records.stories import ChangedFile, Moment, Step


def prompt(text: str, *, human: bool = True, kind: str = "typed") -> Moment:
    """Return a prompt."""
    return Moment(Step("prompt", text.encode()[:16].ljust(16), None, 1.0, kind), text=text, human=human)


def call(tool: str, action: str, changed: Sequence[str] = (), **more: Any) -> Moment:
    """Return a call; ``failure`` and ``path`` are its step's."""
    step = Step(
        "call",
        tool.encode()[:16].ljust(16),
        None,
        1.0,
        tool,
        action,
        path=more.pop("path", None),
        failure=more.pop("failure", None),
        done_at=2.0,
    )
    files = tuple(ChangedFile(Scrubbed(path), path.encode(), (), (), False, False, False) for path in changed)
    return Moment(step, changed=files, **more)
