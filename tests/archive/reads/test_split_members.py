"""What is parted when rows are split, and what belongs together."""

from tests.archive.reads.conftest import MIGRATIONS, Archive

from twiceshy.archive.reads.split_members import read_commit_members, read_joins, read_session_members
from twiceshy.archive.session_links import KIND, encode_links
from twiceshy.archive.session_values import put_copies
from twiceshy.base.values import Scope
from twiceshy.records.commits import Link


def uid(name: str) -> bytes:
    return bytes.fromhex(name.ljust(32, "0"))


def link(commit: str, confidence: float) -> Link:
    return Link(
        session=b"", commit_hash=commit, confidence=confidence, evidence=(), lines_shared=1, lines_of_commit=1,
        lines_of_session=1,
    )  # fmt: skip


def put_commit(archive: Archive, project: int, name: str, patch: str | None = None) -> None:
    times = {"authored_at": "2026-11-02T00:00:00.000Z", "committed_at": "2026-11-02T00:00:00.000Z"}
    texts = {"parents": "", "subject": "x", "trailers": "[]"}
    archive.put(
        "commit_", project_id=project, hash=name, author=b"a", authored_offset_min=0, patch_id=patch, **times, **texts
    )


def test_sessions_and_commits_are_members(archive: Archive) -> None:
    """Those in scope that an agent wrote; a commit of two clones once."""
    shop, cart = archive.project("shop"), archive.project("cart")
    archive.session(shop, "aa")
    archive.session(cart, "bb", first_at=None, last_at=None)
    archive.session(shop, "cc", real=0)
    put_commit(archive, shop, "00" * 20)
    put_commit(archive, cart, "00" * 20)

    found = read_session_members(archive.connection, Scope())

    assert [(one.key, one.at is None, one.agent) for one in found] == [
        (uid("aa"), False, "claude-code"),
        (uid("bb"), True, "claude-code"),
    ]
    assert [one.key for one in read_session_members(archive.connection, Scope(project="cart"))] == [uid("bb")]
    assert [one.key for one in read_commit_members(archive.connection)] == [bytes(20)]


def test_what_belongs_together_is_joined(archive: Archive) -> None:
    """Copies, what goes on after a recap, sure links, and commits with one patch."""
    archive.connection.executescript((MIGRATIONS / "0011-session-values.sql").read_text(encoding="utf-8"))
    shop, cart = archive.project("shop"), archive.project("cart")
    archive.session(shop, "aa", day="2026-11-01")
    archive.session(cart, "dd", day="2026-11-02")
    archive.prompt(archive.session(shop, "bb", day="2026-11-03"), "This session is continued", kind="summary")
    archive.prompt(archive.session(shop, "cc", day="2026-11-04"), "mend it")
    put_copies(archive.connection, [(uid("aa"), uid("cc"))])
    for name, patch in (("11", "p"), ("22", "p"), ("33", "q")):
        put_commit(archive, shop, name * 20, patch)
    links = encode_links([link("11" * 20, 0.9), link("33" * 20, 0.2)])
    archive.put("derived", kind=KIND, key=uid("cc"), input_hash=b"", rule_version=1, value=links)

    assert set(read_joins(archive.connection)) == {
        (uid("aa"), uid("cc")),
        (uid("bb"), uid("aa")),
        (uid("cc"), b"\x11" * 20),
        (b"\x22" * 20, b"\x11" * 20),
    }
