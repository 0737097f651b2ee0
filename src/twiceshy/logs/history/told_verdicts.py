"""Take down what CI systems and people say of commits, and tell what is known of them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from twiceshy.archive.db import Store
from twiceshy.archive.note_rows import add_ci_results, add_told_revert
from twiceshy.archive.reads.commits import read_ci_results
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.base.values import Scrubbed
from twiceshy.logs.ci_environment import parse_result, read_ci_run
from twiceshy.logs.findings_files import kind_of
from twiceshy.logs.findings_files import read as read_report
from twiceshy.logs.git_lines import resolve_commit
from twiceshy.logs.history.new_commits import make_scrubber
from twiceshy.logs.history.reverted_commits import list_reverts
from twiceshy.logs.projects import find_project, repository_of
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.commits import (
    RESULTS,
    CiAnswer,
    CiResult,
    RawCiResult,
    Revert,
    StoredCiResult,
    choose_newest,
    find_worst,
)

_N = TypeVar("_N", int, float)
_HASH_LENGTHS = (40, 64)
"""Hexadecimal digits of a whole hash, by definition of git."""


class CiWish(NamedTuple):
    """What is said of a run; None where nothing is."""

    commit: str | None = None
    result: str | None = None
    tests_passed: int | None = None
    tests_failed: int | None = None
    coverage: float | None = None
    duration_s: float | None = None
    workflow: str | None = None
    job: str | None = None
    message: str | None = None


def set_ci_result(config: Config, folder: Path, wish: CiWish, env: Mapping[str, str] | None = None) -> CiAnswer:
    """Store what a CI system said of a commit; return all that is known of it. With ``env`` it fills what is not given.

    Raises:
        UsageError: no result is given.
        NotFound: there is no such commit, or the folder lies in no repository.
    """
    raw = _state_result(folder, wish, env)
    with Store.open(config.home) as store:
        scrubber = make_scrubber(config, store)
        project = scrubber.text(find_project(folder.absolute()).identity)
        with store.begin_writing() as connection:
            add_ci_results(connection, project, [_scrub_result(raw, scrubber)])
        return _answer(store, project, raw.commit_hash)


def get_ci_result(config: Config, folder: Path, commit: str | None) -> CiAnswer:
    """Return what CI systems said of a commit; without a name of the one that is checked out.

    Raises:
        NotFound: there is no such commit, or the folder lies in no repository.
    """
    name = find_commit(folder, commit or "HEAD")
    with Store.open(config.home, readonly=True) as store:
        project = make_scrubber(config, store).text(find_project(folder.absolute()).identity)
        return _answer(store, project, name)


def add_test_reports(config: Config, folder: Path, commit: str, paths: Iterable[Path]) -> int:
    """Store the verdicts of test runners' reports as CI results of a commit; return how many reports had one.

    Raises:
        NotFound: there is no such commit, or the folder lies in no repository.
        SourceError: a report cannot be read.
    """
    name = find_commit(folder, commit)
    found: list[RawCiResult] = []
    for path in paths:
        verdict = read_report(path).verdict if kind_of(path) == "junit" else None
        if verdict is None:
            continue
        found.append(
            CiResult(
                commit_hash=name,
                at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
                result="pass" if verdict.green else "fail",
                tests_passed=verdict.passed,
                tests_failed=None if verdict.failed is None else verdict.failed + (verdict.errors or 0),
                job=path.stem,
            )
        )
    if found:
        with Store.open(config.home) as store:
            scrubber = make_scrubber(config, store)
            project = scrubber.text(find_project(folder.absolute()).identity)
            with store.begin_writing() as connection:
                add_ci_results(connection, project, [_scrub_result(one, scrubber) for one in found])
    return len(found)


def tell_revert(config: Config, folder: Path, commit: str, by: str | None) -> Revert:
    """Store that a commit was taken back, and by which; return that. Git itself is not touched.

    Raises:
        NotFound: there is no such commit, or the folder lies in no repository.
        UsageError: both are the same commit.
    """
    told = Revert(
        commit_hash=find_commit(folder, commit),
        by=None if by is None else find_commit(folder, by),
        at=datetime.now(UTC).replace(microsecond=0),
    )
    if told.by == told.commit_hash:
        raise UsageError("a commit cannot take itself back: --commit and --by are the same one.")
    with Store.open(config.home) as store:
        project = make_scrubber(config, store).text(find_project(folder.absolute()).identity)
        with store.begin_writing() as connection:
            add_told_revert(connection, project, told)
    return told


def list_known_reverts(config: Config, folder: Path) -> list[Revert]:
    """Return the commits of the repository around a folder that were taken back, the newest first.

    Raises:
        NotFound: the folder lies in no repository.
    """
    _require_repository(folder)
    with Store.open(config.home, readonly=True) as store:
        project = make_scrubber(config, store).text(find_project(folder.absolute()).identity)
        return list_reverts(store, project)[::-1]


def find_commit(folder: Path, name: str) -> str:
    """Return the whole hash of a commit; a whole hash that is not here is taken at its word.

    Raises:
        NotFound: the name means no commit, or the folder lies in no repository.
    """
    found = resolve_commit(_require_repository(folder), name)
    if found:
        return found
    if len(name) in _HASH_LENGTHS and not name.lower().strip("0123456789abcdef"):
        return name.lower()
    raise NotFound(f"no commit is named {name!r} here. Give its whole hash, or fetch it first.")


def _require_repository(folder: Path) -> Path:
    """Return where git answers for a folder.

    Raises:
        NotFound: it lies in no repository.
    """
    if repository_of(folder.absolute()) is None:
        raise NotFound(f"{folder} lies in no git repository. Run this in one.")
    return folder


def _state_result(folder: Path, wish: CiWish, env: Mapping[str, str] | None) -> RawCiResult:
    """Return what is said, completed by the environment.

    Raises:
        UsageError: no result is given.
        NotFound: there is no such commit.
    """
    run = read_ci_run(env or {})
    result = parse_result(wish.result) if wish.result is not None else run.result if env is not None else None
    if result not in RESULTS:
        raise UsageError("give the result: --result pass, fail, error or pending; in a CI job --from-env.")
    return CiResult(
        commit_hash=find_commit(folder, wish.commit or run.commit or "HEAD"),
        at=datetime.now(UTC).replace(microsecond=0),
        result=result,
        tests_passed=_choose(wish.tests_passed, run.tests_passed),
        tests_failed=_choose(wish.tests_failed, run.tests_failed),
        coverage=_choose(wish.coverage, run.coverage),
        duration_s=_choose(wish.duration_s, run.duration_s),
        workflow=wish.workflow or run.workflow or None,
        job=wish.job or run.job or None,
        run_id=run.run_id or None,
        run_number=run.run_number or None,
        message=wish.message or None,
    )


def _choose(said: _N | None, found: _N | None) -> _N | None:
    return found if said is None else said


def _scrub_result(raw: RawCiResult, scrubber: Scrubber) -> StoredCiResult:
    """Return the result with its texts redacted."""

    def clean(text: str | None) -> Scrubbed | None:
        return None if text is None else scrubber.text(text)

    return CiResult(
        commit_hash=raw.commit_hash,
        at=raw.at,
        result=raw.result,
        tests_passed=raw.tests_passed,
        tests_failed=raw.tests_failed,
        coverage=raw.coverage,
        duration_s=raw.duration_s,
        workflow=clean(raw.workflow),
        job=clean(raw.job),
        run_id=clean(raw.run_id),
        run_number=clean(raw.run_number),
        message=clean(raw.message),
    )


def _answer(store: Store, project: Scrubbed, commit: str) -> CiAnswer:
    said = read_ci_results(store.connection, project, commit)
    return CiAnswer(commit_hash=commit, result=find_worst(said), jobs=tuple(choose_newest(said)), answers=len(said))
