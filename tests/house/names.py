"""What a name must not be: a participle where an act is meant, or a class that means two things."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from tests.house.graph import modules
from tests.house.outline import Outline, read_outline

_IRREGULAR = """
been begun broken brought built chosen done drawn driven fallen felt found given gone grown heard
held hidden hung kept known laid left lent lost made meant met paid proven ridden risen said seen
sent shaken shown slept sold sought spent spoken spun stolen stood stuck struck sung sunk sworn
swept swum taken taught thrown told torn understood undone woken won worn written
"""
IRREGULAR = frozenset(_IRREGULAR.split())
"""Participles that do not end in ``ed``."""
BASE_VERBS_IN_ED = frozenset({"embed", "exceed", "feed", "need", "proceed", "seed", "shed", "speed", "succeed", "wed"})


def participle_functions() -> Iterator[str]:
    """Yield where a function's name begins with a participle, as ``module:line name``."""
    for module, outline in _outlines():
        for one in outline.functions:
            if is_participle(one.name):
                yield f"{module}:{one.line} {one.name}"


def shared_class_names() -> Mapping[str, list[str]]:
    """Return the public class names that stand in more than one place, with their modules."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for module, outline in _outlines():
        for name in outline.classes:
            if not name.startswith("_"):
                places[name].append(module)
    return {name: found for name, found in sorted(places.items()) if len(found) > 1}


def docstring_openings() -> Iterator[tuple[str, str]]:
    """Yield where each function's docstring stands and its first word; properties describe a value and are left out."""
    for module, outline in _outlines():
        for one in outline.functions:
            if one.opening:
                yield f"{module}:{one.line} {one.name}", one.opening


def is_participle(name: str) -> bool:
    """Tell whether the first word of a function's name is a participle."""
    first = name.strip("_").split("_")[0]
    regular = first.endswith("ed") and len(first) > 3 and first not in BASE_VERBS_IN_ED
    return regular or first in IRREGULAR


def _outlines() -> Iterator[tuple[str, Outline]]:
    for name, path in modules().items():
        yield name, read_outline(path)
