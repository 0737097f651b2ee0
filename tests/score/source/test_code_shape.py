"""A source file is told by its functions, and each function by what stands in it."""

import pytest

from twiceshy.score.source.code_shape import CodeShape, measure_code_shape, name_package_kind

PYTHON = """
import requests
class A:
    async def f(self, a: int, b, c: Any = None) -> dict[str, Any]:
        try:
            if a and b:
                return requests.get("/x")
        except ValueError:
            jwt.encode({}, "k")
        cur.execute("SELECT a FROM b")
        def g():
            pass
@app.get("/users")
def h(trying="select this", tries=re_try()):
    return catch_up()
"""
TYPESCRIPT = """
import axios from "axios"; const e = require("pg");
export class X { private async m(a: any, b?: Map<string, unknown>): Promise<void> { try { if (a && b) {} } catch {} } }
const f = (x: number) => { router.get("/x", () => 1); db.query(`select a from b`) }
"""
GO = """package a
import ("net/http"; "github.com/golang-jwt/jwt/v5")
type T struct{}
func (t *T) F(a int) error { if a > 0 && t != nil { go x() }; http.HandleFunc("/a", y); return nil }
func G() { switch { case true: db.Query("DELETE FROM x") } }
"""


def measure(path: str, text: str) -> CodeShape:
    shape = measure_code_shape(path, text)
    assert shape is not None
    return shape


def test_python_is_counted_by_function() -> None:
    """``self`` takes no type, what only sounds like a try or a query is none."""
    shape = measure("a.py", PYTHON)

    assert {name: dict(one.counts) for name, one in shape.functions.items()} == {
        "": {"call": 1, "route": 1},
        "A.f": {"async": 1, "slot": 4, "typed": 3, "annotation": 3, "any": 2, "generic": 1}
        | {"try": 1, "branch": 3, "call": 3, "jwt": 1, "sql": 1},
        "A.f.g": {"slot": 1},
        "h": {"slot": 3, "call": 2},
    }
    assert (shape.classes, shape.modules, {*map(str, shape.packages)}) == (1, 1, {"http"})


def test_typescript_is_counted_by_function() -> None:
    """Arrow functions that have a name, both sorts of import."""
    shape = measure("a.ts", TYPESCRIPT)

    assert dict(shape.functions["X.m"].counts) == {"async": 1, "slot": 3, "typed": 3, "annotation": 3} | {
        "any": 1,
        "unknown": 1,
        "generic": 2,
        "try": 1,
        "branch": 3,
    }
    assert dict(shape.functions["f"].counts) == {
        "slot": 1,
        "typed": 1,
        "annotation": 1,
        "call": 2,
        "route": 1,
        "sql": 1,
    }
    assert (shape.modules, {*map(str, shape.packages)}) == (2, {"http", "db"})


def test_go_is_counted_by_function() -> None:
    """A method has its receiver before it; there are neither tries nor annotations."""
    shape = measure("a.go", GO)

    assert {name: dict(one.counts) for name, one in shape.functions.items()} == {
        "": {},
        "(t *T).F": {"branch": 2, "async": 1, "call": 2, "route": 1},
        "G": {"branch": 1, "call": 1, "sql": 1},
    }


@pytest.mark.parametrize(("old", "new"), [("if a:\n        b()", "if a:\n          b()"), ("\ndef", "\n\n\ndef")])
def test_white_space_changes_no_function(old: str, new: str) -> None:
    """Moved and indented anew, it is the same."""
    text = "x = 1\ndef f(a):\n    if a:\n        b()\n"

    assert measure("a.py", text).functions == measure("a.py", text.replace(old, new)).functions


def test_two_of_one_name_are_two() -> None:
    """Overloads and properties."""
    assert {*measure("a.py", "def f(): pass\ndef f(): pass\n").functions} == {"", "f", "f#2"}


@pytest.mark.parametrize(("path", "text"), [("a.c", "int f() {}"), ("a.py", "\0"), ("a.py", "(" * 5000)])
def test_what_no_grammar_reads_is_not_known(path: str, text: str) -> None:
    """It is not nought."""
    assert measure_code_shape(path, text) is None


# Imports tell what a program has to do with: whole names only.


@pytest.mark.parametrize(
    ("module", "kind"),
    [
        ("requests", "http"),
        ("django.http", "http"),
        ("django.contrib.auth.models", "auth"),
        ("django.core", None),
        ("pg", "db"),
        ("pgmagick", None),
        ("net/http", "http"),
        ("github.com/golang-jwt/jwt/v5", "auth"),
        ("@prisma/client", "db"),
        ("testing", "test"),
        ("./http", None),
        ("", None),
    ],
)
def test_a_package_is_known_by_its_whole_name(module: str, kind: str | None) -> None:
    """A part of a word is none."""
    assert name_package_kind(module) == kind
