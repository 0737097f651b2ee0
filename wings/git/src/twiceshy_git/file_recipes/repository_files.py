"""Where does what was learned of a repository lie: what can be read again in the cache, models in the data folder."""

import os
from hashlib import blake2b
from pathlib import Path
from typing import Final

from twiceshy.base.config import Config
from twiceshy.logs.repository_place import RepositoryPlace

MODEL_ENDING: Final = ".json"


def models_folder(config: Config, place: RepositoryPlace) -> Path:
    """Return the folder of the repository's own models."""
    return config.home / "models" / _repository_key(place)


def index_path(config: Config, place: RepositoryPlace, salt: bytes) -> Path:
    """Return the file of the repository's index, which differs for each salt and level of redaction."""
    salted = blake2b(config.privacy_level.encode(), key=salt[:64], digest_size=4).hexdigest()
    return config.cache / "files" / f"{_repository_key(place)}-{salted}.index"


def _repository_key(place: RepositoryPlace) -> str:
    """Return the hash that stands for a repository in file names."""
    return blake2b(os.fsencode(place.store), digest_size=8).hexdigest()
