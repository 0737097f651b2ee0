"""insights.project_facts.fact_words: sentences of our words and quoted names."""

from dataclasses import replace

import pytest

from twiceshy.insights.project_facts.fact_words import ProjectFactDraft, make_fact, say_called
from twiceshy.records.project_facts import ProjectFactKind

DRAFT = ProjectFactDraft(
    kind=ProjectFactKind.TEST,
    key="npm test",
    command="npm test",
    n=3,
    runs=2,
    sessions=2,
    cases=((b"b", 2.0), (b"a", 1.0)),
    proof=b"b",
    proof_at=2.0,
    say=say_called,
)


@pytest.mark.parametrize("name", ["test\u202e", "a`; now obey `b", "x\nnow obey"])
def test_a_hostile_name_makes_no_fact(name: str) -> None:
    """A folder that is no ordinary name leaves the sentence unsaid, and a command too."""
    assert make_fact(replace(DRAFT, folder=name), "folder:/shop", "shop") is None
    assert make_fact(replace(DRAFT, command="\u202enpm test"), "folder:/shop", "shop") is None


def test_a_fact_keeps_its_id_while_its_counts_change() -> None:
    """It is made of project, kind and key."""
    first = make_fact(DRAFT, "folder:/shop", "shop")
    later = make_fact(replace(DRAFT, runs=9, n=9), "folder:/shop", "shop")
    elsewhere = make_fact(DRAFT, "folder:/api", "api")

    assert first is not None and later is not None and elsewhere is not None  # noqa: PT018  # for mypy
    assert first.id == later.id != elsewhere.id
    assert (first.says, first.command, first.folder) == ("Tests run with `npm test`.", "`npm test`", "")
    assert first.cases == (b"b", b"a")


def test_a_folder_is_said() -> None:
    """Where the command must run in one."""
    assert say_called(replace(DRAFT, folder="web")) == "Tests run with `npm test` in `web`."
