"""Which risk model of a repository is in use, and what is in its file?"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from twiceshy.archive import atomic_files
from twiceshy.archive.atomic_files import read_salt
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, StoreCorrupt, StoreTooNew, StoreUnwritable
from twiceshy.logs.repository_place import locate_repository
from twiceshy.records.change_risk import RiskColumn, RiskTable
from twiceshy.wings.git.file_recipes.repository_files import MODEL_ENDING, index_path, models_folder
from twiceshy.wings.git.predict.risk.risk_model import (
    GENERAL,
    SIZE,
    RiskModel,
    decode_risk_model,
    encode_risk_model,
    load_general_risk,
    match_columns,
)
from twiceshy.wings.git.predict.risk.risk_state import fingerprint_rules

KIND: Final = "risk-"
"""How the names of these models begin."""
ACTIVE: Final = "active-risk"
_SIZES: Final = ".sizes"
"""Ending of what is kept beside a repository's index."""
GENERAL_NAME: Final = "risk-general"


def load_risk_model(config: Config, repo: Path, columns: Sequence[RiskColumn], name: str = "") -> RiskModel:
    """Return the risk model of that name, or the one in use, on these columns.

    Where the repository has none of its own it is the general one; without that, one that knows sizes only and says no
    probability.

    Raises:
        NotFound: no model has that name.
        StoreCorrupt: the model's file is damaged.
    """
    return match_columns(choose_model(models_folder(config, locate_repository(repo)), name), columns)


def choose_model(folder: Path, name: str) -> RiskModel:
    """Return the model of that name, or the one in use, on its own columns.

    Raises:
        NotFound: no model has that name.
        StoreCorrupt: the model's file is damaged.
    """
    wanted = name or read_active(folder)
    raw = atomic_files.read(folder / f"{wanted}{MODEL_ENDING}") if wanted and wanted != GENERAL_NAME else None
    if raw is not None:
        return replace(decode_risk_model(raw), name=wanted)
    if name and name != GENERAL_NAME:
        raise NotFound(
            f"there is no risk model {name!r} for this repository; there are: {', '.join(list_names(folder))}"
        )
    general = load_general_risk()
    if general is not None:
        return replace(general, name=GENERAL_NAME, kind=GENERAL)
    return RiskModel(name=SIZE, kind=SIZE, card={"why_not_used": "nothing was trained here: `twiceshy train risk`"})


def load_sizes(config: Config, repo: Path, table: RiskTable, now: datetime) -> RiskModel:
    """Return what the sizes of a repository's changes tell, where nothing was trained; it is measured once a day."""
    name = f"{len(table.rows)}-{table.rows[-1].id if table.rows else ''}-{now:%Y-%m-%d}-{fingerprint_rules()}"
    path = index_path(config, locate_repository(repo), read_salt(config.salt)).with_suffix(_SIZES)
    with suppress(StoreCorrupt, StoreTooNew):
        kept = decode_risk_model(atomic_files.read(path) or b"{}")
        if kept.name == name:
            return replace(kept, name="")
    from twiceshy.wings.git.predict.risk.risk_training import train_risk  # noqa: PLC0415  # a model that was trained needs none

    sizes = train_risk(table, None, now.timestamp(), grower=None)
    with suppress(StoreUnwritable):  # a data folder that cannot be written costs time, never the answer
        atomic_files.write(path, encode_risk_model(replace(sizes, name=name)))
    return sizes


def read_active(folder: Path) -> str:
    """Return the name of the model in use; empty where none was put in use."""
    raw = atomic_files.read(folder / ACTIVE)
    name = raw.decode("utf-8", "replace").strip() if raw else ""
    return name if name.replace("-", "").isalnum() else ""


def list_names(folder: Path) -> list[str]:
    """Return the names of the risk models in a folder, oldest first."""
    return [name for name in atomic_files.list_names(folder, MODEL_ENDING) if name.startswith(KIND)]
