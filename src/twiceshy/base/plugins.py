"""Which plugins are installed: entry points, found when they are asked for, the only way in which others extend us.

A *group* of entry points is one question with one Protocol, which lies in the room that the plugin extends; the room's
own literal table holds the same. What does not fit is left out, and `doctor` names it with its distribution. Two
plugins of one name in one group are a fault that is said loudly, as nobody could tell which of them answers.

The files ``entry_points.txt`` are read here (https://packaging.python.org/specifications/entry-points): they say what
``importlib.metadata`` says, whose import alone takes 45 ms (measured 2026-11-25), about as long as a whole ``--help``.
Nothing is looked for when this module is imported, and the hot path never asks.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar, cast, get_args, get_origin

from twiceshy.base.errors import ConfigError, ToolMissing
from twiceshy.base.host import how_to_add

_T = TypeVar("_T")
_PREFIX = "twiceshy."
ANSWERS = "twiceshy.answers"
"""The group whose names are questions: of each there is one answer, or none."""
GROUPS: Mapping[str, str] = {
    "twiceshy.verbs": "twiceshy.doors.cli.verbs:VERB_TABLES",
    "twiceshy.ingest": "twiceshy.doors.cli.commands.ingest:FORMATS",
    "twiceshy.pages": "twiceshy.doors.web.dashboard.asked:PAGE_TABLES",
    "twiceshy.mcp": "twiceshy.doors.mcp.tools:TOOL_TABLES",
    "twiceshy.learn": "twiceshy.recipes.learn.learn_all:STEP_TABLES",
    "twiceshy.doctor": "twiceshy.recipes.setup.health:ROWS",
    "twiceshy.githooks": "twiceshy.recipes.setup.git_hooks:HOOKED_STEPS",
    "twiceshy.forget": "twiceshy.recipes.keep.keepers:KEEPERS",
    "twiceshy.remedies": "twiceshy.insights.remedy.proposals:REMEDY_MAKERS",
    "twiceshy.insights": "twiceshy.insights.kinds.find_insights:FINDERS",
    "twiceshy.scanners": "twiceshy.score.base:SCANNER_MAKERS",
    "twiceshy.readers": "twiceshy.logs.readers:READER_PLUGINS",
}
"""Each group, and where its ``Group`` stands; only `doctor` follows it, which looks at all of them."""
QUESTIONS: Mapping[str, str] = {
    "files": "twiceshy.records.questions:FILES",
    "risk": "twiceshy.records.questions:RISK",
    "memory": "twiceshy.records.questions:MEMORY",
    "authorship": "twiceshy.records.questions:AUTHORSHIP",
    "messages": "twiceshy.records.questions:MESSAGES",
    "githook": "twiceshy.records.questions:GITHOOK",
    "adapters": "twiceshy.records.questions:ADAPTERS",
    "fleet": "twiceshy.records.questions:FLEET",
    "requests": "twiceshy.records.questions:REQUESTS",
    "outbox": "twiceshy.records.questions:OUTBOX",
}
"""The names of ``twiceshy.answers``, and where each ``Question`` stands."""


class Entry(NamedTuple):
    """One line of a file of entry points."""

    group: str
    name: str
    value: str
    """``module`` or ``module:object``."""
    distribution: str


class PluginFault(NamedTuple):
    """What is wrong with a plugin that is left out."""

    group: str
    name: str
    distributions: tuple[str, ...]
    why: str
    is_clash: bool = False

    def describe(self) -> str:
        """Return a sentence."""
        whose = " and ".join(self.distributions)
        return f"{self.name!r} of {whose} ({self.group}) {self.why}"


class Group(NamedTuple, Generic[_T]):
    """One way to extend us. ``_T`` is the Protocol, which is there a second time as a value to be looked at."""

    name: str
    protocol: object
    keys: Callable[[_T], Iterable[str]] | None = None
    """Return the names that a plugin takes up among all of its group; None: only that of its entry point."""
    taken: Callable[[], Iterable[str]] = tuple
    """Return the names that the core has in its own table."""


class Question(NamedTuple, Generic[_T]):
    """Something that one plugin answers at most; the entry point has its name."""

    name: str
    protocol: object
    wing: str
    """Ours that answers it."""


class Plugins(NamedTuple, Generic[_T]):
    """The plugins of a group by name, and what is wrong with the others."""

    found: dict[str, _T]
    faults: tuple[PluginFault, ...]

    def list_clashes(self) -> tuple[str, ...]:
        """Return a sentence for each name that two have, for whoever must say so."""
        return tuple(explain_clash(fault) for fault in self.faults if fault.is_clash)


def explain_clash(fault: PluginFault) -> str:
    """Return what is wrong, and what to do."""
    return f"the plugin {fault.describe()}. It is not used: uninstall one of the two."


def load_plugins(group: Group[_T], *, thorough: bool = False) -> Plugins[_T]:
    """Return the plugins of a group, by name in the order of the alphabet.

    What a lazy module offers is looked at by its name alone, unless ``thorough``. Of two that take up one name neither
    is used; of one that wants a name of the core's, the core's is.
    """
    found: dict[str, _T] = {}
    faults, whose = [], {}
    for name, entries in sorted(_group_by_name(group.name).items()):
        plugin, fault = _load_only(entries, group.protocol, thorough=thorough)
        whose[name] = entries[0].distribution
        if fault is None:
            found[name] = cast("_T", plugin)
        else:
            faults.append(fault)
    clashes = _find_clashes(group, found, whose)
    left_out = {fault.name for fault in clashes}
    return Plugins({name: one for name, one in found.items() if name not in left_out}, (*faults, *clashes))


def _find_clashes(group: Group[_T], found: Mapping[str, _T], whose: Mapping[str, str]) -> list[PluginFault]:
    """Return one fault for each plugin that takes up a name which another one, or the core, has too."""
    ours = frozenset(group.taken()) if found else frozenset()
    keys = [(key, name) for name, one in found.items() for key in _list_keys(group, name, one)]
    faults = {}
    for key, name in keys:
        rivals = [whose[other] for one, other in keys if one == key]
        rivals.remove(whose[name])
        rivals += ["twiceshy"] * (key in ours)
        if rivals:
            why = f"takes the name {key!r}, which {rivals[-1]} has too"
            faults[name] = PluginFault(group.name, name, (whose[name],), why, is_clash=True)
    return list(faults.values())


def _list_keys(group: Group[_T], name: str, plugin: _T) -> Iterable[str]:
    return (name,) if group.keys is None else group.keys(plugin)


def list_names(group: Group[_T]) -> list[str]:
    """Return the names of a group's plugins, none of which is imported."""
    return sorted(_group_by_name(group.name))


def find_answer(question: Question[_T]) -> _T | None:
    """Return who answers a question; None where nobody is installed who does, or it is broken, as `doctor` says.

    Raises:
        ConfigError: two distributions answer it.
    """
    entries = _group_by_name(ANSWERS).get(question.name)
    if not entries:
        return None
    plugin, fault = _load_only(entries, question.protocol, thorough=False)
    if fault is not None and fault.is_clash:
        raise ConfigError(explain_clash(fault))
    return cast("_T | None", plugin)


def ask_for(question: Question[_T], what: str) -> _T:
    """Return who answers a question that cannot be left open; ``what`` is wanted, in words.

    Raises:
        ToolMissing: nobody is installed who does; the message says how to get it.
        ConfigError: two distributions answer it.
    """
    found = find_answer(question)
    if found is None:
        raise ToolMissing(explain_wing(what, question.wing))
    return found


def explain_wing(what: str, wing: str) -> str:
    """Return that something needs one of our wings, and how to get it."""
    return f"{what} needs the {wing} wing, which is not installed here. Install it {how_to_add(wing)}."


def find_faults() -> Iterator[PluginFault]:
    """Yield what is wrong with each installed plugin, of any group; all of them are imported for it."""
    for entry in list_entries():
        known = QUESTIONS if entry.group == ANSWERS else GROUPS
        if (entry.name if entry.group == ANSWERS else entry.group) not in known:
            why = "is of a kind that this version does not know"
            yield PluginFault(entry.group, entry.name, (entry.distribution,), why)
    for place in GROUPS.values():
        yield from load_plugins(cast("Group[object]", _import_value(place)), thorough=True).faults
    for name, entries in sorted(_group_by_name(ANSWERS).items()):
        if name in QUESTIONS:
            question = cast("Question[object]", _import_value(QUESTIONS[name]))
            _, fault = _load_only(entries, question.protocol, thorough=True)
            yield from () if fault is None else (fault,)


def _load_only(
    entries: list[Entry], protocol: object, *, thorough: bool
) -> tuple[object, None] | tuple[None, PluginFault]:
    """Return the plugin of one name, or what is wrong with it."""
    first = entries[0]
    if len(entries) > 1:
        whose = tuple(entry.distribution for entry in entries)
        return None, PluginFault(first.group, first.name, whose, "is installed twice", is_clash=True)
    try:
        plugin = _import_value(first.value)
        why = find_misfit(plugin, protocol, thorough=thorough)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # the code of others may raise anything
        why = f"cannot be imported ({type(error).__name__}: {_take_first_line(error)})"
        return None, PluginFault(first.group, first.name, (first.distribution,), why)
    if why:
        return None, PluginFault(first.group, first.name, (first.distribution,), why)
    return plugin, None


def _take_first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0]


def find_misfit(plugin: object, protocol: object, *, thorough: bool = True) -> str:
    """Return what a plugin lacks of its Protocol; empty where it fits.

    What a lazy module offers is looked at by its name alone, unless ``thorough``: nothing is imported for it.
    """
    if isinstance(plugin, type):
        return "is a class, where an object of it or a module is wanted"
    names, own = dir(plugin), getattr(plugin, "__dict__", {})
    for name, hint in _list_members(protocol):
        if name not in names:
            return f"has no {name}"
        if hint is None and name not in own and not thorough:
            continue
        wrong = _is_wrong(getattr(plugin, name), hint)
        if wrong:
            return f"has a {name} that is no {wrong}"
    return ""


def _list_members(protocol: object) -> Iterator[tuple[str, object]]:
    """Yield the names of a Protocol: a value with its type, a function with None."""
    for kind in cast("type", protocol).__mro__:
        if getattr(kind, "_is_protocol", False) and kind.__module__ != "typing":
            hints = vars(kind).get("__annotations__", {})  # `inspect` would cost a start-up 10 ms
            yield from hints.items()
            for name, value in vars(kind).items():
                if callable(value) and not name.startswith("_"):
                    yield name, None


def _is_wrong(value: object, hint: object) -> str:
    """Return the type that a value should be of; empty where it is, or only a type checker could tell."""
    if hint is None:
        return "" if callable(value) else "function"
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if isinstance(kind, type) and not isinstance(value, kind):
        return kind.__name__
    if kind is tuple and inner[1:] == (...,) and isinstance(inner[0], type):
        return "" if all(isinstance(one, inner[0]) for one in cast("tuple[object]", value)) else inner[0].__name__
    return ""


def _import_value(value: str) -> object:
    """Import what an entry point names. ``importlib`` is not: a wrapped command waits for it."""
    module, _, names = value.partition(":")
    __import__(module.strip())
    found: object = sys.modules[module.strip()]
    for name in filter(None, names.strip().split(".")):
        found = getattr(found, name)
    return found


def _group_by_name(group: str) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in list_entries():
        if entry.group == group:
            found.setdefault(entry.name, []).append(entry)
    return found


def list_entries() -> tuple[Entry, ...]:
    """Return the entry points of our groups in every installed distribution, the first of each on ``sys.path``.

    Not of the working folder, which ``python -m`` puts there: it may be a clone of anybody's.
    """
    try:
        here = os.getcwd()  # noqa: PTH109  # `Path.cwd` asks no less, and takes longer
    except OSError:  # it is gone
        here = ""
    return _read_entries(tuple(path for path in sys.path if path not in {"", here}))


@lru_cache(maxsize=4)
def _read_entries(path: tuple[str, ...]) -> tuple[Entry, ...]:
    found: list[Entry] = []
    seen = set()
    for folder in path:
        for name in _list_distributions(folder):
            distribution = name.rpartition(".")[0].partition("-")[0]
            key = distribution.lower().replace("-", "_").replace(".", "_")
            if key not in seen:
                seen.add(key)
                found += _read_file(f"{folder}/{name}/entry_points.txt", distribution)
    return tuple(found)


def _list_distributions(folder: str) -> list[str]:
    """Return the folders in which installers say what they have put beside them."""
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))  # noqa: PTH208  # thrice as fast
    except OSError:  # no folder: an archive, or nothing
        return []


def _read_file(path: str, distribution: str) -> Iterator[Entry]:
    """Yield the entry points of one file that are ours; a file that cannot be read has none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123  # as above
            lines = file.read().splitlines()
    except OSError:
        return
    group = ""
    for line in map(str.strip, lines):
        if line.startswith("["):
            group = line.strip("[] ")
        elif "=" in line and group.startswith(_PREFIX) and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield Entry(group, name.strip(), value.partition("[")[0].strip(), distribution.replace("_", "-"))
