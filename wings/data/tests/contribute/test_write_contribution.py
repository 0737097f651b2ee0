"""The file that a person may give away: what is previewed is what is written, and no week goes twice."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from wings.data.tests.contribute.shared_history import SHOP, open_config, put_sessions

from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, TwiceshyError
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.records.exports import SharedKind
from twiceshy_data.contribute import write_contribution
from twiceshy_data.contribute.project_consents import (
    ConsentWish,
    change_book,
    disable_sharing,
    enable_sharing,
    read_book,
)
from twiceshy_data.contribute.write_contribution import export_contribution, preview_contribution
from twiceshy_data.dataset import consents

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WISH = ConsentWish(tuple(SharedKind))
API = "remote:host/owner/api"


@pytest.fixture(scope="module")
def gate() -> OutgoingTexts:
    """The real one, compiled once."""
    return OutgoingTexts(load_rules(), b"s" * 32, RedactionLevel.STRICT)


@pytest.fixture(autouse=True)
def _gate(monkeypatch: pytest.MonkeyPatch, gate: OutgoingTexts) -> None:
    """Whoever asks for a strict gate gets that one."""
    monkeypatch.setattr(write_contribution, "OutgoingTexts", lambda *_, **__: gate)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Seven sessions, which their person agreed to."""
    found = open_config(tmp_path)
    put_sessions(found, 7)
    enable_sharing(found, SHOP, tmp_path, WISH, NOW)
    return found


def write(config: Config, now: datetime = NOW, project: str | None = None) -> bytes:
    parts: list[bytes] = []
    export_contribution(config, project, now, parts.append)
    return b"".join(parts)


def preview(config: Config, now: datetime = NOW, project: str | None = None) -> bytes:
    return preview_contribution(config, project, Path(), now).data


def test_what_is_previewed_is_what_is_written(config: Config) -> None:
    """Byte for byte, and without a word of whose it is."""
    shown = preview(config)

    assert preview(config) == shown == write(config)
    assert json.loads(shown)["tables"]["tools"] == [{"tool": "Bash", "ended": "worked", "calls": 7, "sessions": 5}]
    assert not [word for word in (b"shop", b"ann", b"owner", b"host") if word in shown]


def test_no_week_is_given_twice(config: Config) -> None:
    """The next contribution counts what came since, and its id says nothing of the first one's."""
    first = json.loads(write(config))
    with pytest.raises(NotFound, match="all weeks that are over were given before"):
        preview(config)
    put_sessions(config, 7, first=21)

    second = json.loads(write(config, NOW + timedelta(weeks=2)))

    assert second["weeks"] == {"first": "2026-W48", "last": "2026-W49"}
    assert (second["sessions"], second["contribution"] == first["contribution"]) == (5, False)


def test_taking_back_stops_at_once(config: Config, tmp_path: Path) -> None:
    """And saying yes again gives only what came since."""
    write(config)
    disable_sharing(config, SHOP, tmp_path, NOW)
    with pytest.raises(NotFound, match="you agreed to nothing"):
        write(config)
    enable_sharing(config, SHOP, tmp_path, WISH, NOW)
    with pytest.raises(NotFound, match="given before"):
        write(config)


@pytest.mark.parametrize("count", [0, 1, 4])
def test_too_few_sessions_give_nothing(tmp_path: Path, count: int) -> None:
    """An empty store, one session, four of them."""
    config = open_config(tmp_path)
    put_sessions(config, 1, API)
    put_sessions(config, count)
    enable_sharing(config, SHOP if count else API, tmp_path, WISH, NOW)

    with pytest.raises(NotFound, match="no figure may be given away yet"):
        preview(config)
    assert read_book(config.home).contributions == ()


def test_it_can_be_seen_before_anybody_agrees(tmp_path: Path) -> None:
    """As what it would be; nothing can be written."""
    config = open_config(tmp_path)
    put_sessions(config, 7)

    draft = preview_contribution(config, SHOP, tmp_path, NOW)

    assert (draft.summary.agreed, draft.summary.id, draft.summary.cells["tools"]) == (False, "c-none", 1)
    with pytest.raises(NotFound, match="twiceshy contribute enable"):
        write(config)
    assert not (config.home / "contribute").exists()


def test_a_folder_of_which_nothing_is_stored_is_said(tmp_path: Path) -> None:
    """In words, not by what stands for it in the store."""
    config = open_config(tmp_path)
    put_sessions(config, 7)

    with pytest.raises(NotFound, match="nothing of this folder's project is stored"):
        preview_contribution(config, None, tmp_path, NOW)


@pytest.mark.parametrize("name", ["web-shop", "/home/ann/shop"])
def test_what_is_excluded_is_never_counted(tmp_path: Path, name: str) -> None:
    """A project by its name, a session by its folder; and it is said."""
    config = open_config(tmp_path, **{"contribute.exclude": name})
    put_sessions(config, 7)
    enable_sharing(config, SHOP, tmp_path, WISH, NOW)

    with pytest.raises(NotFound, match=r"excluded by contribute\.exclude|no figure may be given away"):
        preview(config)


def test_a_project_that_nobody_agreed_to_is_not_counted(config: Config) -> None:
    """However much it has; asked for by name it is said."""
    put_sessions(config, 9, API, each=50)

    assert json.loads(preview(config))["sessions"] == 5
    with pytest.raises(NotFound, match="api: nobody agreed"):
        preview(config, project=API)


def test_other_words_are_agreed_to_again(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """A consent holds for the text that was shown."""
    monkeypatch.setattr(consents, "hash_text", lambda: "other")

    with pytest.raises(NotFound, match="the text has changed"):
        preview(config)


def test_a_disk_that_is_full_gives_no_week_away(config: Config) -> None:
    """What could not be written was not given."""

    def fail(_: bytes) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        export_contribution(config, None, NOW, fail)
    assert read_book(config.home).contributions == ()
    assert write(config)


def test_a_change_of_mind_meanwhile_counts(config: Config, tmp_path: Path) -> None:
    """What was counted for a consent that is gone is not noted, so that its file never gets its name."""
    with pytest.raises(TwiceshyError, match="the consent changed"):
        export_contribution(config, None, NOW, lambda _: disable_sharing(config, SHOP, tmp_path, NOW))
    assert read_book(config.home).contributions == ()


def test_bytes_that_look_like_a_secret_are_not_shown(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the vocabulary ever let one in."""
    monkeypatch.setattr(write_contribution, "VERSION", "AKIA" + "Q3EGRZ7KLMNOPQR2")

    with pytest.raises(TwiceshyError, match="look like a secret"):
        preview(config)
    assert change_book(config.home, lambda book: book).contributions == ()
