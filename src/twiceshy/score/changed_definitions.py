"""Which definitions a change renamed, removed or gave other parameters.

A definition that moved to another file of the change is gone from its old one: a file that imports it from there is
broken, unless the old file now imports it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from twiceshy.score.source import Definition, DefinitionKind, Parameter, SourceUses

_NEUTRAL = frozenset(
    (
        "staticmethod",
        "classmethod",
        "abstractmethod",
        "abc.abstractmethod",
        "override",
        "typing.override",
        "final",
        "contextmanager",
        "contextlib.contextmanager",
        "asynccontextmanager",
        "contextlib.asynccontextmanager",
        "setupmethod",
        "lru_cache",
        "functools.lru_cache",
        "cache",
        "functools.cache",
        "t.overload",
        "overload",
        "typing.overload",
    )
)
"""Python's decorators that leave a function's parameters as they are; others may not."""
_CONSTRUCTORS = frozenset(("__init__", "constructor"))
_NOBODY_CALLS = frozenset(("constructor", "prototype"))
_GLOBAL_NAMES = """
URL URLSearchParams fetch Response Request Headers Buffer process AbortController AbortSignal TextEncoder TextDecoder
console setTimeout setInterval setImmediate clearTimeout performance Promise Blob File FormData Event EventTarget
structuredClone crypto globalThis ReadableStream WebSocket React expect test it describe vi jest before after
beforeEach afterEach beforeAll afterAll suite assert print reduce unicode
"""
_GLOBALS = frozenset(_GLOBAL_NAMES.split())
"""Names that a file has without bringing them in; test runners and old Pythons are the reason for some."""
_LEAST_SHARED_WORDS = 0.6
"""Share of words that a renamed definition keeps (guess, 2026-11-21)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFile:
    """One file at one time, parsed."""

    path: str
    language: str
    family: str
    text: str
    definitions: tuple[Definition, ...]
    uses: SourceUses
    doubtful: frozenset[str] = frozenset()
    """Words in parts that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDefinition:
    """One changed definition, whose users must follow."""

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
        return self.old.owner.rpartition(".")[2] if self.old.name in _CONSTRUCTORS else self.old.name

    @property
    def member(self) -> bool:
        """Whether it is reached through an object, whose type is not known."""
        return bool(self.old.owner) and self.old.name not in _CONSTRUCTORS and not self.local


def find_changed_definitions(before: Mapping[str, CodeFile], after: Mapping[str, CodeFile]) -> list[ChangedDefinition]:
    """Return the changed definitions by file, in the old text's order; a path missing in ``after`` was deleted."""
    found: list[ChangedDefinition] = []
    for path, old in before.items():
        new = after.get(path)
        if new is None or (new.text != old.text and not _may_import_anything(new)):
            found += _find_changed_in_file(old, new, _find_successors(old, new, after))
    return found


def _may_import_anything(file: CodeFile) -> bool:
    """Tell whether a file has a star import, from which any name may come."""
    return any(one.name == "*" for one in file.uses.imports)


def _find_successors(old: CodeFile, new: CodeFile | None, after: Mapping[str, CodeFile]) -> dict[str, list[Definition]]:
    """Return by name what may replace the definitions of a file: in Go, all of its package."""
    if old.family == "go":
        folder = _folder_of(old.path)
        package = [one for path, one in after.items() if one.family == "go" and _folder_of(path) == folder]
        return _group_by_name(definition for one in package for definition in one.definitions)
    return _group_by_name([*new.definitions, *_imports_of(new)] if new else ())


def _find_changed_in_file(
    old: CodeFile, new: CodeFile | None, now: dict[str, list[Definition]]
) -> list[ChangedDefinition]:
    was = _group_by_name([*old.definitions, *_imports_of(old)])
    added = _find_added(was, now)
    visible = {one.dotted for one in visible_definitions(old)}
    found = []
    for name, group in was.items():
        first = group[0]
        local = name not in visible and first.kind is not DefinitionKind.IMPORTED
        if new is not None and first.name in new.doubtful:
            continue
        if name not in now:
            if _is_missed(first, now, local=local):
                found.append(_make_changed(old, first, (), renamed=_find_new_name(first, old, added, new), local=local))
        elif _takes_other_arguments(group, now[name]):
            found.append(_make_changed(old, first, tuple(now[name]), local=local))
    return found


def _find_added(was: Mapping[str, object], now: Mapping[str, list[Definition]]) -> list[Definition]:
    return [one for name, group in now.items() if name not in was for one in group]


def _takes_other_arguments(old: list[Definition], new: list[Definition]) -> bool:
    """Tell whether functions of one name are called in another way than before."""
    return any(_has_new_signature(one, new) for one in old) and _are_plain_functions([*new, *old])


def _imports_of(file: CodeFile) -> list[Definition]:
    """Return the names that a file imports, has for its own use and gives on; none for Go, which uses a dot."""
    return [
        Definition(name=one.alias, kind=DefinitionKind.IMPORTED, line=one.line, last_line=one.line)
        for one in file.uses.imports
        if one.alias and not one.again and file.family != "go" and one.alias not in _GLOBALS
    ]


def _is_missed(gone: Definition, now: Mapping[str, list[Definition]], *, local: bool) -> bool:
    """Tell whether somebody can miss a definition that is gone."""
    hidden = not gone.owner and not gone.exported
    if _is_out_of_sight(gone, local=local, hidden=hidden):
        return False
    inside = local or (hidden and gone.kind in (DefinitionKind.FUNCTION, DefinitionKind.VARIABLE))
    namesakes = [one for group in now.values() for one in group if one.name == gone.name]
    if namesakes and (inside or not all(one.owner for one in namesakes)):
        return gone.owner != "" and not local  # another thing has its name: only a member is missed
    return not gone.owner or gone.owner in now or local


def _is_out_of_sight(gone: Definition, *, local: bool, hidden: bool) -> bool:
    """Tell whether nobody calls such a definition by its name; ``hidden``: it stands alone and is not exported."""
    if gone.name in _NOBODY_CALLS or re.fullmatch("__.*__", gone.name):
        return True
    if local and gone.kind in (DefinitionKind.METHOD, DefinitionKind.SIGNATURE):
        return True
    return hidden and gone.name in _GLOBALS and gone.kind is DefinitionKind.VARIABLE  # now every file's own


def _make_changed(
    file: CodeFile, old: Definition, new: tuple[Definition, ...], renamed: str = "", *, local: bool
) -> ChangedDefinition:
    return ChangedDefinition(
        path=file.path, old=old, new=new, family=file.family, language=file.language, renamed_to=renamed, local=local
    )


def visible_definitions(file: CodeFile) -> list[Definition]:
    """Return the definitions that stand in no function."""
    owners = {one.dotted for one in file.definitions if one.kind in (DefinitionKind.CLASS, DefinitionKind.TYPE)}
    return [
        one
        for one in file.definitions
        if not one.owner or one.owner in owners or file.family == "go" or (file.family == "javascript" and one.exported)
    ]


def _group_by_name(definitions: Iterable[Definition]) -> dict[str, list[Definition]]:
    found: dict[str, list[Definition]] = defaultdict(list)
    for one in definitions:
        found[one.dotted].append(one)
    return found


def _has_new_signature(old: Definition, new: list[Definition]) -> bool:
    """Tell whether none of the new ones takes what the old one took."""
    return all(
        (one.parameters, one.results, one.awaitable) != (old.parameters, old.results, old.awaitable) for one in new
    ) and not any(_has_same_signature(old, one) for one in new)


def _has_same_signature(old: Definition, new: Definition) -> bool:
    return (
        (old.parameters or ()) == (new.parameters or ())
        and old.results == new.results
        and old.awaitable == new.awaitable
    )


def _are_plain_functions(definitions: list[Definition]) -> bool:
    """Tell whether all are functions whose parameters are what a caller sees."""
    return all(one.parameters is not None and _NEUTRAL.issuperset(one.decorators) for one in definitions)


def _find_new_name(gone: Definition, old: CodeFile, added: list[Definition], new: CodeFile | None) -> str:
    """Return the new name, where one new definition is mostly the old one; else empty."""
    if new is None or not added:
        return ""
    words = _words_of(old, gone)
    best, score = "", _LEAST_SHARED_WORDS
    for one in added:
        if one.kind is gone.kind and one.owner == gone.owner and one.last_line <= new.text.count("\n") + 1:
            others = _words_of(new, one)
            share = len(words & others) / len(words | others) if words | others else 0.0
            if share >= score:
                best, score = one.name, share
    return best


def _words_of(file: CodeFile, one: Definition) -> set[str]:
    body = " ".join(file.text.split("\n")[one.line - 1 : one.last_line])
    return set(body.replace("(", " ").replace(")", " ").replace(",", " ").replace(":", " ").split()) - {one.name}


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def format_parameters(parameters: tuple[Parameter, ...] | None) -> str:
    """Return the parameters' names, for a message."""
    return ", ".join(one.name or "_" for one in parameters or ())
