"""Sessions that an older version read from fixtures of tests leave the figures, though their logs are gone."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.capture.builders import Log, a_session

from twiceshy import config
from twiceshy.capture import log_owner
from twiceshy.flows.collect import ingest_worker, leave_out_fixtures
from twiceshy.flows.collect.ingest_logs import ingest
from twiceshy.flows.learn.learn_all import learn
from twiceshy.flows.look.whole_report import build_report
from twiceshy.records.ingest import IngestSummary
from twiceshy.records.values import Scope
from twiceshy.store import unreal_sessions
from twiceshy.store.db import Store
from twiceshy.store.kept_facts import read_all_kept
from twiceshy.store.reads.lessons import read_lessons
from twiceshy.surfaces.cli.commands.ingest import render_summary

COUNTED = {
    "mistakes": "SELECT error_message, count(*) FROM mistake_occurrences GROUP BY 1 ORDER BY 1",
    "limits": "SELECT kind, value_s, reason FROM learned_limit ORDER BY 1, 2, 3",
    "runs": "SELECT count(*) FROM run_history",
}


@pytest.fixture(autouse=True)
def _no_agents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "nobody"))


def settings(home: Path) -> config.Config:
    return config.load({"ingest.processes": "1"}, {"TWICESHY_HOME": str(home)}, home.parent)


def a_busy_session(name: str, cwd: str, odd: str = "") -> Log:
    """Build a session that fails, mends, is corrected and refused; ``odd`` sets its words apart."""
    log = a_session(name, cwd=cwd)
    for turn in range(3):
        log.prompt(f"make {name} {turn} green{odd}")
        log.fails("Bash", f"Exit code 1\nModuleNotFoundError: No module named 'foo{odd}'", command=f"pytest -q{odd}")
        log.edits(f"total{odd}.py", "int(x)", "round(x)", original="def total(x):\n    return int(x)\n")
        log.runs(f"pytest -q{odd}", "3 passed")
        log.prompt(f"no, that is wrong, use Decimal{odd}, never floats")
        log.rejects(f"no, smaller{odd}", "Bash")
    return log.says("Done.")


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Six sessions of a person, and one more that worked on fixtures."""
    folder = tmp_path / "logs"
    folder.mkdir()
    for number in range(6):
        a_busy_session(f"r{number}", "/home/marta/shop").write(folder / f"r{number}.jsonl")
    a_busy_session("w", "/home/marta/shop/tests/fixtures").write(folder / "w.jsonl")
    return folder


@pytest.fixture
def fixtures(tmp_path: Path) -> Path:
    """Ten sessions among a reader's tests, half of them in another project."""
    folder = tmp_path / "reader" / "tests" / "fixtures"
    folder.mkdir(parents=True)
    for number in range(10):
        place = "/home/marta/shop" if number % 2 else "/home/marta/other"
        a_busy_session(f"f{number}", place, " odd").write(folder / f"f{number}.jsonl")
    return folder


@contextmanager
def old_reader() -> Iterator[None]:
    """A version that takes every log for a person's, and knows no step that looks for fixtures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest_worker, "is_fixture", lambda _: False)
        patch.setattr(log_owner, "is_fixture", lambda _: False)
        patch.setattr("twiceshy.flows.collect.ingest_logs._leave_out_fixtures", lambda _: 0)
        yield


def read_figures(home: Path) -> dict[str, Any]:
    """What a person is told, but for ids that hang on the store."""
    told = build_report(settings(home), Scope())
    with Store.open(home) as store:
        counted = {name: store.connection.execute(sql).fetchall() for name, sql in COUNTED.items()}
        lessons = [(one.description, one.observations, one.models) for one in read_lessons(store.connection)]
        kept = [
            (one.name, [fact.says for fact in one.facts], len(one.troubles)) for one in read_all_kept(store.connection)
        ]
    return counted | {
        "facts": repr(sorted(kept)),
        "lessons": sorted(map(repr, lessons)),
        "sessions": told.overview.sessions,
        "projects": told.overview.projects,
        "insights": [one.says for one in told.overview.insights.insights],
        "errors": [(one.count, one.sessions, one.message) for one in told.errors],
        "tools": [(one.tool, one.calls) for one in told.tools],
        "commands": repr(told.commands),
    }


def upgrade(home: Path, paths: list[Path]) -> IngestSummary:
    summary = ingest(paths, settings(home))
    learn(settings(home))
    return summary


def test_ten_fixtures_leave_every_figure_and_nothing_is_deleted(tmp_path: Path, logs: Path, fixtures: Path) -> None:
    """The store says what one says that never saw them; a session that works on fixtures counts in both."""
    clean, old = tmp_path / "clean", tmp_path / "old"
    upgrade(clean, [logs])
    with old_reader():
        upgrade(old, [logs, fixtures])
    shutil.rmtree(tmp_path / "reader")
    expected = read_figures(clean)
    before = read_figures(old)
    assert [name for name in expected if before[name] == expected[name]] == []

    summary = upgrade(old, [logs])

    assert summary.left_out == 10
    assert read_figures(old) == expected
    assert expected["sessions"] == 7
    with Store.open(old) as store:
        assert store.connection.execute("SELECT count(*) FROM session").fetchone() == (17,)
        assert store.connection.execute("SELECT count(*) FROM prompt WHERE text LIKE '%odd'").fetchone() == (60,)
        assert leave_out_fixtures.count_left_out(store) == 10
    assert "Left out 10 stored sessions" in render_summary(summary, settings(old))
    assert ingest([logs], settings(old)).left_out == 0


def test_a_session_that_another_log_tells_of_counts(tmp_path: Path, logs: Path) -> None:
    """A person's log that was copied among the tests stays a person's."""
    folder = tmp_path / "reader" / "tests" / "fixtures"
    folder.mkdir(parents=True)
    shutil.copy(logs / "r1.jsonl", folder)
    with old_reader():
        ingest([logs, folder], settings(tmp_path / "home"))

    assert ingest([logs], settings(tmp_path / "home")).left_out == 0


@pytest.mark.parametrize(("identity", "left_out"), [("remote:example.com/ann/reader", 1), ("folder:/x/reader", 0)])
def test_a_work_tree_that_is_gone_is_known_by_its_sessions(tmp_path: Path, identity: str, left_out: int) -> None:
    """A folder called `examples` says enough inside a work tree only."""
    folder = tmp_path / "reader" / "examples"
    folder.mkdir(parents=True)
    a_busy_session("f", "/home/marta/shop").write(folder / "f.jsonl")
    a_busy_session("r", str(tmp_path / "reader")).write(tmp_path / "r.jsonl")
    with old_reader():
        ingest([tmp_path / "r.jsonl", folder], settings(tmp_path / "home"))
    shutil.rmtree(tmp_path / "reader")
    with Store.open(tmp_path / "home") as store:
        with store.begin_writing() as connection:
            connection.execute("UPDATE project SET identity = ? WHERE name = 'reader'", (identity,))
        assert leave_out_fixtures.leave_out_fixtures(store) == left_out


def test_a_step_that_is_killed_is_done_by_the_next(
    tmp_path: Path, logs: Path, fixtures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All sessions are marked, or none."""
    with old_reader():
        ingest([logs, fixtures], settings(tmp_path / "home"))
    mark = unreal_sessions.mark_unreal

    def die(*given: Any) -> None:
        mark(*given)
        raise KeyboardInterrupt

    with Store.open(tmp_path / "home") as store:
        monkeypatch.setattr(unreal_sessions, "mark_unreal", die)
        with pytest.raises(KeyboardInterrupt):
            leave_out_fixtures.leave_out_fixtures(store)
        assert leave_out_fixtures.count_left_out(store) == 0
        monkeypatch.setattr(unreal_sessions, "mark_unreal", mark)
        assert leave_out_fixtures.leave_out_fixtures(store) == 10
        assert leave_out_fixtures.leave_out_fixtures(store) == 0
