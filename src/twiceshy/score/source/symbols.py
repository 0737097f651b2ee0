"""What a source file is made of, as far as other files can see it. Lines are from 1, names as they are written."""

from dataclasses import dataclass
from enum import StrEnum


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
