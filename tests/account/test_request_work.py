"""account.request_work: what the money went to by what the model did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.account.request_work import DoneRequest, count_lone_looks, part_by_prompts, share_work
from twiceshy.records.spend import PICO, Amount, Cause, ContextItem, ThreadRequest, Work
from twiceshy.records.spending import Cost, TokenCounts


def request(place: int, dollars: float = 1.0, tokens: int = 10) -> ThreadRequest:
    return ThreadRequest(place, float(place), "m", TokenCounts(output=tokens), Cost(output=dollars))


def done(*works: Work | None, place: int = 1, dollars: float = 1.0, tokens: int = 10) -> DoneRequest:
    """A request in which the model made such calls; None: it wrote words."""
    own = [ContextItem(place, Cause.OWN_OUTPUT, "", 9, own=True, work=work) for work in works]
    return DoneRequest(request(place, dollars, tokens), own)


@pytest.mark.parametrize(
    ("works", "expected"),
    [
        pytest.param((), {Work.UNLOGGED: 1.0}, id="nothing of it in the log"),
        pytest.param((None,), {Work.TALK: 1.0}, id="words alone"),
        pytest.param((None, Work.EDIT), {Work.EDIT: 1.0}, id="words beside a call are the call's"),
        pytest.param((Work.LOOK, Work.LOOK, Work.EDIT), {Work.LOOK: 2 / 3, Work.EDIT: 1 / 3}, id="a share each"),
    ],
)
def test_a_request_counts_for_its_calls(works: tuple[Work | None, ...], expected: dict[Work, float]) -> None:
    """Each has the same share; without a call it is talk, without a word nobody knows."""
    found = share_work([done(*works)])

    assert {key.work: amount.picodollars / PICO for key, amount in found.items()} == pytest.approx(expected)


@given(
    st.lists(st.tuples(st.lists(st.sampled_from([*Work, None]), max_size=7), st.floats(0, 99), st.integers(0, 9999)))
)
def test_no_cent_is_lost(some: list[tuple[list[Work | None], float, int]]) -> None:
    """Whatever the calls and prices: sums are exact."""
    found = share_work([done(*works, dollars=dollars, tokens=tokens) for works, dollars, tokens in some])

    assert sum(one.picodollars for one in found.values()) == sum(round(dollars * PICO) for _, dollars, _ in some)
    assert sum(one.tokens for one in found.values()) == sum(tokens for *_, tokens in some)


def test_a_look_alone_after_another_one_could_have_gone_with_it() -> None:
    """The first look of a row could not, nor two at once, nor one beside an edit."""
    thread = [
        done(Work.LOOK),
        done(None, Work.LOOK),
        done(Work.LOOK, Work.LOOK),
        done(Work.LOOK),
        done(Work.EDIT, Work.LOOK),
        done(Work.LOOK),
        done(Work.LOOK, dollars=2.0),
    ]

    assert count_lone_looks(thread) == Amount(3 * PICO, 2)


def test_what_is_spent_belongs_to_the_prompt_before() -> None:
    """Also what a subagent spent; what came before any prompt has no place."""
    prompts = [ContextItem(place, Cause.PROMPTS, "", 9) for place in (10, 30)]

    assert part_by_prompts([request(5), request(12), request(29, 2.0), request(31)], prompts) == (
        (0, PICO),
        (10, 3 * PICO),
        (30, PICO),
    )
