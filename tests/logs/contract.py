"""What every reader promises: subclass ``ReaderContract`` as ``Test...`` and give it a few builders."""

import re
import tracemalloc
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from twiceshy.base.errors import SourceChanged, SourceError
from twiceshy.logs.base import Batch, Reader
from twiceshy.records.events import Mark, MarkKind, Prompt, RawEvent, Session, ToolCall, ToolResult, Usage
from twiceshy.records.ingest import Cursor, LineTally

SALT = b"s" * 32
WHOLE = 1 << 40
_CALL_ID = re.compile(rb'"(?:tool_use_id|call_id|toolCallId)": ?"([^"]+)"')
MOMENT = datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC)
TIMES: list[Any] = [
    pytest.param("2026-03-02T09:00:01.000Z", MOMENT, id="Z"),
    pytest.param("2026-03-02T11:00:01+02:00", MOMENT, id="offset"),
    pytest.param("2026-03-02T09:00:01", MOMENT, id="naive is UTC"),
    pytest.param(1772442001, MOMENT, id="epoch seconds"),
    pytest.param(1772442001000, MOMENT, id="epoch milliseconds"),
    pytest.param(1772442001000000, MOMENT, id="epoch microseconds"),
    pytest.param(None, None, id="missing"),
    pytest.param("yesterday", None, id="not a time"),
    pytest.param(True, None, id="not a number"),
    pytest.param(1e300, None, id="beyond any calendar"),
]


def read_all(reader: Reader, path: Path, cursor: Cursor | None = None, limit: int = WHOLE) -> list[Batch]:
    """All batches from the cursor to the end."""
    batches = [reader.read(path, cursor or Cursor(), salt=SALT, limit_bytes=limit)]
    while not batches[-1].done:
        batches.append(reader.read(path, batches[-1].cursor, salt=SALT, limit_bytes=limit))
    return batches


def settled(batches: list[Batch]) -> tuple[list[RawEvent], dict[bytes, Any], dict[bytes, Any]]:
    """What a store would hold: each event once, sessions merged, of each message the usage with most output."""
    events: list[RawEvent] = []
    sessions: dict[bytes, Any] = {}
    usages: dict[bytes, Any] = {}
    seen: set[bytes] = set()
    for event in (event for batch in batches for event in batch.events):
        if isinstance(event, Session):
            sessions[event.uid] = merged(sessions.get(event.uid), event)
        elif isinstance(event, Usage):
            known = usages.get(event.stamp.uid)
            if known is None or event.output >= known.output:
                usages[event.stamp.uid] = event
        elif event.stamp.uid not in seen:
            seen.add(event.stamp.uid)
            events.append(event)
    return events, sessions, usages


def merged(known: Session[str] | None, new: Session[str]) -> Session[str]:
    """Ends move outwards, gaps fill; whether it is real is known best by the latest read."""
    if known is None:
        return new
    first = min((at for at in (known.first_at, new.first_at) if at), default=None)
    last = max((at for at in (known.last_at, new.last_at) if at), default=None)
    return replace(known, first_at=first, last_at=last, title=new.title or known.title, real=new.real)


def bare(event: Any) -> Any:
    """The event without its place."""
    return replace(event, stamp=replace(event.stamp, rank=0, at=None))


def adds_up(tally: LineTally, skipped: int) -> bool:
    """Whether every line became one thing."""
    return tally.lines == tally.with_events + sum(tally.non_events.values()) + skipped


class ReaderContract(ABC):
    """The promises. Lines are given without their newlines."""

    @property
    @abstractmethod
    def reader(self) -> Reader:
        """The reader under test."""

    @abstractmethod
    def session(self) -> list[bytes]:
        """A small session with a prompt, a reply, a call that works, one that fails, an edit and usage."""

    @abstractmethod
    def prompt_line(self, text: str, time: object) -> bytes:
        """A line that alone gives a prompt with this text, its time as given (None: without one)."""

    @abstractmethod
    def unknown_line(self) -> bytes:
        """A record of a type that nobody knows."""

    @abstractmethod
    def copies(self, folder: Path) -> tuple[Path, Path]:
        """A log, and another one that repeats its events (resumed, forked)."""

    @abstractmethod
    def subagents(self, folder: Path) -> list[Path]:
        """Files that all tell of the same subagent's prompt and call, in the ways the agent has used."""

    def put(self, path: Path, lines: list[bytes], end: bytes = b"\n") -> Path:
        """Lines as a file."""
        path.write_bytes(b"".join(line + end for line in lines))
        return path

    @pytest.mark.parametrize("limit", [WHOLE, 1], ids=["whole", "line by line"])
    def test_calls_with_one_placeholder_for_ids_are_calls_of_their_own(self, tmp_path: Path, limit: int) -> None:
        """Another tool may have blotted out all long ids of a log; who gave what back is told by the order."""
        lines = self.session()
        ids = {found for one in lines for found in _CALL_ID.findall(one)}
        blotted = [re.sub(b'"(?:%b)"' % b"|".join(map(re.escape, ids)), b'"REDACTED"', one) for one in lines]
        told = []
        for name, given in (("a.jsonl", lines), ("b.jsonl", blotted)):
            events, _, _ = settled(read_all(self.reader, self.put(tmp_path / name, given), limit=limit))
            calls = {one.call: one.input for one in events if isinstance(one, ToolCall)}
            told.append([(calls[one.call], one.text) for one in events if isinstance(one, ToolResult)])
            assert len(calls) == sum(isinstance(one, ToolCall) for one in events)

        assert len(ids) > 2
        assert told[1] == told[0]

    def test_an_empty_file_gives_nothing(self, tmp_path: Path) -> None:
        """No event, no line, nothing skipped."""
        batch = self.reader.read(self.put(tmp_path / "a.jsonl", []), Cursor(), salt=SALT, limit_bytes=WHOLE)

        assert ([], Cursor(), True) == (batch.events, replace(batch.cursor, state=""), batch.done)

    def test_a_missing_file_is_a_source_error(self, tmp_path: Path) -> None:
        """No foreign exception leaves the reader."""
        with pytest.raises(SourceError):
            self.reader.read(tmp_path / "none.jsonl", Cursor(), salt=SALT, limit_bytes=WHOLE)

    def test_a_whole_session_is_read(self, tmp_path: Path) -> None:
        """Every line becomes an event or a known non-event, and every kind of event is there."""
        batch = self.reader.read(self.put(tmp_path / "a.jsonl", self.session()), Cursor(), salt=SALT, limit_bytes=WHOLE)

        assert adds_up(batch.tally, len(batch.skipped))
        assert ([], len(self.session())) == (batch.skipped, batch.tally.lines)
        kinds = {type(event).__name__ for event in batch.events}
        assert {"Session", "Prompt", "Reply", "ToolCall", "ToolResult", "Edit", "Usage"} <= kinds

    def test_a_result_names_its_call(self, tmp_path: Path) -> None:
        """Every result and edit carries the call it belongs to."""
        batch = self.reader.read(self.put(tmp_path / "a.jsonl", self.session()), Cursor(), salt=SALT, limit_bytes=WHOLE)
        calls = {event.call for event in batch.events if isinstance(event, ToolCall)}

        assert calls == {event.call for event in batch.events if isinstance(event, ToolResult)}

    def test_uids_are_unique_and_ranks_rise(self, tmp_path: Path) -> None:
        """Each event has its own identity and place; only the same words told twice share one."""
        batch = self.reader.read(self.put(tmp_path / "a.jsonl", self.session()), Cursor(), salt=SALT, limit_bytes=WHOLE)
        events = [event for event in batch.events if not isinstance(event, Session | Usage)]
        stamps = [event.stamp for event in events]

        assert len({stamp.uid for stamp in stamps}) == len({(type(event), str(event)) for event in map(bare, events)})
        assert sorted({stamp.rank for stamp in stamps}) == [stamp.rank for stamp in stamps]
        assert all(len(stamp.uid) == 16 and 0 < stamp.rank < 1 << 63 for stamp in stamps)

    def test_resuming_at_every_byte_gives_the_same(self, tmp_path: Path) -> None:
        """Whatever part of the file was there at the first read, both reads together give what one read gives."""
        path = self.put(tmp_path / "a.jsonl", self.session())
        growing = tmp_path / "before" / "a.jsonl"  # the same beginning under the same name is the same file to a cursor
        growing.parent.mkdir()
        data = path.read_bytes()
        whole = settled(read_all(self.reader, path))
        differing = []
        before: object = None
        with growing.open("ab", buffering=0) as file:
            for cut in range(len(data) + 1):
                first = read_all(self.reader, growing)
                if first != before and settled([*first, *read_all(self.reader, path, first[-1].cursor)]) != whole:
                    differing.append(cut)
                before = first  # within a line the first read is the same, and so is what follows from it
                file.write(data[cut : cut + 1])

        assert differing == []

    @pytest.mark.parametrize("limit", [1, 200, 1000])
    def test_pieces_give_the_same(self, tmp_path: Path, limit: int) -> None:
        """A limit stops the read at a line's end, gets on by a line at least, and loses nothing."""
        path = self.put(tmp_path / "a.jsonl", self.session())
        pieces = read_all(self.reader, path, limit=limit)

        assert settled(read_all(self.reader, path)) == settled(pieces)
        assert len(self.session()) == sum(piece.tally.lines for piece in pieces) == pieces[-1].cursor.line
        assert path.stat().st_size == pieces[-1].cursor.offset

    def test_reading_on_at_the_end_gives_nothing(self, tmp_path: Path) -> None:
        """A file that did not grow has nothing new."""
        path = self.put(tmp_path / "a.jsonl", self.session())
        end = read_all(self.reader, path)[-1].cursor

        assert self.reader.read(path, end, salt=SALT, limit_bytes=WHOLE).events == []

    def test_half_a_line_waits(self, tmp_path: Path) -> None:
        """What was written of the last line is neither read nor skipped until the rest is there."""
        line = self.prompt_line("hello", "2026-03-02T09:00:01Z")
        path = tmp_path / "a.jsonl"
        path.write_bytes(line[:-9])
        batch = self.reader.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE)

        assert (batch.cursor.offset, batch.skipped, batch.tally.lines, batch.done) == (0, [], 0, True)

    def test_a_last_line_without_newline_is_read(self, tmp_path: Path) -> None:
        """Many real files end so; a later newline, or a record without one between, is no new line or no loss."""
        one, two = (self.prompt_line(text, "2026-03-02T09:00:01Z") for text in ("one", "two"))
        for between in (b"\n", b"\r\n", b""):
            path = tmp_path / "a.jsonl"
            path.write_bytes(one)
            first = self.reader.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE)
            path.write_bytes(one + between + two + b"\n")
            second = self.reader.read(path, first.cursor, salt=SALT, limit_bytes=WHOLE)

            assert self.prompts([first, second]) == ["one", "two"]
            assert first.skipped + second.skipped == []
            assert second.cursor.line == 2

    def prompts(self, batches: list[Batch]) -> list[str]:
        """Texts of the prompts, in order."""
        return [event.text for batch in batches for event in batch.events if isinstance(event, Prompt)]

    @pytest.mark.parametrize(
        ("bad", "reason"),
        [
            pytest.param(b"no json", "bad-json", id="no JSON"),
            pytest.param(b'{"type": "user", "mess', "bad-json", id="torn line"),
            pytest.param(b'"text"', "not-an-object", id="a string"),
            pytest.param(b"[1, 2]", "not-an-object", id="a list"),
            pytest.param(b"42", "not-an-object", id="a number"),
            pytest.param(b"[" * 100_000, "bad-json", id="nested beyond reason"),
        ],
    )
    def test_a_bad_line_is_skipped_and_named(self, tmp_path: Path, bad: bytes, reason: str) -> None:
        """It costs itself only, and is counted with its place and reason."""
        lines = self.session()
        batch = self.reader.read(
            self.put(tmp_path / "a.jsonl", [lines[0], bad, *lines[1:]]), Cursor(), salt=SALT, limit_bytes=WHOLE
        )

        assert [(len(lines[0]) + 1, len(bad), reason)] == [
            (line.offset, line.length, line.reason) for line in batch.skipped
        ]
        assert adds_up(batch.tally, 1)
        assert len(lines) + 1 == batch.tally.lines

    @pytest.mark.parametrize(
        ("spoil", "expected"),
        [
            pytest.param(lambda line: line.replace(b"WORD", b"caf\xe9"), "a caf\ufffd b", id="bytes that are no UTF-8"),
            pytest.param(lambda line: line.replace(b"WORD", b"\\ud83d"), "a \ufffd b", id="lone surrogate"),
            pytest.param(lambda line: line.replace(b"WORD", b"\\ud83d\\ude00"), "a \U0001f600 b", id="surrogate pair"),
            pytest.param(lambda line: line.replace(b"WORD", b"x\x01y"), "a x\x01y b", id="control character"),
            pytest.param(lambda line: b"\xef\xbb\xbf" + line, "a WORD b", id="byte order mark"),
            pytest.param(lambda line: b"\0\0\0" + line + b"\0", "a WORD b", id="NUL bytes around it"),
            pytest.param(lambda line: line + b"\r", "a WORD b", id="carriage return"),
            pytest.param(lambda line: b"\n\n" + line, "a WORD b", id="blank lines"),
        ],
    )
    def test_an_odd_line_is_read(self, tmp_path: Path, spoil: Any, expected: str) -> None:
        """Text that is not quite JSON or UTF-8 is read all the same, and gives text that can be stored."""
        path = self.put(tmp_path / "a.jsonl", [spoil(self.prompt_line("a WORD b", "2026-03-02T09:00:01Z"))])
        batch = self.reader.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE)

        assert [expected] == self.prompts([batch])
        assert expected.encode()
        assert adds_up(batch.tally, len(batch.skipped))

    def test_records_glued_to_one_line_are_all_read(self, tmp_path: Path) -> None:
        """A missing newline between two appends loses neither."""
        one, two = (self.prompt_line(text, "2026-03-02T09:00:01Z") for text in ("one", "two"))
        batch = self.reader.read(self.put(tmp_path / "a.jsonl", [one + two]), Cursor(), salt=SALT, limit_bytes=WHOLE)

        assert self.prompts([batch]) == ["one", "two"]
        assert (batch.tally.lines, batch.tally.with_events) == (1, 1)

    def test_a_line_of_a_mebibyte_is_read(self, tmp_path: Path) -> None:
        """Long lines are ordinary, even where the limit is smaller."""
        line = self.prompt_line("x" * (1 << 20), "2026-03-02T09:00:01Z")
        batches = read_all(self.reader, self.put(tmp_path / "a.jsonl", [line, *self.session()]), limit=1000)

        assert len(self.prompts(batches)[0]) == 1 << 20

    def test_a_line_of_100_megabytes_is_passed_over_in_little_memory(self, tmp_path: Path) -> None:
        """It is counted as too long, is never held, and what stands behind it is read."""
        path = tmp_path / "a.jsonl"
        with path.open("wb") as file:
            for _ in range(100):
                file.write(b"x" * 1_000_000)
            file.write(b"\n" + self.prompt_line("behind", "2026-03-02T09:00:01Z") + b"\n")
        tracemalloc.start()
        batches = read_all(self.reader, path, limit=8 << 20)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert self.prompts(batches) == ["behind"]
        skipped = [line for batch in batches for line in batch.skipped]
        assert [(line.offset, line.length, line.reason) for line in skipped] == [(0, 100_000_000, "too-long")]
        assert peak < 60_000_000

    def test_an_unknown_record_is_kept(self, tmp_path: Path) -> None:
        """New record types come every few weeks: they are kept whole, and counted."""
        batch = self.reader.read(
            self.put(tmp_path / "a.jsonl", [*self.session(), self.unknown_line()]),
            Cursor(),
            salt=SALT,
            limit_bytes=WHOLE,
        )
        kept = [event for event in batch.events if isinstance(event, Mark) and event.kind is MarkKind.UNKNOWN]

        assert (len(kept), sum(batch.tally.unknown.values())) == (1, 1)
        assert adds_up(batch.tally, 0)

    @pytest.mark.parametrize(("time", "expected"), TIMES)
    def test_a_time_is_read_whatever_its_spelling(
        self, tmp_path: Path, time: object, expected: datetime | None
    ) -> None:
        """Times are aware and UTC; what is no time is none."""
        path = self.put(tmp_path / "a.jsonl", [self.prompt_line("hello", time)])
        events = self.reader.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events

        assert [expected] == [event.stamp.at for event in events if isinstance(event, Prompt)]

    def test_a_clock_that_goes_back_does_not_change_the_order(self, tmp_path: Path) -> None:
        """The log's position decides, and no time makes an event come later than those behind it by more than that."""
        times = ["2026-03-02T09:00:05Z", "2026-03-02T09:00:01Z", None, "2026-03-02T09:00:03Z"]
        lines = [self.prompt_line(f"prompt {number}", time) for number, time in enumerate(times)]
        events = self.reader.read(self.put(tmp_path / "a.jsonl", lines), Cursor(), salt=SALT, limit_bytes=WHOLE).events
        ranked = sorted((event for event in events if isinstance(event, Prompt)), key=lambda event: event.stamp.rank)

        assert [f"prompt {number}" for number in range(4)] == [event.text for event in ranked]

    @pytest.mark.parametrize("change", ["shorter", "replaced", "rewritten"])
    def test_a_changed_file_is_noticed(self, tmp_path: Path, change: str) -> None:
        """What the cursor stands for is gone: read it anew."""
        path = self.put(tmp_path / "a.jsonl", self.session())
        data = path.read_bytes()
        cursor = read_all(self.reader, path)[-1].cursor
        other = self.prompt_line("another file", "2026-03-02T09:00:01Z") + b"\n"
        path.write_bytes(
            {"shorter": data[:-1], "replaced": other + data, "rewritten": data[:-20] + b"x" * 20 + other}[change]
        )
        with pytest.raises(SourceChanged):
            self.reader.read(path, cursor, salt=SALT, limit_bytes=WHOLE)

    def test_a_copy_repeats_the_same_uids(self, tmp_path: Path) -> None:
        """A resumed or forked session's copied history is recognised event by event."""
        first, second = (settled(read_all(self.reader, path)) for path in self.copies(tmp_path))
        uids = [{event.stamp.uid for event in part[0] if not isinstance(event, Session)} for part in (first, second)]

        assert uids[0]
        assert uids[0] <= uids[1]
        assert first[2].keys() <= second[2].keys()

    def test_a_subagent_is_the_same_in_every_form(self, tmp_path: Path) -> None:
        """Wherever its dialogue is logged, its prompt and call have one identity, and are told from the main one's."""
        seen = []
        for path in self.subagents(tmp_path):
            events = settled(read_all(self.reader, path))[0]
            inside = [event for event in events if not isinstance(event, Session) and event.stamp.agent_run]
            seen.append(
                (
                    {(event.stamp.uid, event.stamp.agent_run) for event in inside if isinstance(event, Prompt)},
                    {(event.call, event.stamp.agent_run) for event in inside if isinstance(event, ToolCall)},
                )
            )

        assert all(prompts and calls for prompts, calls in seen)
        assert all(one == seen[0] for one in seen)

    def test_it_is_recognised_by_its_content(self, tmp_path: Path) -> None:
        """A log given by name is known as this agent's; a text file is not."""
        head = b"\n".join(self.session())[:65536]

        assert self.reader.recognises(tmp_path / "a.jsonl", head)
        assert not self.reader.recognises(tmp_path / "a.jsonl", b"hello\nworld\n")
        assert not self.reader.recognises(tmp_path / "a.jsonl", b'{"type": "message"}\n')

    def test_the_cursor_holds_no_text(self, tmp_path: Path) -> None:
        """The reader's state is small and has no word of the log."""
        lines = [*self.session(), self.prompt_line("secretword", "2026-03-02T09:00:01Z")]
        cursor = read_all(self.reader, self.put(tmp_path / "a.jsonl", lines))[-1].cursor

        assert "secretword" not in cursor.state
        assert len(cursor.state) < 500
