"""The invented sessions of the lesson demo: each makes the three mistakes that ``lesson_story.toml`` tells."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from twiceshy.recipes.demo.sample_log import SessionLog

_STORY: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
FOLDER: Final[str] = _STORY["folder"]
"""The folder of the invented sessions."""


class DemoMistake(NamedTuple):
    """A mistake as one session makes it, and the next call of its kind, which is to be warned of."""

    subject: str
    """What a lesson of it is about: a program or a tool."""
    title: str
    call: str
    error: str
    fix: str
    asked: str
    """The next call in words."""
    next_tool: str
    next_input: dict[str, str]


def write_session(logs: Path, number: int, at: datetime) -> list[DemoMistake]:
    """Write the log of one more session; return its mistakes."""
    rng = Random(number)  # noqa: S311  # invented, and the same everywhere
    log = SessionLog(rng, FOLDER, at, _STORY["model"])
    full = f"{rng.getrandbits(160):040x}"
    values = {"own": f"ephemeral-{number:03x}", "branch": f"fix-{number}", "full": full, "short": full[:8]}
    log.prompt(_STORY["prompt"])
    for mistake in _STORY["mistakes"]:
        for step in mistake["steps"]:
            _write_step(log, step, values)
    log.say(_STORY["answer"])
    (logs / f"{log.id}.jsonl").write_text("\n".join(log.lines) + "\n", encoding="utf-8")
    return [_fill_mistake(mistake, values) for mistake in _STORY["mistakes"]]


def _write_step(log: SessionLog, step: Mapping[str, Any], values: Mapping[str, str]) -> None:
    """Log a command or a call of a tool, with its answer or its error."""
    text, failed = step["text"].format(**values), step.get("failed", False)
    if "run" in step:
        log.run(step["run"].format(**values), text, status=int(failed))
        return
    call = log.call(step["call"], **{name: value.format(**values) for name, value in step["input"].items()})
    log.result(call, text, f"Error: {text}" if failed else {"text": text})


def _fill_mistake(mistake: Mapping[str, Any], values: Mapping[str, str]) -> DemoMistake:
    """Return the mistake with a session's own values in its texts."""
    title, call, error, fix, asked = (
        mistake[name].format(**values) for name in ("title", "call", "error", "fix", "asked")
    )
    following = mistake["next"]
    return DemoMistake(mistake["subject"], title, call, error, fix, asked, following["tool"], following["input"])
