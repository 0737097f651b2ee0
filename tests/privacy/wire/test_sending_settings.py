"""Nothing is said to leave unless its owner said so, and a secret lies where only its owner reads it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from wings.team.tests.sync.sending import KEY, KEY_TEXT, TEAM, settings

from twiceshy.base.errors import ConfigError
from twiceshy.privacy.wire.sending_settings import find_terms, load_team_key


def test_with_local_nothing_may_leave(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else is set; and a broken key is not even looked at."""
    monkeypatch.setenv("TWICESHY_TEAM_KEY", "broken")

    assert find_terms(settings(scratch_home, "local", "full"), b"salt") is None


@pytest.mark.parametrize("backend", ["http", "hybrid", "file"])
def test_what_may_leave_has_a_level_and_a_key(
    scratch_home: Path, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    """The key from the variable that is named."""
    monkeypatch.setenv("TWICESHY_TEAM_KEY", KEY_TEXT)
    found = find_terms(settings(scratch_home, backend, "anonymous"), b"salt")

    assert found == ("anonymous", b"salt", TEAM)


def test_a_broken_key_hinders_no_recording(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows have no group then, and who asks is told why, without the key."""
    monkeypatch.setenv("TWICESHY_TEAM_KEY", "broken-secret")
    config = settings(scratch_home)

    assert find_terms(config, b"salt") == ("counts", b"salt", None)
    with pytest.raises(ConfigError, match="the variable TWICESHY_TEAM_KEY holds no team key") as refusal:
        load_team_key(config, os.environ)
    assert "broken-secret" not in str(refusal.value)


def test_a_key_may_stand_in_a_private_file(scratch_home: Path) -> None:
    """A file that others can read is refused with the command that mends it."""
    file = scratch_home / "key"
    file.write_text(KEY_TEXT + "\n")
    config = replace(settings(scratch_home), sync_team_key_file=file)
    file.chmod(0o600)
    found = load_team_key(config, {})

    assert found is not None
    assert found.key == KEY

    file.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        load_team_key(config, {})

    file.unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        load_team_key(config, {})


def test_neither_variable_nor_file_is_no_key(scratch_home: Path) -> None:
    """An empty variable counts as none."""
    assert load_team_key(settings(scratch_home), {"TWICESHY_TEAM_KEY": " "}) is None
