"""What is offered where less of the past is known."""

from wings.git.tests.predict.messages.invented_examples import a_file, an_example

from twiceshy_git.predict.messages.message_ranker import load_general_messages
from twiceshy_git.predict.messages.message_share_replay import (
    choose_asked,
    replay_message_share,
    replay_nearest_diff,
)

WORDS = ("parser", "lexer", "writer", "reader")
OLD = [
    an_example(f"Mend the {word} of pages", a_file(f"src/{word}.py", added=(f"{word} = {n}",)), commit=f"c{n}", at=n)
    for n in range(40)
    for word in [WORDS[n % 4]]
]


def test_more_of_the_past_is_known_with_a_larger_share() -> None:
    """And only what lies before the first asked commit is shared out."""
    asked = choose_asked(40, 32, 4)
    known = [replay_message_share(OLD, 32, share, asked, load_general_messages()).known for share in (0.25, 0.5, 1.0)]

    assert asked == [32, 34, 36, 38]
    assert known == [8 + 3, 16 + 3, 32 + 3]


def test_a_message_that_only_older_commits_had_is_not_offered_without_them() -> None:
    """The same commit is right with all of the past and wrong with its newest quarter."""
    rare = [an_example("Polish chrome handles", a_file("zoo/chrome.js"), commit="z1", at=1), *OLD[1:32]]
    again = an_example("Polish chrome handles", a_file("zoo/chrome.js"), commit="z2", at=99)
    model = load_general_messages()
    whole, quarter = (replay_message_share([*rare, again], 32, share, [32], model).scores[0] for share in (1.0, 0.25))

    assert whole == 1
    assert quarter < 0.5


def test_an_asked_commit_is_learned_only_afterwards() -> None:
    """Its own words answer nothing; the next of its kind is answered by them."""
    new = [an_example("Polish chrome handles", a_file("zoo/chrome.js"), commit=f"n{n}", at=90 + n) for n in (1, 2)]
    first, second = replay_message_share([*OLD[:32], *new], 32, 1.0, [32, 33], load_general_messages()).scores
    rival_first, rival_second = replay_nearest_diff([*OLD[:32], *new], [32, 33])

    assert first < 0.5 < second == 1
    assert rival_first < 0.5 < rival_second == 1


def test_a_question_can_be_broken_off() -> None:
    """Who waits is told of each."""
    told: list[int] = []
    replay_message_share(OLD, 32, 0.5, [33, 35], load_general_messages(), pause=lambda: told.append(1))

    assert told == [1, 1]
