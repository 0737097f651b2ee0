"""What became of offered messages."""

from twiceshy_git.predict.messages.offer_verdicts import (
    LaterCommit,
    MadeOffer,
    OfferVerdict,
    find_answered,
    judge_offer,
)

DAY = 86_400


def test_the_commit_on_top_of_the_one_that_was_newest_answers() -> None:
    """Not one on top of another, nor one that was made before."""
    offer = MadeOffer(100, "base", "Fix the parser")
    commits = [
        LaterCommit("early", "base", 90),
        LaterCommit("elsewhere", "other", 110),
        LaterCommit("mine", "base", 120),
        LaterCommit("twin", "base", 130),
    ]

    assert find_answered([offer], commits) == {"mine": offer}


def test_of_several_offers_before_one_commit_the_last_counts() -> None:
    """A commit that was broken off gave no answer."""
    first, second = MadeOffer(100, "base", "Fix it"), MadeOffer(110, "base", "Mend it")

    assert find_answered([second, first], [LaterCommit("mine", "base", 120)]) == {"mine": second}


def test_an_offer_of_another_day_is_no_answer() -> None:
    """Nor is one without any commit."""
    assert find_answered([MadeOffer(100, "base", "Fix it")], [LaterCommit("late", "base", 101 + DAY)]) == {}
    assert find_answered([MadeOffer(100, "base", "Fix it")], []) == {}


def test_verdicts_go_by_words() -> None:
    """Half of the words may change before it counts as thrown away."""
    assert judge_offer("fix(a): keep the last token", "fix(a): keep the last line") is OfferVerdict.EDITED
    assert judge_offer("fix(a): keep the last token", "docs: say why in the guide") is OfferVerdict.REJECTED
    assert judge_offer("Fix it", "fix  it") is OfferVerdict.ACCEPTED
    assert judge_offer("Fix it", "") is OfferVerdict.REJECTED
