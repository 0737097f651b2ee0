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
    "contextmanager", "contextlib.contextmanager", "asynccontextmanager", "contextlib.asynccontextmanager", "setupmethod",
    "lru_cache", "functools.lru_cache", "cache", "functools.cache", "t.overload", "overload", "typing.overload",
))  # fmt: skip
"""Python's decorators that leave a function's parameters as they are; others may not."""
OVERLOADS = frozenset(("overload", "typing.overload", "t.overload"))
CONSTRUCTORS = frozenset(("__init__", "constructor"))
MEMBERS = (Kind.METHOD, Kind.SIGNATURE)
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

    @property
    def name(self) -> str:
        """The name by which users know it: a class's for its constructor."""
        return self.old.owner.rpartition(".")[2] if self.old.name in CONSTRUCTORS else self.old.name

    @property
    def member(self) -> bool:
        """It is reached through an object, whose type is not known."""
        return bool(self.old.owner) and self.old.name not in CONSTRUCTORS


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


def _of_file(old: File, new: File | None, now: Mapping[str, list[Definition]]) -> list[Changed]:
    visible = visible_definitions(old)
    was = _by_name(visible)
    brought = {one.alias for one in new.uses.imports} if new else set()
    added = [one for name, group in now.items() if name not in was for one in group]
    found = []
    for name, group in was.items():
        first = group[0]
        if name in now:
            if any(_resigned(one, now[name]) for one in group) and _known(now[name]) and _known(group):
                found.append(_changed(old, first, tuple(now[name])))
        elif first.name not in brought and "*" not in {one.name for one in (new.uses.imports if new else ())}:
            if first.owner and first.owner not in now:
                continue  # its class is gone: that is said of the class
            if first.name.startswith("__") and first.name.endswith("__"):
                continue
            found.append(_changed(old, first, (), renamed=_renamed(first, old, added, new)))
    return found


def _changed(file: File, old: Definition, new: tuple[Definition, ...], renamed: str = "") -> Changed:
    return Changed(path=file.path, old=old, new=new, family=file.family, language=file.language, renamed_to=renamed)


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
