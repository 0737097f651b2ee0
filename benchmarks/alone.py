"""Alone: how much of each module its own test file covers, branches included, with no other test's help.

``python -m benchmarks alone [--write] [MODULE ...]`` (``make alone``) runs ``test_x.py`` for each ``x.py`` with only
that module traced, two at a time. What is not covered whole stands in ``tests/house/alone.txt`` with its share: a
module that falls below its share fails, and so does an entry that is better than it says. ``--write`` takes the list
anew. Code that a test runs in another process is not seen.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.house.graph import SOURCE, WINGS, list_sources, name_of, path_of

from benchmarks.measure import scratch_environment

ROOT = Path(__file__).parents[1]
FOLDERS = {SOURCE: ROOT / "tests", **{one: one.parents[1] / "tests" for one in WINGS}}
"""Where the tests of each package lie."""
LIST = ROOT / "tests" / "house" / "alone.txt"
HEAD = """# How much of a module its own test file covers (percent of lines and branches), where that is not all of it.
# `-`: it has no test file of its own. Made by `python -m benchmarks alone --write`; a line that says less than what
# is covered is stale and fails there.
"""
AT_ONCE = 2
PATIENCE_S = 600
TOLERANCE = 1
"""Percent that a share may differ by: some tests wait for clocks and processes."""


def own_tests() -> dict[str, Path | None]:
    """Every module, and the test file of its name: in the folder that mirrors its own, else where the name is one."""
    files = {path.name: path for folder in FOLDERS.values() for path in folder.rglob("test_*.py")}
    modules = [path for path in list_sources() if path.name not in {"__init__.py", "__main__.py"}]
    stems = Counter(path.stem for path in modules)
    found: dict[str, Path | None] = {}
    for path in modules:
        name = name_of(path)
        package = next(one for one in FOLDERS if path.is_relative_to(one))
        beside = FOLDERS[package] / path.relative_to(package).parent / f"test_{path.stem}.py"
        elsewhere = files.get(f"test_{path.stem}.py") if stems[path.stem] == 1 else None
        found[name] = beside if beside.exists() else elsewhere
    return found


def covered(module: str, test: Path) -> int | None:
    """Percent of the module's lines and branches that the test file runs; None where its tests fail."""
    with tempfile.TemporaryDirectory(prefix="twiceshy-alone-") as name:
        folder = Path(name)
        data, report = folder / "data", folder / "report.json"
        environment = scratch_environment(folder) | {"PYTHONPATH": str(ROOT), "COVERAGE_FILE": str(data)}
        words = [
            "run",
            "--rcfile=",
            "--branch",
            f"--include={path_of(module)}",
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            str(test),
        ]
        run = [sys.executable, "-m", "coverage", *words]
        if subprocess.run(
            run, check=False, cwd=ROOT, env=environment, capture_output=True, timeout=PATIENCE_S
        ).returncode:
            return None
        made = [sys.executable, "-m", "coverage", "json", "--rcfile=", "-q", "-o", str(report)]
        if subprocess.run(made, check=False, cwd=ROOT, env=environment, capture_output=True).returncode:
            return 0  # the module was never imported in this process
        return int(json.loads(report.read_text())["totals"]["percent_covered"])


def listed() -> dict[str, int | None]:
    """The list as it stands: percent by module, None for a module without a test file."""
    lines = LIST.read_text(encoding="utf-8").splitlines() if LIST.is_file() else []
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {module: None if share == "-" else int(share) for module, share in rows}


def faults(measured: Mapping[str, int | None], known: Mapping[str, int | None]) -> list[str]:
    """What is wrong with the list, given what was measured of some modules."""
    found = []
    for module, share in measured.items():
        says = known.get(module, 100)
        if share is None:
            found += [f"{module}: its tests fail alone"] if says is not None else []
        elif says is None:
            found.append(f"{module}: it has a test file now, covering {share} %")
        elif share < says - TOLERANCE:
            found.append(f"{module}: its own tests cover {share} %, {says} % before")
        elif share > says + TOLERANCE or (share == 100 and module in known):
            found.append(f"{module}: the list says {says} %, but its own tests cover {share} %")
    return found


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks alone", description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("modules", nargs="*")
    args = parser.parse_args(argv)
    tests = {module: test for module, test in own_tests().items() if not args.modules or module in args.modules}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = {module: pool.submit(covered, module, test) for module, test in tests.items() if test}
        measured = {module: future.result() for module, future in futures.items()}
    report(tests, measured)
    if args.write:
        write(tests, measured)
    else:
        wrong = faults(measured, listed())
        print("\n".join(wrong))
        sys.exit(1 if wrong else 0)


def report(tests: Mapping[str, Path | None], measured: Mapping[str, int | None]) -> None:
    """How many are covered whole, in part, and not at all."""
    whole = sum(share == 100 for share in measured.values())
    shares = sorted(share for share in measured.values() if share is not None)
    middle = shares[len(shares) // 2] if shares else 0
    print(
        f"{len(tests)} modules, {len(measured)} with a test file of their own: {whole} covered whole, median {middle} %"
    )


def write(tests: Mapping[str, Path | None], measured: Mapping[str, int | None]) -> None:
    """Take the list anew; what was not measured keeps its line."""
    new = dict(listed())
    for module, test in tests.items():
        share = measured.get(module) if test else None
        new.pop(module, None)
        if share != 100:
            new[module] = share
    rows = [f"{module} {'-' if share is None else share}" for module, share in sorted(new.items())]
    LIST.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


def check(names: Sequence[str]) -> list[str]:
    """The part that costs nothing: entries of modules that are gone, and modules without tests that are not listed."""
    known, tests = listed(), own_tests()
    gone = [f"{module}: there is no such module" for module in known if module not in tests]
    bare = [
        f"{module}: no test_{Path(module).name}, and not listed"
        for module in names
        if not tests[module] and module not in known
    ]
    stale = [
        f"{module}: it has a test file now" for module, share in known.items() if share is None and tests.get(module)
    ]
    return gone + bare + stale
