"""Predict which files a task will touch, from the repository's own past: read what is new, rank, say why.

The index of a repository lies in the cache, keyed by where the repository is, and grows with each commit. A
history that was rewritten is read again. Only git is needed: no store and no training.
"""

import os
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from twiceshy.archive import atomic_files
from twiceshy.archive.atomic_files import read_salt
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.pulled_records import read_accepted, read_pulled
from twiceshy.archive.reads.files import find_prompts, read_path_uses
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, StoreError, StoreUnwritable, UsageError
from twiceshy.logs.commit_words import Scrub, list_paths, read_changes, read_own_author
from twiceshy.logs.projects import find_project
from twiceshy.logs.repository_place import RepositoryPlace, is_ancestor, locate_repository
from twiceshy.logs.tree_words import find_base, list_blobs, read_words
from twiceshy.records.chats import SessionSummary
from twiceshy.records.codec import DamagedValue
from twiceshy.records.memory import PulledRow
from twiceshy.records.predictions import HistoryCommit, NewFiles, PathUse, PredictedFile, Prediction, PromptMatch
from twiceshy_git.file_recipes.ranking_files import note_project
from twiceshy_git.file_recipes.repository_files import MODEL_ENDING, index_path, models_folder
from twiceshy_git.memory.commit_facts import decode_commit
from twiceshy_git.memory.envelope import decode as decode_envelope
from twiceshy_git.memory.session_facts import read_session
from twiceshy_git.predict import index as predict_index
from twiceshy_git.predict.baselines import NAMES, TOP
from twiceshy_git.predict.hints import MOST_FILES
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.model import BLEND, Model, decode, load_general_model
from twiceshy_git.predict.new_files.place_model import find_new_files, load_place_model
from twiceshy_git.predict.rank import ModelRanker, rank_by_baseline, rank_files
from twiceshy_git.predict.ranking_task import RankingTask, build_task
from twiceshy_git.predict.similar_sessions import SimilarSessions, find_similar, list_search_words
from twiceshy_git.predict.tfidf import TfIdf, read_tfidf
from twiceshy_git.predict.track_record import (
    CHECKED,
    FEW,
    add_check,
    check_ranking,
    find_track_record,
    list_weaknesses,
)

# Files of sessions on the same topic that others told of, marked as theirs.
#
# For a person they are a reason beside a file. An agent gets only those of records that a person here accepted.

_TYPES = ("session", "commit", "link")


def find_told_sessions(store: Store, project: str, task: str, index: Index) -> SimilarSessions:
    """Return what sessions that others told of did with files, if their words or their commits' are like the task.

    Without prompts, which few share, the messages of the commits that came of a session are its words.
    """
    return _compare(read_pulled(store.connection, project, _TYPES), task, index)


def find_accepted_files(store: Store, project: str, task: str, index: Index) -> tuple[str, ...]:
    """Return files that sessions on such tasks changed, those of most sessions first, by accepted records alone."""
    accepted = read_accepted(store.connection, project, _TYPES)
    found = _compare(accepted, task, index).files if accepted else {}
    changed = {path: one.changed for path, one in found.items() if one.changed}
    return tuple(sorted(changed, key=lambda path: (-changed[path], path))[:MOST_FILES])


def _compare(rows: Iterable[PulledRow], task: str, index: Index) -> SimilarSessions:
    """Return what told sessions did with files, if their words or their commits' are like the task."""
    sessions: dict[str, SessionSummary[str]] = {}
    messages: dict[str, str] = {}
    linked = defaultdict[str, list[str]](list)
    for row in rows:
        with suppress(DamagedValue):
            fact = decode_envelope(row.line.encode())
            if row.type == "session":
                sessions[row.session] = read_session(fact)
            elif row.type == "commit":
                messages[row.commit_hash] = decode_commit(fact).message
            else:
                linked[row.session].append(row.commit_hash)
    numbered = list(sessions.items())
    prompts = [
        PromptMatch(number, text)
        for number, (uid, one) in reversed([*enumerate(numbered)])
        for text in [*one.queries, one.title or "", *(messages.get(commit, "") for commit in linked[uid])]
        if text
    ]
    return find_similar(task, prompts, lambda number: _list_uses(number, numbered[number][1]), index)


def _list_uses(number: int, one: SessionSummary[str]) -> Iterable[PathUse]:
    """Yield what a session did with paths."""
    for path in one.files_modified:
        yield PathUse(number, path, changed=True)
    for path in one.files_referenced:
        yield PathUse(number, path, changed=False)


_NEWEST = 6000
"""Commits of a longer history that are read: older ones add seconds, and habits change (guess,
2026-11-21)."""
ACTIVE = "active"
_UNKNOWN = 0.01
"""Weight of a ranked file whose probability no model gives, beside others (guess, 2026-11-24)."""
_KIND = "files-"
"""How the names of these models begin; models of other kinds lie in the same folder."""


@dataclass(slots=True)
class CachedIndex:
    """The index of a repository with what is stored beside it."""

    index: Index
    head: str | None = None
    checks: list[list[float]] = field(default_factory=list)
    """As ``twiceshy_git.predict.track_record.check_ranking`` returns them, of the newest commits."""


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
    """Return the files that the task will probably touch.

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
    given_model = None
    if model_file:
        given_model, model_name = _read_tfidf_file(model_file), "tfidf"
    place = locate_repository(repo)
    salt = read_salt(config.salt)
    model = choose_model(config, place, model_name)
    known = load_index(config, repo, place, salt)
    index = known.index
    given = to_repository_paths(repo, place, seeds)
    task = build_task(index, text, at=int(time.time()), author=read_own_author(repo, salt), seeds=given)
    baseline = _choose_baseline(model, model_name)
    files: tuple[PredictedFile, ...] = ()
    if (index.commits or index.living) and baseline:
        if baseline == "tfidf" and given_model is None:
            given_model = train_tfidf(config, repo, place, salt)
        files = _list_ranked(rank_by_baseline(index, task, baseline, given_model, top))
    elif index.commits or index.living:
        files = rank_files(index, task, model, top, to_repository_paths(repo, place, seen))
        files = _add_session_reasons(config, repo, index, text, files)
    weaknesses = list_weaknesses(index, model, task.words, given, shallow=place.shallow, now=int(time.time()))
    found = Prediction(
        task=text.strip(),
        files=files,
        model=baseline or model.name,
        commits=index.now,
        until=datetime.fromtimestamp(index.at[-1], UTC) if index.at else None,
        notes=tuple(weaknesses),
    )
    if not baseline:
        measured = find_track_record(model, known.checks)
        found = replace(found, measured=measured, new_files=_find_new_files(index, task, files))
    return found if place.head else replace(found, notes=("this repository has no commit yet",))


def _find_new_files(index: Index, task: RankingTask, files: Sequence[PredictedFile]) -> NewFiles | None:
    likely = {file.path: file.probability or _UNKNOWN for file in files[:TOP]}
    return find_new_files(index, task, likely, load_place_model())


def _list_ranked(paths: Sequence[str]) -> tuple[PredictedFile, ...]:
    """Return the paths of a baseline's ranking, which knows no probabilities."""
    return tuple(PredictedFile(path=path, probability=None, score=1 / at) for at, path in enumerate(paths, 1))


def _choose_baseline(model: Model, name: str) -> str:
    """Return the baseline that ranks instead of a model; empty where the model ranks."""
    if name in NAMES:
        return name
    return "" if model.used or name else model.instead


def _add_session_reasons(
    config: Config, repo: Path, index: Index, task: str, files: tuple[PredictedFile, ...]
) -> tuple[PredictedFile, ...]:
    """Return the same ranking, with reasons from earlier sessions.

    A store that cannot be read changes nothing: `doctor` says what is wrong with it.
    """
    words = list_search_words(task)
    with suppress(StoreError):
        if words and has_store(config.home):
            with Store.open(config.home, readonly=True) as store:
                identity = find_project(repo.resolve()).identity
                prompts = find_prompts(store.connection, words, identity, datetime.now(UTC))
                uses = partial(read_path_uses, store.connection)
                files = find_similar(task, prompts, uses, index).add_reasons(files)
                return find_told_sessions(store, identity, task, index).add_reasons(files, " of others")
    return files


def load_index(config: Config, repo: Path, place: RepositoryPlace, salt: bytes) -> CachedIndex:
    """Return the index of everything committed so far, taken from the cache as far as it is valid."""
    path = index_path(config, place, salt)
    known = read_cached_index(path)
    if known is not None and known.head == place.head:
        return known
    if known is None or known.head is None or place.head is None or not is_ancestor(repo, known.head, place.head):
        known = CachedIndex(Index())
    if place.head is not None:
        _grow_index(config, repo, place.head, known, salt)
    content = predict_index.encode(known.index, {"head": known.head, "checks": known.checks})
    try:
        atomic_files.write(path, content)
        note_project(path.with_name(path.name.partition("-")[0]), repo)
    except StoreUnwritable:
        return known  # a data folder that cannot be written costs time, never the answer
    return known


def read_cached_index(path: Path) -> CachedIndex | None:
    """Return the index stored in a file, however far it reaches; None if there is none of this version."""
    raw = atomic_files.read(path)
    loaded = predict_index.decode(raw) if raw is not None else None
    if loaded is None:
        return None
    index, extra = loaded
    return CachedIndex(index, head=extra.get("head"), checks=extra.get("checks") or [])


def _grow_index(config: Config, repo: Path, head: str, known: CachedIndex, salt: bytes) -> None:
    """Learn what is new; rank the last commits before learning them, so that the answer can state its accuracy.

    For a history that is not known at all, only the newest patches are read: the tree before them says what stood
    there.
    """
    scrub = _make_scrub(config, salt)
    if known.head is None:
        known.head = find_base(repo, head, CHECKED)
        begin_index(repo, known.head, known.index, salt, scrub)
    fresh = list(read_changes(repo, salt=salt, scrub=scrub, after=known.head, head=head, limit=_NEWEST))
    ranker = ModelRanker(load_general_model())
    for number, change in enumerate(fresh):
        if number >= len(fresh) - CHECKED and known.index.now >= FEW:
            known.checks = add_check(known.checks, check_ranking(known.index, change, ranker))
        known.index.learn(change)
    known.index.sync(list_paths(repo, head))
    known.head = head


def begin_index(repo: Path, base: str, index: Index, salt: bytes, scrub: Scrub) -> None:
    """Learn who changed what up to ``base`` and what the tree holds there, most recently changed files first."""
    index.learn_names(read_changes(repo, salt=salt, scrub=scrub, head=base, limit=_NEWEST, words=False))
    blobs = list_blobs(repo, base)
    index.sync(list(blobs))
    files = index.files
    newest = sorted(index.numbers_of(blobs), key=lambda file: (-files.last[file], file))
    index.add_contents(read_words(repo, blobs, [files.paths[file] for file in newest], scrub=scrub))


def read_history(
    config: Config, repo: Path, place: RepositoryPlace, salt: bytes, *, limit: int = 0
) -> list[HistoryCommit]:
    """Return the whole history, oldest first, with redacted words; empty if there is no commit."""
    if place.head is None:
        return []
    found = read_changes(repo, salt=salt, scrub=_make_scrub(config, salt), head=place.head, limit=limit)
    return [change for change in found if change.files]


def train_tfidf(config: Config, repo: Path, place: RepositoryPlace, salt: bytes) -> TfIdf:
    """Train the ``tfidf`` baseline on the whole history; it is not cached, as it only serves comparison."""
    known = TfIdf()
    for change in read_history(config, repo, place, salt):
        known.learn(change)
    return known


def _read_tfidf_file(path: Path) -> TfIdf:
    """Return the model in a file written by an earlier collector or by ``train files --model tfidf``.

    Raises:
        UsageError: there is no such file.
        StoreCorrupt: it holds something else.
    """
    raw = atomic_files.read(path)
    if raw is None:
        raise UsageError(f"{str(path)!r} cannot be read; `twiceshy train files --model tfidf --out FILE` writes one")
    return read_tfidf(raw.decode("utf-8", "replace"))


def choose_model(config: Config, place: RepositoryPlace, name: str) -> Model:
    """Return the model of that name; for an empty name the repository's active one, else the general one.

    Raises:
        NotFound: no model has that name.
        StoreCorrupt: the model's file is damaged.
    """
    if name in NAMES or name == "general":
        return load_general_model()
    if name == "blend":
        return BLEND
    folder = models_folder(config, place)
    wanted = name or active_model_name(folder)
    if not wanted:
        return load_general_model()
    raw = atomic_files.read(folder / f"{wanted}{MODEL_ENDING}")
    if raw is None:
        if name:
            named = ", ".join([*list_file_models(folder), "general", "blend", *NAMES])
            raise NotFound(f"there is no model {name!r} for this repository; there are: {named}")
        return load_general_model()
    return replace(decode(raw), name=wanted)


def active_model_name(folder: Path) -> str:
    """Return the name of the model in use; empty if it is the general one."""
    raw = atomic_files.read(folder / ACTIVE)
    name = raw.decode("utf-8", "replace").strip() if raw else ""
    return name if name.replace("-", "").isalnum() else ""


def list_file_models(folder: Path) -> list[str]:
    """Return the names of the models of this kind in a repository's folder, oldest first."""
    return [name for name in atomic_files.list_names(folder, MODEL_ENDING) if name.startswith(_KIND)]


def _make_scrub(config: Config, salt: bytes) -> Any:
    """Return the function that redacts secrets from the texts that are learned from."""
    from twiceshy.privacy.policy import RedactionLevel, load_rules  # noqa: PLC0415  # 30 ms that a known history need not pay
    from twiceshy.privacy.scrub import Scrubber  # noqa: PLC0415

    cache = config.cache if config.cache.is_dir() else None
    return Scrubber(load_rules(), salt, RedactionLevel(config.privacy_level), cache=cache).texts


def to_repository_paths(repo: Path, place: RepositoryPlace, paths: Sequence[str]) -> list[str]:
    """Return the paths as the repository names them."""
    return [_to_repository_path(repo, place, path) for path in paths]


def _to_repository_path(repo: Path, place: RepositoryPlace, seed: str) -> str:
    """Return a seed's path as the repository names it."""
    path = Path(seed)
    if path.is_absolute():
        try:
            seed = path.resolve().relative_to(repo.resolve()).as_posix()
        except ValueError:
            return path.as_posix()
    return os.path.normpath(place.prefix + seed).replace("\\", "/")
