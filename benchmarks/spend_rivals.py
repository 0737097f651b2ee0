"""Beside ccusage and tokenol on the same Claude Code logs, in one run: what each counts, and why they differ.

``python -m benchmarks spend_rivals LOGS [--ccusage PROGRAM] [--tokenol PROGRAM]``: LOGS is a folder of such logs, which
is copied; a program that is not named is left out. Printed is for each model the tokens read from the cache, the output
and the dollars of each; then how much of ours is in messages that stand only inside records of the main dialogue, or in
the results of calls whose subagent's log is missing: neither of the other two reads these.
"""

import argparse
import json
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.measure import scratch_environment, twiceshy

CELL = re.compile(r"\$?([\d.]+)([kM]?)")
TIMES = {"": 1, "k": 1_000, "M": 1_000_000}


class Sum(NamedTuple):
    """What one program says of a model."""

    read: float
    output: float
    usd: float


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("logs", type=Path)
    parser.add_argument("--ccusage")
    parser.add_argument("--tokenol")
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environment = scratch_environment(home) | {"TZ": "UTC", "COLUMNS": "200"}
        projects = Path(environment["CLAUDE_CONFIG_DIR"]) / "projects"
        shutil.copytree(args.logs, projects)
        run(twiceshy("ingest", str(projects)), environment)
        found = {"twiceshy": ask_twiceshy(environment)}
        if args.ccusage:
            found["ccusage"] = ask_ccusage(args.ccusage, environment)
        if args.tokenol:
            found["tokenol"] = ask_tokenol(args.tokenol, environment)
        for model in sorted({model for one in found.values() for model in one}):
            words = (f"{name} {show(one.get(model))}" for name, one in found.items())
            print(f"{model}: {'; '.join(words)}")
        for name, one in found.items():
            print(f"{name}, all: {show(Sum(*map(sum, zip(*one.values(), strict=True))))}")
        print_beside(projects, Path(environment["TWICESHY_HOME"]))


def run(command: list[str], environment: dict[str, str]) -> str:
    """Return what a program prints."""
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def show(one: Sum | None) -> str:
    """Return a sum in words."""
    return "nothing" if one is None else f"{one.read / 1e6:.1f}M read, {one.output / 1e6:.2f}M output, ${one.usd:,.2f}"


def ask_twiceshy(environment: dict[str, str]) -> dict[str, Sum]:
    """Return what this checkout says."""
    found = json.loads(run(twiceshy("report", "cost", "--by", "model", "--json"), environment))
    return {
        row["name"].removeprefix("claude-"): Sum(row["tokens"]["cache_read"], row["tokens"]["output"], row["dollars"])
        for row in found["rows"]
    }


def ask_ccusage(program: str, environment: dict[str, str]) -> dict[str, Sum]:
    """Return what it says."""
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for month in json.loads(run([program, "monthly", "--offline", "--json"], environment))["monthly"]:
        for one in month["modelBreakdowns"]:
            name = re.sub(r"-\d{8}$", "", one["modelName"].removeprefix("claude-"))
            for place, key in enumerate(("cacheReadTokens", "outputTokens", "cost")):
                found[name][place] += one[key]
    return {name: Sum(*one) for name, one in found.items()}


def ask_tokenol(program: str, environment: dict[str, str]) -> dict[str, Sum]:
    """Return what it says."""
    found = {}
    for line in run([program, "models", "--since", "2020-01-01"], environment).splitlines():
        cells = [cell.strip() for cell in line.split("│")[1:-1]]
        if len(cells) == 7:
            found[cells[0].replace(".", "-")] = Sum(read_cell(cells[4]), read_cell(cells[3]), read_cell(cells[5]))
    return found


def read_cell(text: str) -> float:
    """Return a number that is written short."""
    found = CELL.match(text.replace(",", ""))
    assert found is not None, text
    return float(found[1]) * TIMES[found[2]]


def print_beside(projects: Path, home: Path) -> None:
    """Print the messages that stand in no record of their own, and the subagents of which only a result is known."""
    own, embedded = set[str](), set[str]()
    for record in read_records(projects):
        message, data = record.get("message"), record.get("data")
        if isinstance(message, dict) and message.get("usage"):
            own.add(str(message.get("id")))
        inner = data.get("message") if isinstance(data, dict) else None
        inner = inner.get("message") if isinstance(inner, dict) else None
        if isinstance(inner, dict) and inner.get("usage"):
            embedded.add(str(inner.get("id")))
    with sqlite3.connect(f"file:{home / 'twiceshy.db'}?mode=ro", uri=True) as connection:
        (lost,) = connection.execute("SELECT count(*) FROM mark WHERE kind = 'subagent'").fetchone()
    print(f"messages only inside records of the main dialogue: {len(embedded - own)} beside {len(own)}; ", end="")
    print(f"results of subagents: {lost}")


def read_records(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield every record of the logs."""
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict):
                yield record
