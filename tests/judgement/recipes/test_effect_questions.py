"""flows.effects and the verbs `effects` and `history`, from stored observations to what is drawn."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.recipes.sample_store import fill_with_first_look

from twiceshy.archive import observations
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.team_knowledge import list_entries, put_entries
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope
from twiceshy.doors.cli.main import main
from twiceshy.judgement.outcomes import tallies
from twiceshy.judgement.recipes import effect_questions
from twiceshy.records.effects import EffectScope, Observation, PooledEffect
from twiceshy.records.team_knowledge import TeamKnowledge

TODAY = date(2026, 11, 20)
PLAIN = Observation(unit="edit", session=b"", project="", agent="", model="", at=None)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project's store, made once."""
    folder = tmp_path_factory.mktemp("sample")
    return fill_with_first_look(load({"home": str(folder / "data")}, {}, folder), TODAY).home


@pytest.fixture
def config(sample: Path, tmp_path: Path) -> Config:
    """A copy of it, without anything judged."""
    shutil.copytree(sample, tmp_path / "data")
    with Store.open(tmp_path / "data") as store, store.begin_writing() as connection:
        connection.execute("DELETE FROM derived WHERE kind = ?", (observations.KIND,))
    return load({"home": str(tmp_path / "data")}, {}, tmp_path)


@pytest.fixture
def judged(config: Config) -> Config:
    """The same with planted observations: every session has blind edits, which fail, and others, which do not."""
    with Store.open(config.home) as store:
        uids = [row[0] for row in store.connection.execute("SELECT uid FROM session WHERE real = 1 ORDER BY id")]
        [(path,)] = store.connection.execute(
            "SELECT path FROM call WHERE action = 'edit' GROUP BY path ORDER BY count(*) DESC LIMIT 1"
        )
        entries = [
            DerivedValue(uid, b"", observations.encode_observations(planted(number, path)))
            for number, uid in enumerate(uids)
        ]
        store.put_derived(observations.KIND, entries, 1)
    return config


def planted(number: int, path: str) -> list[Observation]:
    blind = replace(PLAIN, path=path, did={"blind-edit": True}, became={"failed": number % 5 != 0}, proof=("aa" * 16,))
    blind = replace(blind, proved=number % 5 == 0)
    read = replace(PLAIN, path=path, did={"blind-edit": False}, became={"failed": False}, proved=True, n=5)
    odd = replace(read, became={"failed": number % 4 == 0}, n=1)
    task = replace(PLAIN, unit="task", did={"violates:read": number % 2 == 0}, became={"first-pass": number % 3 != 0})
    return [blind, read, odd, task]


def test_what_the_team_shows_stands_below_the_own_effects(judged: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """With people and interval, also as JSON."""
    pooled = PooledEffect(
        name="model:m-1", outcome="corrected", people=4, n=900, difference=-0.1, low=-0.15, high=-0.05, verdict="fewer"
    )
    with Store.open(judged.home) as store, store.begin_writing() as connection:
        put_entries(connection, list_entries(TeamKnowledge(effects=(pooled,))), datetime.now(UTC))

    assert main(["--home", str(judged.home), "effects"]) == 0
    shown = capsys.readouterr().out
    assert main(["--home", str(judged.home), "effects", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["team"]

    assert "corrected: model:m-1" in shown
    assert "fewer: -10 points (95 % -15 to -5); 4 people, 900 cases" in shown
    assert (told["people"], told["low"], told["high"], told["verdict"]) == (4, -0.15, -0.05, "fewer")


def test_nothing_judged_is_said(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a judged session there are no effects, and what to do is said."""
    assert effect_questions.measure_effects(config, Scope()).found == []
    assert main(["--home", str(config.home), "effects"]) == 0
    assert "Next: twiceshy judge" in capsys.readouterr().out


def test_a_planted_effect_is_told_with_its_numbers(judged: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """It comes first, is sure, and reads as it was counted; the workflow's table and what is no cause stand below."""
    found = effect_questions.measure_effects(judged, Scope())
    first = found.found[0]

    assert (first.exposure, first.outcome, first.unit) == ("blind-edit", "failed", "edit")
    assert first.q < 0.05
    assert len(found.compliance) == 2
    assert main(["--home", str(judged.home), "effects", "--all"]) == 0
    out = capsys.readouterr().out
    assert (
        f"failed {first.exposed.hits} of {first.exposed.n}, otherwise {first.other.hits} of {first.other.n}"
        in out.replace("\n  ", " ")
    )
    assert "An association is not a cause" in out
    assert "kept" in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_project_in_scope_alone_counts(judged: Config) -> None:
    """With a project that nobody has there is nothing; with another its own."""
    assert effect_questions.measure_effects(judged, Scope(project="no-such-project")).observations == 0
    seen = effect_questions.load_observations(judged, Scope())
    name = seen[0].project
    assert effect_questions.load_observations(judged, Scope(project=name)) == [
        one for one in seen if one.project == name
    ]


def test_json_has_no_infinite_numbers(judged: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """Each answer has its schema and is JSON that any reader takes."""
    for argv in (["effects"], ["history", "blind-edit"]):
        assert main(["--home", str(judged.home), *argv, "--json"]) == 0
        answer = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
        assert answer["schema"] == f"twiceshy/{argv[0]}/1"


def test_a_file_has_its_edits_with_habits_and_ends(judged: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """By session: what was done, what became of it; the approach is named poor; the effect there is told."""
    [path] = {one.path for one in effect_questions.load_observations(judged, Scope()) if one.path}
    found = effect_questions.find_history(judged, path, Scope())

    assert {fate.habits for fate in found.fates} == {("blind-edit",), ()}
    assert {fate.success for fate in found.fates} == {True, False}
    assert [one.poor for one in found.approaches] == [True]
    assert [one.scope for one in found.effects] == [EffectScope.ALL]
    assert main(["--home", str(judged.home), "history", path]) == 0
    out = capsys.readouterr().out
    assert "poor" in out
    assert f"Next: twiceshy show {found.fates[0].session}" in out


def test_an_approach_is_told_by_project_and_file(judged: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """First by project, then by file, each with its success."""
    found = effect_questions.find_history(judged, "blind-edit", Scope())

    projects = len({one.project for one in effect_questions.load_observations(judged, Scope())})
    assert [one.path is None for one in found.approaches] == [True] * projects + [False] * projects
    assert all(one.behaviour == "blind-edit" for one in found.approaches)
    assert main(["--home", str(judged.home), "history", "blind-edit"]) == 0
    assert "poor" in capsys.readouterr().out


def test_what_is_neither_is_said(judged: Config) -> None:
    """An unknown name tells the approaches that are known."""
    with pytest.raises(NotFound, match="blind-edit, violates:read"):
        effect_questions.find_history(judged, "no-such-thing", Scope())


def test_costly_habits_are_kept_for_the_report(judged: Config) -> None:
    """Those that go with worse ends, over everything; none where the report is about a part."""
    with Store.open(judged.home) as store:
        effect_questions.store_costly_habits(store)
        found = effect_questions.read_costly_habits(store, Scope())

        assert [one.key for one in found][:1] == ["blind-edit"]
        assert all(one.q <= 0.05 for one in found)
        assert effect_questions.read_costly_habits(store, Scope(agent="codex")) == []


def test_what_became_of_tasks_is_told_by_agent_model_and_month(judged: Config) -> None:
    """Every task is in one row of each kind; what nobody knows has no share."""
    seen = effect_questions.load_observations(judged, Scope())
    tasks = sum(one.n for one in seen if one.unit == "task")

    figures = tallies.build_work_figures(seen)

    for kind in ("agent", "month"):
        assert sum(one.tasks for one in figures if one.by == kind) == tasks
    assert all(one.rolled_back.n == 0 or 0 <= one.rolled_back.share <= 1 for one in figures)
    assert [one.name for one in figures if one.by == "month"] == sorted(
        {f"{one.at:%Y-%m}" for one in seen if one.at and one.unit == "task"}
    )


def test_the_workflow_screen_shows_both_sides(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """Four rows with a number of sessions on each side and p; with JSON too; a preset asks where none is declared."""
    for argv in (["effects", "workflow"], ["effects", "workflow", "--preset", "careful"]):
        assert main(["--home", str(config.home), *argv]) == 0
        assert max(map(len, capsys.readouterr().out.splitlines())) <= 80
        assert main(["--home", str(config.home), *argv, "--json"]) == 0
        answer = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
        assert [one["measure"] for one in answer["measures"]] == ["risk", "corrected", "rolled-back", "engagement"]

    screen = effect_questions.measure_compliance(config, Scope(), "careful")
    assert screen.kept + screen.broken > 0


def test_a_rule_of_the_tool_is_told_as_one(judged: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """What the client refuses itself is no effect, and its sentence says so."""
    with Store.open(judged.home) as store:
        uids = [row[0] for row in store.connection.execute("SELECT uid FROM session WHERE real = 1 ORDER BY id")]
        edits = [
            replace(PLAIN, did={"blind-edit": done}, became={"refused-unread": done}, path="a.py")
            for done in (True, False)
        ]
        entries = [DerivedValue(uid, b"", observations.encode_observations(edits)) for uid in uids]
        store.put_derived(observations.KIND, entries, 1)

    assert main(["--home", str(judged.home), "effects"]) == 0
    assert "a rule of the tool" in capsys.readouterr().out
