"""A base model's folder: measured before it is loaded, and refused in a sentence."""

from pathlib import Path

import pytest

from twiceshy.base.errors import SourceError, SystemRefusal, ToolMissing
from twiceshy_data.finetune.base_models import check_packages, hash_folder, load_base, measure_base

CONFIG = '{"num_hidden_layers": 2, "hidden_size": 64, "vocab_size": 512, "dtype": "bfloat16"}'


def write_folder(folder: Path, config: str = CONFIG) -> Path:
    (folder / "config.json").write_text(config)
    (folder / "model.safetensors").write_bytes(b"\0" * 1000)
    return folder


def test_missing_packages_name_the_extra() -> None:
    """And only those that are missing."""
    with pytest.raises(ToolMissing, match=r"needs no_such_package: pip install './wings/data\[finetune\]'"):
        check_packages(("json", "no_such_package"))
    check_packages(("json",))


def test_a_folder_is_hashed_by_names_and_contents(tmp_path: Path) -> None:
    """Any change gives another hash; what is no model is refused."""
    with pytest.raises(SourceError, match="is no base model"):
        hash_folder(tmp_path)
    first = hash_folder(write_folder(tmp_path))
    assert hash_folder(tmp_path) == first
    (tmp_path / "model.safetensors").write_bytes(b"\1")
    assert hash_folder(tmp_path) != first


def test_it_is_measured_without_loading_it(tmp_path: Path) -> None:
    """By its config and the size of its files."""
    size = measure_base(write_folder(tmp_path), rank=4, tokens=10)
    assert (size.parameters, size.layers, size.width, size.trained) == (500, 2, 64, 2 * 4 * 2 * 4 * 64)
    for config in ("{", "{}", "[]"):
        with pytest.raises(SourceError, match="does not say how large"):
            measure_base(write_folder(tmp_path, config), rank=4, tokens=10)


def test_memory_is_asked_for_before_anything_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder holds nothing that could be loaded, and yet it is memory that is missing."""
    monkeypatch.setattr("twiceshy_data.finetune.base_models.NEEDED", ())
    monkeypatch.setattr("twiceshy_data.finetune.base_models.check_packages", lambda: None)
    with pytest.raises(SystemRefusal, match="GiB are free"):
        load_base(tmp_path, measure_base(write_folder(tmp_path), rank=4, tokens=10), free=10)
