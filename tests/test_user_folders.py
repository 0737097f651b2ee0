"""A user's folders on each platform."""

import pytest

from twiceshy.user_folders import user_config_folder, user_data_folder


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_platform_folders_end_in_our_name(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    """On every platform the data and settings folders are a user's own, named twiceshy."""
    monkeypatch.setattr("sys.platform", platform)

    assert user_data_folder({}).name == "twiceshy"
    assert user_config_folder({}).name == "twiceshy"
