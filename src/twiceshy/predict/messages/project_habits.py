"""Which type and scope fit a change, in a project that uses such; nothing in one that does not.

Whether it does is seen from its messages: at least three in ten have one (``forms.USED``).
"""

from collections.abc import Mapping
from typing import Any

from twiceshy.predict.messages.examples import MessageExample
from twiceshy.predict.messages.forms import USED, FormHabits, LabelCounts, MessageLabels, parse_form


class ProjectHabits:
    """Types and scopes of a project, and how often it uses them."""

    def __init__(self, plain: Mapping[str, Any] | None = None) -> None:
        """Begin with nothing, or with what ``to_plain`` gave."""
        known = plain or {"seen": [0, 0, 0], "counts": [[], []]}
        self._habits = FormHabits(*(LabelCounts(*one) for one in known["counts"]))
        self._seen, self._kinds, self._scopes = known["seen"]

    def to_plain(self) -> dict[str, Any]:
        """Return what was learned, for JSON."""
        return {"seen": [self._seen, self._kinds, self._scopes], "counts": self._habits.to_plain()}

    def learn(self, example: MessageExample) -> None:
        """Take in what was written."""
        form = parse_form(example.subject)
        self._habits.learn(example)
        self._seen += 1
        self._kinds += bool(form.kind)
        self._scopes += bool(form.scope)

    def predict(self, example: MessageExample) -> MessageLabels:
        """Return the type and scope that fit; empty where the project has none."""
        told = self._habits.predict(example)
        least = USED * max(1, self._seen)
        return MessageLabels(
            told.kind if self._kinds >= least else "",
            told.scope if self._scopes >= least else "",
        )
