"""Commits as rows for a trainer of models: the change and its nearest older messages, and what was written.

By time: the first three fifths are ``train``, the fourth ``validation``, the last ``test``. What stands beside a change
is older than it, so that no row shows what came later.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from twiceshy.predict.messages.examples import MessageExample
from twiceshy.predict.messages.retrieve import CommitIndex

_NEAREST: Final = 3
"""Older messages beside a change (guess, 2026-11-24)."""
_MOST_TOKENS: Final = 400
"""Of a change's form (guess, 2026-11-24: with three messages it stays below 1,024 pieces of a model)."""
_PARTS: Final = ((0.6, "train"), (0.8, "validation"), (1.0, "test"))


def make_message_rows(examples: Sequence[MessageExample]) -> Iterator[Mapping[str, object]]:
    """Yield a row for each commit, in the order given, which is time's."""
    index = CommitIndex()
    for number, example in enumerate(examples):
        near = [one.past.subject for one in index.find(example, _NEAREST)]
        yield {
            "prompt": [{"role": "user", "content": write_request(example, near)}],
            "completion": [{"role": "assistant", "content": f"{example.subject}\n\n{example.body}".strip()}],
            "split": next(name for end, name in _PARTS if number < end * len(examples)),
        }
        index.add(example)


def write_request(example: MessageExample, near: Sequence[str]) -> str:
    """Return what a model is asked: the change first, since a request that is too long loses its beginning."""
    told = "\n".join(("Messages of changes like it:", *near)) if near else ""
    change = " ".join(example.tokens[:_MOST_TOKENS])
    return "\n".join(part for part in (change, told, "Write this change's commit message.") if part)
