"""What does a change do to the shape of its code: which functions change, how hard are they, what comes and goes?"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Final, NamedTuple

from twiceshy.score.source.code_shape import COUNTED, CodeShape, FunctionShape, PackageKind

NAMES: Final = {
    "call": "call_count",
    "try": "try_except_count",
    "async": "async_def_count",
    "jwt": "jwt_usage_count",
    "sql": "sql_query_count",
    "route": "route_count",
    "annotation": "type_annotation_count",
    "any": "any_type_count",
    "unknown": "unknown_type_count",
    "generic": "generic_type_count",
}
"""What is counted, by the seed's names; the difference to before has ``_delta`` behind it."""


class FilePair(NamedTuple):
    """A file before and after a change; None where it was not there."""

    before: CodeShape | None
    after: CodeShape | None

    def list_shapes(self) -> list[CodeShape]:
        """Return the ones that are there, the newest last."""
        return [one for one in (self.before, self.after) if one is not None]


class _Changed(NamedTuple):
    before: FunctionShape | None
    after: FunctionShape | None
    top: bool
    """It is what stands outside of all functions."""

    def count(self, name: str) -> int:
        """Return how often it has something, as it stands after the change, or before where it goes."""
        return ((self.after or self.before) or _NOTHING).counts.get(name, 0)

    def differ(self, name: str) -> int:
        """Return how much more it has of something than before."""
        return (self.after or _NOTHING).counts.get(name, 0) - (self.before or _NOTHING).counts.get(name, 0)


_NOTHING: Final = FunctionShape(b"", {})


def measure_shape_change(pairs: Sequence[FilePair]) -> dict[str, float]:
    """Return numbers of a change's files by column; what no language of them has is left out."""
    if not pairs:
        return {}
    changed = [one for pair in pairs for one in _find_changed(pair)]
    languages = {one.language for pair in pairs for one in pair.list_shapes()}
    known = frozenset(name for language in languages for name in COUNTED[language])
    return {
        **_measure_files(pairs),
        **_measure_functions([one for one in changed if not one.top]),
        **_measure_counts(changed, known),
    }


def _measure_counts(changed: Sequence[_Changed], known: Collection[str]) -> dict[str, float]:
    """Return what stands in changed functions, and how much more than before; of the ``known`` names."""
    numbers: dict[str, float] = {}
    for name, column in NAMES.items():
        if name in known:
            numbers[column] = sum(one.count(name) for one in changed)
            numbers[f"{column}_delta"] = sum(one.differ(name) for one in changed)
    slots = sum(one.count("slot") for one in changed)
    if slots:
        numbers["type_coverage_ratio"] = sum(one.count("typed") for one in changed) / slots
    return numbers


def _find_changed(pair: FilePair) -> Iterator[_Changed]:
    """Yield the functions whose text differs."""
    before: Mapping[str, FunctionShape] = pair.before.functions if pair.before else {}
    after: Mapping[str, FunctionShape] = pair.after.functions if pair.after else {}
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old is None or new is None or old.digest != new.digest:
            yield _Changed(old, new, not name)


def _measure_files(pairs: Sequence[FilePair]) -> dict[str, float]:
    last = [pair.list_shapes()[-1] for pair in pairs]
    packages = frozenset[PackageKind]().union(*(one.packages for one in last))
    return {
        "code_files_read": len(pairs),
        "class_count_delta": sum(_count_classes(pair.after) - _count_classes(pair.before) for pair in pairs),
        "out_degree": max(one.modules for one in last),
        **{f"has_{kind}_import": kind in packages for kind in PackageKind},
        **_measure_before([pair.before for pair in pairs if pair.before]),
    }


def _measure_before(old: Sequence[CodeShape]) -> dict[str, float]:
    if not old:
        return {}
    return {
        "class_count": sum(one.classes for one in old),
        "bytes_norm": math.log1p(fmean(one.size for one in old)),
        "loc_norm": math.log1p(fmean(one.lines for one in old)),
    }


def _count_classes(shape: CodeShape | None) -> int:
    return shape.classes if shape else 0


def _measure_functions(changed: Sequence[_Changed]) -> dict[str, float]:
    """Return numbers of changed functions; one without any branch has a complexity of 1."""
    complexities = [one.count("branch") + 1 for one in changed]
    numbers: dict[str, float] = {
        "function_count": len(changed),
        "functions_added": sum(one.before is None for one in changed),
        "functions_removed": sum(one.after is None for one in changed),
        "cyclomatic_complexity_delta": sum(one.differ("branch") for one in changed),
    }
    if complexities:
        numbers["cyclomatic_complexity"] = max(complexities)
        numbers["cyclomatic_complexity_sum"] = sum(complexities)
    return numbers
