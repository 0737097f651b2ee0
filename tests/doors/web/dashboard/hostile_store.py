"""A store in which every text that others wrote is hostile: from logs on, and again behind each stored text."""

from pathlib import Path

from benchmarks import injection
from benchmarks.injection import Attempt
from tests.advice.recipes.foreign_columns import FOREIGN, mark_text
from tests.doors.web.pages import HOSTILE

from twiceshy.archive.db import Store
from twiceshy.base.config import Config

PLACES = ("edited file", "error line", "fix", "code", "prompt, title, model")
"""Of the logs: enough that something is learned, stands out, was corrected and cost something."""


def write_hostile_store(folder: Path) -> Path:
    """Return a data folder with sessions, lessons and insights that all try something."""
    some = [Attempt(place, "markup", f"zq{at:03}", f"zq{at:03}{HOSTILE}") for at, place in enumerate(PLACES)]
    return injection.learn(folder, some, plant).home


def plant(config: Config, stage: str) -> None:
    """Write hostile text behind every stored text of others, as if nothing had cleaned it on its way in."""
    with Store.open(config.home) as store, store.begin_writing() as connection:
        connection.create_function("marked", 2, mark_text)
        for table, columns in FOREIGN[stage].items():
            for column in columns:
                connection.execute(f"UPDATE {table} SET {column} = marked({column}, ?) WHERE {column} > ''", (HOSTILE,))
