"""A base model of the user's, from a folder: read and hashed, never copied, changed or fetched."""

import hashlib
import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.base.foreign_files import read_named, stream_foreign
from twiceshy.base.private_files import write_whole
from twiceshy.records.adapter_cards import AdapterShape
from twiceshy_data.finetune.training_memory import TrainingSize, check_memory, estimate_memory, read_free_memory

if TYPE_CHECKING:
    import torch

NEEDED: Final = ("torch", "transformers", "safetensors")
_PIECE: Final = 1 << 20
"""Bytes that are hashed at once (guess, 2026-11-24)."""
_LONGEST_CONFIG: Final = 1 << 20
"""Bytes of a config (guess, 2026-11-24: real ones have some KB)."""
_FACTS: Final = "twiceshy"
_LICENCES: Final = ("LICENSE", "LICENCE", "COPYING", "NOTICE")
MOST_ROWS: Final = 8
"""Rows of one step (guess, 2026-11-24)."""
_ADAPTED: Final = 4
"""Layers of each of the model's that get an adapter: attention's four (by definition of ``adapters.CHOSEN``)."""


def check_packages(needed: tuple[str, ...] = NEEDED) -> None:
    """Do nothing where what training needs is installed.

    Raises:
        ToolMissing: it is not; the message names the extra.
    """
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise ToolMissing(
            f"training on a base model needs {', '.join(missing)}: pip install './wings/data[finetune]' in the checkout"
        )


def hash_folder(folder: Path) -> str:
    """Return one SHA-256 of the names and contents of a base model's files.

    Raises:
        SourceError: there is no such folder, or it holds no weights.
    """
    if not list(folder.glob("*.safetensors")) or not (folder / "config.json").is_file():
        raise SourceError(f"{folder} is no base model: it needs config.json and weights as *.safetensors")
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        one = hashlib.sha256()
        with stream_foreign(path) as file:
            while piece := file.read(_PIECE):
                one.update(piece)
        whole.update(f"{one.hexdigest()}  {path.name}\n".encode())
    return whole.hexdigest()


def measure_base(folder: Path, *, rank: int, tokens: int) -> TrainingSize:
    """Return how large training on this base would be, by its config and its files; nothing is loaded.

    Raises:
        SourceError: its config does not say.
    """
    try:
        config = json.loads(read_named(folder / "config.json", _LONGEST_CONFIG))
        layers, width = int(config["num_hidden_layers"]), int(config["hidden_size"])
        vocabulary = int(config["vocab_size"])
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise SourceError(f"{folder / 'config.json'} does not say how large the model is: {exc!r}") from exc
    held = 2 if "16" in str(config.get("dtype") or config.get("torch_dtype")) else 4
    parameters = sum(path.stat().st_size for path in folder.glob("*.safetensors")) // held
    trained = layers * _ADAPTED * 2 * rank * width
    return TrainingSize(
        parameters=parameters, trained=trained, layers=layers, width=width, vocabulary=vocabulary, tokens=tokens
    )


def choose_rows_a_step(folder: Path, shape: AdapterShape, free: int | None = None) -> int:
    """Return how many rows fit into one step: as many as there is memory for, at most ``MOST_ROWS``.

    Raises:
        SourceError: it is no base model.
        SystemRefusal: not even one fits.
    """
    known = read_free_memory() if free is None else free
    for rows in range(MOST_ROWS, 1, -1):
        needed = estimate_memory(measure_base(folder, rank=shape.rank, tokens=rows * shape.longest))
        if known is None or needed <= known:
            return rows
    check_memory(measure_base(folder, rank=shape.rank, tokens=shape.longest), known)
    return 1


def list_licences(folder: Path) -> list[str]:
    """Return the names of the files in which a base model's licence stands."""
    return sorted(path.name for path in folder.iterdir() if path.name.upper().startswith(_LICENCES))


def load_base(folder: Path, size: TrainingSize, free: int | None = None) -> tuple[Any, Any]:
    """Return model and tokenizer of a folder, in 32-bit numbers; memory is asked for before.

    Raises:
        ToolMissing: what reads it is not installed.
        SourceError: it is no base model.
        SystemRefusal: it does not fit into memory.
    """
    check_packages()
    check_memory(size, read_free_memory() if free is None else free)
    import torch  # noqa: PLC0415  # heavy, and not always here
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415  # as above
    from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415  # as above

    disable_progress_bar()

    try:
        model = AutoModelForCausalLM.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, use_safetensors=True, dtype=torch.float32
        )
        return model, AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError) as exc:
        raise SourceError(f"{folder} cannot be loaded as a model that writes text: {exc}") from exc


def write_adapter(path: Path, weights: Mapping[str, "torch.Tensor"], facts: Mapping[str, str]) -> bytes:
    """Write an adapter's weights into one file, with what is known of them (base, rank, alpha); return its bytes.

    It stands under one name, as those who write the format put several in any order: the same weights, the same file.
    """
    check_packages()
    from safetensors.torch import save  # noqa: PLC0415  # only with torch

    raw = bytes(save(dict(weights), metadata={_FACTS: json.dumps(dict(facts), sort_keys=True)}))
    write_whole(path, raw)
    return raw


def read_adapter(path: Path, base: str) -> dict[str, "torch.Tensor"]:
    """Return an adapter's weights, if it was made for the base with this hash.

    Raises:
        SourceError: it is no adapter, or one of another base.
    """
    check_packages()
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415  # only with torch

    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {})[_FACTS])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # no mapping
    except (OSError, SafetensorError, KeyError, ValueError) as exc:
        raise SourceError(f"{path} is no adapter: {exc!r}") from exc
    if facts.get("base") != base:
        raise SourceError(f"{path} was made for a base model with hash {facts.get('base')}, and this one has {base}")
    return weights
