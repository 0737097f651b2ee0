"""Uses, in any file, that a changed definition breaks."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from twiceshy.score.changed_definitions import ChangedDefinition, CodeFile, visible_definitions
from twiceshy.score.source import Definition, DefinitionKind, FunctionCall, Import, Reference
from twiceshy.score.source.symbols import matches_file, matches_parameters

_IMPORT_CONFIDENCE, _CALL_CONFIDENCE, _LOOSE_CALL_CONFIDENCE = 0.9, 0.85, 0.55
"""Confidence: led to by imports; the same and called wrongly; in JavaScript, where calls may leave arguments out."""
_SEEN_MEMBER_CONFIDENCE, _RARE_MEMBER_CONFIDENCE = 0.8, 0.6
"""Of an object of unknown type: another user was changed with it; only the name is rare (guesses, 2026-11-21)."""
_ROUNDS = 3
"""Re-exports of re-exports that are followed (guess, 2026-11-21)."""
_SHORTEST_RARE = 5
"""Letters of a member's name that is rare enough to be known by it alone (guess, 2026-11-21)."""
_COMMON_NAMES = """
add all any append apply args assert bind body call cancel catch check clear clone close code commit compile config
connect context copy count create data debug decode default delete describe dict dispatch done each emit encode end
entries equals error exec execute exists exit extend fail fetch field file filter find finish first flush format
forEach from get group handle handler has hash head id index info init insert items iter join json key keys kind last
len length level line list listen load lock log main map match max merge message method min mode name new next
normalize notify off on once open options parse path pause pipe pop post print process push put query raise read ready
remove render replace request require reset resolve response result resume reverse run save scan search send set setup
shift size slice sort split start state status step stop string strip sub sum tag test text then throw time title
toString to_dict token trace transform trim type update upper url validate value values version visit wait walk warn
width wrap write Error String Close Read Write Len Get Set Add Run Start Stop Name Type Value New Init Open Next Reset
Copy Parse Format Print Printf Errorf
"""
_COMMON = frozenset(_COMMON_NAMES.split())
"""Names of methods that anything may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenUse:
    """One use that no longer works."""

    path: str
    line: int
    changed: ChangedDefinition
    confidence: float
    why: str = ""


def find_broken_uses(
    changed: Sequence[ChangedDefinition],
    old: Mapping[str, CodeFile],
    new: Mapping[str, CodeFile],
    pool: Mapping[str, CodeFile],
) -> list[BrokenUse]:
    """Return the broken uses in the files of ``pool``, all as after the change; ``new`` of them are changed ones."""
    defined: dict[str, list[tuple[CodeFile, Definition]]] = defaultdict(list)
    for file in pool.values():
        for visible in visible_definitions(file):
            defined[visible.name].append((file, visible))
    found: list[BrokenUse] = []
    for one in changed:
        if one.member:
            found += _find_member_uses(one, old, new, pool, defined[one.old.name])
        else:
            found += _find_module_uses(one, old, pool, defined[one.name])
    return found


def _find_module_uses(
    changed: ChangedDefinition,
    old: Mapping[str, CodeFile],
    pool: Mapping[str, CodeFile],
    defined: Sequence[tuple[CodeFile, Definition]],
) -> list[BrokenUse]:
    """Return the broken uses of a name of a module or package."""
    if changed.family == "go" and any(
        file.path != changed.path
        and _folder_of(file.path) == _folder_of(changed.path)
        and not one.owner
        and not changed.new
        for file, one in defined
    ):
        return []  # another file of the package defines it, for another system
    targets = {(changed.path, changed.name)}
    for _ in range(_ROUNDS):
        stars = changed.old.kind is not DefinitionKind.IMPORTED
        more = {target for file in pool.values() for target in _find_exports(file, targets, stars=stars)} - targets
        if not more:
            break
        targets |= more
    found = []
    for file in pool.values():
        if file.family == changed.family:
            found += _find_uses_in_file(changed, file, targets, old)
    return found


def _find_exports(file: CodeFile, targets: set[tuple[str, str]], *, stars: bool) -> Iterable[tuple[str, str]]:
    """Yield names under which a file re-exports its imports; a star mostly leaves out the module's own imports."""
    for one in file.uses.imports:
        for path, name in targets:
            if (
                (one.name == name or (stars and one.name == "*"))
                and (one.again or file.family == "python")
                and matches_file(file.family, one.module, file.path, path)
            ):
                yield file.path, name if one.name == "*" else one.alias


def _find_uses_in_file(
    changed: ChangedDefinition, file: CodeFile, targets: set[tuple[str, str]], old: Mapping[str, CodeFile]
) -> list[BrokenUse]:
    own, is_go = file.path == changed.path, changed.family == "go"
    ways = _find_access_paths(changed, file, targets)
    if own or (is_go and _is_same_package(file, changed, old)):
        ways.names.add(changed.name)
    elif changed.local:
        return []
    lines = [] if changed.new else ways.lines
    broken = [_make_broken_use(changed, file, line, _IMPORT_CONFIDENCE) for line in lines]
    if not ways.names and not ways.modules:
        return broken
    if not own and not is_go:
        ways.names -= _find_own_names(file)
    known = {name for _, name in targets}
    uses = [one for one in _candidate_uses_of(changed.old, changed.new, file) if ways.lead_to(one[0], file, known)]
    return broken + [_make_broken_use(changed, file, use.line, confidence, why) for use, why, confidence in uses]


def _find_own_names(file: CodeFile) -> set[str]:
    """Return the names that a file defines at its top level, which hide imported ones."""
    return {one.name for one in visible_definitions(file) if not one.owner}


@dataclass(slots=True)
class _AccessPaths:
    """How a file reaches a definition: by names, through modules; and the lines that bring the names in."""

    names: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    lines: list[int] = field(default_factory=list)

    def add(self, one: Import, target: tuple[str, str], changed: ChangedDefinition, file: CodeFile) -> None:
        """Add how one import of the file reaches the target, a path and a name; nothing where it does not."""
        path, name = target
        module = _join_module(one.module, one.name) if file.family == "python" and one.name else ""
        if module and matches_file("python", module, file.path, path):
            self.modules.add(one.alias)
        if not matches_file(file.family, one.module, file.path, path):
            return
        if one.name == name:
            self.names.add(one.alias)
            self.lines.append(one.line)
        elif one.name == "*":
            self.names.add(name)
        elif not one.name or (one.name == "default" and one.alias == changed.name):
            self.modules |= {one.alias, one.module}
            if file.family == "javascript" and one.alias == changed.name and changed.new:
                self.names.add(one.alias)

    def lead_to(self, use: FunctionCall | Reference, file: CodeFile, known: set[str]) -> bool:
        """Tell whether a use means the definition; ``known``: its names in modules that give it on."""
        if use.receiver:
            return use.receiver in self.modules and use.name in known
        return use.name in self.names and not _is_shadowed(use, file)


def _find_access_paths(changed: ChangedDefinition, file: CodeFile, targets: set[tuple[str, str]]) -> _AccessPaths:
    ways = _AccessPaths()
    for one in file.uses.imports:
        for target in targets:
            ways.add(one, target, changed, file)
    return ways


def _candidate_uses_of(
    old: Definition, new: Sequence[Definition], file: CodeFile
) -> Iterable[tuple[FunctionCall | Reference, str, float]]:
    """Yield references where the definition is gone; else calls that fitted it and do not fit what it is now."""
    if not new:
        for reference in file.uses.references:
            yield reference, "", _IMPORT_CONFIDENCE
        return
    for call in file.uses.calls:
        why = _explain_mismatch(old, new, call)
        if file.language == "javascript" and why.startswith("(") and _only_lacks_arguments(new, call):
            continue
        if why:
            yield (
                call,
                why,
                _LOOSE_CALL_CONFIDENCE if file.language == "javascript" or why == _AWAIT else _CALL_CONFIDENCE,
            )


def _only_lacks_arguments(new: Sequence[Definition], call: FunctionCall) -> bool:
    """Tell whether the call only gives too few arguments, which JavaScript accepts."""
    return any(len(one.parameters or ()) >= call.positional for one in new)


_AWAIT = "it is not awaited"


def _explain_mismatch(old: Definition, new: Sequence[Definition], call: FunctionCall) -> str:
    """Say what no longer fits; empty where the call is as right as it was."""
    before = old.parameters or ()
    if matches_parameters(before, call) and not any(matches_parameters(one.parameters or (), call) for one in new):
        words = [*["_"] * call.positional, *(f"{name}=" for name in call.keywords)]
        return f"({', '.join(words)})"
    if call.taken is not None and old.results == call.taken and all(one.results != call.taken for one in new):
        return f"{call.taken} values taken of {new[0].results}"
    awaitable = {one.awaitable for one in new}
    if awaitable == {True} and not old.awaitable and not call.awaited:
        return _AWAIT
    if awaitable == {False} and old.awaitable and call.awaited:
        return "it is awaited"
    return ""


def _is_shadowed(use: FunctionCall | Reference, file: CodeFile) -> bool:
    return any(one.name == use.name and one.first <= use.line <= one.last for one in file.uses.bindings)


def _find_member_uses(
    changed: ChangedDefinition,
    old: Mapping[str, CodeFile],
    new: Mapping[str, CodeFile],
    pool: Mapping[str, CodeFile],
    defined: Sequence[tuple[CodeFile, Definition]],
) -> list[BrokenUse]:
    """Return the broken uses of what is reached through an object."""
    name = changed.old.name
    named = [one for file, one in defined if file.family == changed.family]
    if _has_other_meaning(changed, named, pool):
        return []
    seen = _find_old_receivers(changed.old, named, old, new)
    rare = name not in _COMMON
    if not seen and not (rare and len(name) >= _SHORTEST_RARE):
        return []
    sure = _SEEN_MEMBER_CONFIDENCE if seen else _RARE_MEMBER_CONFIDENCE
    return [
        _make_broken_use(changed, file, use.line, min(sure, confidence), why)
        for file in pool.values()
        if file.family == changed.family
        for use, why, confidence in _candidate_uses_of(changed.old, named, file)
        if use.name == name and use.receiver and (rare or _last_word(use.receiver) in seen)
    ]


def _has_other_meaning(changed: ChangedDefinition, named: Sequence[Definition], pool: Mapping[str, CodeFile]) -> bool:
    """Tell whether a use may mean something else: what is gone is made elsewhere, what is new is no function."""
    if changed.new:
        return any(one.parameters is None for one in named)
    return bool(named) or any(_is_assigned(changed.old.name, file) for file in pool.values())


def _find_old_receivers(
    gone: Definition, named: Sequence[Definition], old: Mapping[str, CodeFile], new: Mapping[str, CodeFile]
) -> set[str]:
    """Return the objects through which changed files used it in the old form and no longer do."""
    counts: Counter[str] = Counter()
    for files, sign in ((old, 1), (new, -1)):
        for file in files.values():
            for use, _, _ in _candidate_uses_of(gone, named, file):
                if use.name == gone.name and use.receiver:
                    counts[_last_word(use.receiver)] += sign
    return {receiver for receiver, count in counts.items() if count > 0}


def _is_assigned(name: str, file: CodeFile) -> bool:
    """Tell whether an attribute, key or field of that name is made anywhere."""
    pattern = rf"(?<!\w){re.escape(name)}\s*(?::(?!:)|=(?!=)|\s[\w*\[\].]+(?:\s+`.*)?$)"
    return re.search(pattern, file.text, re.MULTILINE) is not None


def _make_broken_use(
    changed: ChangedDefinition, file: CodeFile, line: int, confidence: float, why: str = ""
) -> BrokenUse:
    return BrokenUse(path=file.path, line=line, changed=changed, confidence=confidence, why=why)


def _last_word(dotted: str) -> str:
    return dotted.rpartition(".")[2]


def _join_module(module: str, name: str) -> str:
    return module + name if module.endswith(".") else f"{module}.{name}"


def _is_same_package(file: CodeFile, changed: ChangedDefinition, old: Mapping[str, CodeFile]) -> bool:
    return _folder_of(file.path) == _folder_of(changed.path) and file.uses.package == old[changed.path].uses.package


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]
