"""Ways of suggesting messages are asked in time's order and compared on the same commits."""

import pytest
from tests.wings.git.predict.messages.invented_examples import a_file, an_example

from twiceshy.wings.git.predict.messages.examples import MessageExample
from twiceshy.wings.git.predict.messages.message_ladder import AskedCommit, climb, compare_suggesters, judge
from twiceshy.wings.git.predict.messages.suggesters import FilesMessage, LastMessage, Suggested


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
