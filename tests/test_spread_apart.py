"""What lives apart ends when it takes too much, ends with its parent, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.spread_items import (
    add,
    ask_core_size,
    burn,
    die_in_setup,
    echo,
    fail_setup,
    fill_memory,
    leave_a_file,
    nothing,
    print_loudly,
    sleep_for,
    ten,
)

from twiceshy.base.errors import TwiceshyError
from twiceshy.base.spread import ApartProcess, ItemLimits, LostItem, spread_apart


@pytest.mark.parametrize(
    ("limits", "function", "item", "reason"),
    [
        pytest.param(ItemLimits(wall_s=1), sleep_for, 60, "took longer than 1 s", id="it hangs"),
        pytest.param(ItemLimits(cpu_s=1), burn, 1, "used more than 1 s of processor time", id="it does not end"),
        pytest.param(ItemLimits(memory_mb=300), fill_memory, 400, "used more than 300 MB of memory", id="it grows"),
    ],
)
def test_what_takes_too_much_is_lost_with_its_reason(
    limits: ItemLimits, function: Callable[[None, int], int], item: int, reason: str
) -> None:
    """At the first time: it would take as much again; the next item has its answer."""
    first, second = spread_apart(function, [item, 0], setup=nothing, limits=limits)

    assert first == LostItem(item=item, reason=reason)
    assert second == 0


def test_limits_cost_nothing_where_they_are_kept() -> None:
    """They are of an item, not of all."""
    limits = ItemLimits(wall_s=30, cpu_s=30, memory_mb=2000)

    assert list(spread_apart(add, range(30), setup=ten, limits=limits)) == list(range(10, 40))


def test_what_lives_apart_writes_no_core_file() -> None:
    """It would hold texts that nobody has redacted."""
    (answer,) = spread_apart(ask_core_size, [1], setup=nothing)

    assert answer == 0


def test_setups_that_end_are_an_error_that_says_what_to_look_at() -> None:
    """After two tries."""
    with pytest.raises(TwiceshyError, match=r"exit status 7.*memory"):
        list(spread_apart(echo, [1], setup=die_in_setup))


def test_one_process_answers_one_item_after_the_other(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Whenever they come; its folder is where it was wished, what it says is dropped, and its end is clean."""
    process = ApartProcess(leave_a_file, nothing, scratch=str(tmp_path), quiet=True)
    files = [process.answer(number) for number in range(3)]

    assert all(isinstance(path, Path) and path.exists() and path.parents[1] == tmp_path for path in files)
    process.close()
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]
    loud = ApartProcess(print_loudly, nothing, quiet=True)
    assert loud.answer(1) == 1
    loud.close()
    assert capfd.readouterr() == ("", "")


def test_one_process_raises_what_its_setup_raises_each_time() -> None:
    """There is no answer without it."""
    process = ApartProcess(echo, fail_setup)
    for _ in range(2):
        with pytest.raises(FileNotFoundError, match="the rules are gone"):
            process.answer(1)
    process.close()


PARENT = """
import sys
sys.path.insert(0, sys.argv[1])
from spread_items import nothing, leave_and_sleep
from twiceshy.base.spread import spread_apart
list(spread_apart(leave_and_sleep, [1], setup=nothing))
"""


def test_a_worker_whose_parent_is_killed_ends_at_once_and_leaves_nothing() -> None:
    """Whatever it was doing; a hang-up of the terminal does not end it before that."""
    with subprocess.Popen([sys.executable, "-c", PARENT, str(Path(__file__).parent)]) as parent:
        pid, name = wait_for_start()
        os.kill(pid, signal.SIGHUP)
        assert Path(name).exists()
        parent.kill()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}/exe").exists() or Path(name).parent.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


IDLE_PARENT = """
import os, pathlib, signal, sys
sys.path.insert(0, sys.argv[1])
from spread_items import leave_a_file, nothing
from twiceshy.base.spread import ApartProcess
pathlib.Path("left").write_text(str(ApartProcess(leave_a_file, nothing).answer(1)))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_an_idle_worker_whose_parent_is_killed_leaves_nothing() -> None:
    """It ends at its pipe's end, and its folder with it."""
    subprocess.run([sys.executable, "-c", IDLE_PARENT, str(Path(__file__).parent)], check=False)
    folder = Path(Path("left").read_text()).parent
    deadline = time.monotonic() + 20
    while folder.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def wait_for_start() -> tuple[int, str]:
    deadline = time.monotonic() + 20
    while not (words := [path.read_text().split() for path in Path().glob("started-*")]) or len(words[0]) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return int(words[0][0]), words[0][1]
