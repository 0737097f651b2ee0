"""Ranking models of a repository: train one, compare rankings, list models, switch back to an older one.

A trained model is a new file and, where it beats every baseline on held-out commits, the active one. Nothing is
overwritten, so going back means naming an older one.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from twiceshy.archive import atomic_files
from twiceshy.archive.atomic_files import read_salt
from twiceshy.archive.lock import hold_lock
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, StoreCorrupt, UsageError
from twiceshy.logs.repository_place import RepositoryPlace, locate_repository
from twiceshy.records.predictions import Evaluation, HistoryCommit, ModelLine, RankingResult
from twiceshy_git.file_recipes.predict_files import (
    ACTIVE,
    active_model_name,
    choose_model,
    list_file_models,
    read_history,
    train_tfidf,
)
from twiceshy_git.file_recipes.ranking_files import note_project
from twiceshy_git.file_recipes.repository_files import MODEL_ENDING, models_folder
from twiceshy_git.predict.baselines import Ranker, make_baselines
from twiceshy_git.predict.model import BLEND, Model, decode, encode, load_general_model
from twiceshy_git.predict.rank import ModelRanker
from twiceshy_git.predict.ranking_evaluation import (
    RankingReplay,
    average_metrics,
    choose_judged,
    compare_metrics,
    find_split,
    measure_lead,
    replay,
    replay_share,
)
from twiceshy_git.predict.training import find_grower, train

_FEWEST = 25
"""Commits with files below which nothing is trained (guess, 2026-11-21)."""
_NEWEST = 6000
"""Commits that a model in use is trained on at most, the same as `predict` reads."""
_HELD_OUT = 0.2
"""Share of the commits on which a new model is compared with the one in use: training never saw them, by definition."""
_MOST_JUDGED = 400
"""Commits of that share that are ranked, evenly spread: 800 rankings take 20 CPU seconds (measured 2026-11-23 on two
histories: 25 ms each)."""
_SEED = 1


def train_files(config: Config, repo: Path) -> ModelLine:
    """Train and store a new model for the repository; it becomes active if it beats its baselines.

    Raises:
        UsageError: there is too little to learn from.
    """
    place = locate_repository(repo)
    changes = read_history(config, repo, place, read_salt(config.salt))
    if len(changes) < _FEWEST:
        raise UsageError(
            f"{len(changes)} commits with files are too few to train on ({_FEWEST} are needed); "
            "`twiceshy predict` works"
            " without, by the model that comes with it"
        )
    model = train(changes, load_general_model(), "", grow=find_grower())
    name = _store_model(config, repo, place, model)
    return next(line for line in list_models(config, repo) if line.name == name)


def _store_model(config: Config, repo: Path, place: RepositoryPlace, model: Model) -> str:
    """Store a model under a new name, in use where it is to be used; return the name."""
    folder = models_folder(config, place)
    _make_folder(config.home)
    with hold_lock(config.home, "models"):
        note_project(folder, repo)
        name = f"files-{_last_number(folder) + 1:04d}"
        atomic_files.write(folder / f"{name}{MODEL_ENDING}", encode(replace(model, name=name)))
        if model.used:
            atomic_files.write(folder / ACTIVE, name.encode())
    return name


def train_ahead(config: Config, repo: Path) -> str | None:
    """Train a model, and use it only where it surely ranks better than every baseline and than what is used now.

    Return its name; None where it is not used, and then nothing is stored.

    Raises:
        UsageError: there is too little to learn from.
    """
    place = locate_repository(repo)
    changes = read_history(config, repo, place, read_salt(config.salt), limit=_NEWEST)
    if len(changes) < _FEWEST:
        raise UsageError(f"{len(changes)} commits with files are too few to train on ({_FEWEST} are needed)")
    model = train(changes, load_general_model(), "", grow=find_grower())
    if not (model.used and all(lead["mrr"][1] > 0 for lead in model.card["ahead"].values())):
        return None
    if not _is_ahead(model, choose_model(config, place, ""), changes):
        return None
    return _store_model(config, repo, place, model)


def _is_ahead(ours: Model, theirs: Model, changes: Sequence[HistoryCommit]) -> bool:
    """Tell whether one model's MRR on the newest fifth is above another's, with its whole interval."""
    first = find_split(changes, _HELD_OUT)
    judged = choose_judged(changes, first, _MOST_JUDGED)
    marks = replay_share(changes, first, 1.0, judged, {"ours": ModelRanker(ours), "theirs": ModelRanker(theirs)}).marks
    return measure_lead(marks["ours"], marks["theirs"], Random(_SEED)).low > 0  # noqa: S311  # resampling, no secret


def write_tfidf(config: Config, repo: Path, out: Path, now: datetime) -> int:
    """Write a ``tfidf`` model to ``out`` for other collectors; return the number of commits it was trained on.

    Raises:
        UsageError: the repository has no commit with files.
        StoreUnwritable: the file could not be written.
    """
    model = train_tfidf(config, repo, locate_repository(repo), read_salt(config.salt))
    if not model.commits:
        raise UsageError("there is no commit with files to learn from")
    atomic_files.write(out, model.to_json(now.isoformat()).encode("utf-8", "replace"))
    return model.commits


def evaluate_files(
    config: Config, repo: Path, *, split: float, frozen: bool, all_files: bool, model_name: str = ""
) -> Evaluation:
    """Compare a model with every baseline on the last ``split`` of the history.

    Raises:
        UsageError: nothing is held out, or nothing is left to learn from.
    """
    place = locate_repository(repo)
    changes = read_history(config, repo, place, read_salt(config.salt))
    first = find_split(changes, split)
    if not 0 < first < len(changes):
        raise UsageError(f"a split of {split:g} of {len(changes)} commits leaves nothing to learn from or to judge by")
    model = choose_model(config, place, model_name)
    notes = []
    seen = int(model.card.get("trained_until", 0)) if model.card.get("own_trees") else 0
    if seen > first:
        notes.append(f"{model.name} was trained on commits that are held out here; the general model is judged instead")
        model = load_general_model()
    rankers: dict[str, Ranker] = {model.name: ModelRanker(model), "blend": ModelRanker(BLEND)}
    rankers |= make_baselines()
    result = replay(changes, rankers, first=first, frozen=frozen)
    return Evaluation(
        repository=str(place.store),
        protocol="frozen" if frozen else "online",
        targets="all" if all_files else "existing",
        learned=first,
        commits=len((result.marks_all if all_files else result.marks)[model.name]),
        rankings=tuple(_compare_rankings(result, model.name, all_files=all_files)),
        notes=tuple(notes),
    )


def _compare_rankings(result: RankingReplay, ours: str, *, all_files: bool) -> list[RankingResult]:
    """Return the mean scores of each ranking, with how far ``ours`` leads it."""
    marks = result.marks_all if all_files else result.marks
    rows = []
    for name, found in marks.items():
        lead = compare_metrics(marks[ours], found) if name != ours else {}
        behind = {mark: (mid, low, high) for mark, (mid, low, high) in lead.items()}
        rows.append(RankingResult(name=name, behind=behind, **average_metrics(found)._asdict()))
    return rows


def list_models(config: Config, repo: Path) -> list[ModelLine]:
    """Return the general model and the repository's own models, oldest first."""
    folder = models_folder(config, locate_repository(repo))
    active = active_model_name(folder)
    lines = [_to_model_line(load_general_model(), "general", active=not active, size=len(encode(load_general_model())))]
    for name in list_file_models(folder):
        raw = atomic_files.read(folder / f"{name}{MODEL_ENDING}") or b""
        try:
            model = decode(raw)
        except StoreCorrupt as error:
            model = Model(name=name, trees=(), calibration=None, card={"why_not_used": str(error)}, used=False)
        lines.append(_to_model_line(model, name, active=name == active, size=len(raw)))
    return lines


def show_model(config: Config, repo: Path, name: str) -> dict[str, Any]:
    """Return the card of a model, with the columns that split most; an empty name means the active model.

    Raises:
        NotFound: no model has that name.
    """
    model = choose_model(config, locate_repository(repo), name)
    return {"name": model.name, "used": model.used, "instead": model.instead, "trees": len(model.trees)} | model.card


def roll_back(config: Config, repo: Path, name: str) -> str:
    """Make ``name`` the active model, or the model before the active one; return the name of the active model.

    Raises:
        NotFound: there is no such model.
    """
    folder = models_folder(config, locate_repository(repo))
    with_general = ["general", *list_file_models(folder)]
    if not name:
        now = active_model_name(folder) or "general"
        at = with_general.index(now) if now in with_general else len(with_general)
        if at == 0:
            raise NotFound("the general model is in use; there is nothing before it")
        name = with_general[at - 1]
    if name not in with_general:
        raise NotFound(f"there is no model {name!r} for this repository; there are: {', '.join(with_general)}")
    _make_folder(config.home)
    with hold_lock(config.home, "models"):
        atomic_files.write(folder / ACTIVE, b"" if name == "general" else name.encode())
    return name


def _to_model_line(model: Model, name: str, *, active: bool, size: int) -> ModelLine:
    card = model.card
    figures = card.get("figures", {}).get("model", {})
    return ModelLine(
        name=name,
        active=active,
        used=model.used,
        why_not=str(card.get("why_not_used", "")),
        own_trees=bool(card.get("own_trees")),
        commits=int(card.get("commits", 0)),
        judged=int(card.get("judged", 0)),
        mrr=figures.get("mrr"),
        recall10=figures.get("recall10"),
        bytes=size,
        made_until=str(card.get("last_at", "")),
    )


def _last_number(folder: Path) -> int:
    numbers = [name.rpartition("-")[2] for name in list_file_models(folder)]
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def _make_folder(home: Path) -> None:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
