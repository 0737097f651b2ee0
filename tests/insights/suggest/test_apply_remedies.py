"""Remedies are written whole, and only where they may be."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.insights.suggest.conftest import INSTALL, NOW, TIMEOUT, TOX, UPSTREAM, a_proposal

from twiceshy.base.errors import NotFound, SourceChanged, UsageError
from twiceshy.insights.suggest.apply_remedies import write

if TYPE_CHECKING:
    from tests.insights.suggest.conftest import Shop


needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="rights and links of a POSIX system")


def test_a_plan_writes_nothing(shop: "Shop", propose: Callable[..., None]) -> None:
    """It can be shown first."""
    propose(a_proposal())
    shop.plan()

    assert not (shop.root / "CLAUDE.md").exists()


def test_lines_are_written_and_settings_are_not(shop: "Shop", propose: Callable[..., None]) -> None:
    """Without an id a setting would act unread."""
    propose(a_proposal(), TIMEOUT, UPSTREAM, INSTALL)
    shop.write()

    text = (shop.root / "CLAUDE.md").read_text()
    assert text.splitlines()[1:] == [f"- {TOX}", "<!-- twiceshy:end -->"]
    assert "31 of 58" not in text
    assert not (shop.root / ".claude").exists()
    assert "autoSetupRemote" not in (shop.root / ".git" / "config").read_text()


def test_a_line_with_a_secret_is_not_written(shop: "Shop", propose: Callable[..., None]) -> None:
    """The file is a repository's; nor is the line said again."""
    token = "k9Xw2mQ7tR"
    propose(a_proposal("i-11", f"Tests run with `DB_PASSWORD={token} make test`."))
    plan = shop.plan()

    assert plan.changes == []
    assert [("secret" in one.reason, token in one.paste) for one in plan.refusals] == [(True, False)]


def test_a_setting_is_written_by_its_id(shop: "Shop", propose: Callable[..., None]) -> None:
    """By a part of the id too."""
    propose(a_proposal(), TIMEOUT, UPSTREAM)
    shop.write("i-777")
    shop.write("i-88888888")

    assert '"BASH_DEFAULT_TIMEOUT_MS": "240000"' in (shop.root / ".claude" / "settings.local.json").read_text()
    asked = ["git", "-C", str(shop.root), "config", "push.autoSetupRemote"]
    assert subprocess.run(asked, check=True, capture_output=True, text=True).stdout == "true\n"
    assert not (shop.root / "CLAUDE.md").exists()


def test_an_unknown_id_is_named(shop: "Shop", propose: Callable[..., None]) -> None:
    """So is one that means several, and what only a person can do."""
    propose(a_proposal("i-11"), a_proposal("i-12", "Lint runs with `make lint`."), INSTALL)
    for word, error in (("i-2", NotFound), ("i-1", UsageError), ("i-99999999", UsageError), ("i-", NotFound)):
        with pytest.raises(error):
            shop.plan(word)


def test_a_second_line_joins_the_block(shop: "Shop", propose: Callable[..., None]) -> None:
    """And undoing both restores the file."""
    path = shop.root / "CLAUDE.md"
    path.write_bytes(b"# Shop")
    propose(a_proposal("i-1"), a_proposal("i-2", "Lint runs with `make lint`."))
    shop.write("i-1")
    shop.write("i-2")

    assert path.read_text().count("twiceshy:begin") == 1
    shop.undo()
    assert path.read_bytes() == b"# Shop"


def test_a_line_that_its_owner_deleted_is_not_written_again(shop: "Shop", propose: Callable[..., None]) -> None:
    """Nor one that they changed."""
    propose(a_proposal())
    shop.write()
    path = shop.root / "CLAUDE.md"
    path.write_text(path.read_text().replace(f"- {TOX}\n", ""))

    assert shop.list().places == []


@needs_posix
def test_rights_stay(shop: "Shop", propose: Callable[..., None]) -> None:
    """The file is written aside and renamed."""
    path = shop.root / "CLAUDE.md"
    path.write_text("# Shop\n")
    path.chmod(0o640)
    propose(a_proposal())
    shop.write()

    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@needs_posix
def test_a_link_inside_is_followed(shop: "Shop", propose: Callable[..., None]) -> None:
    """The target is written, the link stays, and it is said."""
    (shop.root / "AGENTS.md").write_text("# Shop\n")
    (shop.root / "CLAUDE.md").symlink_to("AGENTS.md")
    propose(a_proposal())
    plan = shop.write()

    assert (shop.root / "CLAUDE.md").is_symlink()
    assert TOX in (shop.root / "AGENTS.md").read_text()
    assert "is a link" in plan.changes[0].change.notes[0]


def _make_read_only(path: Path) -> None:
    path.write_text("# Shop\n")
    path.chmod(0o444)


def _link_out(path: Path) -> None:
    outside = path.parents[3] / "outside.md"
    outside.write_text("# Other\n")
    path.symlink_to(outside)


def _link_home(path: Path) -> None:
    secret = path.parents[2] / ".bashrc"
    secret.write_text("export TOKEN=planted\n")
    path.symlink_to("../../.bashrc")


def _link_folder_home(path: Path) -> None:
    (path.parents[2] / ".other").mkdir()
    (path.parents[2] / ".other" / path.name).write_text("export TOKEN=planted\n")
    path.symlink_to(path.parents[2] / ".other" / path.name)


UNFIT: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link that leads out": (_link_out, "a link leads it out of the project"),
    "a link to a file of its user": (_link_home, "a link leads it out of the project"),
    "a link to a folder of its user": (_link_folder_home, "a link leads it out of the project"),
    "UTF-16": (lambda path: path.write_bytes("# Shop".encode("utf-16")), "not UTF-8"),
    "Latin-1": (lambda path: path.write_bytes("# Gr\xf6\xdfe".encode("latin-1")), "not UTF-8"),
    "a huge file": (lambda path: path.write_bytes(b"a" * ((1 << 20) + 1)), "more than 1 MB"),
    "a folder": (lambda path: path.mkdir(), "no file"),
    "a lone mark": (lambda path: path.write_text("<!-- twiceshy:end -->\n"), "pairs"),
    "a newer block": (
        lambda path: path.write_text("<!-- twiceshy:begin 9 -->\n<!-- twiceshy:end -->\n"),
        "newer version",
    ),
    "a read-only file": (_make_read_only, "read-only"),
}


@needs_posix
@pytest.mark.parametrize(("make", "says"), UNFIT.values(), ids=UNFIT)
def test_an_unfit_file_is_left_alone(
    shop: "Shop", propose: Callable[..., None], make: Callable[[Path], object], says: str
) -> None:
    """It is said why, and the line is given to paste."""
    path = shop.root / "CLAUDE.md"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    propose(a_proposal())
    plan = shop.plan("", path)

    assert plan.changes == []
    assert says in plan.refusals[0].reason
    assert plan.refusals[0].paste == TOX
    assert "planted" not in repr(plan)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_file_changed_in_between_is_left_alone(shop: "Shop", propose: Callable[..., None]) -> None:
    """What was shown is what is written, or nothing; and nothing is claimed."""
    path = shop.root / "CLAUDE.md"
    path.write_text("# Shop\n")
    propose(a_proposal())
    plan = shop.plan()
    path.write_text("# The shop\n")
    with pytest.raises(SourceChanged):
        write(shop.config, plan, NOW)

    assert path.read_text() == "# The shop\n"
    assert shop.list().effects == []
    assert len(shop.list().places) == 1


def test_another_file_can_be_named(shop: "Shop", propose: Callable[..., None]) -> None:
    """Of the project or of the user; no other."""
    propose(a_proposal())
    assert "neither in the project" in shop.plan("", Path(os.sep) / "notes.md").refusals[0].reason
    shop.write("", Path("CLAUDE.local.md"))

    assert TOX in (shop.root / "CLAUDE.local.md").read_text()


def test_a_setting_that_was_changed_meanwhile_is_not_overwritten(shop: "Shop", propose: Callable[..., None]) -> None:
    """A value of its owner's stands."""
    propose(TIMEOUT)
    found = shop.list()
    folder = shop.root / ".claude"
    folder.mkdir()
    (folder / "settings.local.json").write_text('{"env": 1}')
    assert found.places

    assert "no object" in shop.plan("i-77777777").refusals[0].reason


# What was written is taken out: byte for byte, or only what is ours.

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
