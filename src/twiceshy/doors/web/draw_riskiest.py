"""The riskiest changes on a page: what is said of each, and what became of it."""

from typing import Any

from twiceshy.records.figures import RiskiestWork
from twiceshy.screens.number_words import NumberWords

_DIGITS = 10  # of a commit (guess, 2026-11-23: as in the terminal)


def draw_riskiest(found: RiskiestWork | None, wording: NumberWords) -> dict[str, Any]:
    """Return a sentence and rows; empty where nothing can be said."""
    if found is None:
        return {}
    since = f" since {wording.day(found.since)}" if found.since else ""
    name = "largest" if found.model == "size" else "riskiest"
    top, rest = wording.number(found.top), wording.number(found.changes - found.top)
    says = (
        f"The {name} tenth of {wording.plural(found.changes, 'change')}{since}: {wording.number(found.top_fixed)} of "
        f"{top} were fixed so far; of the others {wording.number(found.fixed - found.top_fixed)} of {rest}."
    )
    rows = [[f"{one.id[:_DIGITS]} {one.subject}".strip(), one.words, one.became] for one in found.riskiest]
    return {"says": says, "rows": rows}
