"""How large a shard is where there is little to do."""

import pytest

from twiceshy_fleet.planning.packing import choose_limit


@pytest.mark.parametrize(("total", "limit"), [(0, 16e6), (47e6, 16e6), (1e9, 62.5e6), (1e12, 256e6)])
def test_a_small_fleet_has_small_shards(total: float, limit: float) -> None:
    """So that two workers share a laptop's logs; the usual size where there is enough."""
    assert choose_limit({"a": int(total) // 2, "b": int(total) - int(total) // 2}) == limit
