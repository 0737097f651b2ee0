"""Repositories whose hook offers messages are read again as they grow."""

import os
import shutil
from pathlib import Path

from tests.recipes.setup.git_builders import make_commit, make_repository

from twiceshy.base.config import load
from twiceshy.recipes.setup.git_hooks import install_git_hooks, plan_git_hooks
from twiceshy_git.message_recipes.offered_repositories import learn_messages, refresh_messages


def test_only_where_it_was_asked_for(tmp_path: Path) -> None:
    """A repository that is gone stops nobody."""
    asked, plain, gone = (make_repository(tmp_path / name) for name in ("asked", "plain", "gone"))
    config = load({}, os.environ, tmp_path)
    for top in (asked, plain, gone):
        make_commit(top, "one thing")
        install_git_hooks(config, plan_git_hooks(config, top, messages=top is not plain))
    shutil.rmtree(gone)

    assert refresh_messages(config) == 1
    make_commit(asked, "another thing")
    assert refresh_messages(config) == 2
    assert learn_messages(config, asked) == 2
