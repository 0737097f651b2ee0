"""How far training is, in a file: taken up again by the same run only."""

from importlib.util import find_spec
from pathlib import Path

import pytest

if find_spec("torch") is None:
    pytest.skip("needs torch: pip install -r requirements/training.txt", allow_module_level=True)

import torch

from twiceshy.base.errors import SourceError, UsageError
from twiceshy_data.finetune.adapter_training import AdapterProgress
from twiceshy_data.finetune.kept_progress import keep_progress, read_progress


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    """To the last bit, for the same rows and settings; nothing is there before."""
    path = tmp_path / "out" / "progress.pt"
    assert read_progress(path, "rows") is None
    one = torch.nn.Parameter(torch.randn(3, 3))
    optimiser = torch.optim.AdamW([one])
    one.sum().backward()
    optimiser.step()
    keep_progress(path, AdapterProgress([1.5, 0.1], {"x.up": one.detach()}, optimiser.state_dict()), "rows")

    found = read_progress(path, "rows")
    assert found is not None
    assert found.losses == [1.5, 0.1]
    assert torch.equal(found.weights["x.up"], one)
    assert torch.equal(found.optimiser["state"][0]["exp_avg"], optimiser.state_dict()["state"][0]["exp_avg"])
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="begun on other rows"):
        read_progress(path, "others")


@pytest.mark.parametrize("raw", [b"", b"nonsense", b"PK\x03\x04"])
def test_a_damaged_file_is_said_so(tmp_path: Path, raw: bytes) -> None:
    """With what to do."""
    path = tmp_path / "progress.pt"
    path.write_bytes(raw)
    with pytest.raises(SourceError, match="remove its folder"):
        read_progress(path, "rows")


def test_a_file_that_would_run_something_is_not_read(tmp_path: Path) -> None:
    """Only numbers and texts are taken."""

    class Runs:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (print, ("ran",))

    path = tmp_path / "progress.pt"
    torch.save({"losses": Runs(), "told": "rows"}, path)
    with pytest.raises(SourceError, match="UnpicklingError"):
        read_progress(path, "rows")
