"""Which folder a work tree's path belongs to."""

import pytest

from twiceshy.commands.keys.work_trees import find_main_folder

NONE = [
    "/w/cli",
    "/w/cli/src",
    "/w/cli/.worktrees",
    "/w/cli/.worktrees/",
    "/w/worktrees/cli/fix",
    "/w/wt/cli/fix",
    "/home/ann/.worktrees/fix",
    "/Users/ann/.claude/worktrees/fix",
    "/home/[user:48f4ef]/.codex/worktrees/ab12/cli",
    "/root/.claude/worktrees/fix",
    "/w/.claude/skills/x",
    "/w/cli/worktrees/fix",
    "/w/cli-worktrees",
    "/w/-worktrees/fix",
    "/w/awt/fix",
    "relative",
    "",
    "/",
]


@pytest.mark.parametrize("path", NONE)
def test_other_folders_are_no_work_trees(path: str) -> None:
    """Also a place for work trees of many repositories, and a person's own folder."""
    assert find_main_folder(path) is None


FORMS = [
    ("/w/cli/.worktrees/1", "/w/cli"),
    ("/w/cli/.worktrees/ann/fix-it/src/deep", "/w/cli"),
    ("/Users/[user:48f4ef]/w/cli/.worktrees/3", "/Users/[user:48f4ef]/w/cli"),
    ("c:/w/cli/.worktrees/1", "c:/w/cli"),
    ("/w/cli/.claude/worktrees/calm-fox", "/w/cli"),
    ("/w/cli/.codex/worktrees/a1", "/w/cli"),
    ("/w/cli/.git/beads-worktrees/main", "/w/cli"),
    ("/w/cli/.conductor/lima", "/w/cli"),
    ("/w/cli/.trees/fix", "/w/cli"),
    ("/w/cli-worktrees/fix", "/w/cli"),
    ("/w/cli.worktrees/fix/src", "/w/cli"),
    ("/w/cli__worktrees/fix", "/w/cli"),
    ("/w/my-cli_worktrees/fix", "/w/my-cli"),
    ("/w/cli-wt/fix", "/w/cli"),
    ("/w/cli-worktrees/fix/.claude/worktrees/calm-fox", "/w/cli"),
    ("/home/ann/.cursor/worktrees/cli/x7f2", "/home/ann/.cursor/worktrees/cli"),
    ("/home/ann/conductor/workspaces/cli/lima/src", "/home/ann/conductor/workspaces/cli"),
]


@pytest.mark.parametrize(("path", "main"), FORMS)
def test_a_work_tree_belongs_to_its_main_folder(path: str, main: str) -> None:
    """However deep the folder lies in it."""
    assert find_main_folder(path) == main
