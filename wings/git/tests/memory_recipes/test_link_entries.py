"""twiceshy_git.memory_recipes.link_entries: from judged sessions to the records of their links."""

from pathlib import Path

from tests.judgement.outcomes.workbench import Repo, Worker, words
from tests.recipes.linked_place import IDENTITY, Place

from twiceshy.archive.db import Store
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy_git.memory.commit_facts import decode_link
from twiceshy_git.memory_recipes.memory_entries import list_link_records


def test_every_link_of_a_stored_commit_becomes_a_record(tmp_path: Path) -> None:
    """Twice the same; another project has none."""
    scrubber = Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD)
    (tmp_path / "store").mkdir(mode=0o700)
    (tmp_path / "store" / "salt").write_bytes(b"s" * 32)
    (tmp_path / "store" / "salt").chmod(0o600)
    with Store.open(tmp_path / "store") as store:
        repo = Repo(tmp_path / "web").started()
        repo.git("remote", "add", "origin", "git@git.example.test:shop/web.git")
        place = Place(store, repo, scrubber)
        worker = Worker(repo, "one").edit("a.py", words("a"))
        commit = worker.commit("Add a")
        uid = place.session(worker)
        place.read()
        records = list(list_link_records(store, IDENTITY))

        assert records == list(list_link_records(store, IDENTITY))
        assert list(list_link_records(store, "remote:git.example.test/shop/other")) == []
    (only,) = (decode_link(one) for one in records if one.type == "link")
    assert (only.session, only.commit_hash, only.lines_shared) == (uid, commit, 12)
