"""Stored edits as questions: what is known when each is asked, and what is not asked about."""

from pathlib import Path

from benchmarks.edits import edit_question as asked
from benchmarks.edits.edit_question import HiddenEdit, PlacedEdit
from benchmarks.edits.hidden_edits import read_hidden_edits
from tests.logs.builders import Log
from tests.next_edit.stored_edits import begin, rename_everywhere, store_sessions

from twiceshy.archive.db import Store
from twiceshy.base.values import Scope


def read(folder: Path, *logs: Log, project: str | None = None) -> list[HiddenEdit]:
    config = store_sessions(folder, logs)
    with Store.open(config.home, readonly=True) as store:
        return list(read_hidden_edits(store, Scope(project=project)))


def test_a_question_holds_the_work_so_far_and_not_the_answer(tmp_path: Path) -> None:
    """The task's words, the earlier edits, the place with the lines around."""
    first, second = read(tmp_path, rename_everywhere(2))
    question = second.question

    assert (question.task, question.path.rsplit("/", 1)[-1]) == ("Rename the loader", "part_1.py")
    assert (question.before, question.old, question.after) == (
        "import shop",
        "item_1 = load_cart(shop)",
        "print(item_1)",
    )
    assert question.earlier == (first.edit,)
    assert first.question.earlier == ()
    assert first.edit.new == "item_0 = fetch_cart(shop)"
    assert "fetch_cart" not in repr(first.question)
    assert first.at is not None
    assert second.at is not None
    assert first.at < second.at


def test_what_is_not_asked_about_has_its_reason(tmp_path: Path) -> None:
    """New files, lock files, and whole texts that nobody saw before."""
    log = begin("one", 0)
    log.writes("new.py", "a = 1\n")
    log.edits("uv.lock", "a = 1", "a = 2")
    log.edits("known.py", "b = 1", "b = 2")
    told = {"type": "update", "filePath": log.path("over.py"), "content": "c = 1\n", "structuredPatch": None}
    log.calls("Write", file_path=log.path("over.py"), content="c = 1\n").result("updated", told)
    log.edits("mail.py", "to = 'x'", "to = 'jane.roe@corp-mail.net'")
    found = {one.question.path.rsplit("/", 1)[-1]: one for one in read(tmp_path, log)}

    assert {name: one.left_out for name, one in found.items()} == {
        "new.py": asked.NEW_FILE,
        "uv.lock": asked.GENERATED,
        "known.py": "",
        "over.py": asked.NOT_KNOWN,
        "mail.py": asked.REDACTED,
    }
    assert found["known.py"].edit == PlacedEdit(found["known.py"].question.path, "", "b = 1", "b = 2", "")


def test_the_newest_words_are_the_task(tmp_path: Path) -> None:
    """At the end; none of those behind the edit."""
    log = begin("one", 0, "First task").edits("a.py", "a = 1", "a = 2")
    log.prompt("Second task").edits("b.py", "a = 1", "a = 2").prompt("Third task")

    assert [one.question.task for one in read(tmp_path, log)] == ["First task", "First task\n\nSecond task"]


def test_a_project_can_be_chosen(tmp_path: Path) -> None:
    """Others are not read."""
    assert len(read(tmp_path, rename_everywhere(2), project="shop")) == 2
    with Store.open(tmp_path / "data", readonly=True) as store:
        assert list(read_hidden_edits(store, Scope(project="bank"))) == []
