"""What one clone learned arrives in another, and nothing but that moves."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from wings.git.tests.share.two_clones import START, Clone, TwoClones, git

from twiceshy.archive.git_hook_record import write_hooked
from twiceshy.base.errors import NotFound, SourceError, TwiceshyError
from twiceshy.base.values import Scrubbed
from twiceshy.records.authorship import CommitAttribution, FileAttribution, LineSpan, LineWriter, WriterKind
from twiceshy.records.git_hooks import GitHookEntry, GitHookWay, HookedRepository
from twiceshy.records.memory import ToldChat, ToldCommit, ToldSession
from twiceshy.records.upkeep import Extent
from twiceshy_git.authorship.shown_authorship import blame_file
from twiceshy_git.memory.commit_facts import encode_attribution
from twiceshy_git.memory.envelope import encode
from twiceshy_git.memory_repository import transfer
from twiceshy_git.share.forget_memory import forget_memory
from twiceshy_git.share.memory_state import check_memory, read_memory_state
from twiceshy_git.share.pull_memory import accept, pull
from twiceshy_git.share.push_memory import find_address, push
from twiceshy_git.share.told_lines import add_told_writers
from twiceshy_git.share.told_records import read_told_overview, search_told, show_told
from twiceshy_git.share.write_memory import write_memories

TOKEN = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"  # made up


@pytest.fixture
def clones(tmp_path: Path) -> TwoClones:
    return TwoClones(tmp_path)


def send(clone: Clone, **settings: object) -> None:
    """Push what a clone knows."""
    push(replace(clone.config, **settings), clone.folder, dry_run=False)  # type: ignore[arg-type]  # settings by name


def test_what_one_clone_learned_is_seen_in_the_other(clones: TwoClones) -> None:
    """Marked as another writer's; the users' own refs stay as they are, on either side."""
    commit = clones.ann.commit("Take payments")
    session = clones.ann.work("take payments").session.hex()
    before = [git(clones.origin, "rev-parse", "main"), git(clones.ann.folder, "for-each-ref")]
    preview = push(clones.ann.config, clones.ann.folder, dry_run=True)
    assert git(clones.origin, "for-each-ref", "refs/twiceshy") == ""

    done = push(clones.ann.config, clones.ann.folder, dry_run=False)
    answer = pull(clones.bob.config, clones.bob.folder)

    assert (preview.records, preview.pushed) == (done.records, False)
    assert done.records == answer.new == {"commit": 2, "session": 1}
    assert [git(clones.origin, "rev-parse", "main"), git(clones.ann.folder, "for-each-ref")] == before
    told = show_told(clones.bob.config, f"s-{session[:8]}", clones.bob.folder)
    assert isinstance(told, ToldSession)
    assert (told.writer, told.accepted, told.queries) == (answer.writers[0], False, ())
    assert isinstance(show_told(clones.bob.config, commit[:9], clones.bob.folder), ToldCommit)
    overview = read_told_overview(clones.bob.config, clones.bob.folder)
    assert overview is not None
    assert (overview.sessions, overview.commits) == (1, 2)
    assert [hit.kind for hit in search_told(clones.bob.config, ["payments"], project=None, limit=5)] == ["commit"]


def test_a_second_push_and_pull_change_nothing(clones: TwoClones) -> None:
    """What is there is not sent or taken in again."""
    clones.ann.work("take payments")
    send(clones.ann)
    pull(clones.bob.config, clones.bob.folder)

    again = push(clones.ann.config, clones.ann.folder, dry_run=False)

    assert (again.records, again.months) == ({}, ())
    assert pull(clones.bob.config, clones.bob.folder).new == {}
    state = read_memory_state(clones.ann.config, clones.ann.folder)
    assert (state.waiting, state.own, state.kept) == (0, {"session": 1}, True)
    assert "a push would carry 0" in check_memory(clones.ann.config, clones.ann.folder)[0].words


def test_words_leave_only_where_they_are_shared_and_without_secrets(clones: TwoClones) -> None:
    """No object of the memory holds what redaction took out."""
    clones.ann.work("take payments")
    send(clones.ann)
    send(clones.ann, share_prompts=True, share_bodies=True)
    pull(clones.bob.config, clones.bob.folder)

    chat = search_told(clones.bob.config, ["payments"], project=None, limit=5)[0]

    assert (chat.kind, chat.text) == ("chat", "take payments")
    assert isinstance(show_told(clones.bob.config, chat.id, clones.bob.folder), ToldChat)


def test_a_planted_secret_is_taken_out_by_the_second_engine(clones: TwoClones) -> None:
    """Also where the store holds it: the builder of this test does not redact."""
    clones.ann.work(f"use {TOKEN} to pay")
    answer = push(replace(clones.ann.config, share_prompts=True), clones.ann.folder, dry_run=False)
    pull(clones.bob.config, clones.bob.folder)

    with clones.bob.open() as store:
        lines = [encode(record) for record in clones.bob.find(store).open(store).read()]

    assert answer.cleaned > 0
    assert any(b"to pay" in line for line in lines)
    assert all(TOKEN.encode() not in line for line in lines)


def test_what_is_forgotten_leaves_the_other_clone_too(clones: TwoClones) -> None:
    """With the next push there and pull here; a later writing does not bring it back."""
    clones.ann.work("take payments")
    session = clones.ann.work("send receipts").session.hex()
    send(clones.ann)
    pull(clones.bob.config, clones.bob.folder)

    with clones.ann.open() as store:
        extent = Extent(session=f"s-{session}")
        removed = forget_memory(store, clones.ann.config, extent, datetime.now(UTC), dry_run=False)
    with clones.ann.open() as store, store.begin_writing() as connection:
        connection.execute("DELETE FROM session WHERE uid = ?", (bytes.fromhex(session),))
    send(clones.ann)
    answer = pull(clones.bob.config, clones.bob.folder)

    assert (removed.facts, removed.pushed) == (1, (str(clones.origin),))
    assert answer.forgotten == 1
    assert show_told(clones.bob.config, f"s-{session}", clones.bob.folder) is None


def test_a_session_that_went_on_replaces_what_was_said_of_it(clones: TwoClones) -> None:
    """One fact a session, on both sides."""
    log = clones.ann.work("take payments")
    send(clones.ann)
    pull(clones.bob.config, clones.bob.folder)
    with clones.ann.open() as store:
        from tests.archive.conftest import stored  # noqa: PLC0415  # as a log that grew

        stored(store, log.prompt("and receipts"), size=20)
    send(clones.ann)
    pull(clones.bob.config, clones.bob.folder)

    told = show_told(clones.bob.config, f"s-{log.session.hex()}", clones.bob.folder)
    assert isinstance(told, ToldSession)
    assert told.exchanges == 2
    overview = read_told_overview(clones.bob.config, clones.bob.folder)
    assert overview is not None
    assert overview.writers[0].records == {"session": 1}


def test_an_interrupted_push_loses_nothing(clones: TwoClones, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one carries all."""
    clones.ann.work("take payments")
    with monkeypatch.context() as patch:
        patch.setattr("twiceshy_git.share.push_memory.push_refs", lambda *_: None)
        with pytest.raises(SourceError, match="1 of 1 months are not in"):
            send(clones.ann)

    assert push(clones.ann.config, clones.ann.folder, dry_run=False).records == {"session": 1}
    assert pull(clones.bob.config, clones.bob.folder).new == {"session": 1}


def test_a_data_folder_put_back_from_a_copy_keeps_what_it_pushed(clones: TwoClones) -> None:
    """What lies there and not here is taken in again before the push."""
    clones.ann.work("take payments")
    send(clones.ann)
    subprocess.run(["rm", "-rf", str(clones.ann.folder / ".git" / "twiceshy")], check=True)
    clones.ann.work("send receipts")
    with clones.ann.open() as store, store.begin_writing() as connection:
        connection.execute("DELETE FROM meta WHERE key LIKE 'memory_seen%'")
    send(clones.ann)

    assert pull(clones.bob.config, clones.bob.folder).new == {"session": 2}


def test_learn_writes_only_where_a_memory_was_asked_for(clones: TwoClones) -> None:
    """Nothing is made in a repository that nobody asked about, and nothing where memory is switched off."""
    clones.ann.work("take payments")
    folder = clones.ann.folder / ".git" / "twiceshy"

    assert (write_memories(clones.ann.config), folder.exists()) == (0, False)
    assert write_memories(replace(clones.ann.config, memory_keep="all")) == 1
    with pytest.raises(TwiceshyError, match=r"memory\.keep is none"):
        push(replace(clones.ann.config, memory_keep="none"), clones.ann.folder, dry_run=False)


def test_what_is_accepted_is_named_by_its_hash(clones: TwoClones) -> None:
    """It stays accepted; a hash that is none is refused."""
    clones.ann.work("take payments")
    send(clones.ann)
    pull(clones.bob.config, clones.bob.folder)
    overview = read_told_overview(clones.bob.config, clones.bob.folder)
    assert overview is not None
    record = overview.newest[0].record

    answer = accept(clones.bob.config, clones.bob.folder, hashes=[record[:8]], writer="", everything=False)

    assert answer.records == {"session": 1}
    told = show_told(clones.bob.config, overview.newest[0].id, clones.bob.folder)
    assert isinstance(told, ToldSession)
    assert told.accepted
    with pytest.raises(NotFound, match="nothing that was pulled here has 'ffffffff'"):
        accept(clones.bob.config, clones.bob.folder, hashes=["ffffffff"], writer="", everything=False)


def test_a_place_that_cannot_be_reached_is_named_without_its_password(clones: TwoClones, tmp_path: Path) -> None:
    """What is recorded stays as it was."""
    clones.ann.work("take payments")

    git(clones.ann.folder, "remote", "remove", "origin")
    with pytest.raises(NotFound, match="has no remote"):
        send(clones.ann)
    with pytest.raises(SourceError, match="could not be read"):
        send(clones.ann, memory_remote=str(tmp_path / "nowhere"))
    assert transfer.show_address("https://ann:secret@host.example/shop") == "https://host.example/shop"


def test_another_remote_is_one_setting(clones: TwoClones, tmp_path: Path) -> None:
    """By its name in the repository, or by its address."""
    private = tmp_path / "private.git"
    git(tmp_path, "init", "-q", "--bare", str(private))
    git(clones.ann.folder, "remote", "add", "notes", str(private))
    clones.ann.work("take payments")
    with clones.ann.open() as store:
        repository = clones.ann.find(store)
        named = replace(clones.ann.config, memory_remote="notes")
        assert find_address(named, repository) == str(private)
        assert find_address(clones.ann.config, repository) == str(clones.origin)

    send(clones.ann, memory_remote="notes")

    assert git(clones.origin, "for-each-ref", "refs/twiceshy") == ""
    assert git(private, "for-each-ref", "refs/twiceshy") != ""


def test_lines_have_the_writer_that_others_tell_of(clones: TwoClones) -> None:
    """Where nothing is known here; who tells it is said, and what nobody tells stays unknown."""
    commit = clones.ann.commit("Take payments", "one\ntwo\nthree\n")
    git(clones.ann.folder, "push", "-q", "origin", "main")
    git(clones.bob.folder, "pull", "-q", "origin", "main")
    agent: LineWriter[Scrubbed] = LineWriter(
        kind=WriterKind.AGENT, agent="claude-code", session=b"s" * 16, model=Scrubbed("opus")
    )
    file = FileAttribution(path=Scrubbed("shop.py"), spans=(LineSpan(1, 2, agent),))
    with clones.ann.open() as store:
        record = encode_attribution(CommitAttribution(commit_hash=commit, files=(file,)), START)
        clones.ann.find(store).open(store).add([record])
    send(clones.ann)
    pull(clones.bob.config, clones.bob.folder)
    before = blame_file(clones.bob.config, "shop.py", clones.bob.folder, "HEAD")

    after = add_told_writers(clones.bob.config, clones.bob.folder, before)

    assert [(one.first, one.last, one.writer.kind, one.writer.model, bool(one.told_by)) for one in after.spans] == [
        (1, 2, WriterKind.AGENT, "opus", True),
        (3, 3, WriterKind.UNKNOWN, None, False),
    ]


def test_a_repository_with_hooks_of_ours_has_a_memory(clones: TwoClones) -> None:
    """Whoever installed them asked for one."""
    session = clones.ann.work("take payments").session.hex()
    common = str(clones.ann.folder / ".git")
    hook = GitHookEntry(event=None, path=f"{common}/hooks/post-commit", way=GitHookWay.FILE, digest="")
    hooked = HookedRepository(id="0" * 16, common=common, top=str(clones.ann.folder), entries=[hook])
    write_hooked(clones.ann.config.home, [hooked])

    assert write_memories(clones.ann.config) == 1
    with clones.ann.open() as store:
        assert [one.fields["session_id"] for one in clones.ann.find(store).open(store).read()] == [session]
