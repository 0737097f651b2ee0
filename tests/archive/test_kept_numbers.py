"""Numbers are kept as they were measured, and a damaged file is none."""

from pathlib import Path

import pytest

from twiceshy.archive.kept_numbers import KeptNumbers


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    """What a row lacks it still lacks, and nothing measured is a row too."""
    kept = KeptNumbers(tmp_path / "a.json", 1)
    kept.put("x", {"one": 1, "half": 0.5})
    kept.put("y", {"two": 2})
    kept.put("z", {})
    kept.save()
    again = KeptNumbers(tmp_path / "a.json", 1)

    assert [again.get(key) for key in "xyzw"] == [{"one": 1, "half": 0.5}, {"two": 2}, {}, None]
    assert KeptNumbers(tmp_path / "a.json", 2).get("x") is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"version": 1, "columns": ["a"], "rows": {"x": []}}'])
def test_a_damaged_file_is_none(tmp_path: Path, content: str) -> None:
    """It is measured again."""
    (tmp_path / "a.json").write_text(content)

    assert KeptNumbers(tmp_path / "a.json", 1).get("x") is None
