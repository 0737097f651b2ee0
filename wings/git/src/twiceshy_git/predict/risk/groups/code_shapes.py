"""What the changed code is made of, and which faults come in: tier 3 under the seed's names.

The numbers are measured where contents can be read. Where no grammar reads a language they are not known, and a count
that a language does not have (annotations in Go) is not known either.
"""

from collections.abc import Sequence
from typing import ClassVar, Final

from twiceshy.records.change_risk import ChangeStory, FixLabel, RiskColumn
from twiceshy_git.predict.risk.feature_group import UNKNOWN

_NOW: Final = "the change itself"
_BEFORE: Final = "the commit before"
_COUNTED: Final = (
    ("call_count", "calls"),
    ("try_except_count", "try statements"),
    ("async_def_count", "async functions; in Go starts of goroutines"),
    ("jwt_usage_count", "calls of functions for web tokens"),
    ("sql_query_count", "queries written as text"),
    ("route_count", "routes of a web program"),
    ("type_annotation_count", "annotations"),
    ("any_type_count", "annotations that allow anything"),
    ("unknown_type_count", "annotations that say nothing (unknown, object)"),
    ("generic_type_count", "annotations with parameters"),
)


class CodeShapes:
    """Numbers of syntax trees and scanners, before and after."""

    columns: ClassVar[tuple[RiskColumn, ...]] = (
        RiskColumn("code_files_read", 3, "files whose code was read", _NOW),
        RiskColumn("bytes_norm", 3, "log(1 + bytes of a file), of the mean", _BEFORE),
        RiskColumn("loc_norm", 3, "log(1 + lines of a file), of the mean", _BEFORE),
        RiskColumn("function_count", 3, "functions that change", _NOW),
        RiskColumn("functions_added", 3, "functions", _NOW),
        RiskColumn("functions_removed", 3, "functions", _NOW),
        RiskColumn("class_count", 3, "classes in the files", _BEFORE),
        RiskColumn("class_count_delta", 3, "classes", _NOW),
        RiskColumn("out_degree", 3, "modules that a file imports, most of a file", _NOW),
        *(RiskColumn(f"has_{kind}_import", 3, "0 or 1, of the files", _NOW) for kind in ("http", "db", "auth", "test")),
        RiskColumn("cyclomatic_complexity", 3, "branches + 1, most of a changed function", _NOW),
        RiskColumn("cyclomatic_complexity_sum", 3, "branches + 1, of all changed functions", _NOW),
        RiskColumn("cyclomatic_complexity_delta", 3, "branches", _NOW),
        *(RiskColumn(name, 3, f"{unit} in changed functions", _NOW) for name, unit in _COUNTED),
        *(RiskColumn(f"{name}_delta", 3, f"{unit}, after less before", _NOW) for name, unit in _COUNTED),
        RiskColumn("type_coverage_ratio", 3, "share of places for a type that have one, 0 to 1", _NOW),
        RiskColumn("critical_findings", 3, "critical findings that come in", _NOW),
        RiskColumn("high_findings", 3, "major findings that come in", _NOW),
        RiskColumn("medium_findings", 3, "minor findings that come in", _NOW),
        RiskColumn("findings_preserved", 3, "findings that were there and stay", _BEFORE),
        RiskColumn("findings_fixed", 3, "findings that go", _NOW),
        RiskColumn("unique_cwe_count", 3, "sorts of weakness that come in", _NOW),
        RiskColumn("has_hardcoded_secret", 3, "0 or 1, comes in", _NOW),
        RiskColumn("has_weak_crypto", 3, "0 or 1, comes in", _NOW),
    )

    def describe(self, story: ChangeStory) -> Sequence[float]:
        """Return what was measured of a change."""
        return [story.measured.get(column.name, UNKNOWN) for column in self.columns]

    def learn(self, story: ChangeStory) -> None:
        """Ignore it: the contents say all."""

    def learn_label(self, label: FixLabel) -> None:
        """Ignore it: nothing here depends on what was bad."""
