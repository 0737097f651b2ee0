"""facts.source: what a text defines and uses, in every language, and that no text costs more than its bound."""

import time

import pytest

from twiceshy.score.source import (
    Definition,
    ParameterRole,
    SyntaxTree,
    find_definitions,
    find_enclosing_name,
    find_syntax_errors,
    find_uses,
    language_of,
    parse,
)

PYTHON = """\
from . import sibling as s
from ..up import name
import a.b

class Box:
    size = 1

    @staticmethod
    def of(x, /, y=1, *rest, key, **more): ...

    async def open(self, path):
        return await s.read(path, *rest, mode="r")

def outer():
    def inner(name): return name
    return a.b.make(1, 2)
"""
JAVASCRIPT = """\
import d, {e as f} from './m';
const {g, h: i} = require('../n');
export * from './q';
export class Box { open(path, {mode}, ...rest) { return f(path, 1); } }
exports.run = async function (a, b = 1) { return await g(a); };
const hidden = (x) => new Box(x);
function listed() {}
module.exports = { listed };
"""
TYPESCRIPT = """\
import type { T } from './t';
export interface Shape { area(unit?: string): number }
export abstract class Base<X> { abstract draw(to: T): void; private f = (a: number) => a; }
export const make = async (this_: T, n = 1): Promise<number> => call<number>(n);
"""
GO = """\
package box

import (
\tr "example.com/x/render/v2"
\t"net/http"
)

type Box[T any] struct{ Size int }

func (b *Box[T]) Open(path, mode string, more ...int) (int, error) {
\tn, err := r.Read(path)
\treturn n, http.Do(err)
}

const A, B = 1, 2
"""


def tree_of(language: str, text: str) -> SyntaxTree:
    """The tree of a text that can be read."""
    tree = parse(language, text).tree
    assert tree is not None
    assert not tree.broken
    return tree


def by_name(found: list[Definition]) -> dict[str, Definition]:
    return {one.dotted: one for one in found}


def test_python_definitions() -> None:
    """Classes, their members, functions and those inside, with the parameters a caller sees."""
    found = by_name(find_definitions(tree_of("python", PYTHON)))

    assert list(found) == ["Box", "Box.size", "Box.of", "Box.open", "outer", "outer.inner"]
    assert [(one.name, one.role, one.optional) for one in found["Box.of"].parameters or ()] == [
        ("x", ParameterRole.POSITIONAL, False),
        ("y", ParameterRole.EITHER, True),
        ("rest", ParameterRole.REST, False),
        ("key", ParameterRole.KEYWORD, False),
        ("more", ParameterRole.KEYWORDS, False),
    ]
    assert [one.name for one in found["Box.open"].parameters or ()] == ["path"]
    assert found["Box.open"].awaitable
    assert found["Box.of"].decorators == ("staticmethod",)
    assert [one.exported for one in found.values()] == [True, True, True, True, True, False]


def test_python_uses() -> None:
    """Calls with counts and keywords, imports as written, and names that functions keep for themselves."""
    found = find_uses(tree_of("python", PYTHON))

    assert [(c.receiver, c.name, c.positional, c.keywords, c.spread, c.awaited) for c in found.calls] == [
        ("s", "read", 1, ("mode",), True, True),
        ("a.b", "make", 2, (), False, False),
    ]
    assert [(one.module, one.name, one.alias) for one in found.imports] == [
        (".", "sibling", "s"),
        ("..up", "name", "name"),
        ("a.b", "", "a"),
    ]
    assert ("name", 15, 15) in {(one.name, one.first, one.last) for one in found.bindings}
    assert {one.line for one in found.references if one.name == "name"} == {15}


def test_javascript() -> None:
    """Both module systems, classes, arrow functions; ``exported`` by any of the ways."""
    tree = tree_of("javascript", JAVASCRIPT)
    found, used = by_name(find_definitions(tree)), find_uses(tree)

    assert {name: one.exported for name, one in found.items() if one.kind != "variable"} == {
        "Box": True,
        "Box.open": True,
        "run": True,
        "hidden": False,
        "listed": True,
    }
    assert [(one.name, one.role, one.optional) for one in found["Box.open"].parameters or ()] == [
        ("path", ParameterRole.EITHER, False),
        ("", ParameterRole.EITHER, False),
        ("rest", ParameterRole.REST, False),
    ]
    assert found["run"].awaitable
    assert [(one.module, one.name, one.alias, one.again) for one in used.imports] == [
        ("./m", "default", "d", False),
        ("./m", "e", "f", False),
        ("../n", "g", "g", False),
        ("../n", "h", "i", False),
        ("./q", "*", "", True),
    ]
    assert [(c.name, c.positional, c.awaited) for c in used.calls] == [
        ("require", 1, False),
        ("f", 2, False),
        ("g", 1, True),
        ("Box", 1, False),
    ]


def test_typescript() -> None:
    """Types, interfaces and abstract members are definitions too."""
    tree = tree_of("typescript", TYPESCRIPT)
    found = by_name(find_definitions(tree))

    assert [(name, str(one.kind), len(one.parameters or ())) for name, one in found.items()] == [
        ("Shape", "type", 0),
        ("Shape.area", "signature", 1),
        ("Base", "class", 0),
        ("Base.draw", "signature", 1),
        ("Base.f", "method", 1),
        ("make", "function", 2),
    ]
    assert [(one.name, one.optional) for one in found["make"].parameters or ()] == [("this_", False), ("n", True)]
    assert [call.name for call in find_uses(tree).calls] == ["call"]


def test_go() -> None:
    """Methods belong to their receiver's type; calls know how many values are taken."""
    tree = tree_of("go", GO)
    found, used = by_name(find_definitions(tree)), find_uses(tree)

    assert list(found) == ["Box", "Box.Open", "A", "B"]
    assert [(one.name, one.role) for one in found["Box.Open"].parameters or ()] == [
        ("path", ParameterRole.EITHER),
        ("mode", ParameterRole.EITHER),
        ("more", ParameterRole.REST),
    ]
    assert found["Box.Open"].results == 2
    assert [(one.module, one.alias) for one in used.imports] == [
        ("example.com/x/render/v2", "r"),
        ("net/http", "http"),
    ]
    assert [(c.receiver, c.name, c.taken) for c in used.calls] == [("r", "Read", 2), ("http", "Do", None)]
    assert used.package == "box"


def test_only_wanted_names() -> None:
    """With names the calls and references are those of all that have these names."""
    tree = tree_of("python", PYTHON)
    whole, some = find_uses(tree), find_uses(tree, {"make"})

    assert some.calls == tuple(one for one in whole.calls if one.name == "make")
    assert some.references == tuple(one for one in whole.references if one.name == "make")
    assert some.imports == whole.imports


@pytest.mark.parametrize(
    ("line", "function"), [(1, ""), (5, "Box"), (11, "Box.open"), (15, "outer.inner"), (16, "outer"), (99, "")]
)
def test_enclosing(line: int, function: str) -> None:
    """The innermost function or class."""
    assert find_enclosing_name(tree_of("python", PYTHON), line) == function


def test_faults_are_the_unreadable_parts() -> None:
    """What could be read around them is still found."""
    tree = parse("python", "def f(a): pass\nx = = 3 $$\ndef g(): pass\n").tree

    assert tree is not None
    assert tree.broken
    assert find_syntax_errors(tree)
    assert {"f", "g"} <= {one.name for one in find_definitions(tree)}


HOSTILE = [
    ("50 MB", "a" * 50_000_000, "too-large"),
    ("binary", "def f():\0", "binary"),
    ("brackets", "(" * 300_000, "unparsed"),
    ("a chain of calls", "a" + ".b()" * 20_000, "too-deep"),
    ("nested functions", "".join(" " * depth + "def f():\n" for depth in range(600)), "too-deep"),
]


@pytest.mark.parametrize(("text", "unknown"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_hostile_texts_are_refused(text: str, unknown: str) -> None:
    """Each has its reason, within the bound on CPU time."""
    start = time.thread_time()

    assert parse("python", text).unknown == unknown
    assert time.thread_time() - start < 5


def test_a_slow_parse_is_stopped() -> None:
    """The budget holds inside the parser."""
    assert parse("go", "a(" * 100_000, budget_s=0.0).unknown == "timeout"


def test_odd_texts_are_read() -> None:
    """An empty text, lone surrogates and old line ends raise nothing."""
    for text in ("", "\ud800 = 1", "x = 1\r\ny = 2\r", "\ufeffimport a"):
        assert parse("python", text).unknown == ""


def test_other_languages_are_unknown() -> None:
    """No parser is guessed."""
    assert parse("cobol", "x").unknown == "language"
    assert language_of("a.cbl") == ""
