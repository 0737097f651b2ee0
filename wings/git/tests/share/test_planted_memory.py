"""Values of many kinds at every place of a project's work: none travels. ``benchmarks memory_secrets`` has them all."""

import os
from dataclasses import replace
from pathlib import Path

from benchmarks.memory_secrets import read_memory
from tests.logs.builders import a_session
from wings.git.tests.share.two_clones import TwoClones, git

from twiceshy.archive.database_texts import read_cells
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.samples import expand
from twiceshy_git.share.pull_memory import pull
from twiceshy_git.share.push_memory import push
from twiceshy_git.share.write_memory import write_memories

LEAST = 12
"""Characters of a value that no chance makes."""


def read_all(folder: Path) -> bytes:
    """All files of a memory, their names, and each object of its repository, unpacked."""
    return b"\0".join(read_memory(folder / ".git" / "twiceshy", os.environ))


def test_no_planted_value_travels(tmp_path: Path) -> None:
    """Prompts, replies, commands, results, messages of commits and names of files, all of them shared."""
    clones = TwoClones(tmp_path)
    drawn = [
        expand(rule.hits[0], seed=7)
        for rule in load_rules().rules
        if rule.hits and rule.level is RedactionLevel.STANDARD
    ]
    samples = [one for one in drawn if len(one.secret) >= LEAST and "\n" not in one.text][::3]
    folder = clones.ann.folder
    log = a_session("planted", cwd=str(folder))
    for number, sample in enumerate(samples):
        text = f"{sample.text}\nand tern{number}x"
        match number % 4:
            case 0:
                log.prompt(text)
            case 1:
                log.says(text)
            case 2:
                log.runs(text, "ok")
            case _:
                log.runs("make", text)
    for number, sample in enumerate(samples[::8]):
        name = f"d{number}/{sample.text.strip('/').replace('/', '_')[:200]}"
        (folder / name).parent.mkdir()
        (folder / name).write_text("1\n", "utf-8")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", f"Set it\n\n{sample.text}\nwren{number}x")
    (tmp_path / "logs").mkdir()
    log.write(tmp_path / "logs" / f"{log.session_id}.jsonl")
    shared = replace(clones.ann.config, share_prompts=True, share_bodies=True, memory_keep="all")

    ingest([tmp_path / "logs"], shared)
    write_memories(shared)
    tail = read_all(folder)
    push(shared, folder, dry_run=False)
    pull(clones.bob.config, clones.bob.folder)

    cells = [cell.content for file in clones.bob.config.home.glob("*.db") for cell in read_cells(file)]
    pulled = b"\0".join([read_all(clones.bob.folder), *cells])
    sent = b"\0".join([tail, read_all(folder), pulled])
    assert [one.text for one in samples if one.secret.encode() in sent] == []
    assert all(f"tern{number}x".encode() in pulled for number in range(len(samples)))
    assert all(f"tern{number}x".encode() in tail for number in range(len(samples)))
