"""Training an adapter on a tiny random model, and what it has to prove without a graphics card."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from wings.data.tests.finetune.tiny_base import MESSAGES, MISSING, REASON, build_base

if MISSING:
    pytest.skip(REASON, allow_module_level=True)

import torch
from torch import nn

from twiceshy.base.errors import SourceError, UsageError
from twiceshy_data.finetune.adapter_training import AdapterProgress, AdapterSettings, measure_loss, train_adapter
from twiceshy_data.finetune.adapters import (
    add_adapters,
    list_adapter_weights,
    merge_adapters,
    put_adapter_weights,
)
from twiceshy_data.finetune.base_models import hash_folder, load_base, measure_base, read_adapter, write_adapter
from twiceshy_data.finetune.training_rows import UNLEARNED, TokenRow, TrainingRow, number_row


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return build_base(tmp_path_factory.mktemp("base"))


def load(base: Path) -> tuple[Any, list[TokenRow]]:
    """The base with an untrained adapter, and ten rows."""
    model, tokenizer = load_base(base, measure_base(base, rank=4, tokens=512))
    torch.manual_seed(1)
    add_adapters(model, rank=4, alpha=8, dropout=0.1)
    rows = [TrainingRow(f"+ {text.split()[-1]}", text) for text in MESSAGES[:10]]
    return model, [number_row(row, tokenizer, end=1, longest=64) for row in rows]


def settings(steps: int) -> AdapterSettings:
    return AdapterSettings(steps=steps, rows_a_step=4, rate=2e-2)


def answer(model: nn.Module, rows: Sequence[TokenRow]) -> torch.Tensor:
    with torch.no_grad():
        return model.eval()(input_ids=torch.tensor([rows[0].ids])).logits


def mark(model: nn.Module, rows: Sequence[TokenRow], filler: int = 0) -> float:
    with torch.no_grad():
        return float(measure_loss(model.eval(), rows, filler))


def test_an_untrained_adapter_changes_nothing(base: Path) -> None:
    """It begins at zero."""
    plain, _ = load_base(base, measure_base(base, rank=4, tokens=512))
    model, rows = load(base)
    assert torch.equal(answer(plain, rows), answer(model, rows))


def test_the_loss_falls_and_only_the_adapter_changes(base: Path) -> None:
    """Ten rows are learned by heart: half of the loss is gone in 100 steps; the base's file and numbers stay."""
    before = hash_folder(base)
    model, rows = load(base)
    frozen = {name: one.clone() for name, one in model.named_parameters() if not one.requires_grad}
    first = mark(model, rows)

    done = train_adapter(model, rows, settings(100))

    assert mark(model, rows) <= first / 2
    assert all(torch.equal(frozen[name], one) for name, one in model.named_parameters() if name in frozen)
    assert hash_folder(base) == before
    assert len(done.weights) == 2 * 4 * 2  # two layers' four, down and up
    assert {min(one.shape) for one in done.weights.values()} == {4}


def test_a_kept_adapter_answers_the_same_and_so_does_a_merged_one(base: Path, tmp_path: Path) -> None:
    """Within 1e-5 and 1e-4; it is refused for another base."""
    model, rows = load(base)
    done = train_adapter(model, rows, settings(5))
    trained = answer(model, rows)
    write_adapter(tmp_path / "adapter.safetensors", done.weights, {"base": hash_folder(base)})

    again, _ = load(base)
    assert not torch.allclose(answer(again, rows), trained, atol=1e-5)
    put_adapter_weights(again, read_adapter(tmp_path / "adapter.safetensors", hash_folder(base)))
    assert torch.allclose(answer(again, rows), trained, atol=1e-5)
    merge_adapters(again)
    assert torch.allclose(answer(again, rows), trained, atol=1e-4)
    assert list_adapter_weights(again) == {}

    with pytest.raises(SourceError, match="made for a base model with hash"):
        read_adapter(tmp_path / "adapter.safetensors", "another")
    (tmp_path / "adapter.safetensors").write_text("nonsense")
    with pytest.raises(SourceError, match="is no adapter"):
        read_adapter(tmp_path / "adapter.safetensors", hash_folder(base))


def test_the_request_carries_no_loss(base: Path) -> None:
    """With or without its labels masked by hand it is the same; learned labels would change it."""
    model, rows = load(base)
    loss = mark(model, rows)
    whole = [TokenRow(row.ids, row.ids, row.cut) for row in rows]
    asked = [row.labels.count(UNLEARNED) for row in rows]
    masked = [TokenRow(row.ids, (*[UNLEARNED] * n, *row.ids[n:]), row.cut) for n, row in zip(asked, rows, strict=True)]
    assert mark(model, masked) == loss
    assert mark(model, whole) != loss
    assert mark(model, rows, 7) == pytest.approx(loss, abs=1e-6)  # what fills up is not seen


def test_one_seed_gives_one_curve_even_if_interrupted(base: Path) -> None:
    """Stopped after two steps and taken up in a fresh process's place, dropout and all: the same weights."""
    whole = train_adapter(*load(base), settings(4))
    same = train_adapter(*load(base), settings(4))
    half = train_adapter(*load(base), settings(2))
    rest = train_adapter(*load(base), settings(4), before=half)

    assert whole.losses == same.losses == rest.losses
    assert all(torch.equal(one, rest.weights[name]) for name, one in whole.weights.items())
    other = train_adapter(*load(base), AdapterSettings(steps=4, rows_a_step=4, rate=2e-2, seed=2))
    assert other.losses != whole.losses


def test_nothing_to_learn_and_nothing_to_adapt_are_refused(base: Path) -> None:
    """With what to do."""
    model, rows = load(base)
    blank = [TokenRow(row.ids, (UNLEARNED,) * len(row.ids), cut=True) for row in rows]
    for none in ([], blank):
        with pytest.raises(UsageError, match="no rows with an answer"):
            train_adapter(model, none, settings(1))
    with pytest.raises(SourceError, match="no linear layer named nowhere"):
        add_adapters(nn.Sequential(nn.Linear(2, 2)), rank=1, alpha=1, chosen=("nowhere",))
    with pytest.raises(SourceError, match="another base model or rank"):
        train_adapter(model, rows, settings(1), AdapterProgress(weights={"x": torch.zeros(1)}))
