"""Risk models of a repository: train one, measure the recipe, list models, switch back to an older one.

They lie beside the models that rank files, in the same folder. The newest one answers: where its trees do not beat the
number of lines added, it says so itself and answers by size. Nothing is overwritten, so going back means naming an
older one.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from twiceshy.archive import atomic_files
from twiceshy.archive.atomic_files import read_salt
from twiceshy.archive.lock import hold_lock
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, SourceError, StoreCorrupt, StoreTooNew, StoreUnwritable, UsageError
from twiceshy.logs.described_changes import read_commit_tokens
from twiceshy.logs.repository_place import locate_repository
from twiceshy.records.change_risk import RiskColumn, RiskEvaluation, RiskTable
from twiceshy.records.predictions import ModelLine
from twiceshy_git.file_recipes.ranking_files import note_project
from twiceshy_git.file_recipes.repository_files import MODEL_ENDING, index_path, models_folder
from twiceshy_git.predict.risk.lent_risk import has_learned_from
from twiceshy_git.predict.risk.risk_evaluation import evaluate_risk
from twiceshy_git.predict.risk.risk_growing import RiskGrower, find_risk_grower, require_risk_library
from twiceshy_git.predict.risk.risk_judging import GENERAL_TREES, OURS, judge_general
from twiceshy_git.predict.risk.risk_model import (
    GENERAL,
    OWN,
    SIZE,
    RiskModel,
    decode_risk_model,
    encode_risk_model,
    load_general_risk,
    match_columns,
)
from twiceshy_git.predict.risk.risk_recipe import KnownChanges, look_back
from twiceshy_git.predict.risk.risk_state import fingerprint_rules
from twiceshy_git.predict.risk.risk_training import tell_too_few, train_risk
from twiceshy_git.risk_recipes.known_changes import read_fresh_table

# Which risk model of a repository is in use, and what is in its file?

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
    from twiceshy_git.predict.risk.risk_training import train_risk  # noqa: PLC0415  # a model that was trained needs none

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


_MOST_READ: Final = 20_000
"""Changes whose patches are read for a baseline: a minute of git (measured on Open vSwitch, 2026-11-23)."""
_LEAST_READ: Final = 0.9
"""Share of them that must be there (guess, 2026-11-23)."""


def train_own_risk(config: Config, repo: Path, now: datetime) -> ModelLine:
    """Train and store a new risk model of the repository, and put it in use.

    Raises:
        NotFound: the repository has no commit yet.
        UsageError: there is too little to learn from.
        ToolMissing: LightGBM is not installed.
    """
    place = locate_repository(repo)
    require_risk_library()
    table = read_fresh_table(config, repo)
    model = train_risk(table, load_general_risk(), now.timestamp(), grower=find_risk_grower(_names_of(table)))
    if not model.size_steps:
        raise UsageError(
            f"too little to learn from: {model.card['why_not_used']}. `twiceshy risk` asks a model of public"
            " histories until then, or tells the size of a change"
        )
    folder = models_folder(config, place)
    config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with hold_lock(config.home, "models"):
        note_project(folder, repo)
        name = f"{KIND}{_last_number(folder) + 1:04d}"
        atomic_files.write(folder / f"{name}{MODEL_ENDING}", encode_risk_model(replace(model, name=name)))
        atomic_files.write(folder / ACTIVE, name.encode())
    return next(line for line in list_risk_models(config, repo) if line.name == name)


def evaluate_own_risk(config: Config, repo: Path, now: datetime) -> RiskEvaluation:
    """Measure models of earlier times on the changes behind them, beside named baselines; tell what columns are worth.

    Raises:
        NotFound: the repository has no commit yet.
        UsageError: there is too little to judge by.
        ToolMissing: LightGBM is not installed.
    """
    place = locate_repository(repo)
    require_risk_library()
    table = read_fresh_table(config, repo)
    known = look_back(table, now.timestamp())
    if not known.is_enough():
        raise UsageError(f"too little to judge by: {tell_too_few(known)}")
    grower = RiskGrower(_names_of(table))
    tokens, notes = _read_tokens(repo, known)
    judged = evaluate_risk(table, known, grower, tokens)
    if not judged.periods:
        raise UsageError("too little to judge by: at no earlier time was enough known to make a model")
    general = load_general_risk()
    judged = replace(judged, repository=str(place.store), notes=notes)
    if general is None or has_learned_from(general, table.rows):
        return judged
    theirs = judge_general(known, match_columns(general, table.columns)).scores[:1]
    return replace(judged, scores=(*judged.scores, *theirs))


def _read_tokens(repo: Path, known: KnownChanges) -> tuple[Mapping[str, Sequence[int]], tuple[str, ...]]:
    """Return the words of the known changes; without them, why there are none."""
    names = [row.id for row in known.rows]
    if len(names) > _MOST_READ:
        return {}, (f"words of patches are left out: {len(names):,} changes are more than the {_MOST_READ:,} to read",)
    try:
        tokens = dict(read_commit_tokens(repo, names))
    except SourceError:
        tokens = {}
    if len(tokens) < _LEAST_READ * len(names):
        return {}, ("words of patches are left out: this copy of the repository lacks the contents of many files",)
    return tokens, ()


def list_risk_models(config: Config, repo: Path) -> list[ModelLine]:
    """Return the repository's risk models, oldest first; before them the general one where there is one."""
    folder = models_folder(config, locate_repository(repo))
    active = read_active(folder)
    lines = []
    general = load_general_risk()
    if general is not None:
        raw = encode_risk_model(general)
        lines.append(_to_line(general, GENERAL_NAME, active=active in {"", GENERAL_NAME}, size=len(raw)))
    for name in list_names(folder):
        raw = atomic_files.read(folder / f"{name}{MODEL_ENDING}") or b""
        try:
            model = decode_risk_model(raw)
        except StoreCorrupt as error:
            model = RiskModel(name=name, kind=SIZE, card={"why_not_used": str(error)})
        lines.append(_to_line(model, name, active=name == active, size=len(raw)))
    return lines


def show_risk_model(config: Config, repo: Path, name: str) -> dict[str, Any]:
    """Return the card of a risk model; an empty name means the one in use.

    Raises:
        NotFound: no model has that name.
    """
    model = choose_model(models_folder(config, locate_repository(repo)), name)
    return {"name": model.name, "answers": model.kind, "trees": len(model.trees), "base": model.base} | model.card


def roll_back_risk(config: Config, repo: Path, name: str) -> str:
    """Put a risk model in use, or the one before the one in use; return its name.

    Raises:
        NotFound: there is no such model.
    """
    folder = models_folder(config, locate_repository(repo))
    general = [GENERAL_NAME] if load_general_risk() is not None else []
    there = [*general, *list_names(folder)]
    if not name:
        now = read_active(folder) or GENERAL_NAME
        at = there.index(now) if now in there else len(there)
        if at == 0 or not there:
            raise NotFound("there is no risk model before the one in use")
        name = there[at - 1]
    if name not in there:
        raise NotFound(f"there is no risk model {name!r} for this repository; there are: {', '.join(there) or 'none'}")
    config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with hold_lock(config.home, "models"):
        atomic_files.write(folder / ACTIVE, name.encode())
    return name


def _last_number(folder: Path) -> int:
    numbers = [name.removeprefix(KIND) for name in list_names(folder)]
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def _to_line(model: RiskModel, name: str, *, active: bool, size: int) -> ModelLine:
    card = model.card
    # A model of one's own whose trees were not ahead answers with the general ones: their figures are not its own.
    figures = card.get("figures", {}).get(GENERAL_TREES if name == GENERAL_NAME else OURS, {})
    lead = figures.get("lead")
    return ModelLine(
        name=name,
        active=active,
        used=model.used,
        why_not=str(card.get("why_not_used", "")),
        own_trees=bool(model.trees) and model.kind == OWN,
        commits=int(card.get("changes", 0)),
        judged=int(card.get("judged", 0)),
        mrr=None,
        recall10=None,
        bytes=size,
        made_until=str(card.get("last_at", "")),
        kind="risk",
        auc=figures.get("auc"),
        lead=tuple(lead) if lead else None,
    )


def _names_of(table: RiskTable) -> list[str]:
    return [one.name for one in table.columns]
