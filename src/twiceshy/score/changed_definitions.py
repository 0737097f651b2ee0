"""Which definitions a change renamed, removed or gave other parameters.

A definition that moved to another file of the change is gone from its old one: who imports it from there is broken,
unless the old file now imports it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from twiceshy.facts.source import Definition, Kind, Parameter, Uses

NEUTRAL = frozenset((
    "staticmethod", "classmethod", "abstractmethod", "abc.abstractmethod", "override", "typing.override", "final",
    "contextmanager", "contextlib.contextmanager", "asynccontextmanager", "contextlib.asynccontextmanager",
    "setupmethod",
    "lru_cache", "functools.lru_cache", "cache", "functools.cache", "t.overload", "overload", "typing.overload",
))  # fmt: skip
"""Python's decorators that leave a function's parameters as they are; others may not."""
CONSTRUCTORS = frozenset(("__init__", "constructor"))
GLOBAL_NAMES = """
URL URLSearchParams fetch Response Request Headers Buffer process AbortController AbortSignal TextEncoder TextDecoder
console setTimeout setInterval setImmediate clearTimeout performance Promise Blob File FormData Event EventTarget
structuredClone crypto globalThis ReadableStream WebSocket React expect test it describe vi jest before after
beforeEach afterEach beforeAll afterAll suite assert print reduce unicode
"""
GLOBALS = frozenset(GLOBAL_NAMES.split())
"""Names that a file has without bringing them in; test runners and old Pythons are the reason for some."""
ALIKE = 0.6
"""Share of words that a renamed definition keeps (guess, 2026-11-21)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file at one time, read."""

    path: str
    language: str
    family: str
    text: str
    definitions: tuple[Definition, ...]
    uses: Uses
    doubtful: frozenset[str] = frozenset()
    """Words in parts that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One definition that users must follow."""

    path: str
    old: Definition
    family: str
    language: str
    new: tuple[Definition, ...] = ()
    """What has the name now; empty: it is gone."""
    renamed_to: str = ""
    local: bool = False
    """It stood in a function: only its own file can use it."""

    @property
    def name(self) -> str:
        """The name by which users know it: a class's for its constructor."""
        return self.old.owner.rpartition(".")[2] if self.old.name in CONSTRUCTORS else self.old.name

    @property
    def member(self) -> bool:
        """It is reached through an object, whose type is not known."""
        return bool(self.old.owner) and self.old.name not in CONSTRUCTORS and not self.local


def changed_definitions(before: Mapping[str, File], after: Mapping[str, File]) -> list[Changed]:
    """By file and in the order of the old text; files are by path, and one that is not in ``after`` was deleted."""
    found: list[Changed] = []
    for path, old in before.items():
        new = after.get(path)
        if new is not None and new.text == old.text:
            continue
        if old.family == "go":
            same_package = [
                one for other, one in after.items() if one.family == "go" and _folder(other) == _folder(path)
            ]
            now = _by_name(definition for one in same_package for definition in one.definitions)
        else:
            now = _by_name(new.definitions if new else ())
        found += _of_file(old, new, now)
    return found


def _of_file(old: File, new: File | None, now: dict[str, list[Definition]]) -> list[Changed]:
    was = _by_name([*old.definitions, *_imported(old)])
    if new is not None:
        if any(one.name == "*" for one in new.uses.imports):
            return []  # anything may come from there
        for one in _imported(new):
            now.setdefault(one.dotted, []).append(one)
    added = [one for name, group in now.items() if name not in was for one in group]
    visible = {one.dotted for one in visible_definitions(old)}
    found = []
    for name, group in was.items():
        first = group[0]
        if new is not None and first.name in new.doubtful:
            continue
        local = name not in visible and first.kind is not Kind.IMPORTED
        if name in now:
            if any(_resigned(one, now[name]) for one in group) and _known(now[name]) and _known(group):
                found.append(_changed(old, first, tuple(now[name]), local=local))
        elif _worth_following(first, now, local=local):
            found.append(_changed(old, first, (), renamed=_renamed(first, old, added, new), local=local))
    return found


def _imported(file: File) -> list[Definition]:
    """Names that a file brings in, which it has for its own use and gives on. Go's are always used with a dot."""
    return [
        Definition(name=one.alias, kind=Kind.IMPORTED, line=one.line, last_line=one.line)
        for one in file.uses.imports
        if one.alias and not one.again and file.family != "go" and one.alias not in GLOBALS
    ]


def _worth_following(gone: Definition, now: Mapping[str, list[Definition]], *, local: bool) -> bool:
    if gone.name.startswith("__") and gone.name.endswith("__"):
        return False
    if gone.name in ("constructor", "prototype") or (local and gone.kind in (Kind.METHOD, Kind.SIGNATURE)):
        return False
    if gone.name in GLOBALS and gone.kind is Kind.VARIABLE and not gone.owner and not gone.exported:
        return False  # now the one that every file has
    inside = local or (not gone.owner and not gone.exported and gone.kind in (Kind.FUNCTION, Kind.VARIABLE))
    if any(one.name == gone.name and (not one.owner or inside) for group in now.values() for one in group):
        return gone.owner != "" and not local  # another thing has its name: only a member is missed
    return not gone.owner or gone.owner in now or local


def _changed(file: File, old: Definition, new: tuple[Definition, ...], renamed: str = "", *, local: bool) -> Changed:
    return Changed(
        path=file.path, old=old, new=new, family=file.family, language=file.language, renamed_to=renamed, local=local
    )


def visible_definitions(file: File) -> list[Definition]:
    """Those that stand in no function."""
    owners = {one.dotted for one in file.definitions if one.kind in (Kind.CLASS, Kind.TYPE)}
    return [one for one in file.definitions if not one.owner or one.owner in owners or file.family == "go"
            or (file.family == "javascript" and one.exported)]  # fmt: skip


def _by_name(definitions: Iterable[Definition]) -> dict[str, list[Definition]]:
    found: dict[str, list[Definition]] = defaultdict(list)
    for one in definitions:
        found[one.dotted].append(one)
    return found


def _resigned(old: Definition, new: list[Definition]) -> bool:
    """None of the new ones takes what the old one took."""
    return all(
        (one.parameters, one.results, one.awaitable) != (old.parameters, old.results, old.awaitable) for one in new
    ) and not any(_same_shape(old, one) for one in new)


def _same_shape(old: Definition, new: Definition) -> bool:
    return (
        (old.parameters or ()) == (new.parameters or ())
        and old.results == new.results
        and old.awaitable == new.awaitable
    )


def _known(definitions: list[Definition]) -> bool:
    """Whether all are functions whose parameters are what a caller sees."""
    return all(one.parameters is not None and NEUTRAL.issuperset(one.decorators) for one in definitions)


def _renamed(gone: Definition, old: File, added: list[Definition], new: File | None) -> str:
    """The new name, where one new definition is mostly the old one."""
    if new is None or not added:
        return ""
    words = _words(old, gone)
    best, score = "", ALIKE
    for one in added:
        if one.kind is gone.kind and one.owner == gone.owner and one.last_line <= new.text.count("\n") + 1:
            others = _words(new, one)
            share = len(words & others) / len(words | others) if words | others else 0.0
            if share >= score:
                best, score = one.name, share
    return best


def _words(file: File, one: Definition) -> set[str]:
    body = " ".join(file.text.split("\n")[one.line - 1 : one.last_line])
    return set(body.replace("(", " ").replace(")", " ").replace(",", " ").replace(":", " ").split()) - {one.name}


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def parameters_line(parameters: tuple[Parameter, ...] | None) -> str:
    """The names, for a message."""
    return ", ".join(one.name or "_" for one in parameters or ())
