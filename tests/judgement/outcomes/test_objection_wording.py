"""judgement.outcomes.objection_wording: what words alone add and take."""

import pytest

from twiceshy.judgement.outcomes.objection_wording import BEGINNING, END, is_approval, weigh

QUIET = [
    "yes",
    "commit this",
    "what time is it there?",
    "please add a test for the parser",
    "ok, next: the export page",
    "nice work",
]
OBJECTING = [
    "no, not like that",
    "that is wrong",
    "it still doesn't show the header",
    "revert it",
    "use the parser instead",
    "why did you delete the file?",
    "can't we keep the old name?",
    "are you sure?",
    "you forgot the tests",
    "let's not do this here",
    "i'd prefer a map",
    "i meant the other file",
    "i don't like this",
    "the header should never be empty",
    "i get an error",
]


@pytest.mark.parametrize("text", QUIET)
def test_words_that_do_not_object_take_points_or_give_none(text: str) -> None:
    """Approvals, tasks and questions never speak for a correction."""
    wording = weigh(text)

    assert wording.points <= 0
    assert not wording.objects
    assert not wording.undo


@pytest.mark.parametrize("text", OBJECTING)
def test_words_that_object_give_points(text: str) -> None:
    """Each of the usual ways to object is heard, also with the other apostrophe and in capitals."""
    assert weigh(text).objects
    assert weigh(text).points > 0
    assert weigh(text) == weigh(text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"))
    assert weigh(text.upper()).objects


def test_an_approval_that_goes_on_to_object_keeps_most_points() -> None:
    """Yes, but: is not yes."""
    assert weigh("yes but the header is wrong").points > weigh("yes").points + 1


def test_a_request_in_place_of_a_refused_call_is_no_new_task() -> None:
    """The same words weigh more where they say what to do instead."""
    words = "let's put it into the header first"

    assert weigh(words).points < weigh(words, refusing=True).points
    assert weigh(words).points < weigh(words, stopping=True).points


def test_slash_commands_and_plans_are_settled() -> None:
    """Nobody corrects with them; words given while refusing a call are never a command."""
    assert weigh("/undo everything").settled
    assert weigh("Implement the following plan:\n# Not again").settled
    assert not weigh("/undo everything", refusing=True).settled
    assert not weigh("/home/me/a.py is wrong").settled


@pytest.mark.parametrize(
    ("text", "unread"),
    [("", True), ("123 ?", True), ("დაამატე ფილტრი", True), ("to be or", False), ("не работает", False), ("да", False)],
)
def test_what_no_rule_reads_is_marked(text: str, unread: bool) -> None:  # a table
    """Other scripts without known words, and text without letters, leave the judgement to other evidence."""
    assert weigh(text).unread == unread


def test_only_the_beginning_and_the_end_are_weighed() -> None:
    """What stands in the middle of something long is pasted, not said."""
    filler = "x" * (BEGINNING + END)

    assert weigh(f"{filler} that is wrong, revert it {filler}").objects is False
    assert weigh(f"that is wrong, revert it {filler}").objects
    assert weigh(f"{filler} revert it").undo


def test_a_brief_statement_of_what_fails_or_should_be_weighs_more_than_a_question() -> None:
    """A statement says so; a question only asks."""
    assert weigh("the build is failing").points > weigh("the build is failing?").points + 1
    assert weigh("the key should be hidden").points > weigh("the key should be hidden?").points + 1


@pytest.mark.parametrize("text", ["yes", "go on", "好的", "oui", "2"])
def test_a_brief_yes_approves(text: str) -> None:
    """In several languages, and by number; a long text never does."""
    assert is_approval(text)
    assert not is_approval(text + " and more" * 20)


def test_what_is_no_yes_does_not_approve() -> None:
    """Other words do not."""
    assert not is_approval("that is wrong")


LEANING = [
    ("are the dates read here, hm... twice", "are the dates read here, hm, twice"),
    ("the header is as i want", "the header is as they want"),
    ("a shorter header", "a second header"),
]


@pytest.mark.parametrize(("leaning", "plain"), LEANING)
def test_slight_signs_of_discontent_give_a_little(leaning: str, plain: str) -> None:
    """Trailing off, wanting, comparing: less than an objection, and none by itself."""
    assert 0 < weigh(leaning).points - weigh(plain).points <= 0.5
    assert not weigh(leaning).objects


def test_a_pattern_of_paths_is_no_trailing_off() -> None:
    """Three dots of a command are no hesitation."""
    assert weigh("the log of go test ./... here").points == weigh("the log of go test all here").points


def test_a_second_objection_adds_less() -> None:
    """Saying it twice is not twice as sure."""
    both = weigh("are you sure? it is wrong").points

    assert max(weigh("are you sure?").points, weigh("it is wrong").points) < both
    assert both < weigh("are you sure?").points + weigh("it is wrong").points


def test_saying_what_to_do_weighs_more_while_refusing() -> None:
    """There it is the way to go instead."""
    assert weigh("read the other file first", refusing=True).points > weigh("read the other file first").points


OWN = [
    ("opens-but", "but the header is gone", "the header is gone"),
    ("opens-in-doubt", "hmm the header", "the header"),
    ("checks-are-red", "the build is red", "the bird is red"),
    ("checks-are-red", "fix lint", "fix the date"),
    ("tells-what-was-seen", "when i run it the list is empty", "when they run it the list is empty"),
    ("says-what-was-meant", "i meant the header", "they meant the header"),
    ("asks-for-change", "could we use the parser", "could we see the parser"),
    ("asks-for-change", "how about a map", "a map"),
    ("orders-change", "rename it", "name it"),
    ("lets-rather", "let's use the parser", "let's see"),
    ("tag-question", "it is in the header, right?", "it is in the right header"),
    ("negates", "it doesnt show", "it shows"),
    ("dislikes", "i dont like the header", "i like the header"),
    ("names-your-deed", "you removed the header", "they removed the header"),
    ("nearly", "almost there", "it is there"),
    ("rather", "the parser instead", "the parser"),
    ("opens-with-more", "now the header", "the header"),
    ("too", "the header too", "the header"),
    ("asks-for-more", "can you add a header", "can you hear it"),
    ("review-voice", "consider adding a header", "a header"),
    ("guards", "don't commit it yet", "commit it yet"),
    ("opens-but-elsewhere", "aber die Liste", "die Liste"),
    ("opens-with-more-elsewhere", "теперь список", "список"),
    ("orders-change-elsewhere", "删除列表", "列表"),
    ("speaks-of-faults-elsewhere", "la lista da error, falla siempre", "la lista"),
]


@pytest.mark.parametrize(("slug", "text", "plain"), OWN)
def test_a_sign_of_own_words_is_seen_where_they_have_it(slug: str, text: str, plain: str) -> None:
    """In the person's words, not in what is quoted."""
    assert slug in {one.slug for one in weigh(text).seen}
    assert slug not in {one.slug for one in weigh(plain).seen}
    assert slug not in {one.slug for one in weigh("> " + text).seen}


def test_holding_back_is_no_objection_but_stopping_is() -> None:
    """A condition of work to come leaves nothing to object to; given while refusing it is the objection."""
    words = "don't change the header yet"

    assert weigh(words).points < 0
    assert weigh(words, refusing=True).points > 0
    assert weigh(words, stopping=True).points > 0


def test_words_that_are_mostly_pasted_are_marked() -> None:
    """Who pastes most of it shows something."""
    assert "words-are-pasted" in {one.slug for one in weigh("so\n> the header is in the list now").seen}
    assert "words-are-pasted" not in {one.slug for one in weigh("the header is in the list now").seen}
