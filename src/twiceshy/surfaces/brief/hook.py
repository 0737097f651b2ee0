"""What the recording hook turns into at a session's start and at a prompt: one answer within a second, else silence.

It is started as ``python -I -m twiceshy.surfaces.brief HOME AGENT EVENT SESSION MS`` with the agent's own JSON on
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

from twiceshy.config import Config, load
from twiceshy.errors import TwiceshyError
from twiceshy.flows import told
from twiceshy.records.briefs import Brief, Taken
from twiceshy.surfaces.brief.render import rendered

LIMIT_S = 1.0
LEFT_S = 0.1
"""Kept for writing the answer."""
START, PROMPT = "SessionStart", "UserPromptSubmit"
FRESH = frozenset({"", "startup", "clear"})
"""Sources of a session whose dialogue begins now; any other has its brief in its dialogue already."""
REPLAYED = frozenset({"fork", "resume", "compact"})
RULE = b"brief".rjust(8, b"\0")
"""As which a brief stands among the rules."""


def main(argv: list[str]) -> None:
    """Nothing: the process ends with status 0."""
    home = argv[0] if argv else ""
    try:
        limit(float(argv[4]) / 1000 + LIMIT_S - time.time())
        answer(home, (argv[1], argv[2], argv[3]), sys.stdin.buffer.read())
    except BaseException as error:  # noqa: BLE001  # nothing may reach the agent
        note(home, argv[2] if len(argv) > 2 else "", error)
    finally:
        os._exit(0)


def limit(left_s: float) -> None:
    """Nothing; when the time is up the process ends as if there had been nothing to say."""
    if left_s <= 0:
        os._exit(0)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, left_s)


def answer(home: str, call: tuple[str, str, str], raw: bytes) -> None:
    """Nothing; the answer is on stdout, where there is one."""
    _, event, session = call
    given = json.loads(raw)
    if not isinstance(given, dict) or event not in {START, PROMPT} or not session:
        return
    folder = Path(text(given, "cwd") or ".")
    config = load({"home": home}, os.environ, folder)
    if not (config.enabled and config.lessons_enabled and config.advice_enabled and config.brief_enabled):
        return
    if words := speak(config, folder, call, given):
        os.write(1, words.encode())


def speak(config: Config, folder: Path, call: tuple[str, str, str], given: dict[str, Any]) -> str:
    """The answer; empty where there is nothing to say, it was said, or a lot holds it back."""
    agent, event, session = call
    source = text(given, "source")
    if told.done(config, session, event):
        return ""
    if event == START and source not in FRESH:
        if source in REPLAYED:
            told.said(config, session, PROMPT, Taken())
        return ""
    found = composed(config, folder, session, None if event == START else text(given, "prompt"), text(given, "model"))
    if not found.words:
        if event == PROMPT:
            told.looked(config, session, event)
        return ""
    shown = not held_back(config, session)
    lessons = tuple(one.lesson.id for one in found.lessons)
    spool(config, call, lessons, shown=shown)
    told.said(config, session, event, Taken(len(found.words.encode()), lessons))
    return rendered(agent, event, found.words) if shown else ""


def composed(config: Config, folder: Path, session: str, prompt: str | None, model: str) -> Brief:
    """The brief; nothing where what is known cannot be read, which `twiceshy doctor` tells."""
    from twiceshy.flows import briefing  # noqa: PLC0415  # most calls end before it is needed

    try:
        if prompt is None:
            return briefing.at_start(config, folder)
        left_s = signal.getitimer(signal.ITIMER_REAL)[0] if hasattr(signal, "getitimer") else LIMIT_S
        until = time.monotonic() + left_s - LEFT_S
        taken = told.before(config, session)
        return briefing.for_task(config, folder, prompt, model=model, until=until, taken=taken)
    except (TwiceshyError, OSError):
        return Brief()


def held_back(config: Config, session: str) -> bool:
    """Whether a lot keeps this session without a brief, at its start and at its prompts alike, as rules draw theirs."""
    key = config.salt.read_bytes()
    lot = blake2b(f"{session}\0{RULE.hex()}".encode(), key=key, digest_size=2).digest()
    return int.from_bytes(lot, "big") < config.advice_held_back_percent * 65_536 // 100


def spool(config: Config, call: tuple[str, str, str], lessons: Iterable[str], *, shown: bool) -> None:
    """Nothing; the session's notes have that it was said, or held back, and which lessons: no word of it."""
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


def text(given: dict[str, Any], key: str) -> str:
    """The string at that key, else an empty one."""
    value = given.get(key)
    return value if isinstance(value, str) else ""


def note(home: str, event: str, error: BaseException) -> None:
    """Nothing; a short line says what could not be done: the event and the error's type, never its message."""
    try:
        line = f"\n{int(time.time() * 1000)} brief-{event[:20]} {type(error).__name__}"
        file = os.open(f"{home}/hooks/failures", os.O_WRONLY | os.O_APPEND)
        os.write(file, line.encode("ascii", "replace"))
        os.close(file)
    except OSError:
        pass
