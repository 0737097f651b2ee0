"""A number that nobody can mean counts as missing, whatever a log says."""

import math
from typing import Any

import pytest

from twiceshy.logs.journal import Journal
from twiceshy.logs.log_numbers import (
    LARGEST_COST,
    LARGEST_COUNT,
    LONGEST_S,
    to_count,
    to_dollars,
    to_seconds,
    to_span,
    to_status,
)
from twiceshy.records.events import Action, ToolCall, ToolResult, Usage

NO_NUMBER: list[Any] = [
    pytest.param(None, id="nothing"),
    pytest.param(True, id="a truth value"),
    pytest.param("7", id="a text"),
    pytest.param([7], id="a list"),
    pytest.param({"n": 7}, id="an object"),
    pytest.param(math.nan, id="not a number"),
    pytest.param(math.inf, id="infinite"),
    pytest.param(2**63, id="more than SQLite holds"),
    pytest.param(2**64, id="more than 64 bits"),
    pytest.param(10**400, id="more than a float holds"),
    pytest.param(-(2**63) - 1, id="less than SQLite holds"),
]


@pytest.mark.parametrize("value", NO_NUMBER)
def test_what_is_no_number_counts_as_missing(value: object) -> None:
    """Nothing is raised, and nothing is stored that cannot be added."""
    assert (to_count(value), to_seconds(value), to_status(value)) == (0, None, None)
    assert to_span((value, value)) == (0, 0)
    assert to_dollars(value) is None


def test_numbers_at_the_bounds_are_kept() -> None:
    """The bounds themselves are meant."""
    assert [to_count(one) for one in (0, 1, LARGEST_COUNT, LARGEST_COUNT + 1, -1)] == [0, 1, LARGEST_COUNT, 0, 0]
    assert [to_seconds(one) for one in (0, 0.5, LONGEST_S, LONGEST_S * 2, -0.1)] == [0, 0.5, LONGEST_S, None, None]
    assert [to_status(one) for one in (0, 137, -9, 2**32 - 1, 2**32)] == [0, 137, -9, 2**32 - 1, None]
    assert [to_dollars(one) for one in (0, 0.5, LARGEST_COST, LARGEST_COST * 2, -0.1)] == [0, 0.5, 1e6, None, None]
    assert (to_span(None), to_span((3, 4))) == (None, (3, 4))


@pytest.mark.parametrize("value", NO_NUMBER)
def test_no_event_holds_such_a_number(value: Any) -> None:
    """The journal is the only door: what a leaf lets through is bounded there."""
    journal = Journal("claude-code", b"s" * 32, "odd")
    journal.call(b"c" * 16, "Bash", Action.RUN, {}, span=(value, value), timeout_s=value)
    journal.result(b"c" * 16, "out", exit_code=value, duration_s=value, lines=(value, value))
    journal.usage(b"u" * 16, taken=value, output=value, cache_write=value, cache_read=value)
    call, result, usage = journal.events

    assert isinstance(call, ToolCall)
    assert (call.span, call.timeout_s) == ((0, 0), None)
    assert isinstance(result, ToolResult)
    assert (result.exit_code, result.duration_s, result.lines) == (None, None, (0, 0))
    assert isinstance(usage, Usage)
    assert (usage.input, usage.output, usage.cache_write, usage.cache_read) == (0, 0, 0, 0)
