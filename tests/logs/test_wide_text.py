"""UTF-16 files and output are read as what they say."""

from pathlib import Path
from typing import Any

import pytest
from tests.logs.builders import a_session
from tests.logs.codex_builders import a_rollout
from tests.logs.contract import read_all, settled

from twiceshy.logs.log_files import EarlierPart, read_whole
from twiceshy.logs.log_owner import agent_of
from twiceshy.logs.readers import READERS
from twiceshy.logs.wide_text import codec_of, drop_padding, find_line_end, narrow_bytes
from twiceshy.records.events import ToolResult

STARTS: list[Any] = [
    pytest.param(b"", None, id="nothing"),
    pytest.param(b'{"a"', None, id="UTF-8"),
    pytest.param(b"\xef\xbb\xbf{", None, id="marked UTF-8"),
    pytest.param(b"\0\0\0\0", None, id="NULs alone"),
    pytest.param(b"{\0\0\0", None, id="UTF-32"),
    pytest.param(b"\xff\xfe\0\0", None, id="marked UTF-32"),
    pytest.param(b"\xff\xfe{\0", "utf-16-le", id="marked, little end first"),
    pytest.param(b"\xfe\xff\0{", "utf-16-be", id="marked, big end first"),
    pytest.param(b'{\0"\0', "utf-16-le", id="without a mark"),
    pytest.param(b'\0{\0"', "utf-16-be", id="without a mark, big end first"),
]


@pytest.mark.parametrize(("start", "codec"), STARTS)
def test_a_file_is_known_by_its_first_bytes(start: bytes, codec: str | None) -> None:
    """A mark, or a NUL in every second byte."""
    assert codec_of(start) == codec


OUTPUTS: list[Any] = [
    pytest.param("ok", "ok", id="plain"),
    pytest.param("\ufeffok", "\ufeffok", id="a mark alone"),
    pytest.param("a\0b\0", "a\0b\0", id="names ended by NULs"),
    pytest.param("one\0two\0", "one\0two\0", id="words ended by NULs"),
    pytest.param("E\0r\0r\0o\0r\0", "Error", id="little end first"),
    pytest.param("\0E\0r\0r\0o\0r", "Error", id="big end first"),
    pytest.param("\ufffd\ufffdE\0r\0r\0o\0r\0\n\0", "Error\n", id="with what is left of a mark"),
    pytest.param("run:\nE\0r\0r\0o\0r\0\nend", "run:\nError\nend", id="between plain lines"),
]


@pytest.mark.parametrize(("text", "plain"), OUTPUTS)
def test_output_is_read_without_the_nuls_between_its_letters(text: str, plain: str) -> None:
    """NULs that end names stay."""
    assert drop_padding(text) == plain


def test_a_newline_is_no_half_of_two_letters() -> None:
    """Two letters of other scripts can hold its bytes."""
    text = "\u0a41\u000a".encode("utf-16-be")
    shifted = "\u410a\u0041\n".encode("utf-16-be")

    assert find_line_end(text, "utf-16-be") == 2
    assert find_line_end(shifted, "utf-16-be") == 4
    assert find_line_end(b"\0a", "utf-16-be") == -1


@pytest.mark.parametrize("mark", ["\ufeff", ""], ids=["marked", "unmarked"])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_a_log_in_utf_16_gives_what_it_gives_in_utf_8(mark: str, codec: str, tmp_path: Path) -> None:
    """Whole, in pieces, and when it grows."""
    log = a_session("wide").prompt("warum \u20ac?").edits("a.py", "x", "y", original="x").runs("ls", "a")
    text = "".join(line.decode() + "\r\n" for line in log.lines())
    path, plain = tmp_path / "a.jsonl", tmp_path / "plain" / "a.jsonl"
    plain.parent.mkdir()
    plain.write_bytes(text.encode())
    whole = settled(read_all(READERS["claude-code"], plain))
    data = (mark + text).encode(codec)
    path.write_bytes(data)

    assert agent_of(path, READERS) == "claude-code"
    assert settled(read_all(READERS["claude-code"], path)) == whole
    assert settled(read_all(READERS["claude-code"], path, limit=100)) == whole
    for cut in range(4, len(data), 41):
        path.write_bytes(data[:cut])
        first = read_all(READERS["claude-code"], path)
        path.write_bytes(data)
        again = read_all(READERS["claude-code"], path, first[-1].cursor)
        assert settled([*first, *again]) == whole, cut


def test_what_stands_before_a_cursor_is_found(tmp_path: Path) -> None:
    """A result needs its call, also in UTF-16."""
    path = tmp_path / "a.jsonl"
    text = "".join(line.decode() + "\n" for line in a_rollout().prompt("x").lines())
    path.write_bytes(text.encode("utf-16"))
    part = EarlierPart(path, path.stat().st_size)

    assert [line.strip(b"\xef\xbb\xbf") for line in part.head() if line] == text.encode().split(b"\n")[:-1]


def test_a_document_in_utf_16_is_read(tmp_path: Path) -> None:
    """As the same document in UTF-8."""
    path = tmp_path / "a.json"
    path.write_bytes('{"a": "\u20ac"}'.encode("utf-16"))

    assert read_whole(path, 1000) == '{"a": "\u20ac"}'.encode()
    assert narrow_bytes(b"plain") == b"plain"


def test_a_last_line_too_long_to_hold_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what stands behind it is read."""
    monkeypatch.setattr("twiceshy.logs.json_lines.LONGEST", 4096)
    monkeypatch.setattr("twiceshy.logs.json_lines._CHUNK", 1024)
    path = tmp_path / "a.jsonl"
    path.write_bytes(("\ufeff" + "x" * 40_000).encode("utf-16-le"))
    [batch] = read_all(READERS["claude-code"], path)

    assert {line.reason for line in batch.skipped} == {"too-long"}


def test_a_commands_output_is_stored_without_nuls(tmp_path: Path) -> None:
    """What a client logged of a program that writes UTF-16."""
    path = a_session("wide").runs("wsl --list", "\ufffd\ufffdn\0o\0n\0e\0\n\0").write(tmp_path / "a.jsonl")
    results = [event for batch in read_all(READERS["claude-code"], path) for event in batch.events]

    assert [event.text for event in results if isinstance(event, ToolResult)] == ["none\n"]
