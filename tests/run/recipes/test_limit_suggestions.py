"""Learned limits with their evidence; nothing while too little is known."""

import os
from pathlib import Path

import pytest

from twiceshy.archive import run_rows as writing
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.commands.keys.team_keys import command_folder_key, command_key
from twiceshy.run.recipes.limit_suggestions import suggest_limits


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def learned(config: Config, folder: Path) -> None:
    """A limit in the sub-folder, and what is usual anywhere."""
    with Store.open(config.home) as store:
        here, anywhere = (
            command_folder_key("npm test", f"{folder}/web", store.salt),
            command_key("npm test", store.salt),
        )
        writing.put_limits(store.connection, here, [writing.Limit(here, "timeout_s", 600.0, "12 runs here")])
        some = [
            writing.Limit(anywhere, "timeout_s", 900.0, "a limit that an older version left"),
            writing.Limit(anywhere, "usual_s", 75.0, "30 runs"),
        ]
        writing.put_limits(store.connection, anywhere, some)
        store.connection.commit()


def test_limits_are_those_of_the_place_and_elsewhere_only_tells_what_is_usual(config: Config, tmp_path: Path) -> None:
    """However the command is wrapped, and where the line goes first."""
    learned(config, tmp_path)

    here = suggest_limits(config, "cd web && npm test 2>&1 | tail -5", tmp_path)
    there = suggest_limits(config, "npm  test", tmp_path / "other")

    assert (here.command, here.usual_s, here.usual) == ("npm test", 75.0, "30 runs")
    assert [(one.option, one.evidence) for one in here.limits] == [("--timeout 10m", "12 runs here")]
    assert (there.usual_s, there.limits) == (75.0, ())


def test_nothing_is_known_without_runs(config: Config, tmp_path: Path) -> None:
    """Nor without a store, which is not made."""
    assert suggest_limits(config, "make", tmp_path) == ("make", None, "", ())
    assert suggest_limits(config, "", tmp_path) == ("", None, "", ())
    assert not config.home.exists()
