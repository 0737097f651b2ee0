"""An engine is opened by its name."""

from typing import get_args

import pytest

from twiceshy.base.errors import UsageError
from twiceshy.records.fleet import EngineName
from twiceshy.wings.fleet.cluster.engines import ENGINES, open_engine
from twiceshy.wings.fleet.cluster.work_engine import EngineWish


def test_each_engine_that_a_fleet_can_name_is_there() -> None:
    """And no other."""
    assert tuple(ENGINES) == get_args(EngineName)


def test_an_unknown_engine_is_refused_with_those_that_there_are() -> None:
    """A typing error starts nothing."""
    with pytest.raises(UsageError, match=r"'sparc'.*processes, spark"):
        open_engine("sparc", EngineWish())
