"""What was written is taken out: byte for byte, or only what is ours."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.insights.suggest.conftest import TIMEOUT, TOX, UPSTREAM, a_proposal

from twiceshy.base.errors import NotFound

if TYPE_CHECKING:
    from tests.insights.suggest.conftest import Shop

TEXTS = [None, b"", b"# Shop", b"# Shop\n", b"# Shop\r\nUse tabs.", b"\xef\xbb\xbf# Shop\n\n"]


def test_nothing_applied_is_nothing_to_undo(shop: "Shop") -> None:
    """With an id or without."""
    for word in ("", "i-3f2a9c1e", "CLAUDE.md"):
        with pytest.raises(NotFound):
            shop.undo(word)


@pytest.mark.parametrize("before", TEXTS)
@pytest.mark.parametrize("word", ["", "i-3f2a9c1e", "CLAUDE.md"])
def test_the_file_is_as_before(shop: "Shop", propose: Callable[..., None], before: bytes | None, word: str) -> None:
    """A file that we made is gone."""
    path = shop.root / "CLAUDE.md"
    if before is not None:
        path.write_bytes(before)
    propose(a_proposal())
    shop.write()
    assert path.read_bytes() != before
    shop.undo(word)

    assert (path.read_bytes() if path.exists() else None) == before
    assert len(shop.list().places) == 1


def test_a_line_of_its_owner_stays(shop: "Shop", propose: Callable[..., None]) -> None:
    """A changed one too, and it is said."""
    propose(a_proposal("i-1"), a_proposal("i-2", "Lint runs with `make lint`."))
    shop.write()
    path = shop.root / "CLAUDE.md"
    path.write_text(path.read_text().replace("Never run `tox`", "Never run `tox` here"))
    plan = shop.undo()

    assert path.read_text() == f"- {TOX.replace('`tox`', '`tox` here')}\n"
    assert plan.changes[0].kept == [TOX]


def test_one_line_of_two_goes(shop: "Shop", propose: Callable[..., None]) -> None:
    """The other stays in its block."""
    path = shop.root / "CLAUDE.md"
    path.write_bytes(b"# Shop")
    propose(a_proposal("i-1"), a_proposal("i-2", "Lint runs with `make lint`."))
    shop.write()
    shop.undo("i-1")

    assert TOX not in path.read_text()
    assert "- Lint runs with `make lint`.\n" in path.read_text()
    shop.undo("i-2")
    assert path.read_bytes() == b"# Shop"


SETTINGS = [None, b"", b"{}", b'{\r\n\t"a": 1, // mine\r\n}\r\n', b'\xef\xbb\xbf{"env": {"X": "1"}}']


@pytest.mark.parametrize("before", SETTINGS)
def test_settings_are_as_before(shop: "Shop", propose: Callable[..., None], before: bytes | None) -> None:
    """Comments, order, line ends and all."""
    path = shop.root / ".claude" / "settings.local.json"
    if before is not None:
        path.parent.mkdir()
        path.write_bytes(before)
    propose(TIMEOUT)
    shop.write("i-77777777")
    assert b"240000" in path.read_bytes()
    shop.undo("i-77777777")

    assert (path.read_bytes() if path.exists() else None) == before
    assert path.parent.exists() == (before is not None)


def test_settings_that_were_touched_lose_only_ours(shop: "Shop", propose: Callable[..., None]) -> None:
    """What came with it goes too where nothing else is in it."""
    propose(TIMEOUT)
    shop.write("i-77777777")
    path = shop.root / ".claude" / "settings.local.json"
    path.write_text(path.read_text().replace("{\n", '{\n  "model": "x",\n', 1))
    shop.undo()

    assert path.read_text() == '{\n  "model": "x"\n}\n'


def test_a_git_setting_goes(shop: "Shop", propose: Callable[..., None]) -> None:
    """The repository's settings are as before."""
    path = shop.root / ".git" / "config"
    before = path.read_bytes()
    propose(UPSTREAM)
    shop.write("i-88888888")
    shop.undo()

    assert path.read_bytes() == before
