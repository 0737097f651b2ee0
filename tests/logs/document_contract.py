"""What every reader of whole documents promises: subclass ``DocumentContract`` as ``Test...``."""

from abc import ABC, abstractmethod
from pathlib import Path

import pytest
from tests.logs.contract import SALT, WHOLE, adds_up, settled

from twiceshy.base.errors import SourceChanged, SourceError
from twiceshy.logs.base import Batch, Reader
from twiceshy.logs.log_files import LARGEST_DOCUMENT
from twiceshy.records.events import Session, ToolCall, ToolResult, Usage
from twiceshy.records.ingest import Cursor


class DocumentContract(ABC):
    """The promises."""

    file_name = "a.json"
    kinds = frozenset({"Session", "Prompt", "Reply", "ToolCall", "ToolResult", "Usage"})
    whole_json = True

    @property
    @abstractmethod
    def reader(self) -> Reader:
        """The reader under test."""

    @abstractmethod
    def document(self, steps: int) -> bytes:
        """A session after one or two steps: with a prompt, a reply, a call and its result, and tokens."""

    def put(self, folder: Path, data: bytes) -> Path:
        """The document as a file."""
        path = folder / self.file_name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def read(self, path: Path, cursor: Cursor | None = None) -> Batch:
        """One read."""
        return self.reader.read(path, cursor or Cursor(), salt=SALT, limit_bytes=WHOLE)

    def test_a_whole_session_is_read(self, tmp_path: Path) -> None:
        """Every record becomes an event or a known non-event, and every kind of event is there."""
        batch = self.read(self.put(tmp_path, self.document(2)))

        assert adds_up(batch.tally, len(batch.skipped))
        assert (batch.skipped, batch.done) == ([], True)
        assert self.kinds <= {type(event).__name__ for event in batch.events}

    def test_a_result_names_its_call(self, tmp_path: Path) -> None:
        """Every result carries the call it belongs to."""
        events = self.read(self.put(tmp_path, self.document(2))).events
        calls = {event.call for event in events if isinstance(event, ToolCall)}

        assert calls
        assert calls == {event.call for event in events if isinstance(event, ToolResult)}

    def test_uids_are_unique_and_ranks_rise(self, tmp_path: Path) -> None:
        """Each event has its own identity and place."""
        events = self.read(self.put(tmp_path, self.document(2))).events
        stamps = [event.stamp for event in events if not isinstance(event, Session)]

        assert len({stamp.uid for stamp in stamps}) == len(stamps)
        assert [stamp.rank for stamp in stamps] == sorted(stamp.rank for stamp in stamps)

    def test_a_document_that_did_not_change_gives_nothing(self, tmp_path: Path) -> None:
        """The cursor stands for all of it."""
        path = self.put(tmp_path, self.document(1))
        again = self.read(path, self.read(path).cursor)

        assert (again.events, again.tally.lines, again.done) == ([], 0, True)

    def test_a_document_that_grew_is_read_anew_and_repeats_its_uids(self, tmp_path: Path) -> None:
        """What was stored before is known again; nothing is lost and nothing doubled."""
        path = self.put(tmp_path, self.document(1))
        first = self.read(path)
        self.put(tmp_path, self.document(2))
        with pytest.raises(SourceChanged):
            self.read(path, first.cursor)
        second = self.read(path)
        before, after = (
            {event.stamp.uid for event in settled([batch])[0] if not isinstance(event, Session | Usage)}
            for batch in (first, second)
        )

        assert before < after

    def test_an_empty_file_gives_nothing(self, tmp_path: Path) -> None:
        """No event, nothing skipped."""
        batch = self.read(self.put(tmp_path, b""))

        assert (batch.events, batch.skipped, batch.done) == ([], [], True)

    def test_a_torn_document_is_named_and_read_when_it_is_whole(self, tmp_path: Path) -> None:
        """It costs nothing but a note until the rest is written."""
        if not self.whole_json:
            pytest.skip("a page has no end that could be missing")
        data = self.document(1)
        path = self.put(tmp_path, data[:-9])
        torn = self.read(path)
        self.put(tmp_path, data)

        assert (torn.events, [line.reason for line in torn.skipped]) == ([], ["bad-json"])
        assert adds_up(torn.tally, 1)
        with pytest.raises(SourceChanged):
            self.read(path, torn.cursor)

    def test_a_missing_file_is_a_source_error(self, tmp_path: Path) -> None:
        """No foreign exception leaves the reader."""
        with pytest.raises(SourceError):
            self.read(tmp_path / "none" / self.file_name)

    def test_a_document_too_large_to_hold_is_passed_over(self, tmp_path: Path) -> None:
        """It is counted, not read."""
        path = self.put(tmp_path, b"")
        with path.open("wb") as file:
            file.truncate(LARGEST_DOCUMENT + 1)
        batch = self.read(path)

        assert (batch.events, [line.reason for line in batch.skipped]) == ([], ["too-long"])
        assert self.read(path, batch.cursor).skipped == []

    def test_it_is_recognised_by_its_content(self, tmp_path: Path) -> None:
        """A log given by name is known as this agent's; other files are not."""
        path = tmp_path / self.file_name

        assert self.reader.recognises(path, self.document(2)[:65_536])
        assert not self.reader.recognises(path, b"hello\nworld\n")
        assert not self.reader.recognises(path, b'{"type": "message"}\n')
        assert not self.reader.recognises(path, b'{"name": "shop", "dependencies": {}}')

    def test_the_cursor_holds_no_text(self, tmp_path: Path) -> None:
        """Only numbers and hashes."""
        assert self.read(self.put(tmp_path, self.document(2))).cursor.state == ""
