"""Which files a task will touch, from the repository's own past: read what is new, rank, say why.

The index of a repository lies in the cache, by where the repository is; it grows by what was committed since. A history
that was rewritten is read anew. Nothing is needed but git: neither a store nor a training.
"""

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from twiceshy.capture.patches import Place, Scrub, contains, own_author, paths_at, place_of, read_changes
from twiceshy.capture.standing import base_of, blobs_at, words_of
from twiceshy.config import Config
from twiceshy.errors import NotFound, StoreUnwritable, UsageError
from twiceshy.flows.alike import with_sessions
from twiceshy.flows.learned_files import note_project
from twiceshy.predict import index_file
from twiceshy.predict.baselines import NAMES, TOP, recency
from twiceshy.predict.evaluate import marks_of, targets_of, task_of
from twiceshy.predict.index import Index
from twiceshy.predict.model import BLEND, Model, decode, general
from twiceshy.predict.rank import Learned, ranked, ranked_by_baseline
from twiceshy.predict.task import asked
from twiceshy.predict.tfidf import TfIdf, read_tfidf
from twiceshy.records.changes import Change
from twiceshy.records.predictions import Measured, PredictedFile, Prediction
from twiceshy.store import shelf

NEWEST = 6000
"""Commits of a longer history that are read: older ones add seconds, and habits change (guess)."""
CHECKED = 20
"""Newest commits that are ranked before they are learned when an index is made, for the figure under an answer."""
REMEMBERED = 200
"""Checks kept as the index grows."""
FEW = 30
"""Commits below which the answer says that it knows little (guess)."""
STALE_DAYS = 365
ACTIVE = "active"
MODEL_ENDING = ".json"


@dataclass(slots=True)
class Known:
    """The index of a repository with what is kept beside it."""

    index: Index
    head: str | None = None
    checks: list[list[float]] | None = None
    """Of each commit checked: MRR and recall@10 of the model, recall@10 of the recency list."""


def predict(
    config: Config,
    repo: Path,
    text: str,
    *,
    seeds: Sequence[str] = (),
    seen: Sequence[str] = (),
    top: int = TOP,
    model_name: str = "",
    model_file: Path | None = None,
) -> Prediction:
    """The files that the task will probably touch.

    ``seeds``: paths known to be part of it, relative to ``repo`` or absolute. ``seen``: paths that
    the running session read or searched in, newest last. ``model_name``: a baseline, ``blend``,
    ``general`` or one of ``models list``; empty takes the one in use. ``model_file``: a model of the ``tfidf`` kind to
    rank with instead.

    Raises:
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
        NotFound: no model has that name.
        UsageError: there is neither a task nor a seed, or no such model file.
        StoreCorrupt: the model file is none.
    """
    if not text.strip() and not seeds:
        raise UsageError("there is no task to predict for; say in words what is to be done, or give --seed FILE")
    given_model = tfidf_of(model_file) if model_file else None
    model_name = "tfidf" if given_model else model_name
    place = place_of(repo)
    salt = salt_of(config)
    model = chosen_model(config, place, model_name)
    known = up_to_date(config, repo, place, salt)
    index = known.index
    given = [relative(repo, place, seed) for seed in seeds]
    task = asked(index, text, at=int(time.time()), author=own_author(repo, salt), seeds=given)
    baseline = model_name if model_name in NAMES else "" if model.used or model_name else model.instead
    files: tuple[PredictedFile, ...] = ()
    if index.commits or index.living:
        if baseline:
            trained = given_model or (trained_tfidf(config, repo, place, salt) if baseline == "tfidf" else None)
            paths = ranked_by_baseline(index, task, baseline, trained, top)
            files = tuple(PredictedFile(path=path, probability=None, score=1 / at) for at, path in enumerate(paths, 1))
        else:
            files = ranked(index, task, model, top, [relative(repo, place, path) for path in seen])
            files = with_sessions(config, repo, index, text, files, before=datetime.now(UTC))
    return Prediction(
        task=text.strip(),
        files=files,
        model=baseline or model.name,
        commits=index.now,
        until=datetime.fromtimestamp(index.at[-1], UTC) if index.at else None,
        measured=measured(known, model) if not baseline else None,
        notes=tuple(notes(known, place, model, task.words, [seed for seed in given if seed not in index.number])),
    )


def notes(known: Known, place: Place, model: Model, words: Sequence[str], lost: Sequence[str]) -> Iterable[str]:
    """What makes the answer weak."""
    index = known.index
    if place.head is None:
        yield "this repository has no commit yet"
        return
    if index.now < FEW:
        yield f"knows only {index.now} commit{'s' if index.now != 1 else ''}: little more than names of files"
    if place.shallow:
        yield "the clone is shallow: its older commits are unknown"
    if index.at and (days := (int(time.time()) - index.at[-1]) // 86400) > STALE_DAYS:
        yield f"the newest commit is {days} days old"
    if words and not any(
        index.subjects.get(word) or index.content.get(word) or word in index.path_words for word in words
    ):
        yield "no word of the task was ever seen here: this is habit alone"
    if lost:
        yield f"not a file here: {', '.join(lost[:3])}"
    if not model.used:
        yield f"{model.name} is not used: {model.card.get('why_not_used', 'it did not beat its baselines')}"


def measured(known: Known, model: Model) -> Measured | None:
    """The figures under an answer: a trained model's own, for the general one those of the newest commits."""
    figures = model.card.get("figures")
    if figures and model.card["judged"]:
        return Measured(
            commits=model.card["judged"],
            mrr=figures["model"]["mrr"],
            recall10=figures["model"]["recall10"],
            recency_recall10=figures["recency"]["recall10"],
        )
    if model.name != "general":
        return None
    checks = known.checks or []
    if len(checks) < CHECKED // 2:
        return None
    mrr, ours, recency_list = (sum(column) / len(checks) for column in zip(*checks, strict=True))
    return Measured(commits=len(checks), mrr=mrr, recall10=ours, recency_recall10=recency_list)


def up_to_date(config: Config, repo: Path, place: Place, salt: bytes) -> Known:
    """The index of everything committed so far, from the cache as far as it holds."""
    path = cache_of(config, place, salt)
    known = cached(path)
    if known is not None and known.head == place.head:
        return known
    if known is None or known.head is None or place.head is None or not contains(repo, known.head, place.head):
        known = Known(Index(), checks=[])
    if place.head is not None:
        _grow(config, repo, place.head, known, salt)
    content = index_file.encode(known.index, {"head": known.head, "checks": known.checks})
    try:
        shelf.write(path, content)
        note_project(path.with_name(key_of(place)), repo)
    except StoreUnwritable:
        return known  # a data folder that cannot be written costs time, never the answer
    return known


def cached(path: Path) -> Known | None:
    """The index in a file, as far as it reaches; None where there is none of this version."""
    raw = shelf.read(path)
    loaded = index_file.decode(raw) if raw is not None else None
    if loaded is None:
        return None
    index, extra = loaded
    return Known(index, head=extra.get("head"), checks=extra.get("checks") or [])


def _grow(config: Config, repo: Path, head: str, known: Known, salt: bytes) -> None:
    """Learn what is new; the last commits are ranked first, so that the answer can say how good it is here.

    Of a history that is not known at all, only the newest patches are read: the tree before them says what stood there.
    """
    scrub = scrub_of(config, salt)
    if known.head is None:
        known.head = base_of(repo, head, CHECKED)
        begin(repo, known.head, known.index, salt, scrub)
    fresh = list(read_changes(repo, salt=salt, scrub=scrub, after=known.head, head=head, limit=NEWEST))
    ranker = Learned(general())
    for number, change in enumerate(fresh):
        if number >= len(fresh) - CHECKED and known.index.now >= FEW:
            _check(known, change, ranker)
        known.index.learn(change)
    known.index.sync(paths_at(repo, head))
    known.head = head


def begin(repo: Path, base: str, index: Index, salt: bytes, scrub: Scrub) -> None:
    """Learn who changed what up to ``base``, and what stands there then; files that changed last are read first."""
    index.learn_names(read_changes(repo, salt=salt, scrub=scrub, head=base, limit=NEWEST, words=False))
    blobs = blobs_at(repo, base)
    index.sync(list(blobs))
    files = index.files
    newest = sorted(index.known(blobs), key=lambda file: (-files.last[file], file))
    index.stock(words_of(repo, blobs, [files.paths[file] for file in newest], scrub=scrub))


def _check(known: Known, change: Change, ranker: Learned) -> None:
    targets = targets_of(change)
    if not targets or known.checks is None:
        return
    task = task_of(known.index, change)
    ours = marks_of(ranker.rank(known.index, task), targets)
    newest = sorted(recency(known.index, task).items(), key=lambda each: -each[1])[:TOP]
    theirs = marks_of([known.index.files.paths[file] for file, _ in newest], targets)
    known.checks.append([ours.mrr, ours.recall10, theirs.recall10])
    del known.checks[:-REMEMBERED]


def history(config: Config, repo: Path, place: Place, salt: bytes, *, limit: int = 0) -> list[Change]:
    """The whole history, oldest first, with clean words; empty where there is no commit."""
    if place.head is None:
        return []
    found = read_changes(repo, salt=salt, scrub=scrub_of(config, salt), head=place.head, limit=limit)
    return [change for change in found if change.files]


def trained_tfidf(config: Config, repo: Path, place: Place, salt: bytes) -> TfIdf:
    """The ``tfidf`` baseline of the whole history: read each time, as it is there to compare with and not to use."""
    known = TfIdf()
    for change in history(config, repo, place, salt):
        known.learn(change)
    return known


def tfidf_of(path: Path) -> TfIdf:
    """The model in a file of an earlier collector, or of ``train files --model tfidf``.

    Raises:
        UsageError: there is no such file.
        StoreCorrupt: it holds something else.
    """
    raw = shelf.read(path)
    if raw is None:
        raise UsageError(f"{str(path)!r} cannot be read; `twiceshy train files --model tfidf --out FILE` writes one")
    return read_tfidf(raw.decode("utf-8", "replace"))


def chosen_model(config: Config, place: Place, name: str) -> Model:
    """The model of that name; the active one of the repository, else the general one, for an empty name."""
    if name in NAMES or name == "general":
        return general()
    if name == "blend":
        return BLEND
    folder = models_of(config, place)
    wanted = name or active_name(folder)
    if not wanted:
        return general()
    raw = shelf.read(folder / f"{wanted}{MODEL_ENDING}")
    if raw is None:
        if name:
            named = ", ".join([*shelf.names(folder, MODEL_ENDING), "general", "blend", *NAMES])
            raise NotFound(f"there is no model {name!r} for this repository; there are: {named}")
        return general()
    return replace(decode(raw), name=wanted)


def active_name(folder: Path) -> str:
    """Name of the model in use, empty where it is the general one."""
    raw = shelf.read(folder / ACTIVE)
    name = raw.decode("utf-8", "replace").strip() if raw else ""
    return name if name.replace("-", "").isalnum() else ""


def models_of(config: Config, place: Place) -> Path:
    """Folder of the repository's own models."""
    return config.home / "models" / key_of(place)


def cache_of(config: Config, place: Place, salt: bytes) -> Path:
    """File of the repository's index. Another salt or redaction makes another file."""
    salted = blake2b(config.privacy_level.encode(), key=salt[:64], digest_size=4).hexdigest()
    return config.cache / "files" / f"{key_of(place)}-{salted}.index"


def key_of(place: Place) -> str:
    """What stands for a repository in the names of files."""
    return blake2b(os.fsencode(place.store), digest_size=8).hexdigest()


def scrub_of(config: Config, salt: bytes) -> Any:
    """The function that takes secrets out of what is learned from."""
    from twiceshy.privacy.policy import Level, load_rules  # noqa: PLC0415  # 30 ms that a known history need not pay
    from twiceshy.privacy.scrub import Scrubber  # noqa: PLC0415

    cache = config.cache if config.cache.is_dir() else None
    return Scrubber(load_rules(), salt, Level(config.privacy_level), cache=cache).texts


def salt_of(config: Config) -> bytes:
    """The store's salt; before there is a store, none is needed: the repository beside it has every author plainly."""
    return (shelf.read(config.salt) or b"")[:64]


def relative(repo: Path, place: Place, seed: str) -> str:
    """A seed as the repository names it."""
    path = Path(seed)
    if path.is_absolute():
        try:
            seed = path.resolve().relative_to(repo.resolve()).as_posix()
        except ValueError:
            return path.as_posix()
    return os.path.normpath(place.prefix + seed).replace("\\", "/")
