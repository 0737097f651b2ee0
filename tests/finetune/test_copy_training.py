"""The small writer: learned with torch, answered without."""

from importlib.util import find_spec

import numpy as np
import pytest

if find_spec("torch") is None:
    pytest.skip("needs torch: pip install -r requirements/training.txt", allow_module_level=True)

import torch

from twiceshy.finetune.copy_model import CopyWriter, WriterSize
from twiceshy.finetune.copy_training import mix_old_rows, train_writer
from twiceshy.predict.messages.byte_pairs import END, START, BytePairs, learn_byte_pairs
from twiceshy.predict.messages.copy_writer import CopyAnswers, pack_rows, unpack_rows

TEXTS = ["fix the parser 12", "add a lexer 34", "drop its cache 56", "test all names 78"]


def make_writer(steps: int) -> tuple[CopyWriter, BytePairs, list[tuple[list[int], list[int]]], list[float]]:
    torch.set_num_threads(1)
    pairs = learn_byte_pairs(TEXTS * 3, 100)
    rows = [
        (pairs.encode(text.split()[-2] + " " + text.split()[-1]), [START, *pairs.encode(text), END]) for text in TEXTS
    ]
    torch.manual_seed(1)
    model = CopyWriter(WriterSize(vocabulary=len(pairs.pieces), width=32, heads=4, longest=40))
    return model, pairs, rows, train_writer(model, rows, steps=steps, rows_a_step=4, rate=1e-2)


def list_arrays(model: CopyWriter) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    return {name: one.detach().numpy() for name, one in model.state_dict().items()}


def test_torch_and_numpy_answer_the_same() -> None:
    """Shares of the next piece within 1e-5, whatever fills up the input."""
    model, pairs, rows, _ = make_writer(3)
    given, written = rows[0]
    answers = CopyAnswers(list_arrays(model), pairs, heads=4)
    ours = answers.weigh_next(given, answers.read(given), written[:4])
    filled = torch.tensor([[*given, 0, 0]])
    with torch.no_grad():
        theirs = model(filled, model.read(filled), torch.tensor([written[:4]]))[0, -1].numpy()
    assert np.abs(ours - theirs).max() < 1e-5
    assert ours.sum() == pytest.approx(1, abs=1e-4)


def test_it_learns_by_heart_and_writes_from_packed_weights() -> None:
    """What was learned is written, also by 8-bit numbers; a number that is not in the input is not."""
    model, pairs, rows, losses = make_writer(120)
    assert losses[-1] < losses[0] / 4
    packed = {name: unpack_rows(*pack_rows(one)).reshape(one.shape) for name, one in list_arrays(model).items()}
    answers = CopyAnswers(packed, pairs, heads=4)
    for (given, _), text in zip(rows, TEXTS, strict=True):
        assert answers.write(given, [text]) == text
        assert answers.write(given, ["without numbers"]) == ""
        bare = [number for number in given if not any(sign.isdigit() for sign in pairs.pieces[number])]
        assert not any(sign.isdigit() for sign in answers.write(bare, []))


def test_one_seed_gives_one_curve() -> None:
    """To the last bit."""
    assert make_writer(3)[3] == make_writer(3)[3]


def test_old_rows_are_learned_again() -> None:
    """As many as there are new ones, the same each time."""
    old = [([n], [n]) for n in range(50)]
    new = [([n], [n]) for n in range(100, 110)]
    mixed = mix_old_rows(new, old)
    assert mixed == mix_old_rows(new, old)
    assert (mixed[:10], len(mixed)) == (new, 20)
    assert all(row in old for row in mixed[10:])
    assert len(mix_old_rows(old, new)) == 60
