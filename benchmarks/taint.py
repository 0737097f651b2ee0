"""How much of what harms is found by following data, and how much is said for nothing, beside ruff's security rules.

``python -m benchmarks taint owasp FOLDER [--half tune|blind]``: a checkout of OWASP-Benchmark/BenchmarkPython.
``python -m benchmarks taint securityeval FOLDER [--packages FOLDER ...]``: a checkout of s2e-lab/SecurityEval.
``python -m benchmarks taint cases [--half ...]``: the labelled flows in JavaScript, TypeScript and Go beside this file.
``python -m benchmarks taint cost FOLDER``: one file, and a folder in one batch, in CPU time.

Rules were tuned on the half ``tune``, chosen by a hash of a test's id. The engine is looked for as ``twiceshy`` does.
"""

import argparse
import csv
import hashlib
import json
import os
import re
import resource
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from twiceshy.base.config import load as load_config
from twiceshy.base.toolbox import require
from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Scan, SourceText
from twiceshy.score.scanners.taint import TaintScanner
from twiceshy.score.taint_rules import load as load_rules

CASES = Path(__file__).parent / "cases" / "taint"
HALVES = ("tune", "blind", "all")
TAINTED = frozenset({22, 78, 79, 89, 90, 94, 501, 502, 601, 611, 643})
"""The benchmark's classes that are flows of data; hashes, random numbers and cookie flags are not."""
NUMBERS: Mapping[str, int] = {
    "S324": 328,
    "S303": 328,
    "S311": 330,
    "S602": 78,
    "S605": 78,
    "S604": 78,
    "S607": 78,
    "S608": 89,
    "S301": 502,
    "S302": 502,
    "S506": 502,
    "S307": 94,
    "S102": 94,
    "S310": 918,
    "S314": 611,
    "S318": 611,
    "S319": 611,
    "S313": 611,
    "S317": 611,
    "S320": 611,
    "S410": 611,
    "S701": 79,
    "S308": 79,
    "S704": 79,
    "S606": 78,
    "S609": 78,
}
"""CWE of ruff's security rules, as their pages name them, in the numbers that the benchmark uses."""
SAME: Mapping[int, int] = {1336: 94, 95: 94, 327: 328, 338: 330, 80: 79, 116: 117}
"""Numbers of one fault."""


class Labelled(NamedTuple):
    """One test."""

    id: str
    source: SourceText
    cwe: int
    faulty: bool


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("owasp", "securityeval", "cases", "cost"))
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--half", choices=HALVES, default="tune")
    parser.add_argument("--packages", nargs="*", type=Path, default=[])
    parser.add_argument("--show", action="store_true", help="print each test that went wrong")
    args = parser.parse_args(argv)
    {"owasp": owasp, "securityeval": securityeval, "cases": cases, "cost": cost}[args.what](args)


def scanner() -> TaintScanner:
    """The scanner with the engine that is here."""
    found = require("semgrep", load_config({}, os.environ, Path()))
    return TaintScanner(found.path, found.version, Scrubbed)


def in_half(id_: str, half: str) -> bool:
    """Whether a test is in the half: by the first byte of its id's SHA-256."""
    even = hashlib.sha256(id_.encode()).digest()[0] % 2 == 0
    return half == "all" or even == (half == "tune")


def owasp(args: argparse.Namespace) -> None:
    """TPR, FPR and Youden's index a CWE, and their means, of three sets of findings."""
    rows = csv.reader((args.folder / "expectedresults-0.1.csv").read_text().splitlines()[1:])
    tests = [
        Labelled(
            row[0],
            SourceText(path=f"{row[0]}.py", text=(args.folder / "testcode" / f"{row[0]}.py").read_text()),
            int(row[3]),
            row[2] == "true",
        )
        for row in rows
        if in_half(row[0], args.half)
    ]
    taint = taint_numbers([test.source for test in tests])
    ruff = ruff_numbers(args.folder / "testcode", [test.source.path for test in tests])
    both = [one | other for one, other in zip(taint, ruff, strict=True)]
    followed = {number(rule.cwe) for rule in load_rules().rules.values() if rule.language == "python"}
    layered = [one | (other - followed) for one, other in zip(taint, ruff, strict=True)]
    print(f"{len(tests)} tests of the half {args.half!r}")
    for name, found in (
        ("taint", taint),
        ("ruff S", ruff),
        ("both", both),
        ("taint, and ruff for other classes", layered),
    ):
        told(name, tests, found)
    if args.show:
        for test, one in zip(tests, taint, strict=True):
            if test.cwe in TAINTED | {330} and test.faulty != (test.cwe in one):
                print("missed" if test.faulty else "wrong ", test.cwe, test.id)


def told(name: str, tests: Sequence[Labelled], found: Sequence[set[int]]) -> None:
    """Prints what one set of findings is worth."""
    rates = {
        cwe: rate([(test, cwe in one) for test, one in zip(tests, found, strict=True) if test.cwe == cwe])
        for cwe in sorted({test.cwe for test in tests})
    }
    print(f"\n{name}: " + "  ".join(f"{cwe}: {tpr:.2f}/{fpr:.2f}" for cwe, (tpr, fpr) in rates.items()))
    for title, chosen in (("all classes", set(rates)), ("taint classes", set(rates) & TAINTED)):
        every = [(test, test.cwe in one) for test, one in zip(tests, found, strict=True) if test.cwe in chosen]
        tpr, fpr = rate(every)
        macro = sum(rates[cwe][0] - rates[cwe][1] for cwe in chosen) / len(chosen)
        mean_fpr = sum(rates[cwe][1] for cwe in chosen) / len(chosen)
        print(
            f"  {title} ({len(chosen)}): TPR {tpr:.3f}, FPR {fpr:.3f} (mean of classes {mean_fpr:.3f}), "
            f"Youden macro {macro:+.3f}"
        )


def rate(judged: Sequence[tuple[Labelled, bool]]) -> tuple[float, float]:
    """TPR and FPR."""
    hits = [hit for test, hit in judged if test.faulty]
    alarms = [hit for test, hit in judged if not test.faulty]
    return sum(hits) / max(1, len(hits)), sum(alarms) / max(1, len(alarms))


def taint_numbers(sources: Sequence[SourceText]) -> list[set[int]]:
    """The CWEs found in each text; what could not be read is said, and counts as nothing found."""
    scans = scanner().scan(sources)
    silent = [source.path for source, scan in zip(sources, scans, strict=True) if scan.unknown]
    if silent:
        print(f"unknown: {len(silent)} of {len(sources)} texts, such as {silent[0]}")
    return [{number(finding.cwe) for finding in scan.findings} for scan in scans]


def number(cwe: int | None) -> int:
    """One number for one fault."""
    return SAME.get(cwe or 0, cwe or 0)


def ruff_findings(folder: Path) -> list[tuple[str, str]]:
    """File name and rule of each of ruff's security findings below a folder."""
    program = Path(sys.executable).parent / "ruff"
    command = [
        str(program),
        "check",
        "--isolated",
        "--no-cache",
        "--preview",
        "--select",
        "S",
        "--ignore",
        "S101",
        "--target-version",
        "py313",
        "--exclude",
        "no-such-folder",  # else installed packages are left out
        "--output-format",
        "json",
        "--exit-zero",
        str(folder),
    ]
    said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return [(one["filename"], one["code"] or "") for one in said]


def ruff_numbers(folder: Path, names: Sequence[str]) -> list[set[int]]:
    """The CWEs that ruff finds in each file."""
    found: dict[str, set[int]] = defaultdict(set)
    for path, code in ruff_findings(folder):
        if code in NUMBERS:
            found[Path(path).name].add(NUMBERS[code])
    return [found[name] for name in names]


def securityeval(args: argparse.Namespace) -> None:
    """Files in which anything is found, and findings a thousand lines of the standard library and packages."""
    base = args.folder / "Testcases_Insecure_Code"
    paths = sorted(base.rglob("*.py"))
    flagged = {path: set(scan.findings) for path, scan in zip(paths, scans_of(paths), strict=True)}
    ruff = {path for path, code in ruff_findings(base) if code}
    taint = {str(path) for path, found in flagged.items() if found}
    print(
        f"{len(paths)} files: taint {len(taint) / len(paths):.3f}, ruff S {len(ruff) / len(paths):.3f}, both "
        f"{len(taint | ruff) / len(paths):.3f}"
    )
    exact = {path for path, found in flagged.items() if any(same_class(path, one.cwe) for one in found)}
    print(f"taint with the file's own CWE: {len(exact) / len(paths):.3f}")
    if args.show:
        for path in paths:
            if str(path) not in taint:
                print("ruff only" if str(path) in ruff else "missed", path.relative_to(base))
    for folder in args.packages:
        noise(folder)


def same_class(path: Path, cwe: int | None) -> bool:
    """Whether a finding's CWE is that of the file's folder."""
    return number(int(path.parent.name.partition("-")[2])) == number(cwe)


def scans_of(paths: Sequence[Path]) -> list[Scan]:
    """The scanner's answers for files."""
    return scanner().scan([SourceText(path=str(path), text=path.read_text("utf-8", "replace")) for path in paths])


def noise(folder: Path) -> None:
    """Prints findings a thousand lines of a folder's own code, without its tests."""
    folder = folder.resolve()  # as ruff names its files
    paths = [
        path
        for path in sorted(folder.rglob("*.py"))
        if not {"tests", "test", "idlelib"} & set(path.parts) and "site-packages" not in path.relative_to(folder).parts
    ]
    lines = sum(path.read_bytes().count(b"\n") for path in paths) / 1000
    scans = scans_of(paths)
    found = [finding for scan in scans for finding in scan.findings]
    inside = {str(path) for path in paths}
    ruff = sum(path in inside for path, _ in ruff_findings(folder))
    rules = sorted({finding.rule for finding in found})
    print(
        f"{folder.name}: {lines:.0f} KLOC, taint {len(found) / lines:.3f} a KLOC, ruff S {ruff / lines:.3f}; unknown "
        f"{sum(bool(scan.unknown) for scan in scans)}; {', '.join(rules)}"
    )


def labelled(language: str) -> list[Labelled]:
    """The flows of a language; a text begins with its id, label, CWE and file name's end."""
    text = (CASES / f"{language}.txt").read_text()
    parts = re.split(r"^=== (\S+) (hit|miss) (\d+) (\.\w+)\n", text, flags=re.MULTILINE)[1:]
    return [
        Labelled(
            parts[i],
            SourceText(path=parts[i] + parts[i + 3], text=parts[i + 4]),
            number(int(parts[i + 2])),
            parts[i + 1] == "hit",
        )
        for i in range(0, len(parts), 5)
    ]


def cases(args: argparse.Namespace) -> None:
    """TPR and FPR of the labelled flows; a decoy is hit when its own class is found in it."""
    for language in ("javascript", "go"):
        tests = [test for test in labelled(language) if in_half(test.id, args.half)]
        found = taint_numbers([test.source for test in tests])
        judged = [(test, test.cwe in one) for test, one in zip(tests, found, strict=True)]
        tpr, fpr = rate(judged)
        faulty = sum(test.faulty for test in tests)
        counts = f"{faulty} faults, {len(tests) - faulty} decoys"
        print(f"{language}, half {args.half!r}: {counts}: TPR {tpr:.3f}, FPR {fpr:.3f}")
        if args.show:
            for (test, hit), one in zip(judged, found, strict=True):
                if hit != test.faulty:
                    print("  missed" if test.faulty else "  wrong ", test.id, sorted(one))


def cost(args: argparse.Namespace) -> None:
    """CPU time for one file, ours and the engine's, and files a CPU second in one batch of a folder's files."""
    taint = scanner()
    paths = [path for path in sorted(args.folder.rglob("*")) if taint.handles(path.name) and path.is_file()][:400]
    sources = [SourceText(path=path.name, text=path.read_text("utf-8", "replace")) for path in paths]
    middle = sorted(sources, key=lambda source: len(source.text))[len(sources) // 2]
    taint.scan([middle])
    singles = [spent(lambda: taint.scan([middle])) for _ in range(9)]
    floor = median(
        spent(lambda: subprocess.run([taint.engine or "", "-version"], capture_output=True, check=True))
        for _ in range(9)
    )
    whole = spent(lambda: taint.scan(sources))
    size = sum(len(source.text) for source in sources)
    print(f"one file of {len(middle.text)} characters: {median(singles):.3f} CPU s ({floor:.3f} to start the engine)")
    share = whole / len(sources) / median(singles)
    print(f"{len(sources)} files, {size / 1e6:.2f} M characters: {whole:.1f} CPU s, {len(sources) / whole:.0f} a CPU s")
    print(f"a file in the batch costs {share:.2f} of one alone")


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of this process and its children that some work took."""
    before = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    work()
    after = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(
        new.ru_utime - old.ru_utime + new.ru_stime - old.ru_stime for old, new in zip(before, after, strict=True)
    )


def median(values: Iterable[float]) -> float:
    """The middle one."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
