"""Requests with their answers as a trainer takes them: what is learned, what is only read, and what was cut off.

A label of ``UNLEARNED`` carries no loss: all of the request has it, so that only the answer is learned.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from twiceshy.base.errors import SourceError

UNLEARNED: Final = -100
"""What cross entropy leaves out (by definition of torch's default)."""
TRAIN: Final = "train"


class TrainingRow(NamedTuple):
    """One request and the answer that is right."""

    prompt: str
    completion: str


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One row as numbers."""

    ids: tuple[int, ...]
    labels: tuple[int, ...]
    cut: bool
    """Whether some of the answer did not fit."""


class RowTokenizer(Protocol):
    """Numbers for a text."""

    def encode(self, text: str, *, add_special_tokens: bool = ...) -> list[int]:
        """Return them."""
        ...


def read_training_rows(lines: Iterable[str]) -> list[TrainingRow]:
    """Return the rows of an export (JSON Lines, form ``sft``); those of other parts than ``train`` are left out.

    Raises:
        SourceError: a line is no such row, or does not say which part it is of.
    """
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            part, asked, answer = row["split"], _join(row["prompt"]), _join(row["completion"])
        except (ValueError, KeyError, TypeError) as exc:
            raise SourceError(
                f"line {number} is no row with split, prompt and completion ({exc!r}): "
                "export with `twiceshy export finetune --form sft`"
            ) from exc
        if part == TRAIN:
            rows.append(TrainingRow(asked, answer))
    return rows


def _join(messages: Sequence[dict[str, str]]) -> str:
    return "\n".join(one["content"] for one in messages)


def number_row(row: TrainingRow, tokenizer: RowTokenizer, *, end: int, longest: int) -> TokenRow:
    """Return a row of at most ``longest`` tokens, ended by ``end``.

    A request that is too long loses its beginning, but no more than half of the room is taken from it for the answer;
    what does not fit of the answer then is cut off, with its end, so that nobody learns to stop there.
    """
    asked = tokenizer.encode(row.prompt + "\n", add_special_tokens=False)
    answer = [*tokenizer.encode(row.completion, add_special_tokens=False), end]
    room = max(longest - len(answer), longest // 2)
    asked = asked[-room:]
    kept = answer[: longest - len(asked)]
    return TokenRow((*asked, *kept), (*[UNLEARNED] * len(asked), *kept), len(kept) < len(answer))
