"""Find the team's server as a person set it, with the token from a variable or a private file: never from a project."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.base.config import Config
from twiceshy.base.errors import ConfigError
from twiceshy.privacy.wire.sending_settings import read_secret

if TYPE_CHECKING:
    from twiceshy.records.team import ServerAddress

SENDING = frozenset({"http", "hybrid"})
"""Values of ``telemetry.backend`` with which rows go to a server."""
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{8,512}")


def find_server(config: Config, env: Mapping[str, str]) -> "ServerAddress | None":
    """Return whom to send to; None where nothing is sent or no server is named.

    Raises:
        ConfigError: there is a server and no token that can be used for it.
    """
    if config.telemetry_backend not in SENDING or not config.sync_url:
        return None
    token = read_secret(config.sync_token_env, config.sync_token_file, "sync.token_file", env)
    if not token:
        raise ConfigError(
            f"there is no token for {config.sync_url}: put it into the variable {config.sync_token_env}, "
            "or into a file that only you may read, and name that by sync.token_file."
        )
    if not _TOKEN.fullmatch(token):
        place = f"the variable {config.sync_token_env}" if env.get(config.sync_token_env) else config.sync_token_file
        raise ConfigError(f"{place} holds no token: it should be one word, as the server's administrator gave it.")
    from twiceshy.records.team import ServerAddress  # noqa: PLC0415  # who records a run reads a key here, and sends nothing

    authority = config.sync_ca_file if config.sync_ca_file != Path() else None
    return ServerAddress(url=config.sync_url.rstrip("/"), token=token, ca_file=authority)


def fingerprint(server: "ServerAddress") -> str:
    """Return what changes when the address or the token does; nobody finds the token from it."""
    words = f"{server.url}\0{server.ca_file}".encode()
    return blake2b(words, key=server.token.encode()[:64], digest_size=8, person=b"sync server").hexdigest()
