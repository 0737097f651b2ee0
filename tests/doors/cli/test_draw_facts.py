"""screens.terminal.draw_facts: what is known of each project, as a person reads it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from twiceshy.base.values import Quoted, Scrubbed
from twiceshy.records.figures import CallLine
from twiceshy.records.project_facts import FactStory, ProjectFact, ProjectFactKind
from twiceshy.screens.terminal.draw_facts import render_fact_story, render_facts
from twiceshy.screens.terminal.page import Page, Pen
from twiceshy.stats.text.foreign_names import quote_command, quote_name

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGE = Page(80, Pen(on=False), NOW)
TESTS = ProjectFact(
    id="p-1a2b3c4d",
    kind=ProjectFactKind.TEST,
    key="npm test",
    project="web-shop",
    project_identity="remote:git.example.test/owner/web-shop",
    says="Tests run with `npm test`.",
    command=quote_command("npm test"),
    folder=Quoted(""),
    n=230,
    runs=212,
    green=171,
    red=41,
    part=False,
    sessions=41,
    median_s=35.2,
    last_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
    last_call=b"a",
    commit="9c1d2e3f4",
)
LINT = replace(
    TESTS,
    id="p-99990000",
    kind=ProjectFactKind.LINT,
    command=quote_command("npm run lint"),
    green=0,
    red=0,
    folder=quote_name("web"),
    median_s=None,
    last_at=None,
)


def test_nothing_known_says_what_comes_next() -> None:
    """An empty page has the next command."""
    assert "twiceshy judge" in render_facts([], PAGE, everything=False)


def test_facts_are_drawn_by_project(snapshot: Callable[[str, str], None]) -> None:
    """Kind by kind; of more than three projects the rest is counted, and two of one name are told apart."""
    others = [
        replace(LINT, project=name, project_identity=f"folder:/home/dev/{place}/{name}")
        for place, name in enumerate(["api", "api", "infra"])
    ]

    facts = [TESTS, replace(TESTS, command=quote_command("npx jest"), part=True), LINT, *others]

    snapshot("facts", render_facts(facts, PAGE, everything=False))
    assert "infra" in render_facts(facts, PAGE, everything=True)


def test_the_cases_of_a_fact_are_drawn(snapshot: Callable[[str, str], None]) -> None:
    """Newest first as they come, with failures; the rest only where all are asked for."""
    calls = [
        CallLine(NOW, "s-91c04f2a", Scrubbed("Bash"), Scrubbed("npm test"), failure, Scrubbed("1 failed"))
        for failure in ("", "error", *[""] * 20)
    ]

    drawn = render_fact_story(FactStory(fact=TESTS, calls=calls), PAGE, everything=False)

    snapshot("fact-story", drawn)
    assert len(render_fact_story(FactStory(fact=TESTS, calls=calls), PAGE, everything=True).splitlines()) == 25
