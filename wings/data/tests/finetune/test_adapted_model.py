"""A base with an adapter beside it writes lines; without the adapter it writes as the base does."""

from pathlib import Path

import pytest
from wings.data.tests.finetune.tiny_base import MESSAGES, MISSING, REASON, build_base

if MISSING:
    pytest.skip(REASON, allow_module_level=True)

import torch

from twiceshy.base.errors import SourceError, SystemRefusal
from twiceshy.records.adapter_cards import AdapterShape
from twiceshy_data.finetune.adapted_model import AdaptedModel, find_free_memory
from twiceshy_data.finetune.adapter_training import AdapterSettings, train_adapter
from twiceshy_data.finetune.training_rows import TrainingRow

SHAPE = AdapterShape(rank=8, alpha=16, dropout=0.0, longest=160)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return build_base(tmp_path_factory.mktemp("base"))


def test_what_was_learned_by_heart_is_written_and_the_base_alone_does_not(base: Path) -> None:
    """Up to the end of the line; afterwards the adapter is back."""
    model = AdaptedModel(base, SHAPE)
    plain = model.write_line("+ parser")
    rows = [model.number_row(TrainingRow("+ parser", f"{MESSAGES[0]}\n\nsince it was wrong"))]
    train_adapter(model.model, rows, AdapterSettings(steps=150, rows_a_step=1, rate=2e-2))

    assert model.write_line("+ parser") == MESSAGES[0]
    with model.without_adapter():
        assert model.write_line("+ parser") == plain != MESSAGES[0]
    assert model.write_line("+ parser") == MESSAGES[0]
    assert "\n" not in model.write_line("x " * 500)  # a request that is too long loses its beginning


def test_one_seed_begins_alike(base: Path) -> None:
    """Another does not."""
    names = [AdaptedModel(base, AdapterShape(rank=2, seed=seed)).model.state_dict() for seed in (1, 1, 2)]
    key = next(name for name in names[0] if name.endswith("q_proj.down"))
    assert torch.equal(names[0][key], names[1][key])
    assert not torch.equal(names[0][key], names[2][key])


def test_memory_and_an_end_of_texts_are_asked_for(base: Path, tmp_path: Path) -> None:
    """Before anything is loaded; a tokenizer without an end cannot be learned with."""
    with pytest.raises(SystemRefusal, match="Nothing was loaded"):
        AdaptedModel(base, SHAPE, free=1000)
    for path in base.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    config = tmp_path / "tokenizer_config.json"
    config.write_text(config.read_text().replace('"eos_token"', '"no_token"'))
    with pytest.raises(SourceError, match="no token that ends a text"):
        AdaptedModel(tmp_path, SHAPE)


def test_memory_is_that_of_where_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the graphics card where there is one."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (7 << 30, 8 << 30))
    assert find_free_memory() == 7 << 30
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert find_free_memory() != 7 << 30
