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
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from twiceshy.facts.shell.command_forms import read_forms
from twiceshy.facts.stats import intervals
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.project_facts import ProjectFactKind
from twiceshy.records.values import Scope
from twiceshy.report.project_facts.all_facts import find_project_facts
from twiceshy.report.project_facts.form_uses import list_uses
from twiceshy.store.db import Store
from twiceshy.store.stored_attempts import read_attempts

LABELS = Path(__file__).parent / "labels" / "project_facts.tsv"
KINDS = (ProjectFactKind.TEST, ProjectFactKind.LINT, ProjectFactKind.BUILD)
_FEWEST_SESSIONS = 3
_WRAPPERS = re.compile(r"\A(?:uv run |poetry run |pixi run |python -m |npx |bunx |npm exec |mise exec -- )+")
_RUN_LINE = re.compile(r"^(\s*)(?:- )?run:\s*(.*)$")
_TARGET = re.compile(r"^([\w.-]+)(?: \*?\w+)*:(?!=)")
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
    homes = [word for word in words if not word.startswith("--") and "=" not in word]
    places = dict(word.split("=", 1) for word in words if "=" in word)
    if not homes:
        print("give the data folder that holds the judged sessions", file=sys.stderr)
        return
    with Store.open(Path(homes[0]), readonly=True) as store:
        sessions = list(read_attempts(store.connection, Scope()))
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
    uses = (use for use in list_uses(sessions) if use.worked and use.form.kind is kind)
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
            yield from (f"npm run {task}", f"bun run {task}", str(line))
    elif base == "mise.toml":
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
