"""Addresses in every form at every place of work: none travels. ``benchmarks memory_addresses`` has them all."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.memory_addresses import LEVELS, make_cases, work
from benchmarks.memory_secrets import read_memory, read_sent, word_of
from wings.git.tests.share.two_clones import TwoClones, git

from twiceshy.archive.database_texts import read_cells
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.logs.history.new_commits import collect_commits
from twiceshy_git.share.pull_memory import pull
from twiceshy_git.share.push_memory import push

UNKNOWN = {"login of a URL": "the name at a host, as redaction has it at the standard level"}
"""Forms that redaction does not know, and why."""


@pytest.mark.parametrize("level", LEVELS)
def test_no_planted_address_travels(level: str, tmp_path: Path) -> None:
    """In logs, commits with their authors, names of files and branches, notes, remotes, subagents and models."""
    chosen = [one for one in make_cases() if one.form not in UNKNOWN and not one.place.startswith("CI")][::17]
    clones = TwoClones(tmp_path)
    folder = tmp_path / "work"
    (folder / "logs").mkdir(parents=True)
    clones.ann.folder.rename(folder / "shop")
    shared = replace(clones.ann.config, share_prompts=True, share_bodies=True, memory_keep="all", privacy_level=level)

    work(folder, os.environ, chosen)
    git(folder / "shop", "push", "-q", "origin", "main")
    ingest([folder / "logs"], shared)
    collect_commits(shared)
    push(shared, folder / "shop", dry_run=False)
    pull(clones.bob.config, clones.bob.folder)

    cells = [cell.content for file in clones.bob.config.home.glob("*.db") for cell in read_cells(file)]
    memories = [one / ".git" / "twiceshy" for one in (folder / "shop", clones.bob.folder)]
    pulled = b"\0".join([*read_memory(memories[1], os.environ), *cells]).lower()
    sent = b"\0".join([*read_memory(memories[0], os.environ), *read_sent(clones.origin, os.environ), pulled]).lower()
    assert [(one.place, one.form) for one in chosen if one.name.encode() in sent] == []
    assert [one.place for one in chosen if f"ok{word_of(one.number)}".encode() not in pulled] == []
