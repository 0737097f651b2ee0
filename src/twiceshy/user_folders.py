"""Where does this system keep a user's data and settings?"""

import sys
from collections.abc import Mapping
from pathlib import Path


def user_data_folder(env: Mapping[str, str]) -> Path:
    """Return the default data folder: the platform's place for a user's data."""
    return _platform_folder(env, "XDG_DATA_HOME", ".local/share", "user_data_path")


def user_config_folder(env: Mapping[str, str]) -> Path:
    """Return the folder of the user's settings file: the platform's place for a user's settings."""
    return _platform_folder(env, "XDG_CONFIG_HOME", ".config", "user_config_path")


def _platform_folder(env: Mapping[str, str], variable_name: str, below_home: str, function: str) -> Path:
    # On Linux the XDG rule is two lines; importing platformdirs for it would cost every start-up.
    if sys.platform == "linux" and "ANDROID_ROOT" not in env:
        stated = env.get(variable_name, "").strip()
        return (Path(stated) if stated else Path("~").expanduser() / below_home) / "twiceshy"
    import platformdirs  # noqa: PLC0415

    return Path(getattr(platformdirs, function)("twiceshy", appauthor=False))
