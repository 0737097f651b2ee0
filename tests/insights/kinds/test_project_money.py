"""insights.kinds.project_money: whether dollars are worth a line, and where a request stands."""

from dataclasses import replace

from tests.insights.kinds.histories import START, history, prompt, run, session

from twiceshy.insights.kinds.project_history import Place
from twiceshy.insights.kinds.project_money import find_place, is_worth, list_times, sum_project
from twiceshy.records.spend import Amount, Cause, Mechanism, SessionSpend, SpendKey


def test_a_line_is_worth_a_dollar_and_a_hundredth() -> None:
    """Of all sessions of the project together; nobody counted the third."""
    cells = {SpendKey(Cause.READS, "a", Mechanism.READ): Amount(100 * 10**12, 9)}
    some = [session(prompt(), day=day) for day in range(3)]
    spend = SessionSpend(cells=cells, used=True, unpriced=0, partial=0)
    found = replace(history(*some), spends={one.session: spend for one in some[:2]})

    assert sum_project(found) == 200.0
    assert [is_worth(usd, found) for usd in (1.9, 2.0)] == [False, True]
    assert [is_worth(usd, history(session())) for usd in (0.9, 1.0)] == [False, True]


def test_a_request_stands_at_the_last_call_before_it_ended() -> None:
    """Times never go back; before the first call it is the first."""
    one = session(prompt(), run(), run())
    late = one._replace(attempts=(one.attempts[0], one.attempts[2], one.attempts[1]))

    assert list_times(late) == [START, START + 120, START + 120]
    assert find_place(list_times(one), 4, round((START + 61) * 1000) << 22) == Place(4, 1)
    assert find_place(list_times(one), 4, 0) == Place(4, 0)
