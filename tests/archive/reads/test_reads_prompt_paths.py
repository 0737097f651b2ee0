"""archive.reads.prompt_paths: which files followed prompts with certain words."""

from datetime import UTC, datetime

from tests.archive.reads.conftest import Archive

from twiceshy.archive.reads.files import find_prompts, read_path_uses

IDENTITY = "remote:host/owner/shop"
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def test_prompts_of_the_project_that_began_before_are_found(archive: Archive) -> None:
    """By any of the words, the best first; what a program said, replies and other projects are not asked."""
    shop = archive.project("shop")
    archive.put("project_alias", identity="folder:/old", project_id=shop)
    first = archive.session(shop, "01", day="2026-11-10")
    second = archive.session(shop, "02", day="2026-11-12")
    other = archive.session(archive.project("api"), "03")
    archive.prompt(first, "fix the cart please, it is slow, and then look at everything else that is slow here")
    archive.prompt(second, "cart checkout")
    archive.prompt(second, "cart for a program", kind="sdk")
    archive.prompt(other, "cart")
    archive.reply(first, "the cart")

    found = find_prompts(archive.connection, ["cart", 'check"out'], IDENTITY, LATER)

    assert [one.session for one in found] == [second, first]
    assert found[0].text == "cart checkout"
    assert find_prompts(archive.connection, ["cart"], "folder:/old", LATER) != []
    assert find_prompts(archive.connection, [], IDENTITY, LATER) == []
    assert find_prompts(archive.connection, ["cart"], "folder:/none", LATER) == []
    before = find_prompts(archive.connection, ["cart"], IDENTITY, datetime(2026, 11, 12, 14, tzinfo=UTC))
    assert [one.session for one in before] == [first]


def test_only_the_best_prompts_are_looked_at(archive: Archive) -> None:
    """However many there are."""
    session = archive.session(archive.project("shop"), "01")
    for _ in range(100):
        archive.prompt(session, "cart")

    assert 20 < len(find_prompts(archive.connection, ["cart"], IDENTITY, LATER)) < 100


def test_a_session_s_paths_are_listed_once_changed_ones_first(archive: Archive) -> None:
    """A command's path is none; one that was read and changed was changed."""
    session = archive.session(archive.project("shop"), "01")
    for path in ("b.py", "z.py"):
        archive.call(session, "Read", action="read", path=path)
    archive.call(session, "Grep", action="search", path="src")
    archive.call(session, "Write", action="write", path="y.py")
    archive.call(session, "Bash", action="run", path="ran.py")
    archive.edit(session, b"c", "z.py")

    found = read_path_uses(archive.connection, session)

    assert [(one.session, one.path, one.changed) for one in found] == [
        (session, "y.py", True),
        (session, "z.py", True),
        (session, "b.py", False),
        (session, "src", False),
    ]
