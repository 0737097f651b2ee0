"""The bytes of a contribution: figures by table, the rules that they keep, and nothing that says whose they are."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from twiceshy.wings.data.dataset.consent_text import VERSION, hash_text
from twiceshy.wings.data.dataset.shared_figures import (
    DIGITS,
    LARGEST_SHARE,
    LEAST,
    DurationCell,
    FigureCell,
    TogetherCell,
)

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
