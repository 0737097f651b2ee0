"""Whose fault a call is that took too long, and what is switched off for it."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.doors.gate.calling import CLEAN, Hooked, closing_what_stays_open, tool

from twiceshy.doors.gate import hook, overruns


@pytest.fixture
def hooked(tmp_path: Path) -> Hooked:
    return Hooked(tmp_path / "data")


def run_over(hooked: Hooked, place: str, times: int) -> None:
    for _ in range(times):
        hook.charge(place)
        hook.end_on_overrun(str(hooked.folder))


@pytest.fixture
def stays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The end of the process is not the end of the test; what it would close, this closes."""
    monkeypatch.setattr("posix._exit", lambda _: None)
    with closing_what_stays_open():
        yield


def test_three_overruns_disable_the_hook(hooked: Hooked) -> None:
    """An input that never ends is left after a second; the third time within a day was the last."""
    for _ in range(overruns.STRIKES):
        child = subprocess.Popen(hooked.command("PreToolUse"), stdin=subprocess.PIPE, env=CLEAN)
        assert child.wait(timeout=10) == 0
        assert child.stdin is not None
        child.stdin.close()
    hooked.call("PreToolUse", tool("Read"))

    assert hooked.failures() == ["overrun TimeoutError"] * 3
    assert (hooked.folder / "disabled").exists()
    assert hooked.lines() == []


@pytest.mark.usefixtures("stays")
def test_old_overruns_are_forgotten(hooked: Hooked) -> None:
    """Three in a year are no fault of the hook."""
    noted = hooked.folder / "overruns"
    noted.write_text("..")
    os.utime(noted, (0, 0))
    run_over(hooked, "", 1)

    assert noted.read_text() == "."
    assert not (hooked.folder / "disabled").exists()


@pytest.mark.usefixtures("stays")
def test_a_slow_project_silences_the_hook_for_itself_only(hooked: Hooked) -> None:
    """However often: every other folder, and the hook as a whole, goes on."""
    run_over(hooked, "/home/ann/shop", 2)
    hooked.call("PreToolUse", tool("Read"))
    assert len(hooked.lines()) == 1

    run_over(hooked, "/home/ann/shop", 20)
    hooked.call("PreToolUse", tool("Read"))
    assert len(hooked.lines()) == 1

    hooked.call("PreToolUse", tool("Read") | {"cwd": "/home/ann/shop/src"})
    hooked.call("PreToolUse", tool("Read") | {"cwd": "/home/ann"})
    assert len(hooked.lines()) == 3
    assert not (hooked.folder / "disabled").exists()
    assert b"ann" not in (hooked.folder / overruns.SLOW).read_bytes()


@pytest.mark.usefixtures("stays")
def test_a_folder_is_heard_again_after_a_day(hooked: Hooked) -> None:
    """As the hook as a whole would be, were it its fault."""
    run_over(hooked, "/home/ann/shop", 3)
    noted = hooked.folder / overruns.SLOW
    for age_s, silent in ((86_000, True), (86_500, False)):
        rows = [row.split() for row in noted.read_text().split("\n") if row]
        noted.write_text("".join(f"\n{int(time.time()) - age_s} {row[1]}" for row in rows))
        assert overruns.is_slow_folder(str(hooked.folder), "/home/ann/shop") == silent


@pytest.mark.usefixtures("stays")
def test_the_notes_of_slow_folders_stay_small(hooked: Hooked) -> None:
    """A machine full of slow folders writes a few kilobytes."""
    for number in range(700):
        run_over(hooked, f"/net/{number}", 1)

    assert (hooked.folder / overruns.SLOW).stat().st_size < 20_000


def test_the_time_counts_against_who_takes_it(hooked: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the folder while its files and its event are looked at; against us while we write our notes."""
    seen: list[tuple[str, str]] = []
    for name in ("parse_payload", "exists", "_is_off_in_project", "line_of", "open_to_write"):
        real = getattr(hook, name)

        def look(*given: object, name: str = name, real: object = real) -> object:
            seen.append((name, hook._charged[0]))
            assert callable(real)
            return real(*given)

        monkeypatch.setattr(hook, name, look)
    monkeypatch.setattr(
        hook, "_read_stdin", lambda: '{"session_id": "s1", "cwd": "/home/ann/shop", "tool_name": "Read"}'
    )
    hook.charge("")
    hook._record_event(str(hooked.folder), "claude-code", "Stop", forced=False)

    assert set(seen) >= {
        ("exists", ""),
        ("parse_payload", str(Path.cwd())),
        ("_is_off_in_project", "/home/ann/shop"),
        ("line_of", "/home/ann/shop"),
        ("open_to_write", ""),
    }
    assert hook.charge("") == "/home/ann/shop"


ODD = ["not a line", "", "\n\n", "12", "x y", "99999999999 k\n1 k", "-5 k"]


@pytest.mark.parametrize("text", ODD)
def test_damaged_notes_count_nothing(text: str) -> None:
    """Nor is anything raised."""
    assert overruns.count_overruns(text, 1e9).get("k", 0) <= 1
