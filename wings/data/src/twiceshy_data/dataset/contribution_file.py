"""The bytes of a contribution: figures by table, the rules that they keep, and nothing that says whose they are."""

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b, sha256
from typing import NamedTuple

from twiceshy_data.dataset.shared_figures import (
    DIGITS,
    LARGEST_SHARE,
    LEAST,
    DurationCell,
    FigureCell,
    TogetherCell,
)

# The words that a person agrees to before anything of a project may be given away.
#
# A consent holds for the words that were shown: they are hashed with it, and a change of one of them asks again.

VERSION = 1
TEXT = """\
What you would give away of this project (text 1)

 1. One file of figures. No text leaves: no prompt, no reply, no command line, no code, no path, no name of a project,
    branch, person, host or file.
 2. Five tables, of which you choose: calls by tool and how they ended; runs of well-known programs, how they ended and
    after how long; types of commits; which kinds of files change together; mistakes by tool and rule.
    Every word in them stands in a list that ships with twiceshy. Whatever is not in it counts as "other".
 3. A figure is written only if it rests on at least 5 of your sessions on at least 5 days, and if no session makes up
    more than half of it. Smaller ones count as "other", or are left out. Figures are rounded. What is counted are
    whole weeks of the last year, and no week twice; no time is told but these weeks and how long runs take.
 4. This hides single sessions. It does not hide you: one person's file says how one person's agents work. Whoever puts
    files of several people together has to hide single people there.
 5. twiceshy sends nothing. `contribute preview` shows every byte, `contribute export` writes the same bytes into a
    file, and you send that file to whom you like, or to nobody. What becomes of it there is up to them.
 6. It holds for this project on this machine until you take it back: `contribute disable` stops at once and writes a
    file that takes back what was given before. Only whoever has your contribution can honour that.
"""


def hash_text() -> str:
    """Return what a consent says of the words that were shown."""
    return sha256(TEXT.encode()).hexdigest()


SCHEMA = "twiceshy/contribution/1"
_Plain = str | int | float | None


class SharedTables(NamedTuple):
    """Every table that may be given away; one that was not agreed to is empty."""

    sessions: int = 0
    """That were counted, rounded down to fives."""
    tools: Sequence[FigureCell] = ()
    programs: Sequence[FigureCell] = ()
    durations: Sequence[DurationCell] = ()
    commits: Sequence[FigureCell] = ()
    files: Sequence[TogetherCell] = ()
    lessons: Sequence[FigureCell] = ()

    def count_cells(self) -> dict[str, int]:
        """Return how many figures each table has."""
        return {name: len(rows) for name, rows in self._asdict().items() if name != "sessions"}


class ContributionHead(NamedTuple):
    """What a contribution says of itself."""

    id: str
    made_by: str
    """Program and version."""
    first_week: str
    last_week: str


def render_contribution(head: ContributionHead, tables: SharedTables) -> bytes:
    """Return the file: the same figures give the same bytes."""
    whole = {
        "schema": SCHEMA,
        "contribution": head.id,
        "made_by": head.made_by,
        "text": {"version": VERSION, "sha256": hash_text()},
        "rules": {
            "sessions_at_least": LEAST,
            "days_at_least": LEAST,
            "largest_share_of_a_session": LARGEST_SHARE,
            "sessions_rounded_down_to": LEAST,
            "digits": DIGITS,
            "persons": 1,
        },
        "weeks": {"first": head.first_week, "last": head.last_week},
        "sessions": tables.sessions,
        "tables": {
            "tools": [_name_cell(("tool", "ended"), cell, "calls") for cell in tables.tools],
            "programs": [_name_cell(("program", "ended"), cell, "runs") for cell in tables.programs],
            "durations": [cell._asdict() for cell in tables.durations],
            "commits": [_name_cell(("type",), cell, "commits") for cell in tables.commits],
            "files": [cell._asdict() for cell in tables.files],
            "lessons": [_name_cell(("kind", "subject", "category", "rule"), cell, "times") for cell in tables.lessons],
        },
    }
    return (_draw(whole) + "\n").encode()


def _name_cell(names: Sequence[str], cell: FigureCell, counted: str) -> dict[str, _Plain]:
    return {**dict(zip(names, cell.key, strict=True)), counted: cell.times, "sessions": cell.sessions}


def _draw(whole: Mapping[str, object]) -> str:
    """Return it as JSON for people to read: a line for each figure."""
    tables = whole["tables"]
    rest = json.dumps({name: value for name, value in whole.items() if name != "tables"}, indent=1)
    drawn = [
        f'  "{name}": [' + ",".join(f"\n   {json.dumps(row)}" for row in rows) + "]"
        for name, rows in (tables.items() if isinstance(tables, Mapping) else ())
    ]
    return rest.removesuffix("\n}") + ',\n "tables": {\n' + ",\n".join(drawn) + "\n }\n}"


# By what a contribution is known, and what proves that whoever takes it back wrote it.
#
# The id is the hash of a proof that only the writer has. A revocation shows the proof: anybody can hash it, and nobody
# can make one from the id. Nothing in it says who wrote it, and two contributions of one person cannot be linked.

_PROOF_BYTES = 20
"""More than anybody can try out (guess, 2026-11-23)."""
_ID_GROUP = 5
"""Characters between hyphens, so that people can compare ids and no scanner takes one for a key (guess, 2026-11-23)."""
_ID_CHARACTERS = 40
"""Hex digits of an id: 160 bits, so that two are never equal (guess, 2026-11-23)."""


def make_proof(secret: bytes, number: int) -> str:
    """Return the proof of one contribution."""
    return blake2b(str(number).encode(), key=secret, digest_size=_PROOF_BYTES, person=b"contribution").hexdigest()


def make_id(proof: str) -> str:
    """Return the contribution's id.

    >>> make_id("00" * 20)
    'c-9692e-67b83-78a6f-6753f-97782-d458a-a757e-947ea'
    """
    digits = sha256(proof.encode()).hexdigest()[:_ID_CHARACTERS]
    return "c-" + "-".join(digits[at : at + _ID_GROUP] for at in range(0, _ID_CHARACTERS, _ID_GROUP))
