"""judgement.outcomes.outcome_errors: which outcomes have measured error rates, and which have none."""

from twiceshy.judgement.outcomes.outcome_errors import LABELS, LOGGED, find_error_rates


def test_what_was_not_measured_has_no_rates() -> None:
    """Neither what the log says itself nor what nobody labelled is given any."""
    assert [find_error_rates(slug) for slug in (*sorted(LOGGED), "survived", "first-pass", "no-such")] == [None] * 7


def test_measured_rates_are_those_of_the_table() -> None:
    """Of 352 turns that correct nothing 18 are told as corrections, and half of the true ones are missed."""
    rates = find_error_rates("corrected")

    assert rates is not None
    assert (round(rates.false_share, 3), round(rates.sensitivity, 2)) == (0.054, 0.45)
    assert sum(LABELS["corrected"]) == 465
