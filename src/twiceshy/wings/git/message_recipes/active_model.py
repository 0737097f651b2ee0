"""Which model ranks messages in a repository: its own where one is in use, else the one that ships.

It stands apart from training and measuring, which a hook that is in a hurry must not load.
"""

from pathlib import Path
from typing import Final

from twiceshy.archive import atomic_files
from twiceshy.base.config import Config
from twiceshy.logs.repository_place import RepositoryPlace
from twiceshy.wings.git.file_recipes.repository_files import MODEL_ENDING, models_folder
from twiceshy.wings.git.predict.messages.message_ranker import MessageModel, decode_message_model, load_general_messages

ACTIVE: Final = "active-messages"
"""Name of the file that holds the name of the model in use."""


def load_message_model(config: Config, place: RepositoryPlace) -> MessageModel:
    """Return the model in use.

    Raises:
        StoreCorrupt: its file is damaged.
    """
    folder = models_folder(config, place)
    name = read_active(folder)
    raw = atomic_files.read(folder / f"{name}{MODEL_ENDING}") if name else None
    return decode_message_model(raw) if raw else load_general_messages()


def read_active(folder: Path) -> str:
    """Return the name of the model in use; empty where it is the general one."""
    raw = atomic_files.read(folder / ACTIVE)
    name = raw.decode("utf-8", "replace").strip() if raw else ""
    return name if name.replace("-", "").isalnum() else ""
