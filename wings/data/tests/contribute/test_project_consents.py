"""Agreeing and taking back, as it lies in the data folder."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from wings.data.tests.contribute.shared_history import SHOP, open_config, put_sessions

from twiceshy.base.errors import NotFound, StoreCorrupt
from twiceshy.records.exports import ConsentState, Contribution, GivenWeeks, SharedKind
from twiceshy_data.contribute.project_consents import (
    ConsentWish,
    change_book,
    disable_sharing,
    enable_sharing,
    read_book,
    show_sharing,
)
from twiceshy_data.dataset.contribution_file import make_id, make_proof

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WISH = ConsentWish((SharedKind.TOOLS,), "Ann", "", "for the study")


def test_nobody_agreed_where_nothing_is_stored(tmp_path: Path) -> None:
    """Asking for the state makes no data folder."""
    config = open_config(tmp_path)

    assert show_sharing(config).projects == []
    assert not config.home.exists()


def test_a_project_must_be_stored_before_it_can_be_agreed_to(tmp_path: Path) -> None:
    """And what nobody agreed to cannot be taken back."""
    config = open_config(tmp_path)
    put_sessions(config, 1)

    with pytest.raises(NotFound, match="no project is named 'api'"):
        enable_sharing(config, "api", tmp_path, WISH, NOON)
    with pytest.raises(NotFound, match="nobody agreed"):
        disable_sharing(config, SHOP, tmp_path, NOON)
    assert not (config.home / "contribute").exists()


def test_a_consent_lies_in_the_data_folder_without_a_name_of_the_project(tmp_path: Path) -> None:
    """It is found again by its salted hash, and readable by its owner only."""
    config = open_config(tmp_path)
    put_sessions(config, 1)

    enable_sharing(config, "web-shop", tmp_path, WISH, NOON)

    path = config.home / "contribute" / "consent.json"
    assert b"shop" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    (found,) = show_sharing(config).projects
    assert (found.project, found.state, found.kinds) == ("web-shop", ConsentState.GIVEN, [SharedKind.TOOLS])
    assert (found.name, found.notes, found.given_until) == ("Ann", "for the study", None)


def test_taking_back_writes_the_proof_of_what_was_given(tmp_path: Path) -> None:
    """Whoever has the contribution can check it, and nobody else can have made it."""
    config = open_config(tmp_path)
    put_sessions(config, 1)
    enable_sharing(config, SHOP, tmp_path, WISH, NOON)
    book = read_book(config.home)
    given = Contribution(
        make_id(make_proof(book.secret, 1)),
        1,
        "ab",
        NOON,
        (GivenWeeks(book.consents[0].project, "2026-W45", "2026-W46"),),
    )
    change_book(config.home, lambda book: book._replace(contributions=(given,)))

    done = disable_sharing(config, SHOP, tmp_path, NOON)

    record = json.loads(Path(done.revocations[0]).read_text())
    digits = hashlib.sha256(record["proof"].encode()).hexdigest()
    assert record["contribution"].replace("-", "") == f"c{digits[:40]}"
    assert (done.state, len(done.revocations)) == (ConsentState.REVOKED, 1)
    assert show_sharing(config).projects[0].given_until == "2026-W46"


def test_a_damaged_book_allows_nothing(tmp_path: Path) -> None:
    """And says which file it is."""
    config = open_config(tmp_path)
    put_sessions(config, 1)
    enable_sharing(config, SHOP, tmp_path, WISH, NOON)
    path = config.home / "contribute" / "consent.json"
    path.write_bytes(path.read_bytes()[:40])

    with pytest.raises(StoreCorrupt, match=r"consent\.json cannot be read"):
        show_sharing(config)


def test_a_forgotten_project_leaves_no_name(tmp_path: Path) -> None:
    """Its consent is shown as one of a project that is no longer stored."""
    config = open_config(tmp_path)
    put_sessions(config, 1)
    enable_sharing(config, SHOP, tmp_path, WISH, NOON)
    for name in ("twiceshy.db", "twiceshy.db-wal", "twiceshy.db-shm"):
        (config.home / name).unlink(missing_ok=True)

    assert [one.project for one in show_sharing(config).projects] == [""]
