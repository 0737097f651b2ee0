"""The spool: what hooks wrote, one file a session, one line an event.

A line is a JSON object of one-letter keys: ``t`` ms since 1970, ``a`` agent, ``e`` event, ``s`` session, and where the
event has them ``c`` call, ``r`` subagent, ``q`` prompt, ``k`` kind of action, ``p`` keys of paths, ``h`` key of the
command's first word, ``w`` a word of a short list, ``o`` the agent's process. A line with ``g`` says that this rule
matched at that event, with its level ``l``; ``v`` is ``s`` where it was shown, ``h`` in the holdout, ``p`` where a
placebo was shown in its place, ``o`` where it was overridden (with ``i`` by a person's prompt); of 65,536 lots ``u``
were in the holdout and got a placebo. One with ``b`` says that a brief showed the lesson ``g``. Every write begins with
a newline, so that one that a full disk cut off spoils only itself: what is not such an object is counted as torn.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import orjson

from twiceshy.base.errors import locate_fault
from twiceshy.base.foreign_files import ForeignFileError, read_foreign
from twiceshy.logs.call_ids import make_call_uid
from twiceshy.logs.journal import make_session_uid
from twiceshy.logs.readers import traits_of
from twiceshy.records.rules import Advice, Level, RuleKind
from twiceshy.records.upkeep import Exposure

TAKEN_SUFFIX = ".taken"
_BRIEF_RULE = b"brief".rjust(8, b"\0")
"""The rule as which a brief is noted; no rule is compiled under this id."""
_END_EVENT = "SessionEnd"
_LOTS = 65_536
"""Lots of a draw, same as in ``doors.gate.decide``."""


class SpoolFile(NamedTuple):
    """What one file holds."""

    exposures: list[Exposure]
    torn: int
    """Lines that are no whole note."""
    size: int
    """Bytes that were read."""
    fault: str = ""
    """Where our code failed at a line, as ``errors.locate_fault`` says; such a line counts as torn."""
    advice: tuple[Advice, ...] = ()
    """What rules said at these events, or kept back."""

    @property
    def has_ended(self) -> bool:
        """Whether the session's end was noted last."""
        return bool(self.exposures) and self.exposures[-1].event == _END_EVENT


def find_files(home: Path) -> Iterator[Path]:
    """Yield the spool files of a data folder, also those already moved out of the hooks' way."""
    folder = home / "spool"
    yield from sorted([*folder.glob("*.jsonl"), *folder.glob(f"*{TAKEN_SUFFIX}")])


_LARGEST = 1 << 30
"""Bytes of a session's notes; one of a million calls has 200 MB (guess, 2026-11-22)."""


def read(path: Path) -> SpoolFile:
    """Read what the file holds now; nothing where it is gone or is no file."""
    try:
        data = read_foreign(path, _LARGEST)
    except (FileNotFoundError, ForeignFileError):
        data = b""
    found, torn, fault = [], 0, ""
    given: list[Advice] = []
    seen: Counter[bytes] = Counter()
    for line in data.split(b"\n"):
        if not line:
            continue
        try:
            note = orjson.loads(line)
            if "g" in note:
                given.append(_parse_advice(note, line, seen[line]))
            else:
                found.append(_parse_exposure(note, line, seen[line]))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
            torn += 1
        except Exception as error:  # noqa: BLE001  # one note must not cost the others
            torn += 1
            fault = locate_fault(error)
        else:
            seen[line] += 1
    return SpoolFile(found, torn, len(data), fault, tuple(given))


def _parse_exposure(note: dict[str, str], line: bytes, repeated: int) -> Exposure:
    """Parse the record of a line.

    Raises:
        ValueError: it is no note of ours; so do KeyError and TypeError.
    """
    agent = _take_text(note, "a") or ""
    session = make_session_uid(agent, note["s"])
    return Exposure(
        uid=blake2b(session + line + repeated.to_bytes(4, "big"), digest_size=16).digest(),
        session=session,
        agent=agent,
        event=_take_text(note, "e") or "",
        at=datetime.fromtimestamp(int(note["t"]) / 1000, UTC),
        call=make_call_uid(session, note["c"], traits_of(agent).call_prefix) if "c" in note else None,
        agent_run=blake2b(session + note["r"].encode(), digest_size=8).digest() if "r" in note else None,
        prompt=_take_text(note, "q"),
        action=_take_text(note, "k"),
        path_keys=b"".join(bytes.fromhex(key) for key in note.get("p", ())),
        word_key=bytes.fromhex(note["h"]) if "h" in note else None,
        word=_take_text(note, "w"),
        owner=_take_text(note, "o"),
    )


def _take_text(note: dict[str, str], key: str) -> str | None:
    """Return the text at a key; None where there is none.

    Raises:
        ValueError: something else stands there.
    """
    value = note.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(key)
    return value


def _parse_advice(note: dict[str, str], line: bytes, repeated: int) -> Advice:
    """Parse what a rule said, from its line.

    Raises:
        ValueError: it is no note of ours; so do KeyError and TypeError.
    """
    event = _parse_exposure(note, line, repeated)
    rule = bytes.fromhex(note["g"])
    lots = note.get("u")
    return Advice(
        uid=event.uid,
        rule=rule,
        session=event.session,
        agent=event.agent,
        event=event.event,
        level=Level(note["l"]),
        shown=note["v"] == "s",
        overridden=note["v"] == "o",
        by_person="i" in note,
        placebo=note["v"] == "p",
        held_chance=None if lots is None else int(lots[0]) / _LOTS,
        placebo_chance=None if lots is None else int(lots[1]) / _LOTS,
        at=event.at,
        call=event.call,
        agent_run=event.agent_run,
        category=RuleKind.BRIEF if rule == _BRIEF_RULE else RuleKind.TOLD if "b" in note else "",
    )


def measure_size(home: Path) -> int:
    """Return the bytes that wait in the spool."""
    return sum(path.stat().st_size for path in find_files(home))
