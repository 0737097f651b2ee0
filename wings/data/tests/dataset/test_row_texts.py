"""What does a row say, which files does it name, and how much of it was redacted?"""

from twiceshy.records.exports import ExportRow
from twiceshy_data.dataset.row_texts import count_placeholders, join_texts, list_files, name_main_language

ROW = ExportRow(
    "s-1",
    {"query": "key [github-token:00ffaa] [x]", "tools": {"Read": 2, "b": ["[aws:123abc]", None]}, "path": "a/b.go"},
)


def test_texts_are_found_however_deep() -> None:
    """Names of values among them."""
    assert join_texts(ROW, ["query", "tools", "none"]) == "key [github-token:00ffaa] [x]\nRead\nb\n[aws:123abc]"
    assert count_placeholders(ROW) == 2


def test_the_language_is_that_of_most_files() -> None:
    """None where no ending tells."""
    assert name_main_language(list_files(ROW)) == "go"
    assert name_main_language(["Makefile", "x"]) is None
