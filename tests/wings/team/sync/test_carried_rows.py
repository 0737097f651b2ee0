"""Rows written without a network arrive by way of another machine, once."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from tests.wings.team.remote.fake_server import FakeTeam, serving
from tests.wings.team.sync.test_send_outbox import ENV, put, row

from twiceshy.base.config import load
from twiceshy.base.errors import SourceError
from twiceshy.wings.team.sync.carried_rows import take_files
from twiceshy.wings.team.sync.send_outbox import find_folder, send_outbox

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_rows_travel_by_file(scratch_home: Path, tmp_path: Path) -> None:
    """From a machine that writes files to one that sends; the same file again changes nothing."""
    own = load({}, os.environ, scratch_home)
    away = replace(own, telemetry_backend="file")
    put(away, [row(n) for n in range(2500)])
    written = send_outbox(away, {})
    assert (written.sent, written.left, len(written.files)) == (2500, 0, 1)
    assert send_outbox(away, {}).files == ()
    assert Path(written.files[0]).parent == find_folder(away) == own.home / "outbox"

    team = FakeTeam()
    with serving(team) as server:
        here = replace(own, home=tmp_path / "here", telemetry_backend="hybrid", sync_url=server.url)
        first = take_files(here, [find_folder(away)], NOW)
        second = take_files(here, [Path(written.files[0])], NOW)
        assert (first.files, first.new, first.known, first.unreadable) == (1, 2500, 0, 0)
        assert (second.new, second.known) == (0, 2500)
        assert send_outbox(here, ENV).sent == 2500

    assert len(team.rows) == 2500


def test_lines_that_are_no_rows_are_counted_and_left_out(scratch_home: Path, tmp_path: Path) -> None:
    """A file of a stranger brings nothing that may not leave."""
    config = replace(load({}, os.environ, scratch_home), sync_folder=tmp_path / "carried")
    assert find_folder(config) == tmp_path / "carried"
    (tmp_path / "odd.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(b'{"kind":"x"}\n\nhello\n'))
    found = take_files(config, [tmp_path], NOW)

    assert (found.new, found.unreadable) == (0, 2)
    with pytest.raises(SourceError, match="No such file"):
        take_files(config, [tmp_path / "none"], NOW)
