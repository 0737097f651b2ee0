"""twiceshy_fleet.lake.lake_sessions: which copy of a session counts, its model, and the tier of each message."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from wings.fleet.tests.lake.small_outputs import (
    CLAUDE,
    GPT,
    a_session,
    calls_of,
    join_tables,
    replies_of,
    usage_of,
    whose,
    write_shard,
)

from twiceshy.account.price_list import ModelPrice, PriceList, PriceTier, Rates
from twiceshy_fleet.lake.lake_database import open_lake
from twiceshy_fleet.lake.lake_sessions import ASKED_TABLES, gather_sessions, gather_tokens

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")
TIERS = (PriceTier(0, Rates(1, 1, 1, 1, 1)), PriceTier(100, Rates(2, 2, 2, 2, 2)), PriceTier(200, Rates(3, 3, 3, 3, 3)))
PRICES = PriceList({CLAUDE: ModelPrice(TIERS)}, "invented", "2026-11-23")
SESSION = a_session("s", "t", "p", "shop")


def ask(output: Path, shards: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]], statement: str) -> list[Any]:
    """The rows of a statement over these shards."""
    for shard, tables in shards.items():
        write_shard(output, shard, tables)
    with open_lake(str(output), ASKED_TABLES) as lake:
        gather_sessions(lake)
        gather_tokens(lake, PRICES)
        return lake.ask(statement)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        pytest.param(("10:00", "11:00"), "b", id="the longer one"),
        pytest.param(("11:00", "10:00"), "a", id="the longer one, of the other shard"),
        pytest.param(("10:00", "10:00"), "a", id="the first of equals"),
    ],
)
def test_of_two_copies_the_longer_one_counts(tmp_path: Path, ends: tuple[str, str], expected: str) -> None:
    """With its calls alone."""
    copies = [
        a_session("s", "t", person, "shop", last_at=f"2026-11-02T{end}:00.000Z")
        for person, end in zip("ab", ends, strict=True)
    ]
    shards = {
        one["person"]: join_tables({"session": [one]}, calls_of(one, *["make"] * n))
        for n, one in zip((1, 2), copies, strict=True)
    }

    found = ask(tmp_path, shards, "SELECT person, calls::INTEGER FROM fact")

    assert found == [(expected, {"a": 1, "b": 2}[expected])]


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        pytest.param({"claude": 1, "gpt": 2}, GPT, id="most replies"),
        pytest.param({"claude": 2, "gpt": 2}, CLAUDE, id="the first name of equals"),
        pytest.param({}, "", id="no reply"),
    ],
)
def test_a_session_is_of_the_model_that_wrote_most(tmp_path: Path, replies: dict[str, int], expected: str) -> None:
    """What the client wrote itself is no model's."""
    made_up = [{**whose(SESSION), "uid": bytes([n]) * 16, "model": "<synthetic>"} for n in range(5)]
    shard = {"session": [SESSION], "reply": [*replies_of(SESSION, **replies), *made_up]}

    assert ask(tmp_path, {"a1": shard}, "SELECT model FROM fact") == [(expected,)]


def test_spellings_of_a_model_are_one(tmp_path: Path) -> None:
    """As everywhere in the store."""
    spelt = [{**whose(SESSION), "uid": b"u" * 16, "model": f"us.anthropic.{CLAUDE}-20251101-v1:0"}]

    assert ask(tmp_path, {"a1": {"session": [SESSION], "reply": spelt}}, "SELECT model FROM fact") == [(CLAUDE,)]


@pytest.mark.parametrize(
    ("counts", "tier"),
    [
        pytest.param({"input": 100}, 0, id="at the limit"),
        pytest.param({"input": 60, "cache_read": 41}, 1, id="over it with what was cached"),
        pytest.param({"input": 1, "cache_write": 200, "output": 500}, 2, id="over the next"),
    ],
)
def test_the_prompt_of_each_message_chooses_its_tier(tmp_path: Path, counts: dict[str, int], tier: int) -> None:
    """Not the sum of a session."""
    shard = {"session": [SESSION], "usage": [usage_of(SESSION, CLAUDE, **counts)]}

    assert ask(tmp_path, {"a1": shard}, "SELECT tier FROM used") == [(tier,)]


@pytest.mark.parametrize(
    ("messages", "whole", "unended"),
    [
        pytest.param(
            [{"input": 5, "output": 5}, {"input": 5, "output": 1, "unended": True}], True, 1, id="one unended"
        ),
        pytest.param([{"output": 5}, {"output": 7}], False, 0, id="no prompt at all"),
        pytest.param([{"input": 5}], False, 0, id="no output at all"),
    ],
)
def test_what_a_log_has_only_in_part(tmp_path: Path, messages: list[Any], whole: bool, unended: int) -> None:
    """A session and model without a prompt or an output is partial as a whole."""
    shard = {"session": [SESSION], "usage": [usage_of(SESSION, CLAUDE, **one) for one in messages]}

    assert ask(tmp_path, {"a1": shard}, "SELECT whole, unended FROM used") == [(whole, unended)]


def test_a_call_of_a_long_night_counts_nothing(tmp_path: Path) -> None:
    """As one whose end nobody knows."""
    calls = calls_of(SESSION, "make!", "make!")
    calls["result"][0]["duration_s"] = 40_000.0
    calls["result"][1]["at"] = None

    found = ask(tmp_path, {"a1": {"session": [SESSION], **calls}}, "SELECT seconds FROM failure ORDER BY 1")

    assert found == [(0.0,), (0.0,)]


def test_an_agents_own_counter_is_the_cost(tmp_path: Path) -> None:
    """As in one store: notes add what is new, tokens up to the last note cost nothing more."""
    at = "2026-11-02T10:0{}:00.000Z"
    rows = [usage_of(SESSION, CLAUDE, input=0, output=0, at=at.format(n), cost=c) for n, c in ((2, 0.5), (4, 1.5))]
    rows += [usage_of(SESSION, CLAUDE, input=10, output=10, at=at.format(minute)) for minute in (1, 3, 5)]
    for number, row in enumerate(rows):
        row["uid"] = bytes([number]) * 16
    found = ask(
        tmp_path,
        {"a": {"session": [SESSION], "usage": rows}},
        "SELECT is_stated, sum(stated), sum(messages)::INTEGER, bool_and(whole) FROM used GROUP BY 1 ORDER BY 1",
    )

    assert found == [(False, None, 1, True), (True, 1.5, 2, True)]
