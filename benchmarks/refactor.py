"""How many forgotten callers are found, and how often an ordinary commit is blamed, beside a search for the name.

``python -m benchmarks refactor REPOSITORY ...``: full clones. A mutant is a commit in which a definition lost its name
or got other parameters and a user changed with it, with the one hunk of that user taken back. Definitions and users are
told here by lines and brackets, not by the syntax trees that are measured. An untouched commit is the commit as it is.
Files that programs write (``dist/`` and the like) are left out of commits.
"""

import os
import random
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import SourceText
from twiceshy.score.generated_files import is_generated
from twiceshy.score.refactor import find_missed_uses
from twiceshy.score.source import language_of
from twiceshy.score.source.languages import FAMILIES
from twiceshy.stats.intervals import wilson

SUFFIXES = ("*.py", "*.js", "*.mjs", "*.cjs", "*.jsx", "*.ts", "*.tsx", "*.mts", "*.go")
MOST_COMMITS, MOST_FILES = int(os.environ.get("COMMITS", "4000")), 25
MOST_MUTANTS, A_COMMIT = int(os.environ.get("MUTANTS", "50")), 2
ORDINARY = int(os.environ.get("ORDINARY", "100"))
DEFINED = {
    "python": re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)"),
    "javascript": re.compile(
        r"^\s*(?:export\s+)?(?:default\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?|class|interface|type|enum)\s+(\w+)"
        r"|^\s*(?:export\s+)?(?:const|let|var)\s+(\w+)\s*=\s*(?:async\s+)?(?:function|\()"
        r"|^\s*(?:exports|module\.exports|\w+\.prototype|app|res|req)\.(\w+)\s*=\s*(?:async\s+)?function"
    ),
    "go": re.compile(r"^func\s+(?:\([^)]*\)\s*)?(\w+)|^type\s+(\w+)"),
}
STRINGS = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`[^`\n]*`')
COMMENTS = {"python": re.compile(r"#.*"), "javascript": re.compile(r"//.*|^\s*\*.*|/\*.*"), "go": re.compile(r"//.*")}


@dataclass
class Hunk:
    """Lines that a commit took away and put in, without context."""

    path: str
    old_start: int
    new_start: int
    new_count: int
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


@dataclass
class Mutant:
    """A commit with one user's hunk taken back; ``after`` is empty where that cannot be done."""

    commit: str
    name: str
    path: str
    kind: str
    family: str
    before: dict[str, str]
    after: dict[str, str]


class Repository:
    """A clone, read through one ``git cat-file``."""

    def __init__(self, folder: Path) -> None:
        self.git = ["git", "-C", str(folder), "-c", "safe.directory=*"]
        self.reader = subprocess.Popen(
            [*self.git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def run(self, *words: str) -> str:
        """What git prints."""
        done = subprocess.run([*self.git, *words], capture_output=True, check=False)
        return done.stdout.decode("utf-8", "replace")

    def text(self, commit: str, path: str) -> str | None:
        """A file at a commit; None where there is none."""
        assert self.reader.stdin is not None
        assert self.reader.stdout is not None
        if "\n" in path:
            return None
        self.reader.stdin.write(f"{commit}:{path}\n".encode())
        self.reader.stdin.flush()
        head = self.reader.stdout.readline().split()
        if len(head) != 3 or head[1] != b"blob":
            if len(head) == 3 and head[2].isdigit():
                self.reader.stdout.read(int(head[2]) + 1)
            return None
        return self.reader.stdout.read(int(head[2]) + 1)[:-1].decode("utf-8", "replace")

    def commits(self) -> Iterator[tuple[str, list[Hunk]]]:
        """The newest first, with what they changed in source files."""
        words = ("log", "--no-merges", "-n", str(MOST_COMMITS), "-U0", "--no-color", "--no-renames", "--no-ext-diff")
        process = subprocess.Popen(
            [*self.git, *words, "--format=%x00%H", "HEAD", "--", *SUFFIXES],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None
        commit, hunks = "", list[Hunk]()
        path = ""
        for raw in process.stdout:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            if line.startswith("\0"):
                if commit and hunks:
                    yield commit, hunks
                commit, hunks, path = line[1:], [], ""
            elif line.startswith(("--- a/", "+++ b/")) and (not hunks or hunks[-1].path != line[6:]):
                path = line[6:]
            elif found := re.match(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,(\d+))? @@", line):
                hunks.append(Hunk(path, int(found[1]), int(found[2]), int(found[3] or 1)))
            elif line[:1] == "-" and hunks and not line.startswith("--- "):
                hunks[-1].removed.append(line[1:])
            elif line[:1] == "+" and hunks and not line.startswith("+++ "):
                hunks[-1].added.append(line[1:])
        if commit and hunks:
            yield commit, hunks
        process.kill()
        process.wait()

    def others(self, commit: str, texts: dict[str, str], words: Iterable[str]) -> list[SourceText]:
        """Files at ``commit`` that hold a word; those in ``texts`` are read from there."""
        patterns = [part for word in words for part in ("-e", word)]
        listed = self.run("grep", "-lwFI", *patterns, commit, "--", *SUFFIXES).splitlines()
        found = [SourceText(path=path, text=text) for path, text in texts.items()]
        for line in listed:
            path = line.partition(":")[2]
            if path not in texts and (text := self.text(commit, path)) is not None:
                found.append(SourceText(path=path, text=text))
        return found


def family_of(path: str) -> str:
    return FAMILIES.get(language_of(path), "")


def defined_on(lines: Iterable[str], family: str) -> set[str]:
    found = set()
    for line in lines:
        if match := DEFINED[family].search(line):
            found.add(next(group for group in match.groups() if group))
    return found


def code(lines: Iterable[str], family: str) -> str:
    """Lines without the insides of strings and without comments."""
    return "\n".join(COMMENTS[family].sub("", STRINGS.sub('""', line)) for line in lines)


def inside(text: str, name: str, start: str) -> list[list[str]]:
    """What stands in the brackets after ``start`` and ``name``, cut at its commas, wherever it ends in the text."""
    found = []
    for match in re.finditer(
        rf"{start}(?<!\w){re.escape(name)}(?:<[^<>()]*>|\[[^\[\]()]*\])?\s*(?:=\s*(?:async\s*)?(?:function\s*\w*\s*)?)?\(",
        text,
    ):
        depth, parts, at = 1, [""], match.end()
        while at < len(text) and depth:
            letter = text[at]
            depth += (letter in "([{") - (letter in ")]}")
            if letter == "," and depth == 1:
                parts.append("")
            elif depth:
                parts[-1] += letter
            at += 1
        if not depth:
            found.append([part.strip() for part in parts if part.strip()])
    return found


def accepts(parameters: list[str], arguments: list[str], family: str) -> bool:
    """A count of brackets and commas, and Python's keywords; True where a star makes it unknown."""
    own = [part for part in parameters if part not in ("self", "cls", "*", "/") and not part.startswith("this:")]
    if any(part.startswith(("*", "...")) for part in arguments) or any(part.endswith("...") for part in arguments):
        return True
    rest = any(part.startswith(("*", "...")) or "..." in part for part in own)
    needed = [
        p
        for p in own
        if "=" not in p and not re.match(r"\w+\?", p) and not p.startswith(("*", "...")) and "..." not in p
    ]
    keywords = {m[1] for part in arguments if family == "python" and (m := re.match(r"(\w+)\s*=(?!=)", part))}
    names = {re.split(r"\W", part.lstrip("*"))[0] for part in own}
    if keywords - names and not any(part.startswith("**") for part in own):
        return False
    if family == "go" and len(arguments) == 1 and "(" in arguments[0]:
        return True
    return len(needed) <= len(arguments) and (rest or len(arguments) <= len(own))


def definitions_in(hunks: list[Hunk]) -> tuple[dict[tuple[str, str], Hunk], set[str]]:
    """Name and path of definitions on removed lines, with their hunk; names on added lines."""
    removed: dict[tuple[str, str], Hunk] = {}
    added: set[str] = set()
    for hunk in hunks:
        if family := family_of(hunk.path):
            for name in defined_on(hunk.removed, family):
                removed[name, hunk.path] = hunk
            added |= defined_on(hunk.added, family)
    return removed, added


def uses_name(hunk: Hunk, name: str, family: str) -> bool:
    """Whether a removed line uses the name and none defines it."""
    if family_of(hunk.path) != family or name in defined_on([*hunk.removed, *hunk.added], family):
        return False
    return re.search(rf"(?<!\w){name}(?!\w)", code(hunk.removed, family)) is not None


def mutants_of(repository: Repository, commit: str, hunks: list[Hunk]) -> list[Mutant]:
    texts: dict[str, tuple[str, str]] = {}
    defs_removed, defs_added = definitions_in(hunks)
    found: list[Mutant] = []
    for (name, path), at in defs_removed.items():
        family = family_of(path)
        if len(name) < 3 or len(found) >= A_COMMIT:
            continue
        for hunk in hunks:
            if hunk is at or not uses_name(hunk, name, family):
                continue
            if not texts:
                for one in {h.path for h in hunks if family_of(h.path)}:
                    texts[one] = (repository.text(f"{commit}^", one) or "", repository.text(commit, one) or "")
            kind = kind_of(name, path, family, hunk, texts=texts, added=defs_added)
            if kind:
                found.append(mutant(commit, name, kind, family, hunk=hunk, texts=texts))
                break
    return [one for one in found if one.after]


def kind_of(
    name: str, path: str, family: str, hunk: Hunk, *, texts: dict[str, tuple[str, str]], added: set[str]
) -> str:
    """``gone`` or ``parameters`` where the user's hunk surely follows the definition's; else empty."""
    was, now = code(hunk.removed, family), code(hunk.added, family)
    word = re.compile(rf"(?<!\w){name}(?!\w)")
    if not texts[hunk.path][1]:
        return ""
    if not any(name in defined_on(after.split("\n"), family) for _, after in texts.values()):
        return "gone" if word.search(was) and not word.search(now) and now.strip() else ""
    if name not in added:
        return ""
    start = {
        "python": r"def\s+",
        "go": r"func\s+(?:\([^)]*\)\s*)?",
        "javascript": r"(?:function\s*\*?\s+|\.|const\s+|let\s+|var\s+)",
    }
    old = inside(code(texts[path][0].split("\n"), family), name, start[family])
    new = inside(code(texts[path][1].split("\n"), family), name, start[family])
    if len(old) != 1 or len(new) != 1 or old == new:
        return ""
    before, after = inside(was, name, ""), inside(now, name, "")
    broken = [call for call in before if accepts(old[0], call, family) and not accepts(new[0], call, family)]
    return "parameters" if broken and after and all(accepts(new[0], call, family) for call in after) else ""


def mutant(commit: str, name: str, kind: str, family: str, *, hunk: Hunk, texts: dict[str, tuple[str, str]]) -> Mutant:
    before = {path: old for path, (old, _) in texts.items() if old}
    after = {path: new for path, (_, new) in texts.items() if new}
    lines = after[hunk.path].split("\n")
    at = hunk.new_start - 1 if hunk.new_count else hunk.new_start
    if lines[at : at + hunk.new_count] != hunk.added:
        return Mutant(commit, name, hunk.path, kind, family, {}, {})
    lines[at : at + hunk.new_count] = hunk.removed
    after[hunk.path] = "\n".join(lines)
    return Mutant(commit, name, hunk.path, kind, family, before, after)


def judged(
    repository: Repository, commit: str, before: dict[str, str], after: dict[str, str]
) -> list[tuple[str, str, float]]:
    """Path, message, confidence of each finding."""
    old, new = ([SourceText(path=path, text=text) for path, text in texts.items()] for texts in (before, after))
    result = find_missed_uses(old, new, lambda words: repository.others(commit, after, words), Scrubbed)
    return [(one.path, one.message, one.confidence) for one in result.findings]


def grepped(
    repository: Repository, commit: str, before: dict[str, str], after: dict[str, str]
) -> list[tuple[str, str, float]]:
    """The baseline: any line that still has the name of a definition whose line changed."""
    found = []
    names = set()
    for path in before.keys() | after.keys():
        family = family_of(path)
        if family and before.get(path) != after.get(path):
            old, new = before.get(path, "").split("\n"), set(after.get(path, "").split("\n"))
            names |= defined_on([line for line in old if line not in new], family)
    for source in repository.others(commit, after, names) if names else []:
        family = family_of(source.path)
        text = (
            code((line for line in source.text.split("\n") if not defined_on([line], family)), family) if family else ""
        )
        found += [(source.path, f"`{name}`", 1.0) for name in names if re.search(rf"(?<!\w){name}(?!\w)", text)]
    return found


@dataclass
class Tally:
    """Counts of one repository and language."""

    mutants: int = 0
    found: int = 0
    by_grep: int = 0
    clean: int = 0
    alarms: int = 0
    grep_alarms: int = 0
    ordinary: int = 0
    ordinary_alarms: int = 0
    ordinary_grep: int = 0
    cpu_s: list[float] = field(default_factory=list)


COUNTS = (
    "mutants",
    "found",
    "by_grep",
    "clean",
    "alarms",
    "grep_alarms",
    "ordinary",
    "ordinary_alarms",
    "ordinary_grep",
)


def main(argv: list[str]) -> None:
    totals: dict[str, Tally] = defaultdict(Tally)
    verbose = "-v" in argv
    for word in [word for word in argv if word != "-v"]:
        repository = Repository(Path(word))
        measure(repository, totals, Path(word).name, verbose=verbose)
        for name in [name for name in totals if name.startswith(f"{Path(word).name} (")]:
            print(row(name, totals[name]), flush=True)
    print("repository (language): mutants, recall [95 %], name search's")
    print("    | same commits untouched: number, alarms, name search's")
    print("    | ordinary commits: number, alarms, name search's | CPU s a commit")
    whole = Tally()
    for name, one in sorted(totals.items()):
        for key in COUNTS:
            setattr(whole, key, getattr(whole, key) + getattr(one, key))
        whole.cpu_s += one.cpu_s
        print(row(name, one))
    print(row("all", whole))


def share(part: int, of: int) -> float:
    """A share; none of nothing is not a number."""
    return part / of if of else float("nan")


def row(name: str, one: Tally) -> str:
    _, low, high = wilson(one.found, one.mutants)
    cpu = sorted(one.cpu_s) or [0.0]
    recall, by_grep = share(one.found, one.mutants), share(one.by_grep, one.mutants)
    same, same_grep = share(one.alarms, one.clean), share(one.grep_alarms, one.clean)
    ordinary, ordinary_grep = share(one.ordinary_alarms, one.ordinary), share(one.ordinary_grep, one.ordinary)
    return (
        f"{name:24} {one.mutants:5} {recall:6.3f} [{low:.2f}, {high:.2f}] {by_grep:6.3f}"
        f" | {one.clean:5} {same:6.3f} {same_grep:6.3f} | {one.ordinary:5} {ordinary:6.3f} {ordinary_grep:6.3f}"
        f" | {cpu[len(cpu) // 2]:.3f}, 95 % {cpu[len(cpu) * 95 // 100]:.2f}"
    )


def measure(repository: Repository, totals: dict[str, Tally], name: str, *, verbose: bool) -> None:
    rng = random.Random(7)
    pool: list[tuple[str, list[Hunk]]] = []
    count = 0
    for commit, every in repository.commits():
        hunks = [hunk for hunk in every if not is_generated(hunk.path)]
        paths = {hunk.path for hunk in hunks}
        if not paths or len(paths) > MOST_FILES:
            continue
        pool.append((commit, hunks))
        if count >= MOST_MUTANTS:
            continue
        made = mutants_of(repository, commit, hunks)
        for index, one in enumerate(made):
            if count >= MOST_MUTANTS:
                break
            count += 1
            tally = totals[f"{name} ({one.family})"]
            judge_mutant(repository, one, tally, first=index == 0, verbose=verbose)
    rng.shuffle(pool)
    for commit, hunks in pool[:ORDINARY]:
        texts = {
            path: (repository.text(f"{commit}^", path), repository.text(commit, path))
            for path in {h.path for h in hunks}
        }
        before = {path: old for path, (old, _) in texts.items() if old is not None}
        after = {path: new for path, (_, new) in texts.items() if new is not None}
        family = next((family for path in texts if (family := family_of(path))), "")
        tally = totals[f"{name} ({family})"]
        start = time.process_time()
        found = judged(repository, commit, before, after)
        tally.cpu_s.append(time.process_time() - start)
        tally.ordinary += 1
        tally.ordinary_alarms += bool(found)
        tally.ordinary_grep += bool(grepped(repository, commit, before, after))
        if verbose and found:
            print("ordinary", name, commit[:10], *found[:4], sep="\n    ", flush=True)


def judge_mutant(repository: Repository, one: Mutant, tally: Tally, *, first: bool, verbose: bool) -> None:
    def hit(found: list[tuple[str, str, float]]) -> bool:
        return any(
            path == one.path and re.search(rf"(?<!\w){one.name}(?!\w)", message.split(" of ")[0])
            for path, message, _ in found
        )

    found = judged(repository, one.commit, one.before, one.after)
    init = [(path, message.replace("__init__", one.name), sure) for path, message, sure in found]
    tally.mutants += 1
    tally.found += hit(init)
    tally.by_grep += hit(grepped(repository, one.commit, one.before, one.after))
    if verbose and not hit(init):
        print("missed", one.commit[:10], one.kind, one.name, one.path, flush=True)
    if first:
        real = {path: repository.text(one.commit, path) for path in one.after}
        after = {path: text for path, text in real.items() if text is not None}
        clean = judged(repository, one.commit, one.before, after)
        tally.clean += 1
        tally.alarms += bool(clean)
        tally.grep_alarms += bool(grepped(repository, one.commit, one.before, after))
        if verbose and clean:
            print("alarm", one.commit[:10], *clean[:4], sep="\n    ", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
