"""Each commit is asked before it is learned, and all ways are measured on the same commits."""

from dataclasses import replace

import pytest
from wings.git.tests.predict.messages.invented_examples import a_change, a_file, an_example

from twiceshy_git.predict.messages.examples import MessageExample, choose_examples
from twiceshy_git.predict.messages.message_evaluation import (
    AskedCommit,
    DiffBags,
    MessageMarks,
    NearestDiff,
    climb,
    compare_suggesters,
    judge,
    judge_writer,
    mark_models,
    replay_messages,
    sum_up,
)
from twiceshy_git.predict.messages.message_ranker import MessageModel, load_general_messages
from twiceshy_git.predict.messages.suggesters import FilesMessage, LastMessage, Suggested

WORDS = ["mend", "say", "cut", "mend", "draw", "say", "mend", "cut", "say", "mend"] * 2


def a_prose(word: str, at: int) -> str:
    return f"{word} prose {chr(97 + at)}{chr(98 + at)}"


HISTORY = choose_examples(
    [
        a_change(f"{word} the page", a_file(f"docs/{word}.md", added=[a_prose(word, at)]), commit=f"{at}", at=at)
        for at, word in enumerate(WORDS)
    ]
)


def test_the_first_three_tenths_are_only_learned() -> None:
    """NNGen, which is slow, is asked in the last part alone."""
    rows = replay_messages(HISTORY, rivals_from=0.5)

    assert rows[0].place >= 0.3
    assert len(rows) == sum(number / len(HISTORY.examples) >= 0.3 for number in range(len(HISTORY.examples)))
    assert {one.marked.marks["NNGen"].b_norm for one in rows if one.place < 0.5} == {0.0}
    assert any(one.marked.marks["NNGen"].b_norm for one in rows if one.place >= 0.5)


def test_models_are_marked_beside_their_rivals() -> None:
    """The lead is over NNGen; a model that wants nothing takes the first."""
    rows = replay_messages(HISTORY, rivals_from=0.3)
    told = sum_up(mark_models(rows, {"general": load_general_messages(), "none": MessageModel(name="x", trees=())}))
    by = {one.name: one for one in told.suggesters}

    assert told.asked == len(rows)
    assert set(by) == {"NNGen", "agreed", "general", "none"}
    assert by["NNGen"].lead is None
    lead = by["general"].lead
    assert lead is not None
    assert lead[0] == pytest.approx(by["general"].b_norm - by["NNGen"].b_norm)
    assert lead[1] <= lead[0] <= lead[2]
    assert sum_up([]).suggesters == ()


@pytest.mark.parametrize(("ours", "verdict"), [("1111", "better"), ("0000", "worse"), ("0111", "not shown")])
def test_a_writer_is_held_against_the_best_of_the_others(ours: str, verdict: str) -> None:
    """Better only where the whole interval is above 0; the rival is right every second time."""
    day = 86_400
    rows = [one.marked for one in replay_messages(HISTORY, rivals_from=1.0)][:4]
    asked = [
        one._replace(
            example=replace(one.example, at=number * day),
            marks={name: MessageMarks(mark, mark, bool(mark)) for name, mark in marks.items()},
        )
        for number, (one, mark) in enumerate(zip(rows, ours, strict=True))
        for marks in [{"NNGen": 0.0, "high": number % 2 / 2 + 0.2, "ours": float(mark)}]
    ]
    told = judge_writer(asked, "ours", seconds=2.0, silent=1, invented=3)

    assert told is not None
    assert (told.rival, told.verdict, told.seconds) == ("high", verdict, 2.0)
    assert (told.silent, told.invented) == (1, 3)
    assert (told.lead[1] > 0) == (verdict == "better")
    assert sum_up(asked, told).contest == told
    assert judge_writer([], "ours", seconds=0.0, silent=0, invented=0) is None


# Ways of suggesting messages are asked in time's order and compared on the same commits.


class Watcher:
    """Notes what it was asked and what it had learned by then."""

    def __init__(self) -> None:
        self.learned: list[str] = []
        self.seen: list[tuple[str, int]] = []

    def suggest(self, example: MessageExample) -> Suggested:
        self.seen.append((example.subject, len(self.learned)))
        return Suggested(self.learned[-1])

    def learn(self, example: MessageExample) -> None:
        self.learned.append(example.subject)


@pytest.mark.parametrize(
    ("frozen", "expected"), [(False, [("Fix c", 2), ("Fix d", 3)]), (True, [("Fix c", 2), ("Fix d", 2)])]
)
def test_nobody_sees_a_commit_before_it_was_asked(frozen: bool, expected: list[tuple[str, int]]) -> None:  # a table
    """Online each is learned behind its question; frozen none behind the cut."""
    watcher = Watcher()
    examples = [an_example(f"Fix {name}", a_file(f"{name}.py"), at=at) for at, name in enumerate("abcd")]
    asked = climb(examples, [False, False, True, False], {"w": watcher}, first=2, frozen=frozen)

    assert watcher.seen == expected
    assert [one.near for one in asked] == [True, False]
    assert asked[0].offers["w"].subject == "Fix b"


def test_an_offer_is_judged_by_all_measures() -> None:
    """One word off is nearly right; nothing is not, even beside a message of one word."""
    assert judge("Fix the parser", "Fix the PARSER") == (1.0, 1.0, True)
    assert judge("Fix the parser", "Fix our parser").nearly_right
    assert not judge("", "Fix").nearly_right


def ask(days: int, step_s: int = 86_400) -> list[AskedCommit]:
    """A file's name is right but on the second day; what was last written never."""
    names = [f"{'x' * (day + 1)}.md" for day in range(days)]
    subjects = ["Rework it all" if day == 1 else f"Update {name}" for day, name in enumerate(names)]
    examples = [
        an_example(subject, a_file(name), at=day * step_s)
        for day, (subject, name) in enumerate(zip(subjects, names, strict=True))
    ]
    return climb(examples, [False] * days, {"files": FilesMessage(), "last": LastMessage()}, first=1)


def test_a_lead_has_an_interval_of_days_and_authors() -> None:
    """Both ways round the same; what one person writes in one day is one witness, so that nothing is drawn again."""
    asked = ask(9)
    lead = compare_suggesters([asked], "files", "last")
    lag = compare_suggesters([asked], "last", "files")
    day = compare_suggesters([ask(9, step_s=60)], "files", "last")

    assert 0 < lead.low < lead.estimate < lead.high
    assert lag.estimate == pytest.approx(-lead.estimate)
    assert day.low == day.estimate == day.high == pytest.approx(lead.estimate)
    assert compare_suggesters([[]], "files", "last") == (0.0, 0.0, 0.0)


def test_a_longer_history_counts_no_more() -> None:
    """The mean of two is in the middle of theirs."""
    short, long = ask(3), ask(12)
    each = [compare_suggesters([one], "files", "last", "rouge_l").estimate for one in (short, long)]

    assert compare_suggesters([short, long], "files", "last", "rouge_l").estimate == pytest.approx(sum(each) / 2)


# The message of the nearest old diff.


def test_nothing_is_near_where_no_word_is_shared() -> None:
    """Nothing is offered."""
    found = NearestDiff()
    assert found.suggest(an_example()).subject == ""
    found.learn(an_example("Add", a_file("other.md", added=["prose"])))

    assert found.suggest(an_example("?", a_file("x.py", added=["code"]))).subject == ""


def test_cosine_is_that_of_counts() -> None:
    """By hand: (one, two, two) and (one, two): 3 / (sqrt 5 * sqrt 2)."""
    bags = DiffBags()
    bags.add(an_example("a", a_file("one", added=["two two"])))
    bags.add(an_example("b", a_file("other")))

    ((cosine, number),) = bags.find_nearest(an_example("?", a_file("ONE", added=["two"])), 5)

    assert number == 0
    assert cosine == pytest.approx(0.948683)


def test_the_text_decides_among_the_nearest_bags() -> None:
    """Both have the same bag; one has the same order too."""
    found = NearestDiff()
    found.learn(an_example("Right", a_file("aa", added=["bb cc dd ee ff"]), commit="r"))
    found.learn(an_example("Wrong", a_file("aa", added=["cc ff ee bb dd"]), commit="w"))
    best = found.suggest(an_example("?", a_file("aa", added=["bb cc dd ee ff"])))

    assert (best.subject, best.like) == ("Right", "r")
    assert best.score == pytest.approx(1.0)


def test_without_four_tokens_in_a_row_the_nearest_and_newest_counts() -> None:
    """Of equally near ones."""
    found = NearestDiff()
    for subject in ("Old", "New"):
        found.learn(an_example(subject, a_file("aa", added=["bb"])))

    assert found.suggest(an_example("?", a_file("bb", added=["aa"]))).subject == "New"
