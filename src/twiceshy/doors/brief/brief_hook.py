"""What the recording hook turns into at a session's start and at a prompt: one answer within a second, else silence.

It is started as ``python -I -m twiceshy.doors.brief HOME AGENT EVENT SESSION MS`` with the agent's own JSON on
stdin; ``MS`` is when the hook began, so that the second counts from there. Whatever goes wrong, nothing is printed and
the status is 0; what went wrong is noted where the recording hook notes it, for `twiceshy doctor`.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from twiceshy.advice import recipes as advise
from twiceshy.base.config import Config, load
from twiceshy.base.errors import TwiceshyError
from twiceshy.records.lessons import Brief, SpentBudget

# A brief in the form that agents take: one JSON object with two keys, and nothing beside it.
#
# Agents read strictly: one throws away an answer with a key that it does not know, another one with any text beside the
# JSON, and a third would take plain text for JSON where it begins with a brace.


def render_brief(event: str, words: str) -> str:
    """Return what goes to stdout; ``event`` is the agent's own name of it."""
    inner = {"hookEventName": event, "additionalContext": words}
    return json.dumps({"hookSpecificOutput": inner}, ensure_ascii=True)


_LIMIT_S = 1.0  # seconds for the whole hook (asked for: a prompt must not wait)
_LEFT_S = 0.1
"""Seconds kept for writing the answer (guess, 2026-11-21)."""
_START_EVENT, _PROMPT_EVENT = "SessionStart", "UserPromptSubmit"
_FRESH_SOURCES = frozenset({"", "startup", "clear"})
"""Sources of a session whose dialogue begins now; any other has its brief in its dialogue already."""
_CONTINUED_SOURCES = frozenset({"fork", "resume", "compact"})
RULE = b"brief".rjust(8, b"\0")
"""As which a brief stands among the rules."""


def main(argv: list[str]) -> None:
    """Answer the hook, and end the process with status 0."""
    home = argv[0] if argv else ""
    try:
        _set_time_limit(float(argv[4]) / 1000 + _LIMIT_S - time.time())
        answer(home, (argv[1], argv[2], argv[3]), sys.stdin.buffer.read())
    except BaseException as error:  # noqa: BLE001  # nothing may reach the agent
        _note_failure(home, argv[2] if len(argv) > 2 else "", error)
    finally:
        os._exit(0)


def _set_time_limit(left_s: float) -> None:
    """End the process when the time is up, as if there had been nothing to say."""
    if left_s <= 0:
        os._exit(0)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, left_s)


def answer(home: str, call: tuple[str, str, str], raw: bytes) -> None:
    """Print the answer, where there is one."""
    _, event, session = call
    given = json.loads(raw)
    if not isinstance(given, dict) or event not in {_START_EVENT, _PROMPT_EVENT} or not session:
        return
    folder = Path(_text_of(given, "cwd") or ".")
    config = load({"home": home}, os.environ, folder)
    if not (config.enabled and config.lessons_enabled and config.advice_enabled and config.brief_enabled):
        return
    if words := speak(config, folder, call, given):
        os.write(1, words.encode())


def speak(config: Config, folder: Path, call: tuple[str, str, str], given: dict[str, Any]) -> str:
    """Return the answer; empty where there is nothing to say, it was said, or the session is in the holdout."""
    agent, event, session = call
    source = _text_of(given, "source")
    if advise.is_done(config, session, event):
        return ""
    if event == _START_EVENT and source not in _FRESH_SOURCES:
        if source in _CONTINUED_SOURCES:
            advise.note_brief(config, session, _PROMPT_EVENT, SpentBudget())
        return ""
    found = _compose(
        config, folder, session, None if event == _START_EVENT else _text_of(given, "prompt"), _text_of(given, "model")
    )
    if not found.words:
        if event == _PROMPT_EVENT:
            advise.note_look(config, session, event)
        return ""
    shown = not is_held_out(config, session)
    lessons = tuple(one.lesson.id for one in found.lessons)
    _note_in_spool(config, call, lessons, shown=shown)
    advise.note_brief(config, session, event, SpentBudget(len(found.words.encode()), lessons))
    return render_brief(advise.name_event(agent, event), found.words) if shown else ""


def _compose(config: Config, folder: Path, session: str, prompt: str | None, model: str) -> Brief:
    """Return the brief; empty where the store cannot be read, which `twiceshy doctor` reports."""
    from twiceshy.advice import recipes as advise  # noqa: PLC0415  # most calls end before it is needed

    try:
        if prompt is None:
            return advise.brief_start(config, folder)
        left_s = signal.getitimer(signal.ITIMER_REAL)[0] if hasattr(signal, "getitimer") else _LIMIT_S
        until = time.monotonic() + left_s - _LEFT_S
        taken = advise.read_brief(config, session)
        return advise.brief_task(config, folder, prompt, model=model, until=until, taken=taken)
    except (TwiceshyError, OSError):
        return Brief()


def is_held_out(config: Config, session: str) -> bool:
    """Tell whether this session is in the holdout, at its start and its prompts alike, by the draw of rules."""
    key = config.salt.read_bytes()
    lot = blake2b(f"{session}\0{RULE.hex()}".encode(), key=key, digest_size=2).digest()
    return int.from_bytes(lot, "big") < config.advice_held_back_percent * 65_536 // 100


def _note_in_spool(config: Config, call: tuple[str, str, str], lessons: Iterable[str], *, shown: bool) -> None:
    """Note in the session's spool that it was said or held out, and which lessons: no word of the text."""
    agent, event, session = call
    head = f'\n{{"t":{int(time.time() * 1000)},"a":"{agent}","e":"{event}","s":"{session}"'
    tail = f'"l":"inform","v":"{"s" if shown else "h"}"}}'
    lines = [f'{head},"g":"{RULE.hex()}",{tail}']
    lines += [f'{head},"g":"{one.removeprefix("l-")}","b":1,{tail}' for one in lessons]
    file = os.open(config.home / "spool" / f"{session}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(file, "".join(lines).encode("ascii"))
    finally:
        os.close(file)


def _text_of(given: dict[str, Any], key: str) -> str:
    """Return the string at that key, else an empty one."""
    value = given.get(key)
    return value if isinstance(value, str) else ""


def _note_failure(home: str, event: str, error: BaseException) -> None:
    """Note in a short line what failed: the event and the error's type, never its message."""
    try:
        line = f"\n{int(time.time() * 1000)} brief-{event[:20]} {type(error).__name__}"
        file = os.open(f"{home}/hooks/failures", os.O_WRONLY | os.O_APPEND)
        os.write(file, line.encode("ascii", "replace"))
        os.close(file)
    except OSError:
        pass
