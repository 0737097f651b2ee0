"""How a suggested message looks in a terminal."""

import sys
from dataclasses import replace
from datetime import UTC, datetime

from twiceshy.records.message_advice import MessageAdvice, MessageOffer, NearMessage
from twiceshy.screens.terminal.draw_message import draw_message
from twiceshy.screens.terminal.page import Page, pen_for

PAGE = Page(60, pen_for(sys.stdout, no_color=True), datetime(2030, 1, 1, tzinfo=UTC))
ADVICE = MessageAdvice(
    change="staged",
    offers=(MessageOffer(subject="fix(ssr): keep it", probability=0.64, reasons=("like abc", "scope from src/ssr")),),
    sure=True,
    prefix="fix(ssr): ",
    nearest=(NearMessage("a" * 40, "fix(ssr): keep\nthat"),),
    learned=1234,
    notes=("six commits are few",),
)


def test_a_sure_answer_says_how_sure_and_why() -> None:
    """Then the commits that it is from, what it was written as, and what to bear in mind."""
    assert draw_message(replace(ADVICE, written="fix: it"), PAGE).split("\n") == [
        "fix(ssr): keep it  64 %",
        "  like abc; scope from src/ssr",
        "",
        "Nearest commits:",
        "  aaaaaaaaa  fix(ssr): keep that",
        "",
        "It was committed as: fix: it",
        "note: six commits are few",
        "From 1,234 commits of this repository.",
    ]


def test_an_unsure_answer_begins_with_that() -> None:
    """The prefix that fits stands for itself."""
    lines = draw_message(replace(ADVICE, sure=False), PAGE).split("\n")

    assert lines[:4] == [
        "Not sure. What fits best of the nearest:",
        "fix(ssr): keep it  64 %",
        "  like abc; scope from src/ssr",
        "It may begin with: fix(ssr):",
    ]


def test_nothing_like_it_is_said_so() -> None:
    """With what it was learned from."""
    assert draw_message(replace(ADVICE, sure=False, offers=(), nearest=(), notes=(), learned=1), PAGE).split("\n") == [
        "Nothing here is like this change yet.",
        "From 1 commit of this repository.",
    ]
