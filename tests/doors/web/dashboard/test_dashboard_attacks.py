"""A seeded twentieth of what `python -m benchmarks dashboard_attacks` sends, to a dashboard that listens."""

from pathlib import Path

import pytest
from benchmarks.dashboard_attacks import attack, list_foreign_markup, write_store
from benchmarks.dashboard_attempts import KINDS


def test_none_of_a_twentieth_of_the_attacks_passes(tmp_path: Path) -> None:
    """No kind is answered, shown a text, given a cookie, or fails on our side."""
    sent, passed = attack(write_store(tmp_path), 500, seed=5)

    assert passed == []
    assert set(sent) == set(KINDS)
    assert sum(sent.values()) == 500


@pytest.mark.parametrize(
    "page",
    [
        "<script>1</script>",
        '<p onclick="a">',
        '<p hx-on:click="a">',
        '<a href=" javascript:a">x</a>',
        '<div hx-get="//evil.example">',
        '<p style="a">',
        "<iframe></iframe>",
    ],
)
def test_what_a_page_must_not_hold_is_seen(page: str) -> None:
    """Else the test above would prove nothing."""
    assert list(list_foreign_markup(page))
    assert not list(list_foreign_markup(page.replace("<", "&lt;")))
