"""Forms of names, odd ones too."""

import pytest

from twiceshy.wings.git.predict.new_files.name_forms import count_names, find_form

_NOTHING = count_names([])


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (".github/workflows/ci.yml", "*.yml"),
        (".gitignore", "*"),
        ("lib/test.py", "*.py"),
        ("a/contest.py", "*.py"),
        ("docs/2024-01-02-news.md", "<number>-*.md"),
        ("types/index.d.ts", "*.d.ts"),
        ("src/foo.bar.baz.qux.js", "*.baz.qux.js"),
    ],
)
def test_forms_of_odd_names(path: str, form: str) -> None:
    assert find_form(path, _NOTHING) == form


def test_a_last_word_that_neighbours_share_stays() -> None:
    known = count_names([f"m/{name}Mapper.java" for name in ("User", "Team", "Order")])
    assert find_form("m/PriceMapper.java", known) == "*Mapper.java"
