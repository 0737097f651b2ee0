"""Rows for a trainer: what is learned of them, what is cut, and what never reaches it."""

import json

import pytest

from twiceshy.base.errors import SourceError
from twiceshy_data.finetune.training_rows import UNLEARNED, TrainingRow, number_row, read_training_rows


class Letters:
    """A token a letter."""

    def encode(self, text: str, *, add_special_tokens: bool = True) -> list[int]:
        assert not add_special_tokens
        return [ord(letter) for letter in text]


def write(split: str, asked: str, answer: str) -> str:
    messages = [[{"role": role, "content": text}] for role, text in (("user", asked), ("assistant", answer))]
    return json.dumps({"prompt": messages[0], "completion": messages[1], "split": split})


def test_only_rows_of_the_first_part_are_learned() -> None:
    """A marker that was planted in the others is in none."""
    lines = [write("train", "a", "b"), write("test", "MARKER", "MARKER"), write("validation", "MARKER", "c")]
    assert read_training_rows(lines) == [TrainingRow("a", "b")]


@pytest.mark.parametrize("line", ["{", "[]", '{"prompt": [], "completion": []}', '{"split": "train"}'])
def test_what_is_no_row_is_refused_with_its_line(line: str) -> None:
    """Nothing is trained on a guess."""
    with pytest.raises(SourceError, match=r"line 2 .*export finetune"):
        read_training_rows([write("train", "a", "b"), line])


def test_the_request_has_no_labels() -> None:
    """Only the answer and its end have."""
    row = number_row(TrainingRow("ab", "cd"), Letters(), end=0, longest=9)
    assert row.ids == (97, 98, 10, 99, 100, 0)
    assert row.labels == (UNLEARNED, UNLEARNED, UNLEARNED, 99, 100, 0)
    assert not row.cut


def test_a_long_request_loses_its_beginning_and_a_long_answer_its_end() -> None:
    """The answer has half of the room at least; that it was cut is told."""
    row = number_row(TrainingRow("abcdefgh", "xy"), Letters(), end=0, longest=7)
    assert (row.ids, row.cut) == ((102, 103, 104, 10, 120, 121, 0), False)
    row = number_row(TrainingRow("abcdefgh", "tuvwxyz"), Letters(), end=0, longest=6)
    assert (row.ids, row.cut) == ((103, 104, 10, 116, 117, 118), True)
    assert row.labels[-1] == 118
