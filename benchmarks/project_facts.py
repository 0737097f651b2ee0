"""How often are the commands right that projects are said to use for tests, lint and build, and how many are found?

``python -m benchmarks project_facts HOME [--ci NAME=GITDIR ...] [--held] [--rows]``: HOME is a data folder whose
sessions were judged. Each project with three sessions or more counts as often as it lies on a machine. Two truths:

- by hand: ``labels/project_facts.tsv``. A kind that agents never ran in two sessions cannot be learned from their
  logs; beside the share of all stands the share of those that could be.
- ``--ci``: a repository's own workflows say which commands it has (recall); its task files (Makefile, package.json,
  mise.toml, justfile, tox.ini) say which commands are right too (precision). Folders that hold its git objects are
  given by project name.

``first`` is the command that a brief names, ``all`` are all that ``report facts`` lists. ``--held`` measures the half
that no rule was made on, ``--rows`` prints each row.

``--told N [--seed S] [NAME=GITDIR ...]`` prints N told facts, drawn by seed, each with its newest cases, for a reader
who knows nothing of the rules. Where a project's git objects are given, what its files can prove is checked at the
commit before the fact was last seen: the task is declared there, the script or module is there, in the fact's folder.
"""

import json
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.stored_attempts import read_attempts
from twiceshy.base.values import Scope
from twiceshy.commands.shell.command_forms import read_forms
from twiceshy.commands.shell.command_heads import head
from twiceshy.commands.shell.task_calls import find_task
from twiceshy.insights.project_facts.all_facts import find_project_facts
from twiceshy.insights.project_facts.called_commands import list_uses
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.project_facts import ProjectFact, ProjectFactKind
from twiceshy.stats import intervals
from twiceshy.stats.text.run_counts import say_runs

LABELS = Path(__file__).parent / "labels" / "project_facts.tsv"
KINDS = (ProjectFactKind.TEST, ProjectFactKind.LINT, ProjectFactKind.BUILD)
_FEWEST_SESSIONS = 3
_WRAPPERS = re.compile(r"\A(?:uv run |poetry run |pixi run |python3? -m |npx |bunx |npm exec |mise exec -- )+")
_RUN_LINE = re.compile(r"^(\s*)(?:- )?run:\s*(.*)$")
_TARGET = re.compile(r"^([\w.-]+)(?: \*?\w+)*:(?!=)")
_CASES = 4  # of each told fact, the newest (guess, 2026-11-24: what a reader needs to judge it)
_TASK_FILES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("npm", "pnpm", "yarn", "bun"), ("package.json",)),
    "make": ("Makefile",),
    "just": ("justfile",),
    "mise": ("mise.toml", ".mise.toml"),
}
_MISE_TASK = re.compile(r'^\[tasks\."?([\w:.-]+)"?\]', re.MULTILINE)


class Known(NamedTuple):
    """What is right for one kind in one project."""

    half: str
    right: frozenset[str]
    """Keys of forms; empty: the project has none."""
    expected: bool
    """It has one, so that a fact should be found."""


class Row(NamedTuple):
    """One kind of one project on one machine."""

    project: str
    kind: ProjectFactKind
    told: tuple[str, ...]
    known: Known
    tried: bool
    """Agents ran a right one in two sessions."""


def main(words: Sequence[str] = ()) -> None:
    numbers = dict(pairwise(words))
    valued = {numbers[name] for name in ("--told", "--seed") if name in numbers}
    homes = [word for word in words if not word.startswith("--") and "=" not in word and word not in valued]
    places = dict(word.split("=", 1) for word in words if "=" in word)
    if not homes:
        print("give the data folder that holds the judged sessions", file=sys.stderr)
        return
    with Store.open(Path(homes[0]), readonly=True) as store:
        sessions = list(read_attempts(store.connection, Scope()))
    if "--told" in words:
        print_told(sessions, places, int(numbers["--told"]), int(numbers.get("--seed", "1")))
        return
    labels = read_labels()
    half = "held" if "--held" in words else "tune"
    report("by hand", make_rows(sessions, {key: one for key, one in labels.items() if one.half == half}), words)
    declared = {
        (name, kind): known
        for name, place in places.items()
        for kind, known in read_declared(place, labels[name, "test"].half).items()
    }
    if declared:
        report("CI and task files", make_rows(sessions, {k: v for k, v in declared.items() if v.half == half}), words)


def read_labels() -> dict[tuple[str, str], Known]:
    """Return what is right by hand, by project and kind."""
    found = {}
    for line in LABELS.read_text().splitlines():
        if line.startswith(("#", "project\t")):
            continue
        project, half, kind, commands = line.split("\t")
        right = frozenset(clean_key(one.strip()) for one in commands.split("|")) - {"-"}
        found[project, kind] = Known(half, right, expected=bool(right))
    return found


def clean_key(key: str) -> str:
    """Return a form's key without the wrapper, and npm's short spelling as its long one."""
    key = _WRAPPERS.sub("", key)
    return re.sub(r"\A(npm|pnpm|yarn) (test|start)\b", r"\1 run \2", key)


def make_rows(sessions: Sequence[SessionAttempts], labels: Mapping[tuple[str, str], Known]) -> Iterator[Row]:
    """Yield a row for each kind of each labelled project on each machine."""
    projects: dict[str, list[SessionAttempts]] = {}
    for session in sessions:
        projects.setdefault(session.project, []).append(session)
    facts = find_project_facts(sessions)
    for identity, mine in projects.items():
        name = mine[-1].project_name
        if len(mine) >= _FEWEST_SESSIONS and (name, "test") in labels:
            for kind in KINDS:
                known = labels[name, kind]
                told = tuple(one.key for one in facts if one.project_identity == identity and one.kind is kind)
                yield Row(name, kind, told, known, was_tried(mine, kind, known))


def was_tried(sessions: Iterable[SessionAttempts], kind: ProjectFactKind, known: Known) -> bool:
    """Tell whether agents ran a right command in two sessions, with an answer."""
    uses = (use for use in list_uses(sessions) if use.began and use.form.kind is kind)
    return len({use.session for use in uses if clean_key(use.form.key) in known.right}) > 1


def report(truth: str, rows: Iterable[Row], words: Sequence[str]) -> None:
    """Print precision and recall for each kind and for all."""
    kept = list(rows)
    print(f"\n{truth}: {len({row.project for row in kept})} names, {len(kept) // len(KINDS)} projects")
    for kind in (*KINDS, None):
        mine = [row for row in kept if kind is None or row.kind is kind]
        first = [clean_key(row.told[0]) in row.known.right for row in mine if row.told]
        every = [clean_key(key) in row.known.right for row in mine for key in row.told]
        found = [bool(row.told) and clean_key(row.told[0]) in row.known.right for row in mine if row.known.expected]
        could = [
            bool(row.told) and clean_key(row.told[0]) in row.known.right
            for row in mine
            if row.known.expected and row.tried
        ]
        print(
            f"{kind or 'all':6} precision first {show(first)}  all {show(every)}"
            f"  recall {show(found)}  of those run in two sessions {show(could)}"
        )
    if "--rows" in words:
        for row in kept:
            marks = " ".join(f"{'+' if clean_key(key) in row.known.right else '-'}{key!r}" for key in row.told)
            print(f"  {row.project:24} {row.kind:6} {marks or 'nothing'}{'' if row.known.expected else '  (has none)'}")


def print_told(sessions: Sequence[SessionAttempts], places: Mapping[str, str], many: int, seed: int) -> None:
    """Print facts drawn by seed with their cases, and what the files of a clone say of them."""
    facts = [one for one in find_project_facts(sessions) if one.runs]
    random.Random(seed).shuffle(facts)
    calls = {call.uid: (session, call) for session in sessions for call in session.attempts}
    marks = []
    for number, fact in enumerate(facts[:many], 1):
        mark = check_fact(fact, places[fact.project]) if fact.project in places else "no clone"
        marks.append(mark)
        counts = say_runs(fact.runs, fact.green, fact.red, fact.n)
        print(f"\n{number}  {fact.project}: {fact.says}\n   {counts}, {fact.sessions} sessions; files: {mark}")
        for uid in fact.cases[:_CASES]:
            session, call = calls[uid]
            checks = ",".join(f"{one.tool} {'green' if one.green else 'red'}" for one in call.checks) or call.end
            print(f"   - [{session.agent}] in {call.folder or '.'}: {' '.join(call.command.split())[:140]} -> {checks}")
    print(f"\n{len(marks)} facts: {Counter(marks).most_common()}")


def check_fact(fact: ProjectFact, place: str) -> str:
    """Return ``there``, ``missing`` or ``not checked``: what the files of the fact's folder say of its command."""
    when = fact.last_at.isoformat() if fact.last_at else "now"
    commit = git(place, "rev-list", "-1", f"--before={when}", "HEAD").strip() or "HEAD"
    folder = f"{bare}/" if (bare := fact.folder.strip("`")) else ""
    names = set(git(place, "ls-tree", "-r", "--name-only", commit).splitlines())
    if folder and not any(name.startswith(folder) for name in names):
        return "missing"
    words = fact.command.strip("`").split()
    wanted = [word for word in words if "/" in word and not word.startswith("-") and "..." not in word]
    if wanted and re.search(r"\.\w+\Z|\Abin/", wanted[0]):
        return "there" if f"{folder}{wanted[0].removeprefix('./')}" in names else "missing"
    command = head(" ".join(words))
    task, program = find_task(command), command.partition(" ")[0]
    if task and program in _TASK_FILES:
        texts = [
            (name, git(place, "show", f"{commit}:{name}")) for name in names if _holds_tasks(name, folder, program)
        ]
        declared = {line for name, text in texts for line in list_task_lines(name.removeprefix(folder), text)}
        said = {f"{runner} {task}" for runner in (f"{program} run", program)}
        return "there" if said & declared else "missing"
    needs = {"go": "go.mod", "cargo": "Cargo.toml", "bun": "package.json"}.get(program)
    if needs is None:
        return "not checked"
    return "there" if f"{folder}{needs}" in names else "missing"


def _holds_tasks(name: str, folder: str, program: str) -> bool:
    """Tell whether a file of the fact's folder declares tasks of this program; mise reads those above, too."""
    base = name.rpartition("/")[2]
    if base not in _TASK_FILES[program] and "mise-tasks/" not in name:
        return False
    where = name.removesuffix(base)
    return where == folder or (program == "mise" and (not where or name.startswith("mise-tasks/")))


def show(answers: Sequence[bool]) -> str:
    """Return a share with its interval."""
    if not answers:
        return "-"
    found = intervals.wilson(sum(answers), len(answers))
    return f"{sum(answers)}/{len(answers)} {sum(answers) / len(answers):.2f} ({found.low:.2f}-{found.high:.2f})"


def read_declared(place: str, half: str) -> dict[str, Known]:
    """Return what a repository's own files declare, by kind."""
    files = list_files(place)
    in_workflows = [line for name, text in files if name.startswith(".github/") for line in list_run_lines(text)]
    anywhere = [*in_workflows, *(line for name, text in files for line in list_task_lines(name, text))]
    found = {}
    for kind in KINDS:
        right = frozenset(key for line in anywhere for key in list_keys(line, kind))
        expected = any(True for line in in_workflows for _ in list_keys(line, kind))
        found[kind.value] = Known(half, right, expected)
    return found


def list_keys(line: str, kind: ProjectFactKind) -> Iterator[str]:
    """Yield the keys of the forms of one kind in a command line."""
    return (clean_key(form.key) for form in read_forms(line, "") if form.kind is kind)


def list_files(place: str) -> list[tuple[str, str]]:
    """Return the workflow and task files of a repository's newest commit."""
    names = git(place, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    wanted = re.compile(
        r"\.github/workflows/[^/]+\.ya?ml|(?:Makefile|justfile|mise\.toml|tox\.ini|package\.json)|[\w-]+/package\.json"
        r"|mise-tasks/[\w/]+"
    )
    return [(name, git(place, "show", f"HEAD:{name}")) for name in names if wanted.fullmatch(name)]


def git(place: str, *words: str) -> str:
    """Return what git says of a folder with its objects."""
    done = subprocess.run(["git", f"--git-dir={place}", *words], capture_output=True, text=True, check=True)
    return done.stdout


def list_run_lines(text: str) -> Iterator[str]:
    """Yield the command lines of a workflow."""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if (found := _RUN_LINE.match(line)) is None:
            continue
        if found[2].strip() not in {"|", ">", "|-", ">-"}:
            yield found[2].strip().strip("\"'")
            continue
        for below in lines[at + 1 :]:
            if below.strip() and len(below) - len(below.lstrip()) <= len(found[1]):
                break
            yield below.strip()


def list_task_lines(name: str, text: str) -> Iterator[str]:
    """Yield the calls of a file's tasks, and the command lines that they hold."""
    base = name.rpartition("/")[2]
    if base == "package.json":
        for task, line in (json.loads(text).get("scripts") or {}).items():
            yield from (*(f"{program} run {task}" for program in ("npm", "bun", "pnpm", "yarn")), str(line))
    elif base in {"mise.toml", ".mise.toml"}:
        yield from (f"mise run {task}" for task in _MISE_TASK.findall(text))
        yield from (line.removeprefix("run = ").strip('" ') for line in text.splitlines())
    elif name.startswith("mise-tasks/"):
        task = name.removeprefix("mise-tasks/").removesuffix("/_default").replace("/", ":")
        yield from (f"mise run {task}", *text.splitlines())
    elif base in {"Makefile", "justfile", "tox.ini"}:
        program = {"Makefile": "make", "justfile": "just", "tox.ini": "tox"}[base]
        yield program
        for line in text.splitlines():
            if target := _TARGET.match(line):
                yield f"{program} {target[1]}"
            yield re.sub(r"\{[^}]*\}", "", line.partition("commands =")[2] or line).strip().lstrip("@")
