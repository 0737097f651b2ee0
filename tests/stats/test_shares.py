"""dataset.shares: a share of nothing is known to be nothing."""

from twiceshy.stats.shares import measure_share


def test_a_share_has_its_interval() -> None:
    """Wilson's; of nothing it is 0 of 0, anywhere from 0 to 1."""
    half = measure_share(5, 10)

    assert (half.hits, half.n, half.share) == (5, 10, 0.5)
    assert 0.2 < half.low < 0.5 < half.high < 0.8
    assert measure_share(0, 0) == (0, 0, 0.0, 0.0, 1.0)
