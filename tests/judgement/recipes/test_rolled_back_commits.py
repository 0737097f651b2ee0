"""Twelve ways to take a commit back with git, each scripted: seen, and told from what only looks like it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo, Worker, words
from tests.recipes.linked_place import Place

from twiceshy.archive.commit_fates import fate_of_session
from twiceshy.archive.db import Store
from twiceshy.archive.session_links import links_of_session
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber

Script = Callable[[Repo, str], object]


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD)


@pytest.fixture
def place(tmp_path: Path, scrubber: Scrubber) -> Iterator[Place]:
    (tmp_path / "store").mkdir(mode=0o700)
    (tmp_path / "store" / "salt").write_bytes(b"s" * 32)
    (tmp_path / "store" / "salt").chmod(0o600)
    with Store.open(tmp_path / "store") as store:
        repo = Repo(tmp_path / "web").started()
        repo.git("remote", "add", "origin", "git@git.example.test:shop/web.git")
        repo.write("base.py", words("base"))
        repo.commit("Begin")
        yield Place(store, repo, scrubber)


def each(*steps: str, message: str = "") -> Script:
    """Git commands with OWN for the session's commit, and maybe a commit of all there is then."""

    def run(repo: Repo, own: str) -> None:
        for step in steps:
            repo.now += 60
            repo.git(*step.replace("OWN", own).split())
        if message:
            repo.commit(message)

    return run


def without_half(repo: Repo, own: str) -> None:
    repo.write("a.py", words("a")[6:])
    repo.commit(f"Simplify {own[:4]}")


def by_hand(repo: Repo, _: str) -> None:
    repo.write("a.py", ["nothing = None"])
    repo.commit("Start over")


def reverted_and_back(repo: Repo, own: str) -> None:
    repo.now += 60
    repo.git("revert", "--no-edit", own)
    repo.now += 60
    repo.git("revert", "--no-edit", "HEAD")


def on_top(repo: Repo, own: str) -> None:
    repo.write("a.py", [*words("a"), *words(f"more{own[:4]}")])
    repo.commit("Go on")


def merged_and_reverted(repo: Repo, own: str) -> None:
    repo.git("checkout", "-q", "-b", "other", f"{own}~1")
    repo.write("other.py", words("other"))
    repo.commit("Other")
    repo.now += 60
    repo.git("merge", "-q", "--no-ff", "-m", "Merge work", "main")
    repo.now += 60
    repo.git("revert", "--no-edit", "-m", "1", "HEAD")


@pytest.mark.parametrize(
    ("script", "kinds", "alive"),
    [
        pytest.param(on_top, [], 1.0, id="not taken back: more lines"),
        pytest.param(each("mv a.py b.py", message="Move"), [], 1.0, id="not taken back: moved"),
        pytest.param(each("revert --no-edit OWN"), ["revert-said"], 0.0, id="revert"),
        pytest.param(
            each("revert --no-commit OWN", message="Back out"), ["revert-lines"], 0.0, id="revert without its words"
        ),
        pytest.param(reverted_and_back, ["revert-said"], 1.0, id="revert that was reverted"),
        pytest.param(merged_and_reverted, ["revert-lines"], 0.0, id="revert of the merge that brought it"),
        pytest.param(each("rm -q a.py", message="Remove"), ["revert-lines"], 0.0, id="rm"),
        pytest.param(by_hand, ["revert-lines"], 0.0, id="other content"),
        pytest.param(without_half, ["fix-up"], 0.5, id="half of it"),
        pytest.param(each("reset -q --hard OWN~1"), [], None, id="reset"),
        pytest.param(each("checkout -q -B main OWN~1"), [], None, id="branch put elsewhere"),
        pytest.param(
            each("checkout -q OWN~1 -- .", "rm -q --cached a.py", "clean -q -f a.py", message="As before"),
            ["revert-lines"],
            0.0,
            id="checkout of the tree before",
        ),
        pytest.param(
            each("rm -q --cached a.py", "clean -q -f a.py", "commit -q --amend --allow-empty -m Nothing"),
            [],
            None,
            id="amend that empties it",
        ),
        pytest.param(each("rebase -q --onto OWN~1 OWN main"), [], None, id="rebase that drops it"),
    ],
)
def test_a_commit_taken_back_is_seen(place: Place, script: Script, kinds: list[str], alive: float | None) -> None:
    """By a later commit, with its kind; or it is not behind HEAD any more, and nothing is said of its lines."""
    worker = Worker(place.repo, "one").edit("a.py", words("a"))
    own = worker.commit("Add a")
    uid = place.session(worker)
    place.read()
    script(place.repo, own)
    place.read()
    fate = fate_of_session(place.store, uid)

    assert own in [one.commit_hash for one in links_of_session(place.store, uid)]
    assert fate is not None
    assert [one.kind for one in fate.undone if one.commit_hash == own] == kinds
    assert [one.at_head for one in fate.commits if one.commit_hash == own] == [alive]
