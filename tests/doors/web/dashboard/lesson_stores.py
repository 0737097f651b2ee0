"""A data folder with one lesson, learned of three failures in two sessions."""

import os
from pathlib import Path

from tests.archive.conftest import stored
from tests.doors.web.dashboard.boards import NOW
from tests.lessons.recipes.test_learn_from_sessions import failed

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.records.lessons import Lesson

OTHER = "src/app.ts(2,5): error TS2339: Property 'x' does not exist on type 'Y'.\nFound 1 error in src/app.ts:2\n"


def learn_some(home: Path) -> Config:
    """Return the settings of a folder with a lesson that was seen three times, and one that was seen once."""
    config = load({}, os.environ, home)
    with Store.open(config.home) as store:
        stored(store, failed("one", 2))
        stored(store, failed("two"))
        stored(store, failed("three", output=OTHER))
    learn_lessons(config)
    return config


def find_one(config: Config) -> Lesson:
    """Return the lesson that was seen most often, as it is now."""
    return max(list_lessons(config, NOW), key=lambda one: one.observations)
