"""Each attack that the page on safety lists names a test that there is."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks-safety.md"


def list_rows() -> list[str]:
    """Return the rows of the table of attacks, without its head."""
    part = PAGE.read_text(encoding="utf-8").partition("## Attack by attack\n")[2].partition("\n## ")[0]
    return [line for line in part.splitlines() if line.startswith("| ")][1:]


def test_the_table_has_its_rows() -> None:
    """Else nothing below would be looked at."""
    assert len(list_rows()) > 20


@pytest.mark.parametrize("row", list_rows(), ids=lambda row: row[2:40])
def test_an_attack_names_tests_that_there_are(row: str) -> None:
    """Each behind the file in which it stands."""
    found = re.findall(r"\]\(\.\./((?:tests|wings)/[\w/]+\.py)\): ((?:`test_\w+`(?:, )?)+)", row)

    assert found
    for file, names in found:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert [name for name in re.findall(r"test_\w+", names) if f"def {name}(" not in text] == []
