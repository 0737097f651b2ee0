"""Mutants: small faults put into five rooms one at a time; how many do the rooms' own tests notice?

A mutant is one operator changed in one place (a comparison, a logical or arithmetic operator, a number, a truth value,
a negation, a call that is left out, a value that is not returned). The sources are copied to a scratch folder, changed
there and found first by ``PYTHONPATH``, so the checkout is never touched. A mutant counts as killed when the tests of
its room fail, cannot be collected, or take four times as long as without it.

``python -m benchmarks mutants [--sample N] [--seed N] [--room ROOM ...] [--json FILE]``; ``make mutants`` runs it.
Mutants that were read and found to change nothing stand in ``labels/equivalent_mutants.txt`` and are left out.
"""

import argparse
import ast
import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.measure import scratch_environment

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "twiceshy"
EQUIVALENT = Path(__file__).parent / "labels" / "equivalent_mutants.txt"
ROOMS = {
    "privacy": "privacy",
    "archive": "archive",
    "gate": "doors/gate",
    "advice": "advice",
    "outcomes": "judgement/outcomes",
}
"""Folder of each room, below ``src/twiceshy`` and below ``tests``."""
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
PATIENCE = 4.0
SHORTEST_PATIENCE_S = 30.0


class Mutant(NamedTuple):
    """One change of one place."""

    room: str
    path: str
    line: int
    what: str
    number: int
    """Which of the file's possible changes it is, in the order of ``changes``."""

    @property
    def key(self) -> str:
        """What stands in the list of equivalent ones: it outlives moved lines."""
        return f"{self.path}: {self.what}"


class Change(NamedTuple):
    """A node that can be changed, and how."""

    line: int
    what: str
    apply: str
    node: ast.AST


def changes(tree: ast.Module) -> Iterator[Change]:
    """Every place that can be changed, in the order of the syntax tree."""
    for node in ast.walk(tree):
        yield from _changes_of(node)


def _changes_of(node: ast.AST) -> Iterator[Change]:
    line = getattr(node, "lineno", 0)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        new = COMPARISONS[type(node.ops[0])].__name__
        yield Change(line, f"{_text(node)} -> {new}", "compare", node)
    elif isinstance(node, ast.BoolOp):
        yield Change(line, f"{_text(node)} -> other operator", "bool", node)
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC and not _is_type(node):
        yield Change(line, f"{_text(node)} -> {ARITHMETIC[type(node.op)].__name__}", "binary", node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Change(line, f"{_text(node)} -> not left out", "not", node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield Change(line, f"{node.value} -> {not node.value}", "truth", node)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield Change(line, f"{node.value!r} -> one more", "number", node)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield Change(line, f"{_text(node)} -> left out", "call", node)
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield Change(line, f"{_text(node)} -> None", "return", node)


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:100]


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_type(node: ast.BinOp) -> bool:
    """Whether it is a union of types: mypy's business."""
    return isinstance(node.op, ast.BitOr) and any(
        isinstance(side, ast.Constant | ast.Subscript)
        or (
            isinstance(side, ast.Name)
            and (side.id[:1].isupper() or side.id in {"str", "int", "float", "bytes", "bool"})
        )
        for side in (node.left, node.right)
    )


def mutated(source: str, number: int) -> str:
    """The source with one change made."""
    tree = ast.parse(source)
    for position, change in enumerate(changes(tree)):
        if position == number:
            return ast.unparse(ast.fix_missing_locations(_replace(tree, change)))
    raise IndexError(number)


def _replace(tree: ast.Module, change: Change) -> ast.Module:
    node = change.node
    if change.apply == "compare":
        node.ops[0] = COMPARISONS[type(node.ops[0])]()  # type: ignore[attr-defined]  # a Compare
    elif change.apply == "bool":
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()  # type: ignore[attr-defined]  # a BoolOp
    elif change.apply == "binary":
        node.op = ARITHMETIC[type(node.op)]()  # type: ignore[attr-defined]  # a BinOp
    elif change.apply == "truth":
        node.value = not node.value  # type: ignore[attr-defined]  # a Constant
    elif change.apply == "number":
        node.value += 1  # type: ignore[attr-defined]  # a Constant
    else:
        new: dict[str, ast.AST] = {
            "not": getattr(node, "operand", node),
            "call": ast.Pass(),
            "return": ast.Return(value=ast.Constant(value=None)),
        }
        return _Swap(node, new[change.apply]).visit(tree)  # type: ignore[return-value]  # a Module stays one
    return tree


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return ast.copy_location(copy.copy(self.new), node) if node is self.old else super().visit(node)


def all_mutants(room: str) -> Iterator[Mutant]:
    """Those of a room, docstrings, types and error messages aside."""
    for path in sorted((SOURCE / ROOMS[room]).rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        hidden = set(_hidden(tree))
        for number, change in enumerate(changes(tree)):
            if id(change.node) not in hidden:
                yield Mutant(room, name, change.line, change.what, number)


def _hidden(tree: ast.Module) -> Iterator[int]:
    """Ids of nodes below annotations, ``if TYPE_CHECKING``, ``raise`` and assertions."""
    for node in ast.walk(tree):
        below: list[ast.AST] = []
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            below = list(node.body)
        elif isinstance(node, ast.Raise | ast.Assert):
            below = [node]
        elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
            below = [node.annotation]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            below = [*([node.returns] if node.returns else []), *node.decorator_list]
        elif isinstance(node, ast.ClassDef):
            below = [*node.decorator_list, *node.bases]
        for one in below:
            yield from (id(inner) for inner in ast.walk(one))


def sample(rooms: Sequence[str], most: int, seed: int) -> list[Mutant]:
    """As many of each room as its share of all possible mutants, drawn with the seed; equivalent ones left out."""
    known = equivalent()
    found = [one for room in rooms for one in all_mutants(room) if one.key not in known]
    return Random(seed).sample(found, min(most, len(found)))


def equivalent() -> set[str]:
    """The keys of mutants that were read and change nothing; what follows a tab says why."""
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines() if EQUIVALENT.is_file() else []
    return {line.partition("\t")[0] for line in lines if line and not line.startswith("#")}


def tests_of(mutant: Mutant) -> list[list[str]]:
    """What is run in turn until something fails: the module's own test file, then the room's folder."""
    folder = ROOT / "tests" / ROOMS[mutant.room]
    own = sorted(folder.rglob(f"test_{Path(mutant.path).stem}.py"))
    return [[str(path)] for path in own] + [[str(folder)]]


class Trial:
    """A scratch copy of the sources in which one mutant at a time stands."""

    def __init__(self, folder: Path) -> None:
        self.sources = folder / "src"
        shutil.copytree(ROOT / "src", self.sources)
        home = folder / "home"
        home.mkdir()
        self.environment = scratch_environment(home) | {
            "PYTHONPATH": os.pathsep.join([str(self.sources), str(ROOT)]),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.usual: dict[str, float] = {}

    def passes(self, tests: Sequence[str], limit_s: float) -> bool:
        """Whether the tests pass in time."""
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--no-header", *tests]
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return child.wait(timeout=limit_s) == 0
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, 9)
            child.wait()
            return False

    def kills(self, mutant: Mutant) -> bool:
        """Whether the room's tests notice it."""
        path = self.sources / "twiceshy" / mutant.path
        before = path.read_text(encoding="utf-8")
        path.write_text(mutated(before, mutant.number), encoding="utf-8")
        try:
            return any(not self.passes(tests, self.limit(tests)) for tests in tests_of(mutant))
        finally:
            path.write_text(before, encoding="utf-8")

    def limit(self, tests: Sequence[str]) -> float:
        """Seconds that the tests may take: four times what they need without a mutant."""
        return max(SHORTEST_PATIENCE_S, PATIENCE * self.usual.get(tests[0], SHORTEST_PATIENCE_S))

    def take_time(self, mutants: Sequence[Mutant]) -> None:
        """Note how long each set of tests needs; it must pass without a mutant."""
        for tests in {one[0]: one for mutant in mutants for one in tests_of(mutant)}.values():
            path = self.sources / "twiceshy"
            start = time.monotonic()
            if not self.passes(tests, 900):
                raise SystemExit(f"{tests[0]} does not pass without a mutant (sources in {path})")
            self.usual[tests[0]] = time.monotonic() - start


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--room", action="append", choices=sorted(ROOMS))
    parser.add_argument("--json", type=Path, help="write every mutant and its fate to this file")
    args = parser.parse_args(argv)
    mutants = sample(args.room or list(ROOMS), args.sample, args.seed)
    done: list[tuple[Mutant, bool]] = []
    with tempfile.TemporaryDirectory(prefix="twiceshy-mutants-") as name:
        trial = Trial(Path(name))
        trial.take_time(mutants)
        for number, mutant in enumerate(mutants, 1):
            killed = trial.kills(mutant)
            done.append((mutant, killed))
            if not killed:
                print(f"survived {number}/{len(mutants)} {mutant.path}:{mutant.line} {mutant.what}", flush=True)
            if args.json:
                args.json.write_text(json.dumps([[*mutant, killed] for mutant, killed in done]))
    report(done)


def report(done: Sequence[tuple[Mutant, bool]]) -> None:
    """The share killed, by room and in all."""
    rooms: defaultdict[str, Counter[bool]] = defaultdict(Counter)
    for mutant, killed in done:
        rooms[mutant.room][killed] += 1
        rooms["all"][killed] += 1
    print("\n| room | mutants | killed | share |\n|---|---|---|---|")
    for room, counts in rooms.items():
        print(f"| {room} | {counts.total()} | {counts[True]} | {counts[True] / counts.total():.2f} |")
