"""What ruff's security rules and our patterns find, how much they say for nothing, and what the gate's part costs.

``python -m benchmarks patterns securityeval FOLDER [--half tune|blind]``: a checkout of s2e-lab/SecurityEval.
``python -m benchmarks patterns owasp FOLDER [--half ...]``: the classes of OWASP BenchmarkPython that are no flows.
``python -m benchmarks patterns noise FOLDER ...``: findings a thousand lines of well-kept code, beside ruff's.
``python -m benchmarks patterns gate FOLDER ...``: time of the gate's part on the files of these folders.

Rules were tuned on the half ``tune``, chosen by a hash of a test's id. ``ruff S`` is all of ruff's stable security
rules but S101 (assert), as it comes; ``ruff (chosen)`` is what our scanner keeps of them.
"""

import argparse
import csv
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.taint import Labelled, in_half, number, rate
from twiceshy.base.values import Scrubbed
from twiceshy.privacy.policy import RedactionLevel, build_detector, load_rules
from twiceshy.records.findings import Finding, SourceText
from twiceshy.score.code_view import language_of
from twiceshy.score.gate_search import find_introduced
from twiceshy.score.pattern_rules import load
from twiceshy.score.scanners.patterns import PatternScanner
from twiceshy.score.scanners.ruff import RuffScanner

CLASSES = frozenset({328, 330, 614})
NOT_OWN = {"tests", "test", "testing", "idlelib", "lib2to3", "site-packages", "__pycache__"}
UNASKED = [rule.id for rule in load().rules if rule.unasked]
EDIT_LINES = 2000
TRIES = 20


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("securityeval", "owasp", "noise", "gate"))
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--half", choices=("tune", "blind", "all"), default="tune")
    parser.add_argument("--show", action="store_true", help="print what was missed, and counts by rule")
    args = parser.parse_args(argv)
    {"securityeval": securityeval, "owasp": owasp, "noise": noise, "gate": gate}[args.what](args)


def program() -> Path:
    """The ruff beside this Python."""
    return Path(sys.executable).parent / "ruff"


def scanners() -> Mapping[str, PatternScanner | RuffScanner]:
    """Both, as they are used."""
    secrets = build_detector(load_rules(), RedactionLevel.STANDARD).find_many
    return {
        "patterns": PatternScanner(Scrubbed, secrets=secrets),
        "ruff (chosen)": RuffScanner(program(), "here", Scrubbed),
    }


def scanned(sources: Sequence[SourceText]) -> dict[str, list[list[Finding]]]:
    """Findings of each text by scanner, of all ruff's rules, and of both together."""
    found: dict[str, list[list[Finding]]] = {}
    for name, scanner in scanners().items():
        scans = scanner.scan(sources)
        unknown = Counter(scan.unknown for scan in scans if scan.unknown)
        if unknown:
            print(f"{name}: unknown {dict(unknown)}")
        found[name] = [list(scan.findings) for scan in scans]
    both = zip(found["patterns"], found["ruff (chosen)"], strict=True)
    found["both"] = [once([*ours, *ruffs]) for ours, ruffs in both]
    return found


def once(findings: Sequence[Finding]) -> list[Finding]:
    """One finding a line and fault."""
    return list({(one.line, number(one.cwe)): one for one in findings}.values())


def all_of_ruff(paths: Sequence[Path]) -> dict[Path, int]:
    """How many findings ruff's security rules have in each file, as they come."""
    command = [
        program(),
        "check",
        "--isolated",
        "--no-cache",
        "--select",
        "S",
        "--ignore",
        "S101",
        "--target-version",
        "py313",
        "--output-format",
        "json",
        "--exit-zero",
        "--quiet",
        *paths,
    ]
    said = json.loads(subprocess.run(list(map(str, command)), capture_output=True, check=True).stdout)
    counts = Counter(Path(one["filename"]) for one in said if (one["code"] or "").startswith("S"))
    return {path: counts[path] for path in paths}


def read(paths: Sequence[Path], base: Path) -> list[SourceText]:
    """The files' texts under their names below a folder."""
    return [SourceText(path=str(path.relative_to(base)), text=path.read_text("utf-8", "replace")) for path in paths]


def securityeval(args: argparse.Namespace) -> None:
    """Share of the faulty files in which anything is found, and in which the file's own fault is."""
    base = (args.folders[0] / "Testcases_Insecure_Code").absolute()
    paths = [path for path in sorted(base.rglob("*.py")) if in_half(str(path.relative_to(base)), args.half)]
    ruff = all_of_ruff(paths)
    found = scanned(read(paths, base))
    print(f"{len(paths)} files of the half {args.half!r}; ruff S: {sum(map(bool, ruff.values())) / len(paths):.3f}")
    for name, each in found.items():
        own = [
            any(number(one.cwe) == folder_number(path) for one in some) for path, some in zip(paths, each, strict=True)
        ]
        print(f"{name}: any {sum(map(bool, each)) / len(paths):.3f}, own CWE {sum(own) / len(paths):.3f}")
    if args.show:
        for path, some in zip(paths, found["both"], strict=True):
            if not some:
                print("missed", path.relative_to(base), "(ruff S finds something)" if ruff[path] else "")


def folder_number(path: Path) -> int:
    """The CWE that a test's folder names."""
    return number(int(path.parent.name.partition("-")[2]))


def owasp(args: argparse.Namespace) -> None:
    """TPR, FPR and Youden's index of the classes that no flow of data tells."""
    base = args.folders[0].absolute()
    rows = csv.reader((base / "expectedresults-0.1.csv").read_text().splitlines()[1:])
    tests = [
        Labelled(
            row[0],
            SourceText(path=f"{row[0]}.py", text=(base / "testcode" / f"{row[0]}.py").read_text()),
            int(row[3]),
            row[2] == "true",
        )
        for row in rows
        if in_half(row[0], args.half) and int(row[3]) in CLASSES
    ]
    found = scanned([test.source for test in tests])
    print(f"{len(tests)} tests of the half {args.half!r}")
    for name, each in found.items():
        numbers = [{number(one.cwe) for one in some} for some in each]
        judged = {
            cwe: rate([(test, cwe in some) for test, some in zip(tests, numbers, strict=True) if test.cwe == cwe])
            for cwe in sorted(CLASSES)
        }
        youden = sum(tpr - fpr for tpr, fpr in judged.values()) / len(judged)
        print(
            f"{name}: "
            + "  ".join(f"{cwe} {tpr:.2f}/{fpr:.2f}" for cwe, (tpr, fpr) in judged.items())
            + f"  Youden macro {youden:+.3f}"
        )


def own_files(folder: Path, ends: tuple[str, ...] = (".py",)) -> list[Path]:
    """A folder's own code, without its tests."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in ends and path.is_file() and not NOT_OWN & set(path.relative_to(folder).parts)
    ]


def noise(args: argparse.Namespace) -> None:
    """Findings a thousand lines."""
    sums: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for folder in args.folders:
        base = folder.absolute()
        paths = own_files(base)
        lines = sum(path.read_bytes().count(b"\n") for path in paths) / 1000
        found = scanned(read(paths, base))
        counts = {name: sum(map(len, each)) for name, each in found.items()}
        counts["ruff S"] = sum(all_of_ruff(paths).values())
        print(
            f"{folder.name}: {lines:.0f} KLOC; "
            + ", ".join(f"{name} {count / lines:.3f}" for name, count in counts.items())
        )
        sums.update({**counts, "lines": round(lines * 1000)})
        rules.update(one.rule for some in found["both"] for one in some)
    print("all: " + ", ".join(f"{name} {count * 1000 / sums['lines']:.3f}" for name, count in sums.items()))
    if args.show:
        print("\n".join(f"{count:5} {rule}" for rule, count in rules.most_common()))


def gate(args: argparse.Namespace) -> None:
    """Time of the gate's part on edits of 2,000 lines, with the rules that speak unasked."""
    sources = []
    for folder in args.folders:
        sources += read(own_files(folder.absolute(), (".py", ".js", ".ts", ".tsx", ".go")), folder.absolute())
    for language, path in (("python", "a.py"), ("javascript", "a.ts"), ("go", "a.go")):
        edits = cut_into_edits([source.text for source in sources if language_of(source.path) == language])
        if edits:
            times = sorted(seconds(edit, path) for edit in edits)
            middle = times[len(times) // 2] * 1000
            print(
                f"{language}: {len(edits)} edits of {EDIT_LINES} lines: median {middle:.2f} ms, worst "
                f"{times[-1] * 1000:.2f} ms of CPU"
            )


def cut_into_edits(texts: Sequence[str]) -> list[str]:
    """At most 40 texts of 2,000 lines each."""
    lines = "\n".join(texts).split("\n")
    return ["\n".join(lines[at : at + EDIT_LINES]) for at in range(0, len(lines) - EDIT_LINES + 1, EDIT_LINES)][:40]


def seconds(text: str, path: str) -> float:
    """CPU time of one look, the median of some; patterns are compiled anew in the first only."""
    taken = []
    for _ in range(TRIES):
        start = time.process_time()
        find_introduced(path, "", text, UNASKED)
        taken.append(time.process_time() - start)
    return sorted(taken)[len(taken) // 2]
