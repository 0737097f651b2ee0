"""Commits as rows for a trainer of models: the change and its nearest older messages, and what was written.

What stands beside a change is older than it, so that no row shows what came later.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from twiceshy.wings.git.predict.messages.examples import MessageExample
from twiceshy.wings.git.predict.messages.retrieve import CommitIndex

_NEAREST: Final = 3
"""Older messages beside a change (guess, 2026-11-24)."""
_MOST_TOKENS: Final = 400
"""Of a change's form (guess, 2026-11-24: with three messages it stays below 1,024 pieces of a model)."""


class MessageRow(NamedTuple):
    """One commit as a request and what was written."""

    example: MessageExample
    request: str

    @property
    def written(self) -> str:
        """Subject and body."""
        return f"{self.example.subject}\n\n{self.example.body}".strip()


def make_message_rows(examples: Iterable[MessageExample]) -> Iterator[MessageRow]:
    """Yield a row for each commit, in the order given, which is time's."""
    index = CommitIndex()
    for example in examples:
        near = [one.past.subject for one in index.find(example, _NEAREST)]
        yield MessageRow(example, write_request(example, near))
        index.add(example)


def write_request(example: MessageExample, near: Sequence[str]) -> str:
    """Return what a model is asked: the change first, since a request that is too long loses its beginning."""
    told = "\n".join(("Messages of changes like it:", *near)) if near else ""
    change = " ".join(example.tokens[:_MOST_TOKENS])
    return "\n".join(part for part in (change, told, "Write this change's commit message.") if part)
