"""A wrapped command waits for our imports: what is dear is not among them."""

import subprocess
import sys

DEAR = {"argparse", "asyncio", "contextlib", "ctypes", "dataclasses", "inspect", "json", "logging", "math"} | {
    *("pathlib", "re", "re2", "selectors", "sqlite3", "subprocess", "tempfile", "threading", "typing"),
    *("twiceshy.run.matchers", "twiceshy.run.unbuffered"),
}
SHOW = """
import os, sys
before = set(sys.modules)
sys.argv = ["twiceshy", "run", "--timeout", "9s", "--", "true"]
def show(status):
    print(*sorted(set(sys.modules) - before), flush=True)
    leave(status)
leave, os._exit = os._exit, show
from twiceshy.doors.cli.start import main
main()
"""


def test_nothing_dear_is_imported() -> None:
    """Each of these costs 2 to 40 ms."""
    done = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, check=False)
    imported = set(done.stdout.decode().split())

    assert {"twiceshy.run.wrapper", "twiceshy.run.recipes.watched_run"} <= imported
    assert set() == (imported & DEAR)
    assert sorted(name for name in imported if name.startswith("twiceshy.") and name.count(".") < 2) == [
        "twiceshy.base",
        "twiceshy.doors",
        "twiceshy.records",
        "twiceshy.run",
        "twiceshy.stats",
    ]
