"""What workers do in tests of ``spread``: alone here, as each worker imports the module, and pytest takes a while."""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path


def nothing() -> None:
    return None


def ten() -> int:
    return 10


def add(state: int, item: int) -> int:
    return state + item


def echo(_state: object, item: object) -> object:
    return item


def refuse_odd(_state: None, item: int) -> int:
    if item % 2:
        raise ValueError(f"odd: {item}")
    return item


def slow_first(_state: None, item: int) -> int:
    if item == 0:
        time.sleep(0.2)
    return item


def die(_state: None, item: int) -> int:
    if item == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def die_once(folder: Path, item: int) -> int:
    trace = folder / f"died-{item}"
    if item % 3 == 0 and not trace.exists():
        trace.touch()
        os._exit(9)
    return item


def print_loudly(_state: None, item: int) -> int:
    sys.stdout.write("x" * 100)
    os.write(1, b"raw bytes")
    return item


class UnreadableError(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def raise_unreadable(_state: None, item: int) -> int:
    raise UnreadableError("a", "b")


def give_a_lambda(_state: None, item: int) -> object:
    return lambda: item


def fail_setup() -> None:
    raise FileNotFoundError("the rules are gone")


def die_in_setup() -> None:
    os._exit(7)


def sleep_long(_state: None, item: int) -> int:
    Path(f"started-{item}").write_text(str(os.getpid()))
    time.sleep(60)
    return item


def sleep_a_little(_state: None, item: int) -> int:
    Path(f"started-{item}").write_text(str(os.getpid()))
    time.sleep(0.3)
    return item


def count_setups(folder: Path) -> Path:
    with (folder / "setups").open("a") as log:
        log.write("x")
    return folder


def leave_a_file(_state: None, item: int) -> Path:
    handle, name = tempfile.mkstemp(prefix=f"left-{item}-")
    os.close(handle)
    return Path(name)


def fill_memory(_state: None, item: int) -> int:
    held = []
    for _ in range(item):
        held.append(bytearray(os.urandom(1 << 20)) * 10)  # written, so that it is really there
        time.sleep(0.01)
    return len(held)


def sleep_for(_state: None, item: int) -> int:
    time.sleep(item)
    return item


def burn(_state: None, item: int) -> int:
    while item:
        pass
    return item


def ask_core_size(_state: None, _item: int) -> int:
    import resource  # noqa: PLC0415  # not on Windows

    return resource.getrlimit(resource.RLIMIT_CORE)[0]


def leave_and_sleep(_state: None, item: int) -> None:
    handle, name = tempfile.mkstemp()
    os.close(handle)
    Path(f"started-{item}").write_text(f"{os.getpid()} {name}")
    time.sleep(60)
