"""archive.reads.session_tasks: what was asked of the session that changed a file last."""

from datetime import UTC, datetime

from tests.archive.reads.conftest import Archive

from twiceshy.archive.reads.session_tasks import find_asked_words

IDENTITY = "remote:host/owner/shop"
SINCE = datetime(2026, 11, 12, 15, tzinfo=UTC)


def test_the_newest_session_that_changed_a_file_tells_the_task(archive: Archive) -> None:
    """By its human prompts, oldest first; what a program said is not asked."""
    shop = archive.project("shop")
    archive.put("project_alias", identity="folder:/old", project_id=shop)
    older = archive.session(shop, "01", day="2026-11-12")
    newer = archive.session(shop, "02", day="2026-11-13")
    for session, words in ((older, "mend the parser"), (newer, "mend the cart, see #7")):
        archive.prompt(session, words)
        archive.prompt(session, "a program's words", kind="sdk")
    archive.prompt(newer, "and its page")
    archive.edit(older, b"a", "/home/ann/shop/src/parser.py")
    archive.edit(newer, b"b", "C:\\work\\shop\\src\\cart.py")

    assert find_asked_words(archive.connection, IDENTITY, ["src/cart.py"], SINCE) == [
        "mend the cart, see #7",
        "and its page",
    ]
    assert find_asked_words(archive.connection, "folder:/old", ["src/parser.py"], SINCE) == ["mend the parser"]
    assert find_asked_words(archive.connection, IDENTITY, ["parser.py"], SINCE) == ["mend the parser"]
    assert find_asked_words(archive.connection, IDENTITY, ["arser.py", "src/page.py"], SINCE) == []


def test_an_old_session_and_another_project_are_not_asked(archive: Archive) -> None:
    """Nor is a log that only imitates an agent."""
    old = archive.session(archive.project("shop"), "01", day="2026-11-11")
    other = archive.session(archive.project("api"), "02", day="2026-11-13")
    false = archive.session(1, "03", day="2026-11-13", real=0)
    for session in (old, other, false):
        archive.prompt(session, "mend the cart")
        archive.edit(session, session.to_bytes(1, "big"), "src/cart.py")

    assert find_asked_words(archive.connection, IDENTITY, ["src/cart.py"], SINCE) == []


def test_only_the_newest_prompts_are_taken_and_of_a_long_one_its_beginning(archive: Archive) -> None:
    """Older ones were about other work."""
    session = archive.session(archive.project("shop"), "01", day="2026-11-13")
    for number in range(9):
        archive.prompt(session, f"{number} {'long ' * 2000}")
    archive.edit(session, b"a", "a.py")
    found = find_asked_words(archive.connection, IDENTITY, ["a.py"], SINCE)

    assert [one[0] for one in found] == ["4", "5", "6", "7", "8"]
    assert {len(one) for one in found} == {4000}
