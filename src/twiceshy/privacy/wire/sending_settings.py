"""Read from the settings what may leave this machine, and under which keys: every step that makes rows asks here.

All of it comes from the user's settings or the environment. With ``local`` there is nothing to say, and no row is made.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from twiceshy.base.config import Config
from twiceshy.base.errors import ConfigError
from twiceshy.base.foreign_files import open_foreign
from twiceshy.commands.keys.team_keys import TeamKey, parse_team_key
from twiceshy.privacy.wire.sending_terms import SendingTerms

if TYPE_CHECKING:
    from twiceshy.privacy.wire.row_kinds import Level

_LONGEST_SECRET = 4096
"""Bytes of a file with one token or key (guess, 2026-11-23: a token takes 47)."""


def find_terms(config: Config, salt: bytes) -> SendingTerms | None:
    """Return what may leave; None where nothing may.

    A team's key that cannot be read is none: recording goes on without it, and ``load_team_key`` says why.
    """
    if config.telemetry_backend == "local":
        return None
    try:
        team = load_team_key(config, os.environ)
    except ConfigError:
        team = None
    return SendingTerms(cast("Level", config.sync_level), salt, team)


def load_team_key(config: Config, environment: Mapping[str, str]) -> TeamKey | None:
    """Return the team's key from its variable or its file; None where neither is set.

    Raises:
        ConfigError: it cannot be read, or is no key.
    """
    name, file = config.sync_team_key_env, config.sync_team_key_file
    text = read_secret(name, file, "sync.team_key_file", environment)
    if not text:
        return None
    try:
        return parse_team_key(text)
    except ValueError as exc:
        place = f"the variable {name}" if environment.get(name) else str(file)
        raise ConfigError(f"{place} holds no team key: {exc}. Copy it again from your team's administrator.") from exc


def read_secret(variable: str, path: Path, key: str, env: Mapping[str, str]) -> str:
    """Return a secret from a variable, else from a file; empty where neither is there.

    Raises:
        ConfigError: the file cannot be read, or others may read it.
    """
    if text := env.get(variable, "").strip():
        return text
    if path == Path():
        return ""
    try:
        handle = open_foreign(path)
        try:
            others = os.name != "nt" and _is_open_to_others(os.fstat(handle))
            content = os.read(handle, _LONGEST_SECRET)
        finally:
            os.close(handle)
        text = content.decode("ascii").strip()
    except OSError as exc:
        raise ConfigError(f"{key}, {path}, cannot be read: {exc.strerror}. Correct the path or the file.") from exc
    except UnicodeDecodeError as exc:
        raise ConfigError(f"{key}, {path}, holds no secret of ours: it should be one word.") from exc
    if others:
        raise ConfigError(f"{key}, {path}, may be read by others: run `chmod 600 {path}` as its owner.")
    return text


def _is_open_to_others(found: os.stat_result) -> bool:
    return bool(stat.S_IMODE(found.st_mode) & 0o077) or found.st_uid != os.geteuid()
