"""What measuring the code of changes costs: CPU milliseconds a version of a file, and how many changes get numbers.

``python -m benchmarks risk_code [--newest 100] REPOSITORY ...``. Each repository's newest changes are measured with an
empty cache and then once more; git's own time is in the seconds, not in the milliseconds a version.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import fmean, quantiles
from typing import TypeVar

from twiceshy.base.config import load
from twiceshy.logs.git_program import ask_git
from twiceshy_git.risk_recipes import measure_code
from twiceshy_git.risk_recipes.measure_code import CodeMeasurer, measure_changes

Answer = TypeVar("Answer")


class _TimedMeasurer(CodeMeasurer):
    """Notes how long each look took."""

    looks: list[tuple[float, int]] = []  # noqa: RUF012  # one list for all, as measure_changes makes the measurer
    """CPU milliseconds, and characters."""

    def look(self, path: str, name: str, text: str) -> None:
        self._scanner.handles(path)  # made once, outside of the time
        start = time.process_time()
        super().look(path, name, text)
        self.looks.append(((time.process_time() - start) * 1000, len(text)))


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks risk_code", description=__doc__)
    parser.add_argument("--newest", type=int, default=100, help="changes of each repository")
    parser.add_argument("repositories", nargs="+", type=Path)
    args = parser.parse_args(argv)
    measure_code.CodeMeasurer = _TimedMeasurer  # type: ignore[misc]  # to see each look
    print("| repository | changes | with numbers | versions | KB each | ms each, mean | .5 | .95 | s | again, s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for repo in args.repositories:
        print(
            f"| {repo.name if repo.name != 'repo' else repo.parent.name} | {measure(repo, args.newest)} |", flush=True
        )


def measure(repo: Path, newest: int) -> str:
    """The figures of one repository."""
    commits = ask_git(repo, "rev-list", "--no-merges", "-n", str(newest), "HEAD").split()
    _TimedMeasurer.looks.clear()
    with tempfile.TemporaryDirectory() as folder:
        config = load({"home": folder}, {}, Path(folder))
        first, found = timed(partial(measure_changes, config, repo, commits))
        again, _ = timed(partial(measure_changes, config, repo, commits))
    spent = [one for one, _ in _TimedMeasurer.looks] or [0.0, 0.0]
    middle, *_, high = quantiles(spent, n=20)[9:] if len(spent) > 1 else spent * 2
    size = fmean(characters for _, characters in _TimedMeasurer.looks) / 1000 if _TimedMeasurer.looks else 0
    figures = (len(commits), len(found), len(_TimedMeasurer.looks), f"{size:.1f}", f"{fmean(spent):.1f}")
    return " | ".join(map(str, (*figures, f"{middle:.1f}", f"{high:.1f}", f"{first:.1f}", f"{again:.2f}")))


def timed(do: Callable[[], Answer]) -> tuple[float, Answer]:
    """CPU seconds of ours, and the answer."""
    start = time.process_time()
    answer = do()
    return time.process_time() - start, answer
