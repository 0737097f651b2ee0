"""An agent's hook and git's hook name the same process, so a commit is the session's that made it: no log is needed."""

import subprocess
from pathlib import Path

import pytest
from tests.doors.gate.calling import CLEAN
from tests.recipes.setup.git_builders import do_install, make_commit, make_repository

from twiceshy.archive.db import Store
from twiceshy.archive.note_rows import read_git_notes, read_owned
from twiceshy.judgement.outcomes.commit_links import find_owner
from twiceshy.logs.collect.fold_spool import fold
from twiceshy.logs.history.fold_git_notes import fold_git_notes
from twiceshy.logs.journal import make_session_uid
from twiceshy.logs.projects import find_project
from twiceshy.recipes.setup import hook_folder

PROMPT = b'{"session_id": "s1", "cwd": "/home/ann/shop", "prompt": "please", "hook_event_name": "UserPromptSubmit"}'


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the kernel does not say when a process started")
def test_a_commit_below_an_agent_is_its_sessions(tmp_path: Path) -> None:
    """This process is the agent: it called the hook, and it calls git."""
    top = make_repository(tmp_path / "shop")
    config = do_install(top)
    hook_folder.write(config)
    called = hook_folder.command_of(config, "claude-code", "UserPromptSubmit")
    subprocess.run(called, input=PROMPT, env=CLEAN, check=True, timeout=20)
    made = make_commit(top, "one")

    with Store.open(config.home) as store:
        fold(store, config.home)
        found = fold_git_notes(config)
        (note,) = read_git_notes(store.connection, find_project(top).identity)
        owner = find_owner(note, read_owned(store.connection, note.ancestors))

    assert (found.new, note.hash) == (1, made)
    assert owner is not None
    assert owner.session == make_session_uid("claude-code", "s1")
