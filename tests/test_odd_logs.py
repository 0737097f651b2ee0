"""Spoiled logs of every agent never end an ingest nor touch the log beside them: a seeded part of the benchmark."""

import random
from collections import Counter
from pathlib import Path

import pytest
from benchmarks import odd_logs
from benchmarks.odd_logs import Bench, Mutation, Results, Sample, list_samples, mutate, try_one

from twiceshy.logs.readers import READERS

SEED = 20261122
COUNT = 68
"""Four of each sample."""


def test_every_agent_has_a_sample(tmp_path: Path) -> None:
    """A new reader is spoiled too."""
    assert {one.agent for one in list_samples(tmp_path)} == {*READERS, "report"}


def test_a_mutation_is_another_log_and_comes_again_with_its_seed(tmp_path: Path) -> None:
    """So that what it finds can be looked at."""
    for sample in list_samples(tmp_path):
        first = [mutate(sample, random.Random(f"{SEED} {number}")) for number in range(8)]
        assert first == [mutate(sample, random.Random(f"{SEED} {number}")) for number in range(8)]
        assert sum((one.name, one.data) != (sample.name.encode(), sample.data) for one in first) >= 5


def test_spoiled_logs_spoil_themselves_only() -> None:
    """Nothing ends, and the whole log beside them gives what it gives alone."""
    found = odd_logs.run(COUNT, SEED)

    assert (found.tried, found.ended, found.others) == (COUNT, [], [])
    assert len(found.lost) <= found.records * 0.1


@pytest.mark.parametrize("spoil", ["ended", "others", "lost"])
def test_what_goes_wrong_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: str) -> None:
    """An ingest that ends, another log that changes, words of a record that nobody touched."""
    sample = Sample("pi", "a.jsonl", b"{}", "lines")
    odd = Mutation("one", b"a.jsonl", b"{}", ('"never stored"',) if spoil == "lost" else None)
    bench, results = Bench(tmp_path), Results()
    try:
        bench.ingest(None, b"", report=True)
        control = bench.read_texts(control=True)
        if spoil == "ended":
            monkeypatch.setattr(odd_logs, "ingest", lambda *_: 1 // 0)
        if spoil == "others":
            control = control + Counter(["more"])
        try_one(bench, results, sample, odd, (control, Counter(["never stored"]), "1/1"))
    finally:
        bench.close()

    assert [name for name in ("ended", "others", "lost") if getattr(results, name)] == [spoil]
