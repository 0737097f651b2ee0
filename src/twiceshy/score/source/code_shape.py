"""What is one version of a source file made of: its functions, and of each how many calls, branches, queries, types?

Only nodes that a query of the parser finds are looked at, in one pass with a stack of the functions that are open. A
construct that a language does not have is not counted for it, so that it stays unknown rather than nought.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

from twiceshy.score.source.languages import language_of
from twiceshy.score.source.parsing import find_captures, parse
from twiceshy.score.source.symbols import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from twiceshy.score.source.parsing import SyntaxTree


# By which nodes of its syntax tree each language shows functions, branches, types and what else is counted.

_PYTHON = """
(function_definition) @function
(class_definition) @class
(call function: (_) @call)
[(if_statement) (elif_clause) (for_statement) (while_statement) (except_clause) (conditional_expression)
 (boolean_operator) (case_clause) (if_clause)] @branch
(try_statement) @try
(function_definition "async") @async
(string) @string
(import_statement name: (dotted_name) @module)
(import_statement name: (aliased_import name: (dotted_name) @module))
(import_from_statement module_name: (_) @module)
(parameters [(identifier) (typed_parameter) (default_parameter) (typed_default_parameter)] @slot)
(function_definition name: (_) @slot)
(parameters [(typed_parameter) (typed_default_parameter)] @typed)
(function_definition return_type: (_) @typed)
(typed_parameter type: (_) @annotation)
(typed_default_parameter type: (_) @annotation)
(function_definition return_type: (_) @annotation)
(assignment type: (_) @annotation)
(type (identifier) @any (#eq? @any "Any"))
(type (attribute attribute: (identifier) @any) (#eq? @any "Any"))
(type (identifier) @unknown (#eq? @unknown "object"))
(type (generic_type) @generic)
"""
_SCRIPT = """
(function_declaration) @function
(generator_function_declaration) @function
(method_definition) @function
(variable_declarator name: (identifier) value: [(arrow_function) (function_expression)]) @function
(class_declaration) @class
(class) @class
(call_expression function: (_) @call)
(new_expression constructor: (_) @call)
[(if_statement) (for_statement) (for_in_statement) (while_statement) (do_statement) (switch_case) (catch_clause)
 (ternary_expression)] @branch
(binary_expression operator: ["&&" "||" "??"]) @branch
(try_statement) @try
(function_declaration "async") @async
(function_expression "async") @async
(arrow_function "async") @async
(method_definition "async") @async
(string) @string
(template_string) @string
(import_statement source: (string) @module)
(export_statement source: (string) @module)
(call_expression function: (identifier) @require arguments: (arguments . (string) @module) (#eq? @require "require"))
"""
_TYPES = """
(abstract_class_declaration) @class
(type_annotation) @annotation
[(required_parameter) (optional_parameter)] @slot
(required_parameter type: (_)) @typed
(optional_parameter type: (_)) @typed
(function_declaration name: (_) @slot)
(method_definition name: (_) @slot)
(function_declaration return_type: (_) @typed)
(method_definition return_type: (_) @typed)
(predefined_type) @predefined
(generic_type) @generic
"""
_GO = """
(function_declaration) @function
(method_declaration) @function
(type_spec type: [(struct_type) (interface_type)]) @class
(call_expression function: (_) @call)
[(if_statement) (for_statement) (expression_case) (type_case) (communication_case)] @branch
(binary_expression operator: ["&&" "||"]) @branch
(go_statement) @async
[(interpreted_string_literal) (raw_string_literal)] @string
(import_spec path: (_) @module)
"""
SHAPES: Final = {
    "python": _PYTHON,
    "javascript": _SCRIPT,
    "typescript": _SCRIPT + _TYPES,
    "tsx": _SCRIPT + _TYPES,
    "go": _GO,
}
"""By language. ``function`` and ``class`` are what they say, ``call`` is what is called, ``string`` may hold a query,
``module`` is what an import names, ``slot`` a place for a type and ``typed`` one that has it; other captures are
counted as they are."""
_EVERYWHERE: Final = ("call", "branch", "async", "sql", "jwt", "route")
_OF_TYPES: Final = ("annotation", "slot", "typed", "any", "unknown", "generic")
COUNTED: Final = {
    "python": (*_EVERYWHERE, "try", *_OF_TYPES),
    "javascript": (*_EVERYWHERE, "try"),
    "typescript": (*_EVERYWHERE, "try", *_OF_TYPES),
    "tsx": (*_EVERYWHERE, "try", *_OF_TYPES),
    "go": _EVERYWHERE,
}
"""What a language has; the rest is not known of it. In Go ``async`` is the start of a goroutine."""


# What is a package for: does it talk to the network, to databases, know users, or run tests?
#
# Whole names are matched: ``pg`` is a driver, ``pgmagick`` is none.


class PackageKind(StrEnum):
    """What a package is for."""

    HTTP = "http"
    DATABASE = "db"
    AUTH = "auth"
    TESTS = "test"


_PACKAGES: Final = {
    PackageKind.HTTP: (
        "requests aiohttp httpx urllib urllib3 http axios node-fetch undici superagent express fastapi flask"
        " django.http tornado starlette koa fastify net/http github.com/gin-gonic/gin github.com/labstack/echo"
        " github.com/gorilla/mux github.com/go-chi/chi https node:http node:https"
    ),
    PackageKind.DATABASE: (
        "sqlalchemy psycopg2 psycopg pymongo redis django.db peewee tortoise databases asyncpg sqlite3 mysql mysql2"
        " mongoose sequelize typeorm prisma @prisma/client knex pg database/sql gorm.io/gorm github.com/jackc/pgx"
        " github.com/jmoiron/sqlx go.mongodb.org/mongo-driver"
    ),
    PackageKind.AUTH: (
        "jwt pyjwt passlib oauth oauth2 oauthlib authlib django.contrib.auth flask_login flask_jwt"
        " flask_jwt_extended bcrypt cryptography passport jsonwebtoken express-jwt firebase-auth firebase/auth auth0"
        " github.com/golang-jwt/jwt golang.org/x/oauth2 golang.org/x/crypto/bcrypt"
    ),
    PackageKind.TESTS: (
        "pytest unittest mock faker factory_boy hypothesis jest @jest/globals mocha chai sinon enzyme vitest"
        " testing-library @testing-library testing github.com/stretchr/testify"
    ),
}
"""The lists of the seed's original, with what today's programs use beside it (chosen 2026-11-23)."""
_KINDS: Final = {name: kind for kind, names in _PACKAGES.items() for name in names.split()}


def name_package_kind(module: str) -> PackageKind | None:
    """Return what an imported module's package is for; None where no list has it.

    >>> [name_package_kind(name) for name in ("django.db.models", "pgmagick", "net/http/httptest")]
    [<PackageKind.DATABASE: 'db'>, None, <PackageKind.HTTP: 'http'>]
    """
    for end in (len(module), *_find_ends(module)):
        if kind := _KINDS.get(module[:end]):
            return kind
    return None


def _find_ends(module: str) -> list[int]:
    return [at for at in range(len(module) - 1, 0, -1) if module[at] in "./"]


_LONGEST_QUERY: Final = 300
"""Bytes of a string in which a query's first words stand (guess, 2026-11-23)."""
_LONGEST_NAME: Final = 120
"""Bytes of a called name that are looked at, from its end (guess, 2026-11-23)."""
_SELF: Final = len("self")
_NOT_COUNTED: Final = frozenset(("module", "require"))
_SQL: Final = re.compile(
    rb"""\w{0,2}["'`]{1,3}\s*(?:select\s[^"'`]*?\sfrom\s|insert\s+(?:or\s+\w+\s+)?into\s|update\s+[^\s"'`]+\s+set\s"""
    rb"""|delete\s+from\s|(?:create|alter|drop)\s+(?:temp\s+|unique\s+|virtual\s+)?(?:table|index|view|trigger)\s)""",
    re.IGNORECASE,
)
_JWT: Final = re.compile(rb"(?:^|[._])(?:jwt|jsonwebtoken|jose|jws|jwe)(?:$|[._])|JWT|[jJ]wt[A-Z]|[a-z]Jwt")
_ROUTE: Final = re.compile(
    rb"(?:^|\.)(?:\w*[aA]pp|\w*[rR]outer|\w*blueprint|\w*bp|api|\w*[mM]ux|[reg]|\w*[gG]roup|server|fastify|http|web)"
    rb"\.(?:route|get|post|put|patch|delete|head|options|all|use|websocket|GET|POST|PUT|PATCH|DELETE|Get|Post|Put"
    rb"|Patch|Delete|Handle|HandleFunc|Method|add_url_rule|add_api_route)\Z"
)
_FIRST_WORD: Final = re.compile(rb"""\(\s*\w{0,2}["'`](?:[A-Z]+ )?/""")
"""A route begins with a slash; Go's may have the method before it."""
_DJANGO_ROUTE: Final = re.compile(rb"(?:path|re_path)\(\s*r?[\"']")


class FunctionShape(NamedTuple):
    """One function, or what stands outside of all."""

    digest: bytes
    """Of its text without its white space: equal where nothing else changed."""
    counts: Mapping[str, int]
    """By the names of ``shape_queries.COUNTED``, of itself without the functions inside of it."""


class CodeShape(NamedTuple):
    """One version of a file."""

    language: str
    size: int
    """Bytes."""
    lines: int
    functions: Mapping[str, FunctionShape]
    """By dotted name, with a number behind it where two have the same; what stands outside of all is ``""``."""
    classes: int
    modules: int
    """Different ones that it imports."""
    packages: frozenset[PackageKind]


def measure_code_shape(path: str, text: str) -> CodeShape | None:
    """Return what the file is made of; None where no grammar reads it, or not in time."""
    tree = parse(language_of(path), text).tree
    if tree is None:
        return None
    found = find_captures(tree, SHAPES[tree.language])
    modules = {text_of(node).strip("\"'`") for node in found.get("module", ())}
    return CodeShape(
        language=tree.language,
        size=len(tree.data),
        lines=tree.data.count(b"\n") + (not tree.data.endswith(b"\n")),
        functions=_count_functions(tree, found),
        classes=len(found.get("class", ())),
        modules=len(modules),
        packages=frozenset(kind for one in modules if (kind := name_package_kind(one))),
    )


def _count_functions(tree: "SyntaxTree", found: "Mapping[str, Sequence[Node]]") -> dict[str, FunctionShape]:
    """Return the functions by name, each with what stands in it and in no function inside of it."""
    made: dict[str, _OpenFunction] = {"": _OpenFunction(0, len(tree.data))}
    open_ones = [_Scope("", len(tree.data), made[""])]
    for node, label in _order_nodes(found):
        while open_ones[-1].end <= node.start_byte and len(open_ones) > 1:
            open_ones.pop()
        inner = open_ones[-1]
        if label == "class":
            open_ones.append(_Scope(_name_scope(node, inner.name), node.end_byte, inner.function))
        elif label == "function":
            name = _find_free_name(_name_scope(node, inner.name), made)
            inner.function.holes.append((node.start_byte, node.end_byte))
            made[name] = _OpenFunction(node.start_byte, node.end_byte)
            open_ones.append(_Scope(name, node.end_byte, made[name]))
        else:
            counts = inner.function.counts
            for one in _name_counts(label, node, tree.data):
                counts[one] = counts.get(one, 0) + 1
    known = frozenset(COUNTED[tree.language])
    return {
        name: FunctionShape(one.digest(tree.data), {key: n for key, n in one.counts.items() if key in known})
        for name, one in made.items()
    }


class _Scope(NamedTuple):
    """A class or function while it is read."""

    name: str
    """With what is around it."""
    end: int
    function: "_OpenFunction"
    """The innermost one: what stands in a class and in none of its methods belongs to what is around the class."""


class _OpenFunction:
    """A function while it is counted."""

    __slots__ = ("counts", "end", "holes", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.holes: list[tuple[int, int]] = []
        """Functions inside of it."""
        self.counts: dict[str, int] = {}

    def digest(self, data: bytes) -> bytes:
        """Return the digest of its own text."""
        parts, at = [], self.start
        for start, end in [*self.holes, (self.end, self.end)]:
            parts += data[at:start].split()
            at = end
        return blake2b(b" ".join(parts), digest_size=8).digest()


def _order_nodes(found: "Mapping[str, Sequence[Node]]") -> "list[tuple[Node, str]]":
    """Return what is counted in the order of the text; a function comes before what begins where it does."""
    nodes = [(node, label) for label in found if label not in _NOT_COUNTED for node in found[label]]
    nodes.sort(key=lambda one: (one[0].start_byte, one[1] not in {"class", "function"}, -one[0].end_byte))
    return nodes


def _name_scope(node: "Node", owner: str) -> str:
    receiver, own = node.child_by_field_name("receiver"), node.child_by_field_name("name")
    return ".".join(part for part in (owner, text_of(receiver), text_of(own)) if part) or "?"


def _find_free_name(name: str, made: Mapping[str, object]) -> str:
    unique, number = name, 1
    while unique in made:
        number += 1
        unique = f"{name}#{number}"
    return unique


def _name_counts(label: str, node: "Node", data: bytes) -> Sequence[str]:
    """Return the names under which a node counts."""
    if label == "call":
        return _name_call(node.start_byte, node.end_byte, data)
    if label == "string":
        start = node.start_byte
        return ("sql",) if _SQL.match(data, start, min(node.end_byte, start + _LONGEST_QUERY)) else ()
    if label == "predefined":
        return (text_of(node),)
    if label == "slot" and node.end_byte - node.start_byte <= _SELF and text_of(node) in {"self", "cls"}:
        return ()
    return (label,)


def _name_call(start: int, end: int, data: bytes) -> Sequence[str]:
    names = ["call"]
    called = data[max(start, end - _LONGEST_NAME) : end]
    if _JWT.search(called):
        names.append("jwt")
    if (_FIRST_WORD.match(data, end) and _ROUTE.search(called)) or _DJANGO_ROUTE.match(data, start):
        names.append("route")
    return names
