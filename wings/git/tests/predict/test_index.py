"""What the index knows, and that it knows nothing of the future."""

import doctest
from dataclasses import replace
from random import Random

import pytest
from wings.git.tests.predict.invented import DAY, a_change, a_shop

from twiceshy.records.predictions import HistoryCommit
from twiceshy_git.predict import calibration, ranking_evaluation
from twiceshy_git.predict import index as index_module
from twiceshy_git.predict import index as predict_index
from twiceshy_git.predict import ranking_task as task_module
from twiceshy_git.predict.features import COLUMNS, find_candidates
from twiceshy_git.predict.index import Index, decode, encode
from twiceshy_git.predict.ranking_task import build_task
from twiceshy_git.predict.signals import pick_best
from twiceshy_git.predict.training_samples import build_samples


def learned(past: list[HistoryCommit]) -> Index:
    index = Index()
    for change in past:
        index.learn(change)
    return index


def living(index: Index) -> set[str]:
    return {path for path, alive in zip(index.files.paths, index.files.alive, strict=True) if alive}


def proposed(index: Index, text: str, seeds: tuple[str, ...] = ()) -> list[str]:
    found = find_candidates(index, build_task(index, text, at=DAY * 30_000, author="a", seeds=seeds))
    return [index.files.paths[file] for file in found.files]


def test_names_that_are_looked_at_late_are_the_same() -> None:
    """Learning a history at once leaves what learning it commit by commit leaves: moved, deleted and reborn files."""
    past = [
        *a_shop(30),
        a_change("Move", "src/auth.py>lib/session.py", "-src/cart.py", number=30),
        a_change("Cart again", "+src/cart.py", "+src/tray.py", number=31),
        a_change("No tray", "-src/tray.py", number=32),
    ]
    at_once = Index()
    at_once.learn_names(past)
    one_by_one = learned(past)

    for table in ("stems", "path_words", "folders"):
        known = {key: sorted(files) for key, files in getattr(one_by_one, table).items() if files}
        assert {key: sorted(files) for key, files in getattr(at_once, table).items() if files} == known
    assert at_once.files == one_by_one.files
    assert at_once.mine == one_by_one.mine
    at_once.learn(a_change("Later", "+src/later.py", number=33))
    assert at_once.stems["later"]


def test_the_best_of_many_are_those_of_a_whole_sort() -> None:
    """Cutting by value alone keeps the order and, among equals at the cut, the lower numbers."""
    chance = Random(5)
    scores = {file: float(chance.randrange(6)) for file in chance.sample(range(500), 200)}

    for most in (1, 12, 199, 200, 300):
        assert pick_best(scores, most) == sorted(scores, key=lambda file: (-scores[file], file))[:most]
    assert pick_best({}, 3) == []


def test_a_rename_keeps_what_is_known() -> None:
    """A renamed file is proposed under its new name for words of its old commits, and never under the old one."""
    index = learned(
        [
            a_change("Rotate tokens", "+src/auth.py", number=0),
            a_change("Rotate tokens again", "src/auth.py", number=1),
            a_change("Move", "src/auth.py>lib/session.py", number=2),
        ]
    )

    assert {"lib/session.py"} == living(index)
    assert proposed(index, "rotate tokens") == ["lib/session.py"]
    assert index.files.changes[index.number["lib/session.py"]] == 3


def test_a_deleted_file_is_never_proposed() -> None:
    """Not by words, not by habit, not by company; a file made again is."""
    past = [a_change("Rotate tokens", "+a.py", "+b.py"), a_change("Rotate tokens", "-a.py", "b.py", number=1)]
    index = learned(past)

    assert "a.py" not in proposed(index, "rotate tokens a.py", seeds=("b.py",))
    assert "a.py" not in proposed(index, "rotate tokens a.py")

    index.learn(a_change("Bring it back", "+a.py", number=2))

    assert "a.py" in proposed(index, "rotate tokens a.py")
    assert index.living == 2


def test_a_rename_onto_a_living_file_replaces_it() -> None:
    """Two files never have one name."""
    index = learned([a_change("Start", "+a.py", "+b.py"), a_change("Swap", "a.py>b.py", number=1)])

    assert {"b.py"} == living(index)
    assert index.living == 1


def test_words_that_leave_a_file_are_forgotten() -> None:
    """Content is what stands there now."""
    added = a_change("Start", "+a.py", added="rotate refresh_token")
    gone = HistoryCommit("1", 1, "ada", "Cut", "", (added.files[0].__class__("a.py", lost=added.files[0].gained),))
    index = learned([added, gone])

    assert index.content.get("refreshtoken") is None
    assert index.files.size == [0.0]


def test_the_past_does_not_know_the_future() -> None:
    """Every column of every candidate of a past commit stays the same, whatever happens after it."""
    past = a_shop(120)
    future = past[90:]
    Random(1).shuffle(future)
    strange = [a_change("Drop all", *[f"-src/{area}.py" for area in ("auth", "cart")], number=400)]

    one = build_samples(past, 40, 90, Random(2), thin_before=0)
    other = build_samples(past[:90] + strange + future, 40, 90, Random(2), thin_before=0)

    assert one
    assert [bytes(sample.rows) for sample in one] == [bytes(sample.rows) for sample in other]


def test_the_detector_of_leaks_sees_one() -> None:
    """The same comparison fails where a commit is learned before it is ranked."""
    past = a_shop(60)
    before, after = learned(past[:50]), learned(past[:51])
    task = past[50].subject

    ours, leaked = (
        find_candidates(index, build_task(index, task, at=past[50].at, author="a")) for index in (before, after)
    )

    assert bytes(ours.rows(list(range(10)))) != bytes(leaked.rows(list(range(10))))


def test_an_index_comes_back_from_its_file() -> None:
    """A loaded index gives the same candidates and goes on learning to the same state."""
    past = a_shop(80)
    index = learned(past[:60])
    loaded = decode(encode(index, {"head": "abc"}))
    assert loaded is not None
    again, extra = loaded
    for change in past[60:]:
        index.learn(change)
        again.learn(change)

    ours, theirs = (
        find_candidates(each, build_task(each, "Fix auth", at=DAY * 30_000, author="a")) for each in (index, again)
    )

    assert extra == {"head": "abc"}
    assert ours.files == theirs.files
    assert [round(value, 3) for column in ours.columns for value in column] == pytest.approx(
        [value for column in theirs.columns for value in column], abs=2e-3
    )


@pytest.mark.parametrize("raw", [b"", b"no zstd", encode(Index(), {})[:-4]], ids=["empty", "noise", "cut"])
def test_a_damaged_index_is_no_index(raw: bytes) -> None:
    """It is made again, never an error."""
    assert decode(raw) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "。",
        "修复登录",
        "x" * 100_000,
        "word " * 20_000,
        "\0\x1b[31m",
        "a/b/../c.py ../../etc/passwd",
        "#1 #2 #3",
    ],
)
def test_any_text_gives_an_answer(text: str) -> None:
    """Empty, foreign, huge and odd tasks are ranked by what is left to go by."""
    found = find_candidates(learned(a_shop(40)), build_task(learned(a_shop(40)), text, at=0))

    assert len(found.files) > 0
    assert len(found.columns) == len(COLUMNS)


def test_an_empty_index_proposes_nothing() -> None:
    """No commit, no file, no error."""
    assert proposed(Index(), "Fix auth", seeds=("src/auth.py",)) == []


def test_a_mass_change_is_learned_without_pairing_its_files() -> None:
    """Five thousand files of one commit cost no five thousand squared."""
    index = learned([a_change("Import", *[f"+src/m{number}.py" for number in range(5000)])])

    assert len(index.together) == 0
    assert len(proposed(index, "fix m17")) > 0


def test_a_seed_brings_its_company() -> None:
    """What changed with the seed comes first, and the seed itself does not."""
    index = learned(a_shop(150))

    found = proposed(index, "housekeeping", seeds=("src/cart.py",))

    assert found[0] == "tests/test_cart.py"
    assert "src/cart.py" not in found


def test_sync_makes_the_living_files_those_of_the_checkout() -> None:
    """What a merge changed is put right."""
    index = learned([a_change("Start", "+a.py", "+b.py")])

    index.sync(["b.py", "c.py"])

    assert {"b.py", "c.py"} == living(index)
    assert index.living == 2


@pytest.mark.parametrize("module", [index_module, task_module, ranking_evaluation, calibration, predict_index])
def test_the_examples_of_the_ranking_hold(module: object) -> None:
    """Every example gives what it shows."""
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]  # a module


def test_what_stands_in_files_is_as_good_as_the_patches_that_made_it() -> None:
    """Names first and the words of living files after it: the same words, sizes and answers."""
    past = a_shop(60)
    whole = learned(past)
    bare = learned([replace(one, files=tuple(replace(item, gained={}, lost={}) for item in one.files)) for one in past])
    standing: dict[str, dict[str, int]] = {}
    for word in [*whole.content.encode_rows()]:
        for file, times in (whole.content.get(word) or {}).items():
            standing.setdefault(whole.files.paths[file], {})[word] = int(times)

    bare.add_contents([*standing.items(), ("nowhere.py", {"word": 1})])

    assert (bare.total_size, bare.files.size) == (whole.total_size, whole.files.size)
    assert standing
    assert bare.content.encode_rows().keys() == whole.content.encode_rows().keys()
    assert proposed(bare, past[-1].subject) == proposed(whole, past[-1].subject)
