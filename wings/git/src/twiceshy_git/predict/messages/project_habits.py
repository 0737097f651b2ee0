"""Which type and scope fit a change, in a project that uses such; nothing in one that does not.

Whether it does is seen from its messages: at least three in ten have one (``forms.USED``).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from twiceshy_git.predict.messages.examples import MessageExample
from twiceshy_git.predict.messages.forms import (
    USED,
    FormHabits,
    LabelCounts,
    MessageLabels,
    name_kind,
    name_style,
    parse_form,
)
from twiceshy_git.predict.messages.label_rows import (
    LabelModel,
    LabelRows,
    NewestLabel,
    choose_label,
    keep_labels,
    list_label_rows,
    load_general_labels,
)
from twiceshy_git.predict.messages.retrieve import NearCommit

_STYLES: Final = 500
"""Newest messages by which a form is still in use (guess, 2026-11-24)."""
_NEWEST: Final = 100
"""Newest labels that count beside all (guess, 2026-11-24)."""


class ProjectHabits:
    """Types and scopes of a project, and how often it uses them."""

    def __init__(self, plain: Mapping[str, Any] | None = None) -> None:
        """Begin with nothing, or with what ``to_plain`` gave."""
        known = plain or {"seen": [0, 0, 0], "counts": [[], []], "newest": [[], []]}
        self._habits = FormHabits(*(LabelCounts(*one) for one in known["counts"]))
        self._seen, self._kinds, self._scopes = known["seen"]
        self._newest_kinds, self._newest_scopes = (
            [NewestLabel(*one) for one in rows] for rows in known.get("newest", [[], []])
        )

        self._styles: list[str] = list(known.get("styles", []))
        """Of the newest messages, the oldest first."""

    def is_current(self, subject: str) -> bool:
        """Tell whether any of the newest messages has what this one has in front; true before that is known."""
        style = name_style(subject)
        return bool(subject) and (not style or not self._styles or style in self._styles)

    def to_plain(self) -> dict[str, Any]:
        """Return what was learned, for JSON."""
        return {
            "seen": [self._seen, self._kinds, self._scopes],
            "counts": self._habits.to_plain(),
            "styles": self._styles,
            "newest": [[list(one) for one in rows] for rows in (self._newest_kinds, self._newest_scopes)],
        }

    def learn(self, example: MessageExample) -> None:
        """Take in what was written."""
        form = parse_form(example.subject)
        self._habits.learn(example)
        self._seen += 1
        self._styles.append(name_style(example.subject))
        del self._styles[:-_STYLES]
        self._kinds += bool(form.kind)
        self._scopes += bool(form.scope)
        for newest, label in ((self._newest_kinds, form.kind), (self._newest_scopes, form.scope)):
            if label:
                newest.append(NewestLabel(example.author, label))
                del newest[:-_NEWEST]

    def predict(
        self, example: MessageExample, near: Sequence[NearCommit], model: LabelModel | None = None
    ) -> MessageLabels:
        """Return the type and scope that fit; empty where the project has none.

        ``near``: the nearest commits. ``model``: other trees than those that come with twiceshy.
        """
        trees = model or load_general_labels()
        least = USED * max(1, self._seen)
        kinds, scopes = self.list_candidates(example, near)
        kind = choose_label(trees.kind, kinds) if self._kinds >= least else ""
        together = self._habits.counts[1].find_trait(name_kind(kind)) if kind else {}
        scopes = keep_labels(scopes, together)
        return MessageLabels(kind, choose_label(trees.scope, scopes) if self._scopes >= least else "")

    def list_candidates(self, example: MessageExample, near: Sequence[NearCommit]) -> tuple[LabelRows, LabelRows]:
        """Return the types and the scopes that may fit, with what speaks for each."""
        forms = [parse_form(one.past.subject) for one in near]
        kinds, scopes = self._habits.counts
        return (
            list_label_rows(kinds, self._newest_kinds, example, near, [form.kind for form in forms]),
            list_label_rows(scopes, self._newest_scopes, example, near, [form.scope for form in forms]),
        )
