"""What a source file is made of, as far as other files can see it. Lines are from 1, names as they are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node


class DefinitionKind(StrEnum):
    """What a definition is."""

    FUNCTION = "function"
    METHOD = "method"
    CLASS = "class"
    TYPE = "type"
    """An interface, alias, struct or enumeration: nothing is called by its name."""
    VARIABLE = "variable"
    """Of a module or package, or a class attribute."""
    IMPORTED = "imported"
    """Brought in by an import; ``definitions`` gives none of these."""
    SIGNATURE = "signature"
    """A method of an interface, or one of several types of a function."""


class ParameterRole(StrEnum):
    """How an argument reaches a parameter."""

    EITHER = "either"
    POSITIONAL = "positional"
    KEYWORD = "keyword"
    REST = "rest"
    """Takes any number of positional arguments."""
    KEYWORDS = "keywords"
    """Takes any keyword argument."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; Python's ``self`` and ``cls`` are left out."""

    name: str
    """Empty where it has none (destructuring, Go's types alone)."""
    role: ParameterRole = ParameterRole.EITHER
    optional: bool = False
    """It has a default value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """Something that has a name which other code may use."""

    name: str
    kind: DefinitionKind
    owner: str = ""
    """The classes and functions around it, or a Go method's receiver, dotted."""
    parameters: tuple[Parameter, ...] | None = None
    """None where it takes none by nature, or they cannot be known."""
    line: int
    last_line: int
    exported: bool = False
    """Another file can use it: Python's names without underscore at the top or in a class there, JavaScript's exports,
    Go's capitals."""
    awaitable: bool = False
    """``async``."""
    results: int | None = None
    """How many values a Go function gives."""
    decorators: tuple[str, ...] = ()
    """Python: names without arguments, dotted."""

    @property
    def dotted(self) -> str:
        """Owner and name."""
        return f"{self.owner}.{self.name}" if self.owner else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCall:
    """A call, or the making of an object."""

    name: str
    receiver: str = ""
    """What stands before the last dot: a dotted name, ``()`` for something computed; empty for a plain name."""
    line: int
    positional: int = 0
    """Arguments that are not keywords, those with a star not counted."""
    keywords: tuple[str, ...] = ()
    spread: bool = False
    """A starred argument, or a Go call whose one argument is a call: the numbers say nothing."""
    awaited: bool = False
    taken: int | None = None
    """Go: how many names the call's values are given to, where it stands alone on the right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One name brought in. Re-exports (``export {a} from "./b"``) are imports with ``again`` set."""

    module: str
    """As written: ``..a.b``, ``./a``, ``example.com/x/a``."""
    name: str = ""
    """The name there; empty for the module itself, ``*`` for all of its names, ``default`` for JavaScript's."""
    alias: str = ""
    """The name here."""
    line: int
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A name that stands for something defined elsewhere: called, passed on or read."""

    name: str
    receiver: str = ""
    """As in ``Call``."""
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A name that a function, from its first to its last line, uses for something of its own."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceUses:
    """What a file uses. A called name is a reference too."""

    calls: tuple[FunctionCall, ...] = ()
    imports: tuple[Import, ...] = ()
    references: tuple[Reference, ...] = ()
    bindings: tuple[Binding, ...] = ()
    package: str = ""
    """Go's package clause."""


# Small questions to a node of a syntax tree, the same in every language.

_LONGEST_RECEIVER = 200
"""Bytes of a receiver that is spelled out: a chain of calls as long as its file would cost its square (guess,
2026-11-21)."""
_DOTTED = frozenset(
    (
        "identifier",
        "attribute",
        "member_expression",
        "selector_expression",
        "this",
        "super",
        "property_identifier",
        "field_identifier",
        "type_identifier",
        "nested_identifier",
        "private_property_identifier",
        "package_identifier",
    )
)
_COMPUTED = "()"


def text_of(node: "Node | None") -> str:
    """Return the node's text; empty without one."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def line_of(node: "Node") -> int:
    """Return the node's first line, from 1."""
    return node.start_point[0] + 1


def last_line_of(node: "Node") -> int:
    """Return the line in which the node's last character stands, from 1."""
    row, column = node.end_point
    return row + 1 if column or row == node.start_point[0] else row


def receiver_of(node: "Node | None") -> str:
    """Return a dotted name as it is written, ``()`` for anything else."""
    if node is None:
        return ""
    if node.type not in _DOTTED or node.end_byte - node.start_byte > _LONGEST_RECEIVER:
        return _COMPUTED
    text = text_of(node).replace("?.", ".")
    return text if text.replace(".", "").replace("_", "").replace("$", "").replace("#", "").isalnum() else _COMPUTED


def field_children(node: "Node", name: str) -> "list[Node]":
    """Return the children in a field."""
    return node.children_by_field_name(name)


def unquote(node: "Node | None") -> str:
    """Return a string literal's text without its quotes."""
    return text_of(node).strip("\"'`")


class NodeSpans:
    """Where nodes stand: tells whether a byte lies in one of them, asked in the order of the text."""

    def __init__(self, nodes: "Iterable[Node]") -> None:
        self.spans = sorted((node.start_byte, node.end_byte) for node in nodes)
        self.at = 0
        self.end = -1

    def __contains__(self, offset: int) -> bool:
        while self.at < len(self.spans) and self.spans[self.at][0] <= offset:
            self.end = max(self.end, self.spans[self.at][1])
            self.at += 1
        return offset < self.end


# Whether a call gives a function what its parameters ask for.


def matches_parameters(parameters: Sequence[Parameter], call: FunctionCall) -> bool:
    """Tell whether the call may be right: where an argument is starred, anything may be.

    >>> a, b = Parameter("a"), Parameter("b", optional=True)
    >>> [matches_parameters((a, b), FunctionCall(name="f", line=1, positional=n)) for n in (0, 1, 2, 3)]
    [False, True, True, False]
    >>> [matches_parameters((a,), FunctionCall(name="f", line=1, keywords=(key,))) for key in ("a", "b")]
    [True, False]
    """
    if call.spread:
        return True
    placed = [one for one in parameters if one.role in (ParameterRole.EITHER, ParameterRole.POSITIONAL)]
    if call.positional > len(placed) and not _has_role(parameters, ParameterRole.REST):
        return False
    by_name = {one.name for one in parameters if one.role in (ParameterRole.EITHER, ParameterRole.KEYWORD)}
    if not by_name.issuperset(call.keywords) and not _has_role(parameters, ParameterRole.KEYWORDS):
        return False
    filled = {one.name for one in placed[: call.positional] if one.role is ParameterRole.EITHER}
    return filled.isdisjoint(call.keywords) and _needed_names(parameters, call.positional).issubset(call.keywords)


def _needed_names(parameters: Sequence[Parameter], given: int) -> set[str]:
    """Return the names of the parameters that have to be given by name, behind so many given by place."""
    placed = [one for one in parameters if one.role in (ParameterRole.EITHER, ParameterRole.POSITIONAL)]
    missing = placed[given:] + [one for one in parameters if one.role is ParameterRole.KEYWORD]
    return {one.name for one in missing if not one.optional}


def _has_role(parameters: Sequence[Parameter], role: ParameterRole) -> bool:
    return any(one.role is role for one in parameters)


# Which file an import means, as far as paths alone tell.

_JS_ENDINGS = ("", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".d.ts")

_SOURCE_ROOTS = frozenset(("src", "lib", "python", "source", "backend", "server", "app", "api"))
"""Folders from which Python packages are imported without being one (guess, 2026-11-21)."""


def matches_file(family: str, module: str, importer: str, target: str) -> bool:
    """Tell whether ``module``, imported by ``importer``, is the file ``target`` (Go: in the package's folder).

    Paths have ``/`` and are relative to one folder. Absolute modules are matched by the end of the path, as roots
    (``src/``, a module's address) are not known. A package that only lies below the target's folder is not meant.

    >>> matches_file("python", ".app", "src/flask/cli.py", "src/flask/app.py")
    True
    >>> matches_file("python", "flask.app", "tests/t.py", "src/flask/app.py")
    True
    >>> matches_file("python", "flask", "t.py", "flask/app.py")
    False
    >>> matches_file("javascript", "../lib/a.js", "test/t.ts", "lib/a.ts")
    True
    >>> matches_file("javascript", "a", "t.js", "a.js")
    False
    >>> matches_file("go", "example.com/x/render", "a.go", "render/json.go")
    True
    >>> matches_file("go", "net/http", "a.go", "http/h.go")
    False
    """
    if family == "python":
        return _matches_python_file(module, importer, target)
    if family == "javascript":
        return _matches_javascript_file(module, importer, target)
    return _matches_go_file(module, target)


def _matches_python_file(module: str, importer: str, target: str) -> bool:
    stem = target.rpartition(".")[0].removesuffix("/__init__")
    name = module.lstrip(".")
    up = len(module) - len(name)
    if not up:
        path = name.replace(".", "/")
        root = stem[: -len(path) - 1] if stem.endswith("/" + path) else ""
        return bool(path) and (stem == path or (bool(root) and (root in _SOURCE_ROOTS or root == dirname(importer))))
    folder = dirname(importer)
    for _ in range(up - 1):
        folder = dirname(folder)
    return stem == join(folder, name.replace(".", "/")).rstrip("/")


def _matches_javascript_file(module: str, importer: str, target: str) -> bool:
    if not module.startswith("."):
        return False
    path = normpath(join(dirname(importer), module))
    stem, dot, ending = path.rpartition(".")
    places = [path, path + "/index"] + ([stem] if dot and "." + ending in _JS_ENDINGS else [])
    return any(target == place + end for place in places for end in _JS_ENDINGS)


def _matches_go_file(module: str, target: str) -> bool:
    folder = dirname(target)
    if "." not in module.partition("/")[0]:  # the standard library
        return False
    if not folder:
        return module.count("/") == 2 or (module.count("/") == 3 and module.rpartition("/")[2][:1] == "v")
    return module.endswith("/" + folder)
