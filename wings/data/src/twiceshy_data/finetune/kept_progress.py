"""How far training is, in a file, so that a run that ended early goes on as if it had not."""

import io
from dataclasses import asdict
from pathlib import Path

import torch

from twiceshy.base.errors import SourceError, UsageError
from twiceshy.base.private_files import write_whole
from twiceshy_data.finetune.adapter_training import AdapterProgress


def keep_progress(path: Path, progress: AdapterProgress, told: str) -> None:
    """Write how far it is; ``told`` says of which rows and settings."""
    raw = io.BytesIO()
    torch.save(asdict(progress) | {"told": told}, raw)
    write_whole(path, raw.getvalue())


def read_progress(path: Path, told: str) -> AdapterProgress | None:
    """Return how far it was; None where nothing was begun.

    Raises:
        SourceError: the file is damaged.
        UsageError: it is of other rows or settings.
    """
    if not path.is_file():
        return None
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
        progress = AdapterProgress(found["losses"], found["weights"], found["optimiser"])
    except Exception as exc:  # torch raises what its reader raises
        raise SourceError(f"{path} cannot be read ({type(exc).__name__}): remove its folder to begin anew") from exc
    if found["told"] != told:
        raise UsageError(
            f"{path.parent} holds a run that was begun on other rows, another base or with other settings: "
            "name another folder with --out, or remove this one"
        )
    return progress
