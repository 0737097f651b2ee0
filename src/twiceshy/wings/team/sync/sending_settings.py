"""Read from the settings what may leave this machine, and under which keys: every step that makes rows asks here.

All of it comes from the user's settings or the environment. With ``local`` there is nothing to say, and no row is made.
"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from twiceshy.base.config import Config
from twiceshy.base.errors import ConfigError
from twiceshy.commands.keys.team_keys import TeamKey, parse_team_key
from twiceshy.privacy.wire.sending_terms import SendingTerms
from twiceshy.wings.team.sync.server_settings import read_secret

if TYPE_CHECKING:
    from twiceshy.privacy.wire.row_kinds import Level


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
