"""Complete lines from a cursor, at sizes small enough to try every case."""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twiceshy.base.errors import SourceError
from twiceshy.logs import json_lines as lines_module
from twiceshy.logs.journal import Journal
from twiceshy.logs.json_lines import (
    LARGEST_COST,
    LARGEST_COUNT,
    LONGEST_S,
    LogLines,
    load_odd_line,
    to_count,
    to_dollars,
    to_seconds,
    to_span,
    to_status,
)
from twiceshy.records.events import Action, ToolCall, ToolResult, Usage
from twiceshy.records.ingest import Cursor

LINES = st.lists(
    st.sampled_from([b'{"a":1}', b"{}", b"", b"no json", b'{"a":"' + b"x" * 40 + b'"}', b'{"a":1}{"b":2}', b"y" * 100]),
    max_size=8,
)


def read(path: Path, cursor: Cursor, limit: int) -> tuple[list[tuple[int, bytes]], LogLines]:
    lines = LogLines(path, cursor, limit)
    return list(lines), lines


def ended(lines: LogLines) -> Cursor:
    return lines.cursor(rank_ms=0, rank_count=0, state="")


def read_all(
    path: Path, limit: int, cursor: Cursor | None = None
) -> tuple[list[tuple[int, bytes]], list[int], LogLines]:
    """All lines, the offsets of the skipped ones, and the last reading."""
    given_lines, lines = read(path, cursor or Cursor(), limit)
    skipped = [line.offset for line in lines.skipped]
    while not lines.done:
        more, lines = read(path, ended(lines), limit)
        given_lines += more
        skipped += [line.offset for line in lines.skipped]
    return given_lines, skipped, lines


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of 16 bytes, and nothing longer than 64 is held."""
    monkeypatch.setattr(lines_module, "PIECE", 16)
    monkeypatch.setattr(lines_module, "LONGEST", 64)


@pytest.mark.usefixtures("small_pieces")
@settings(max_examples=150, deadline=None)
@given(lines=LINES, limit=st.sampled_from([1, 7, 30, 10_000]), cut=st.integers(0, 400))
def test_every_line_is_given_once_whatever_the_pieces(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], limit: int, cut: int
) -> None:
    """Whatever the limit, and wherever the file ended at the first visit, the lines and their offsets are the same."""
    path = tmp_path_factory.mktemp("lines") / "a"
    data = b"".join(line + b"\n" for line in lines)
    expected, skipped, at = [], [], 0
    for line in lines:
        (skipped.append(at) if len(line) > 64 else expected.append((at, line)))
        at += len(line) + 1
    path.write_bytes(data[:cut])
    first, first_skipped, last = read_all(path, limit)
    path.write_bytes(data)
    second, second_skipped, end = read_all(path, limit, ended(last))

    assert apart(expected) == apart(first + second)
    assert skipped == first_skipped + second_skipped
    assert (len(data), len(first + second) + len(skipped)) == (end.offset, end.count)


def apart(lines: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Glued records as lines of their own: a cut between them gives them one by one."""
    result = []
    for offset, line in lines:
        first, glue, second = line.partition(b'}{"b"')
        result += [(offset, first + b"}"), (offset + len(first) + 1, b'{"b"' + second)] if glue else [(offset, line)]
    return result


def test_a_limit_stops_behind_a_whole_line(tmp_path: Path) -> None:
    """The next read goes on there."""
    path = tmp_path / "a"
    path.write_bytes(b"one\ntwo\nthree\n")
    given_lines, lines = read(path, Cursor(), 9)

    assert given_lines == [(0, b"one"), (4, b"two")]
    assert (lines.offset, lines.count, lines.done) == (8, 2, False)


def test_a_folder_is_a_source_error(tmp_path: Path) -> None:
    """What the system says is told in our words."""
    with pytest.raises(SourceError, match="cannot read"):
        list(LogLines(tmp_path, Cursor(), 100))


@pytest.mark.parametrize(
    ("line", "records"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"{", [], id="half"),
        pytest.param(b'{"a": 1} x', [], id="an object and something else"),
        pytest.param(b'{"a": 1}{"b": 2} [3]', [{"a": 1}, {"b": 2}, [3]], id="glued"),
        pytest.param(b'{"a": NaN}', [{"a": None}], id="no number"),
        pytest.param(b'{"a": "\\udc00"}', [{"a": "\ufffd"}], id="lone surrogate"),
        pytest.param(b'{"a": "\xff"}', [{"a": "\ufffd"}], id="no UTF-8"),
        pytest.param(b'\0{"a": "\t"}\0\r', [{"a": "\t"}], id="control characters"),
    ],
)
def test_a_line_that_is_not_quite_json_gives_its_records(line: bytes, records: list[object]) -> None:
    """Whole records only."""
    assert records == load_odd_line(line)


# A number that nobody can mean counts as missing, whatever a log says.

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
