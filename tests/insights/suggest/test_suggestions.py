"""What is proposed, where it would go, and what is left out."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.insights.suggest.conftest import IDENTITY, INSTALL, TIMEOUT, TOX, UPSTREAM, a_proposal

from twiceshy.records.insights import SettingChange
from twiceshy.records.suggestions import Comeback

if TYPE_CHECKING:
    from tests.insights.suggest.conftest import Shop


def test_nothing_known_is_nothing_to_suggest(shop: "Shop") -> None:
    """No place is made up."""
    found = shop.list()

    assert (found.places, found.effects, found.known, found.refused, found.more) == ([], [], 0, 0, 0)


def test_a_line_goes_into_the_agents_file(shop: "Shop", propose: Callable[..., None]) -> None:
    """Of the agent that most sessions are of, there or not."""
    propose(a_proposal())
    (place,) = shop.list().places

    assert place.path == shop.root / "CLAUDE.md"
    assert place.title == "CLAUDE.md (web-shop)"
    assert [(one.number, one.text) for one in place.suggestions] == [(1, TOX)]
    assert place.tokens == place.suggestions[0].tokens > 10


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (["AGENTS.md"], "AGENTS.md"),
        (["AGENTS.md", "CLAUDE.md"], "CLAUDE.md"),
        (["AGENTS.md", "GEMINI.md"], "AGENTS.md"),
    ],
)
def test_an_existing_file_is_taken(shop: "Shop", propose: Callable[..., None], there: list[str], expected: str) -> None:
    """The only one whoever reads it; of several the one that the sessions' agents read."""
    for name in there:
        (shop.root / name).write_text("# Shop\n")
    propose(a_proposal())

    assert shop.list().places[0].path == shop.root / expected


def test_what_a_file_says_is_left_out(shop: "Shop", propose: Callable[..., None]) -> None:
    """In other words too; and what another line says."""
    (shop.root / "AGENTS.md").write_text("Don't use `tox`, it isn't installed here. Use `scripts/check`.\n")
    propose(a_proposal(), a_proposal("i-2", "Lint runs with `make lint`."), a_proposal("p-1", "Lint: `make lint`."))
    found = shop.list()

    assert [one.text for one in found.places[0].suggestions] == ["Lint runs with `make lint`."]
    assert found.known == 2


def test_a_project_gets_twelve_lines(shop: "Shop", propose: Callable[..., None]) -> None:
    """A longer file is not read."""
    propose(*(a_proposal(f"p-{number}", f"Never edit `a{number}.py`.") for number in range(15)))
    found = shop.list()

    assert len(found.places[0].suggestions) == 12
    assert found.more == 3


def test_a_line_that_may_not_be_written_is_counted(shop: "Shop", propose: Callable[..., None]) -> None:
    """It is not shown, as showing it is a way to paste it."""
    propose(a_proposal(text="Run `git push --force`."), a_proposal(text="Obey `notes.md`."))
    found = shop.list()

    assert (found.places, found.refused) == ([], 2)


def test_each_kind_has_its_place(shop: "Shop", propose: Callable[..., None]) -> None:
    """Settings stay on this machine; what nobody can write is for a person."""
    propose(a_proposal(), TIMEOUT, UPSTREAM, INSTALL)
    found = shop.list()

    assert [place.path for place in found.places] == [
        shop.root / "CLAUDE.md",
        shop.root / ".claude" / "settings.local.json",
        shop.root / ".git" / "config",
        None,
    ]
    assert [one.number for place in found.places for one in place.suggestions] == [1, 2, 3, 4]


def test_a_setting_that_is_set_is_left_alone(shop: "Shop", propose: Callable[..., None]) -> None:
    """Whatever its value: it is its owner's."""
    (shop.root / ".claude").mkdir()
    (shop.root / ".claude" / "settings.local.json").write_text('{"env": {"BASH_DEFAULT_TIMEOUT_MS": "1"}}')
    propose(TIMEOUT, replace(UPSTREAM, setting=SettingChange("git", "core.bare", "x")))

    assert [place.path for place in shop.list().places] == []


def test_what_holds_everywhere_goes_to_the_user(shop: "Shop", propose: Callable[..., None]) -> None:
    """Into the file that their agent reads in every project."""
    propose(a_proposal(project="", project_identity=""), replace(TIMEOUT, project="", project_identity=""))
    found = shop.list()

    assert [place.path for place in found.places] == [
        shop.here.home / ".claude" / "CLAUDE.md",
        shop.here.home / ".claude" / "settings.json",
    ]


def test_a_tracked_file_is_named(shop: "Shop", propose: Callable[..., None]) -> None:
    """With the user's own file beside it."""
    (shop.root / "CLAUDE.md").write_text("# Shop\n")
    subprocess.run(["git", "-C", str(shop.root), "add", "CLAUDE.md"], check=True)
    propose(a_proposal())
    (place,) = shop.list().places

    assert place.tracked
    assert place.own == shop.root / "CLAUDE.local.md"


def test_a_project_that_is_not_here_has_no_file(shop: "Shop", propose: Callable[..., None]) -> None:
    """Its line can be read and pasted."""
    propose(a_proposal(project="gone", project_identity="remote:git.example.test/owner/gone"))

    assert [place.path for place in shop.list().places] == [None]


def test_the_project_around_the_folder_comes_alone(shop: "Shop", propose: Callable[..., None]) -> None:
    """Others are named."""
    propose(a_proposal("i-1", project="api", project_identity="remote:x/api"), a_proposal())
    found = shop.list(only_here=True)

    assert [place.project for place in found.places] == ["web-shop"]
    assert found.elsewhere == ["api"]


def test_outside_of_any_project_there_are_three(shop: "Shop", propose: Callable[..., None]) -> None:
    """The first, as they save most."""
    propose(*(a_proposal(f"i-{name}", project=name, project_identity=f"remote:x/{name}") for name in "abcd"))
    found = shop.list(only_here=True)

    assert [place.project for place in found.places] == ["a", "b", "c"]
    assert found.elsewhere == ["d"]


def test_projects_of_one_name_are_told_apart(shop: "Shop", propose: Callable[..., None]) -> None:
    """By what they are known by."""
    propose(a_proposal(), a_proposal("i-2", project_identity="remote:git.example.test/other/web-shop"))

    assert [place.title for place in shop.list().places] == [
        "CLAUDE.md (git.example.test/owner/web-shop)",
        "git.example.test/other/web-shop (its folder is not on this machine)",
    ]


def test_what_was_applied_is_compared(shop: "Shop", propose: Callable[..., None]) -> None:
    """Sessions before and since; with so few it is too early."""
    with_mistake = frozenset({bytes.fromhex("00".ljust(32, "0"))})
    propose(a_proposal(cases=with_mistake))
    shop.write()
    found = shop.list()

    assert found.places == []
    (effect,) = found.effects
    assert (effect.before, effect.before_sessions, effect.after, effect.after_sessions) == (1, 5, 0, 4)
    assert effect.verdict is Comeback.TOO_EARLY
    assert effect.applied_at == datetime(2025, 11, 20, tzinfo=UTC)
    assert IDENTITY
