"""TOML of others: what is read, and what would cost too much."""

import pytest

from twiceshy.base.foreign_toml import parse_flat_toml, parse_foreign_toml

READ = [
    ("nothing", "", {}),
    ("a table", "a = 1\n[b]\nc = 'x'", {"a": 1, "b": {"c": "x"}}),
    ("dots in a comment", "# " + "." * 300 + "\na = 1", {"a": 1}),
    ("some dots", "a = '...'\nb.c.d = 1", {"a": "...", "b": {"c": {"d": 1}}}),
]
REFUSED = [
    ("a key of 30,000 parts", "a = 1\n" + "b." * 30_000 + "c = 1", "200 dots on line 2"),
    ("a table of 30,000 parts", "[" + "a." * 30_000 + "a]", "200 dots on line 1"),
    ("lists in lists", "a = " + "[" * 30_000, "nested too deep"),
    ("tables in tables", "a = " + "{b = " * 10_000, "nested too deep"),
    ("no TOML", "a = ", "Invalid value"),
    ("a number of 60,000 digits", "a = " + "1" * 60_000, "Exceeds the limit"),
]


@pytest.mark.parametrize(("text", "tree"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_what_people_write_is_read(text: str, tree: dict[str, object]) -> None:
    """As Python's own reader does."""
    assert parse_foreign_toml(text) == tree


@pytest.mark.parametrize(("text", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_would_cost_too_much_is_refused(text: str, said: str) -> None:
    """With one kind of error."""
    with pytest.raises(ValueError, match=said):
        parse_foreign_toml(text)


def test_a_flat_text_has_dotted_keys() -> None:
    """Tables within tables stay what they are: no setting is that deep."""
    assert parse_flat_toml("a = 1\n[b]\nc = 2\n[b.d]\ne = 3") == {"a": 1, "b.c": 2, "b.d": {"e": 3}}
