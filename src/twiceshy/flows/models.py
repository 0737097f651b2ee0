"""Ranking models of a repository: train one, measure rankings side by side, list, compare, go back.

A trained model is a new file and, where it beats every baseline on held-out time, the active one; nothing is
overwritten, so that going back is naming an older one.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from twiceshy.capture.patches import place_of
from twiceshy.config import Config
from twiceshy.errors import NotFound, StoreCorrupt, UsageError
from twiceshy.flows.learned_files import note_project
from twiceshy.flows.predict import (
    ACTIVE,
    MODEL_ENDING,
    active_name,
    chosen_model,
    history,
    models_of,
    salt_of,
    trained_tfidf,
)
from twiceshy.predict.baselines import Ranker, baselines
from twiceshy.predict.evaluate import Replay, ahead_of, mean, replay, split_at
from twiceshy.predict.model import BLEND, Model, decode, encode, general
from twiceshy.predict.rank import Learned
from twiceshy.predict.training import own_grower, train
from twiceshy.records.predictions import Evaluated, Evaluation, ModelLine
from twiceshy.store import shelf
from twiceshy.store.lock import held

FEWEST = 25
"""Commits with files below which nothing is trained (guess)."""


def train_files(config: Config, repo: Path) -> ModelLine:
    """The repository's new model; it is active where it beat its baselines.

    Raises:
        UsageError: there is too little to learn from.
    """
    place = place_of(repo)
    changes = history(config, repo, place, salt_of(config))
    if len(changes) < FEWEST:
        raise UsageError(
            f"{len(changes)} commits with files are too few to train on ({FEWEST} are needed); `twiceshy predict` works"
            " without, by the model that comes with it"
        )
    model = train(changes, general(), "", grow=own_grower())
    folder = models_of(config, place)
    _make(config.home)
    with held(config.home, "models"):
        note_project(folder, repo)
        name = f"files-{_last_number(folder) + 1:04d}"
        shelf.write(folder / f"{name}{MODEL_ENDING}", encode(replace(model, name=name)))
        if model.used:
            shelf.write(folder / ACTIVE, name.encode())
    return next(line for line in list_models(config, repo) if line.name == name)


def write_tfidf(config: Config, repo: Path, out: Path, now: datetime) -> int:
    """How many commits the ``tfidf`` model in ``out`` was made of; other collectors can read that file.

    Raises:
        UsageError: the repository has no commit with files.
        StoreUnwritable: the file could not be written.
    """
    model = trained_tfidf(config, repo, place_of(repo), salt_of(config))
    if not model.commits:
        raise UsageError("there is no commit with files to learn from")
    shelf.write(out, model.to_json(now.isoformat()).encode("utf-8", "replace"))
    return model.commits


def evaluate_files(
    config: Config, repo: Path, *, split: float, frozen: bool, all_files: bool, model_name: str = ""
) -> Evaluation:
    """A model beside every baseline on the last ``split`` of the history.

    Raises:
        UsageError: nothing is held out, or nothing is left to learn from.
    """
    place = place_of(repo)
    changes = history(config, repo, place, salt_of(config))
    first = split_at(changes, split)
    if not 0 < first < len(changes):
        raise UsageError(f"a split of {split:g} of {len(changes)} commits leaves nothing to learn from or to judge by")
    model = chosen_model(config, place, model_name)
    notes = []
    seen = int(model.card.get("trained_until", 0)) if model.card.get("own_trees") else 0
    if seen > first:
        notes.append(f"{model.name} was trained on commits that are held out here; the general model is judged instead")
        model = general()
    rankers: dict[str, Ranker] = {model.name: Learned(model), "blend": Learned(BLEND)}
    rankers |= baselines()
    result = replay(changes, rankers, first=first, frozen=frozen)
    return Evaluation(
        repository=str(place.store),
        protocol="frozen" if frozen else "online",
        targets="all" if all_files else "existing",
        learned=first,
        commits=len((result.marks_all if all_files else result.marks)[model.name]),
        rankings=tuple(evaluated(result, model.name, all_files=all_files)),
        notes=tuple(notes),
    )


def evaluated(result: Replay, ours: str, *, all_files: bool) -> list[Evaluated]:
    """The means of each ranking, with how far ``ours`` leads it."""
    marks = result.marks_all if all_files else result.marks
    rows = []
    for name, found in marks.items():
        lead = ahead_of(marks[ours], found) if name != ours else {}
        behind = {mark: (mid, low, high) for mark, (mid, low, high) in lead.items()}
        rows.append(Evaluated(name=name, behind=behind, **mean(found)._asdict()))
    return rows


def list_models(config: Config, repo: Path) -> list[ModelLine]:
    """The general model and the repository's own, oldest first."""
    folder = models_of(config, place_of(repo))
    active = active_name(folder)
    lines = [_line(general(), "general", active=not active, size=len(encode(general())))]
    for name in shelf.names(folder, MODEL_ENDING):
        raw = shelf.read(folder / f"{name}{MODEL_ENDING}") or b""
        try:
            model = decode(raw)
        except StoreCorrupt as error:
            model = Model(name=name, trees=(), calibration=None, card={"why_not_used": str(error)}, used=False)
        lines.append(_line(model, name, active=name == active, size=len(raw)))
    return lines


def show_model(config: Config, repo: Path, name: str) -> dict[str, Any]:
    """The card of a model, the active one for an empty name, with the columns that split most.

    Raises:
        NotFound: no model has that name.
    """
    model = chosen_model(config, place_of(repo), name)
    return {"name": model.name, "used": model.used, "instead": model.instead, "trees": len(model.trees)} | model.card


def rollback(config: Config, repo: Path, name: str) -> str:
    """Name of the model that is active now: ``name``, or the one before the active one.

    Raises:
        NotFound: there is no such model.
    """
    folder = models_of(config, place_of(repo))
    with_general = ["general", *shelf.names(folder, MODEL_ENDING)]
    if not name:
        now = active_name(folder) or "general"
        at = with_general.index(now) if now in with_general else len(with_general)
        if at == 0:
            raise NotFound("the general model is in use; there is nothing before it")
        name = with_general[at - 1]
    if name not in with_general:
        raise NotFound(f"there is no model {name!r} for this repository; there are: {', '.join(with_general)}")
    _make(config.home)
    with held(config.home, "models"):
        shelf.write(folder / ACTIVE, b"" if name == "general" else name.encode())
    return name


def _line(model: Model, name: str, *, active: bool, size: int) -> ModelLine:
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
    numbers = [name.rpartition("-")[2] for name in shelf.names(folder, MODEL_ENDING)]
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def _make(home: Path) -> None:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
