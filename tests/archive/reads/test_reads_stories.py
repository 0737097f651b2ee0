"""archive.reads.stories: a session in order, with its words."""

from pathlib import Path

import pytest
from tests.archive.reads.conftest import Archive

from twiceshy.archive.db import Store
from twiceshy.archive.reads.stories import read_stories

ASKED = ["sdk", "plan"]


@pytest.mark.parametrize("kind", ASKED)
def test_a_program_s_prompt_and_a_plan_stand_in_their_place(tmp_path: Path, kind: str) -> None:
    """They start work as a person's words do, and are told apart from them; recaps and notices stay out."""
    with Store.open(tmp_path) as store:
        archive = Archive(store.connection)
        session = archive.session(archive.project("shop"), "aa")
        archive.prompt(session, "look at it")
        archive.reply(session, "I see")
        archive.prompt(session, "so far", kind="summary")
        archive.prompt(session, "do it", kind=kind)
        archive.call(session, "Bash", command="make")
        (found,) = read_stories(store, [bytes.fromhex("aa".ljust(32, "0"))])

    told = [(moment.step.kind, moment.step.name, moment.text, moment.human) for moment in found.moments]
    assert told == [
        ("prompt", "typed", "look at it", True),
        ("reply", "", "I see", False),
        ("prompt", kind, "do it", False),
        ("call", "Bash", "", False),
    ]
