"""How many public fixes of known holes are told when they are taken back, and how many are silent as they were made.

``python -m benchmarks cve [FOLDER]``: a folder with clones named ``owner+name`` (their git directories, or with
``repo`` or ``repo/.git`` below). ``cases/cve_fixes.tsv`` lists the fixes by hash; no code of theirs is stored here. For
each, the files of its language that it changes (no tests, no built files) are read at both commits. *Told*: the change
from the fixed to the unfixed texts introduces a finding of the hole's kind within ``NEAR`` lines of what the fix
changed. *Silent*: the change from unfixed to fixed introduces no finding at all. ``HALF=A``
measures one half only (``C`` is a third set), ``SHOW=1`` prints each case, ``BANDIT`` names bandit's program,
``ALONE=1`` leaves all but our own layers out.

Beside ours in the same run: ruff with all security rules, bandit, the engine with our rules of flows alone, and our
patterns alone, without flows and lost guards.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.refactor import Repository
from twiceshy.base.config import Config
from twiceshy.base.config import load as load_config
from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Finding, Layer, Severity, SourceText
from twiceshy.score.code_view import is_test_code
from twiceshy.score.edit_findings import ScanAnswer, compare, find_comparable
from twiceshy.score.generated_files import is_generated
from twiceshy.score.lost_guards import find_lost_guards
from twiceshy.score.recipes.run_scanners import Scanners
from twiceshy.score.scanners.ruff import RULES
from twiceshy.stats.intervals import wilson

CASES = Path(__file__).parent / "cases" / "cve_fixes.tsv"
ENDS = {
    "python": (".py",),
    "javascript": (".js", ".ts", ".jsx", ".tsx", ".mjs", ".cjs"),
    "go": (".go",),
}
NEAR = 5
"""Lines between a finding and the lines that the fix changed (guess, 2026-11-22)."""
KINDS = (
    frozenset({74, 75, 77, 78, 79, 80, 88, 89, 90, 91, 93, 94, 95, 96, 113, 116, 134, 643, 917, 943, 1336}),
    frozenset({22, 23, 36, 59, 73, 99}),
    frozenset({400, 407, 409, 674, 730, 770, 789, 834, 1333}),
    frozenset({284, 285, 287, 290, 306, 352, 613, 639, 640, 862, 863, 269, 250}),
    frozenset({200, 203, 208, 209, 312, 315, 359, 532, 668}),
    frozenset({1321, 915}),
    frozenset({601, 918}),
    frozenset({295, 326, 327, 328, 330, 338, 347, 757}),
    frozenset({367, 362, 377, 378, 732}),
    frozenset({20, 125, 126, 129, 1284, 1286, 158}),
)
"""Weaknesses that are one kind here. Within the first, injection, the target has to agree too: see ``SAME``."""
SAME = ({79, 80, 116}, {77, 78, 88}, {89, 943, 90, 91, 643}, {93, 113}, {94, 95, 96, 134, 917, 1336})
WIDE = {74, 75, 116}
"""Of injection with no target language named."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One fix, with its texts."""

    id: str
    language: str
    half: str
    repository: str
    cwes: frozenset[int]
    before: tuple[SourceText, ...]
    after: tuple[SourceText, ...]
    changed: dict[str, list[tuple[int, int]]]
    """Lines of the text before that the fix changed, or between which it put something."""

    def is_told(self, found: Iterable[Finding]) -> bool:
        """Whether one of the findings is of the hole's kind and near."""
        return any(self.is_near(one) and self.is_kind(one.cwe) for one in found)

    def is_near(self, one: Finding) -> bool:
        """Whether a finding stands near of what the fix changed."""
        return any(start - NEAR <= one.line <= end + NEAR for start, end in self.changed.get(one.path, ()))

    def is_kind(self, cwe: int | None) -> bool:
        """Whether a weakness is of the hole's kind."""
        return cwe is not None and any(is_same_kind(cwe, own) for own in self.cwes)


def is_same_kind(one: int, other: int) -> bool:
    """Whether two weaknesses are of one kind."""
    if one == other:
        return True
    if not any(one in kind and other in kind for kind in KINDS):
        return False
    if one in KINDS[0]:
        return one in WIDE or other in WIDE or any(one in same and other in same for same in SAME)
    return True


def load(folder: Path, half: str) -> tuple[list[Fix], list[str]]:
    """Return the fixes whose repositories are there, and the ids of the others."""
    names, *rows = [line.split("\t") for line in CASES.read_text().splitlines()]
    found, missing = [], []
    for row in rows:
        case = dict(zip(names, row, strict=True))
        if half and case["half"] != half:
            continue
        place = next((one for one in find_clones(folder, case["repository"]) if (one / "objects").is_dir()), None)
        fix = read_fix(place, case) if place else None
        if fix:
            found.append(fix)
        else:
            missing.append(case["id"])
    return found, missing


def find_clones(folder: Path, repository: str) -> list[Path]:
    """Where a repository's git directory may be."""
    base = folder / repository.replace("/", "+")
    return [base, base / ".git", base / "repo", base / "repo" / ".git"]


def read_fix(place: Path, case: dict[str, str]) -> Fix | None:
    """Return one fix with its texts; None where a commit is not there."""
    clone = Repository(place)
    listed = clone.run("diff", "--name-only", "--no-renames", case["before"], case["fix"]).splitlines()
    sides: tuple[list[SourceText], list[SourceText]] = ([], [])
    changed: dict[str, list[tuple[int, int]]] = {}
    for path in listed:
        if not path.endswith(ENDS[case["language"]]) or is_test_code(path):
            continue
        texts = [clone.text(case[side], path) for side in ("before", "fix")]
        if any(text is not None and is_generated(path, text) for text in texts):
            continue
        for side, text in zip(sides, texts, strict=True):
            if text is not None:
                side.append(SourceText(path=path, text=text))
        said = clone.run("diff", "-U0", "--no-renames", case["before"], case["fix"], "--", path)
        spots = re.findall(r"^@@ -(\d+)(?:,(\d+))? ", said, re.MULTILINE)
        changed[path] = [(int(start), int(start) + int(many or 1)) for start, many in spots]
    clone.reader.kill()
    clone.reader.wait()
    if not changed:
        return None
    return Fix(
        case["id"],
        case["language"],
        case["half"],
        case["repository"],
        frozenset(map(int, case["cwe"].split())),
        tuple(sides[0]),
        tuple(sides[1]),
        changed,
    )


Introduce = Callable[[Sequence[SourceText], Sequence[SourceText]], list[Finding]]
"""What a change from the first texts to the second introduces."""


class Answers:
    """What all of our scanners say of texts, each asked once."""

    def __init__(self, config: Config) -> None:
        self.scanners = Scanners(config, raw=True)
        self.scanners.shelf = None
        self.known: dict[tuple[str, str], ScanAnswer] = {}

    def ask(self, texts: Sequence[SourceText]) -> dict[str, ScanAnswer]:
        """Return the answers by path."""
        new = [one for one in texts if (one.path, one.text) not in self.known]
        self.known |= dict(zip(((one.path, one.text) for one in new), self.scanners.ask(new), strict=True))
        return {one.path: self.known[one.path, one.text] for one in texts}


def ask_ours(
    answers: Answers, layers: frozenset[str], before: Sequence[SourceText], after: Sequence[SourceText]
) -> list[Finding]:
    """Return what a change introduces, by those of our layers that are named."""
    old, new = (
        {
            path: ScanAnswer({name: scan for name, scan in one.scans.items() if name in layers})
            for path, one in answers.ask(side).items()
        }
        for side in (before, after)
    )
    found = list(compare(find_comparable(old, new), find_comparable(new, old)).introduced)
    return [*found, *find_lost_guards(before, after, Scrubbed)] if "guards" in layers else found


def compare_outside(
    ask: Callable[[Path], list[tuple[str, int, str, int | None]]],
    before: Sequence[SourceText],
    after: Sequence[SourceText],
) -> list[Finding]:
    """Return what an outside program finds in the second texts and not in the first, by rule and text of the line."""
    sides = []
    for texts in (before, after):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for one in texts:
                (folder / one.path).parent.mkdir(parents=True, exist_ok=True)
                (folder / one.path).write_text(one.text, "utf-8", "replace")
            lines = {one.path: one.text.split("\n") for one in texts}
            sides.append(
                [
                    (make_finding(path, line, rule, cwe), (path, rule, lines[path][line - 1].strip()))
                    for path, line, rule, cwe in ask(folder)
                ]
            )
    seen = [key for _, key in sides[0]]
    introduced = []
    for finding, key in sides[1]:
        if key in seen:
            seen.remove(key)
        else:
            introduced.append(finding)
    return introduced


def make_finding(path: str, line: int, rule: str, cwe: int | None) -> Finding:
    """Return an outside program's finding as ours."""
    return Finding(
        rule=rule,
        layer=Layer.PATTERN,
        severity=Severity.MAJOR,
        confidence=0.5,
        path=path,
        line=line,
        cwe=cwe,
        message=Scrubbed(rule),
    )


def ask_bandit(program: str, folder: Path) -> list[tuple[str, int, str, int | None]]:
    """Return what bandit finds: path, line, rule, weakness."""
    done = subprocess.run([program, "-q", "-r", ".", "-f", "json"], cwd=folder, capture_output=True, check=False)
    said = json.loads(done.stdout or "{}").get("results", [])
    return [
        (one["filename"].removeprefix("./"), one["line_number"], one["test_id"], (one.get("issue_cwe") or {}).get("id"))
        for one in said
        if one["test_id"] != "B101"
    ]


def ask_ruff(program: str, cwes: dict[str, int | None], folder: Path) -> list[tuple[str, int, str, int | None]]:
    """Return what ruff's security rules find; its rules are bandit's, and so are their weaknesses."""
    words = ["check", "--isolated", "--select", "S", "--ignore", "S101", "--output-format", "json", "--no-cache"]
    done = subprocess.run([program, *words, "--exit-zero", "."], cwd=folder, capture_output=True, check=False)
    root = str(folder.resolve()) + "/"
    return [
        (one["filename"].removeprefix(root), one["location"]["row"], one["code"], cwes.get(f"B{one['code'][1:]}"))
        for one in json.loads(done.stdout or "[]")
        if one.get("code")
    ]


def main(words: Sequence[str]) -> int:
    """Measure and print."""
    folder = Path(words[0] if words else ".")
    fixes, missing = load(folder, os.environ.get("HALF", ""))
    print(f"{len(fixes)} fixes; not there: {len(missing)} {' '.join(missing)}")
    tools = make_tools(load_config({}, os.environ, Path.cwd()))
    rows: dict[str, dict[str, tuple[bool, bool, bool]]] = {}
    for name, (languages, introduces) in tools.items():
        rows[name] = {}
        for fix in fixes:
            if fix.language in languages:
                rows[name][fix.id] = measure(fix, introduces, show=bool(os.environ.get("SHOW")) and name == "ours")
    for name, (languages, _) in tools.items():
        asked = [fix for fix in fixes if fix.language in languages]
        print_table(name, asked, rows[name])
    return 0


def measure(fix: Fix, introduces: Introduce, *, show: bool) -> tuple[bool, bool, bool]:
    """Return whether the hole is told, whether anything is said of it near, and whether the fix is silent."""
    hole = introduces(fix.after, fix.before)
    noise = introduces(fix.before, fix.after)
    told, near = fix.is_told(hole), any(fix.is_near(one) for one in hole)
    if show:
        print(f"{'told ' if told else 'near ' if near else '-    '} {fix.id} {fix.repository} {sorted(fix.cwes)}")
        for mark, some in (("hole", hole), ("NOISE", noise)):
            for one in some:
                print(f"      {mark} {one.rule} {one.cwe} {one.path}:{one.line} {one.confidence}")
    return told, near, not noise


def make_tools(config: Config) -> dict[str, tuple[frozenset[str], Introduce]]:
    """Return what is measured, with the languages that it reads."""
    every, python = frozenset(ENDS), frozenset({"python"})
    answers = Answers(config)
    parts = {
        "ours": {"patterns", "ruff", "taint", "guards"},
        "our lost guards alone": {"guards"},
        "our patterns alone": {"patterns"},
        "the engine with our flows alone": {"taint"},
    }
    tools: dict[str, tuple[frozenset[str], Introduce]] = {
        name: (every, partial(ask_ours, answers, frozenset(layers))) for name, layers in parts.items()
    }
    if os.environ.get("ALONE"):
        return tools
    if ruff := shutil.which("ruff", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}"):
        cwes: dict[str, int | None] = {f"B{code[1:]}": worth.cwe for code, worth in RULES.items()}
        tools["ruff S"] = (python, partial(compare_outside, partial(ask_ruff, ruff, cwes)))
    if bandit := os.environ.get("BANDIT") or shutil.which("bandit"):
        tools["bandit"] = (python, partial(compare_outside, partial(ask_bandit, bandit)))
    return tools


def print_table(name: str, fixes: Sequence[Fix], said: dict[str, tuple[bool, bool, bool]]) -> None:
    """Print one tool's figures: by half and language, and by weakness."""
    print(f"\n{name}\n{'':14} {'fixes':>5}  {'hole told':22} {'anything near':16} fix silent")
    groups: dict[str, list[Fix]] = defaultdict(list)
    for fix in fixes:
        for label in (f"{fix.half} {fix.language}", f"{fix.half} all", "A and B" if fix.half in "AB" else ""):
            groups[label].append(fix)
    for label in sorted(filter(None, groups)):
        some = [said[fix.id] for fix in groups[label]]
        told, near, silent = (format_share(sum(one[place] for one in some), len(some)) for place in range(3))
        print(f"{label:14} {len(some):5}  {told:22} {near:16} {silent}")
    if name == "ours":
        kinds: dict[str, list[Fix]] = defaultdict(list)
        for fix in fixes:
            kinds[f"{fix.half} CWE-{min(fix.cwes, key=lambda one: (one in WIDE, one))}"].append(fix)
        for label, alike in sorted(kinds.items()):
            print(f"{label:14} {len(alike):5}  {sum(said[fix.id][0] for fix in alike)}")


def format_share(hits: int, n: int) -> str:
    """Return a share with its interval."""
    share = wilson(hits, n)
    return f"{hits / n:.2f} [{share.low:.2f}, {share.high:.2f}]" if n else "-"
