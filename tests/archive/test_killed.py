"""kill -9 at any moment: nothing acknowledged is lost, nothing is there twice, the next run completes."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.archive.integrity import check_integrity
from twiceshy.archive.reads.sources import read_cursors

WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.archive.conftest import Log, state, uid
from twiceshy.records.ingest import Cursor, LineTally
from twiceshy.archive.db import Store
from twiceshy.archive.reads.sources import read_cursors
from twiceshy.archive.rows import pack_events
BATCHES = int(sys.argv[3])
with Store.open(Path(sys.argv[1])) as store:
    known = read_cursors(store.connection).get(uid("source", "log"))
    begin = known.cursor.offset if known else 0
    print("ready", flush=True)
    for number in range(begin, BATCHES):
        log = Log(f"s{number}").everything(f"word{number}").prompt(f"text of {number}, said at length. " * 2000)
        tally = LineTally(lines=10, with_events=9)
        store.add(pack_events(log.events), state("log", cursor=Cursor(offset=number + 1), tally=tally))
        print(number + 1, flush=True)
"""
BATCHES = 60
KILLS = 8
"""Counted, not timed: a busy machine takes longer and kills as often."""


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_a_writer_killed_at_random_moments_loses_and_repeats_nothing(home: Path) -> None:
    """A child stores batch after batch and is killed again and again; each time what it acknowledged is there."""
    rng = random.Random(7)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", WRITER, str(home), str(root), str(BATCHES)]
    kills = done = 0
    while done < BATCHES:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            if kills < KILLS:
                time.sleep(rng.uniform(0, 0.06))
                child.send_signal(signal.SIGKILL)
            said = child.stdout.read().split()
            kills += child.wait() == -signal.SIGKILL
        done = max([done, *(int(word) for word in said)])
        with Store.open(home) as store:
            kept = [known.cursor.offset for known in read_cursors(store.connection).values()]
            assert (kept or [0])[0] >= done
            assert check_integrity(store).is_whole

    with Store.open(home) as store:
        counts = {
            table: store.connection.execute(f"SELECT count(*), count(DISTINCT uid) FROM {table}").fetchone()
            for table in ("session", "prompt", "reply", "call", "result", "edit", "usage", "mark")
        }
        assert counts == dict.fromkeys(counts, (BATCHES, BATCHES)) | {"prompt": (3 * BATCHES, 3 * BATCHES)}
        assert store.connection.execute("SELECT lines, duplicates FROM source").fetchall() == [(10 * BATCHES, 0)]
        for number in range(0, BATCHES, 10):
            found = store.connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", (f"word{number}",))
            assert found.fetchone() == (5,)
    assert kills >= 5
