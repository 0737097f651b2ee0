"""What the running session looked at moves a ranking, and hints stay few."""

import pytest
from wings.git.tests.predict.invented import DAY, a_shop

from twiceshy_git.predict import rank as seen_module
from twiceshy_git.predict.baselines import SCORES
from twiceshy_git.predict.hints import MOST_FILES, MOST_PARTNERS, find_hints, render_hints, strip_addresses
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.model import BLEND, load_general_model
from twiceshy_git.predict.rank import WEIGHTS, describe_files, rank_by_baseline, rank_files
from twiceshy_git.predict.ranking_task import build_task


@pytest.fixture
def index() -> Index:
    found = Index()
    for change in a_shop(80):
        found.learn(change)
    return found


def answer(index: Index, *seen: str) -> list[tuple[str, float | None]]:
    task = build_task(index, "Fix auth of number 3", at=DAY * 30_000)
    return [(one.path, one.probability) for one in rank_files(index, task, load_general_model(), 30, seen)]


def test_a_file_that_was_looked_at_rises(index: Index) -> None:
    """Above where it stood, with a higher probability; probabilities fall from place to place."""
    before, after = answer(index), answer(index, "docs/mail.md")
    places = [[path for path, _ in one].index("docs/mail.md") for one in (before, after)]
    stated = [probability for _, probability in after if probability is not None]

    assert places[1] < places[0]
    assert len(stated) == len(after)
    assert stated == sorted(stated, reverse=True)
    assert all(0 <= one <= 1 for one in stated)


def test_the_newest_counts_most(index: Index) -> None:
    """Of two files that say nothing else, the one looked at last stands higher."""
    first = dict(answer(index, "docs/mail.md", "docs/login.md"))
    second = dict(answer(index, "docs/login.md", "docs/mail.md"))

    assert (first["docs/mail.md"] or 0) < (second["docs/mail.md"] or 0)


@pytest.mark.parametrize("seen", [(), ("nowhere.py",)], ids=["nothing", "no file here"])
def test_nothing_seen_changes_nothing(index: Index, seen: tuple[str, ...]) -> None:
    """The model's own ranking and probabilities."""
    assert answer(index, *seen) == answer(index)


def test_a_seen_file_that_no_signal_proposes_is_added() -> None:
    """Behind the candidates in score, before them by what was seen."""
    files, rows = describe_files([2.0, 1.0], [7, 8], [9, 7, 9])

    assert files == [7, 8, 9]
    assert rows == [(1.0, 2.0, 0.0, 1.0, 1.0, 0.5), (1.0, 1.0, -1.0, 0.5, 0.0, 0.0), (1.0, 1.0, -1.0, 1 / 3, 1.0, 1.0)]
    assert describe_files([], [], []) == ([], [])


def test_seen_speaks_for_a_file_by_the_shipped_weights() -> None:
    """And so does a better score."""
    assert len(WEIGHTS) == len(describe_files([1.0], [1], [])[1][0])
    assert WEIGHTS[4] > 0
    assert seen_module.WEIGHTS[5] > 0


def test_hints_are_few_and_never_what_is_in_hand(index: Index) -> None:
    """At most so many files and partners; a model that is not used, and no words, give no files."""
    task = build_task(index, "Fix auth of number 3", at=DAY * 30_000)
    found = find_hints(index, task, load_general_model(), ["src/cart.py"])

    assert 0 < len(found.files) <= MOST_FILES
    assert len(found.missed) <= MOST_PARTNERS
    assert "src/cart.py" not in {one.path for one in found.missed}
    assert len(render_hints(found)) <= 1 + MOST_PARTNERS
    assert find_hints(index, task, BLEND).files == ()
    assert find_hints(index, build_task(index, "", at=DAY * 30_000), load_general_model()).files == ()


@pytest.mark.parametrize(
    "seen", [(), ("src/auth.py",), ("docs/mail.md", "src/auth.py")], ids=["none", "it", "others too"]
)
def test_files_that_the_user_named_are_not_predicted_back(index: Index, seen: tuple[str, ...]) -> None:
    """Neither by the model nor after a session that looked at them; without being named they would be."""
    named = ["src/auth.py", "tests/test_auth.py"]
    task = build_task(index, "Fix auth of number 3", at=DAY * 30_000, seeds=named)

    found = {one.path for one in rank_files(index, task, load_general_model(), 30, seen)}

    assert found
    assert not found & set(named)
    assert set(named) <= {path for path, _ in answer(index, *seen)}


@pytest.mark.parametrize("baseline", SCORES)
def test_no_baseline_predicts_named_files_back(index: Index, baseline: str) -> None:
    """A file that the user named is no answer; ``tfidf`` alone is kept as it was described and may say it."""
    task = build_task(index, "Fix auth of number 3", at=DAY * 30_000, seeds=["src/auth.py"])

    assert "src/auth.py" not in rank_by_baseline(index, task, baseline, None, 30)


def test_words_of_addresses_name_no_file() -> None:
    """Nor does the name of a prepared prompt; of a file's address in a repository its path stays."""
    assert strip_addresses("/review https://example.test/a/b/pull/2/files fix it").split() == ["fix", "it"]
    assert strip_addresses("see https://example.test/a/b/blob/main/src/x.go#L3.") == "see src/x.go"
    assert strip_addresses("src/api/auth.py and/or /tmp/x") == "src/api/auth.py and/or /tmp/x"
