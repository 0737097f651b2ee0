"""recipes.look.insights: what judging found, read for insights."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.doors.cli.conftest import Log, put
from tests.recipes.sample_store import fill_with_first_look

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.judgement.recipes.judge_sessions import judge
from twiceshy.recipes.look.insights import (
    choose_scope,
    list_hidden_failures,
    list_insights,
    read_judged_work,
    show_insight,
)
from twiceshy.recipes.look.whole_report import build_overview
from twiceshy.records.events import Action, Failure
from twiceshy.records.insights import InsightKind


def write_sessions(home: Path, cwd: str, n: int) -> None:
    """Store sessions of one project that edit a file which they never read, and are corrected."""
    logs = []
    for number in range(n):
        log = Log(f"aa{number:02}", "shop")
        log.session = replace(log.session, cwd=Scrubbed(cwd))
        log.prompt("mend the cart")
        call = log.call("Edit", Action.EDIT, path=Scrubbed("src/cart.py"))
        log.result(call)
        log.edit(call, "src/cart.py", 1, 1)
        log.prompt("no, that is wrong: revert it, you must not touch the total")
        logs.append(log)
    put(home, logs)


def test_of_an_empty_store_nothing_is_read(tmp_path: Path) -> None:
    """No results, no words, no rules."""
    config = load({}, os.environ, tmp_path)
    put(config.home, [])
    with Store.open(config.home, readonly=True) as store:
        found = read_judged_work(store, Scope(), tmp_path)

    assert (found.results, found.fates, found.words, found.rules) == ({}, {}, {}, ())


def test_results_words_and_broken_rules_are_read_together(tmp_path: Path) -> None:
    """A rule that the project declares becomes an insight once three sessions broke it."""
    project = tmp_path / "shop"
    (project / ".git").mkdir(parents=True)
    (project / "CLAUDE.md").write_text("MANDATORY: read files before editing them\n")
    config = load({}, os.environ, tmp_path)
    write_sessions(config.home, str(project), 3)
    judge(config)
    with Store.open(config.home, readonly=True) as store:
        found = read_judged_work(store, Scope(), project)

    assert len(found.results) == len(found.fates) == 3
    assert {words[:10] for words in found.words.values()} == {"no, that i"}
    (rule,) = found.rules
    assert (rule.file, rule.line, rule.kept, len(rule.broken)) == ("CLAUDE.md", 1, (), 3)
    kinds = {one.kind for one in list_insights(config, Scope()).insights}
    assert InsightKind.BROKEN_RULE in kinds


def test_a_failure_that_the_instructions_demand_names_file_and_line_of_the_log(tmp_path: Path) -> None:
    """The project's folder is not here: the newest whole reading counts, with parts of other files at their lines."""
    refused = "remote: error: GH006: Protected branch update failed"
    logs = []
    for number in range(4):
        log = Log(f"bb{number:02}", "shop", day=number)
        log.prompt("publish it")
        said = "Be kind." if number == 0 else "# Rules\n\nWork is NOT complete until `git push` succeeds."
        log.result(log.call("Read", Action.READ, path=Scrubbed("AGENTS.md")), said)
        push = log.call("Bash", Action.RUN, command=Scrubbed("git push"))
        log.result(push, refused, failure=Failure.ERROR, exit_code=1)
        logs.append(log)
    config = load({}, os.environ, tmp_path)
    put(config.home, logs)
    judge(config)

    (found,) = [one for one in list_insights(config, Scope()).insights if one.place == "`git push`"]
    assert found.says.endswith("; line 3 of `AGENTS.md` asks for it")
    assert found.remedies == ()


# recipes.look.insight_stories : `show` lists exactly the cases that the report counted.


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("sample")
    empty = load({"home": str(folder / "data")}, {}, Path(folder))
    return fill_with_first_look(empty)


def test_an_unknown_insight_is_an_error_with_where_to_look(sample: Config) -> None:
    """Nothing is made up."""
    with pytest.raises(NotFound, match="twiceshy report insights"):
        show_insight(sample, "i-000000000", Scope())


def test_each_insight_shows_exactly_the_cases_that_were_counted(sample: Config) -> None:
    """As many as the report says, the same ones, newest first."""
    listed = build_overview(sample, choose_scope(sample, Scope())).insights

    assert listed.insights
    for insight in listed.insights:
        story = show_insight(sample, insight.id, Scope())
        times = [case.at for case in story.cases if case.at is not None]
        assert story.insight == insight
        assert len(story.cases) == insight.count == len(insight.cases)
        assert [case.session for case in story.cases] == [f"s-{case.session.hex()[:8]}" for case in insight.cases]
        assert times == sorted(times, reverse=True)


def test_hidden_failures_are_those_of_their_insights(sample: Config) -> None:
    """Each case of each of them."""
    listed = build_overview(sample, choose_scope(sample, Scope())).insights.insights
    hidden = [insight for insight in listed if insight.kind is InsightKind.HIDDEN_FAILURE]

    assert [story.insight for story in list_hidden_failures(sample, Scope())] == hidden
