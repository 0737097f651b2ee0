"""What a change does to functions, calls, branches and types."""

import pytest

from twiceshy.score.shape_change import FilePair, measure_shape_change
from twiceshy.score.source.code_shape import CodeShape, measure_code_shape

BEFORE = "import os\ndef same(a):\n    call()\ndef changed(a):\n    if a:\n        call()\ndef gone(): pass\n"
AFTER = """import os, requests
def same(a):
    call()
def changed(a):
    if a and a.b:
        call()
        more()
def new(a: int) -> int:
    try:
        return call()
    except OSError:
        return 1
"""


def measure(before: str, after: str, path: str = "a.py") -> dict[str, float]:
    shapes: list[CodeShape | None] = [measure_code_shape(path, text) if text else None for text in (before, after)]
    return measure_shape_change([FilePair(*shapes)])


def test_changed_functions_are_told_from_the_others() -> None:
    """What is counted is what stands in them, and what is more than before."""
    found = measure(BEFORE, AFTER)

    assert {name: found[name] for name in ("function_count", "functions_added", "functions_removed")} == {
        "function_count": 3,
        "functions_added": 1,
        "functions_removed": 1,
    }
    assert (found["call_count"], found["call_count_delta"]) == (3, 2)
    assert (found["try_except_count"], found["cyclomatic_complexity"], found["cyclomatic_complexity_delta"]) == (
        1,
        3,
        2,
    )
    assert (found["has_http_import"], found["has_db_import"], found["out_degree"]) == (True, False, 2)
    assert found["type_coverage_ratio"] == pytest.approx(2 / 5)


def test_a_new_file_has_no_size_before() -> None:
    """All of its functions are new."""
    found = measure("", AFTER)

    assert found["functions_added"] == 3
    assert not {"bytes_norm", "loc_norm", "class_count"} & {*found}


def test_what_a_language_lacks_is_left_out() -> None:
    """Go has no try and no annotations that could be missing."""
    found = measure("", "package a\nfunc F() {}\n", "a.go")

    assert "call_count" in found
    assert not {"try_except_count", "type_annotation_count", "type_coverage_ratio"} & {*found}


def test_without_files_nothing_is_known() -> None:
    """It is not nought."""
    assert measure_shape_change([]) == {}
