"""Drawn stores give no figure below k: a part of the benchmark, which counts every figure anew."""

from pathlib import Path

import pytest
from benchmarks.contribution_cells import try_store
from wings.data.tests.contribute.shared_history import SHOP, open_config, put_sessions

from twiceshy.archive.db import Store
from twiceshy.archive.reads.shared_facts import SharedSpan
from twiceshy.records.exports import SharedKind
from twiceshy_data.contribute.gather_figures import FigureSource, GatheredFacts, gather_tables

YEAR = ("2026-01-01", "2027-01-01")


@pytest.mark.parametrize("first", range(0, 20, 5))
def test_no_drawn_store_gives_a_small_figure(tmp_path: Path, first: int) -> None:
    """Nor a word that only one person has."""
    tried = [try_store(tmp_path, seed) for seed in range(first, first + 5)]

    assert [fault for one in tried for fault in one.faults] == []
    assert any(one.cells for one in tried)


def gather(tmp_path: Path, *, excluded: str = "", kinds: tuple[SharedKind, ...] = tuple(SharedKind)) -> list[str]:
    config = open_config(tmp_path)
    with Store.open(config.home, readonly=True) as store:
        source = FigureSource(SharedSpan(1, *YEAR), kinds)
        tables = gather_tables(GatheredFacts(store, [source], lambda path: bool(excluded) and path.endswith(excluded)))
    return [name for name, count in tables.count_cells().items() if count]


def test_only_tables_that_were_agreed_to_are_counted(tmp_path: Path) -> None:
    """The others stay empty."""
    put_sessions(open_config(tmp_path), 6)

    assert gather(tmp_path, kinds=(SharedKind.COMMITS,)) == []
    assert gather(tmp_path, kinds=(SharedKind.TOOLS,)) == ["tools"]
    assert gather(tmp_path) == ["tools", "programs"]


def test_a_session_in_an_excluded_folder_is_never_counted(tmp_path: Path) -> None:
    """Whatever it did."""
    put_sessions(open_config(tmp_path), 6)

    assert gather(tmp_path, excluded=SHOP[-4:]) == []


def test_copies_of_a_session_are_one(tmp_path: Path) -> None:
    """Six logs of which three hold the same events are four sessions."""
    config = open_config(tmp_path)
    put_sessions(config, 6)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        first, second, third, *_ = [uid for (uid,) in connection.execute("SELECT uid FROM session ORDER BY id")]
        for pair in ((first, second), (second, third)):
            connection.execute("INSERT INTO session_copy VALUES (?, ?)", pair)

    assert gather(tmp_path) == []
