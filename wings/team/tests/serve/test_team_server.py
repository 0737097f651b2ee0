"""In how many processes a server answers, where nobody said so."""

import pytest

from twiceshy_team.serve.team_server import choose_processes


@pytest.mark.parametrize(
    ("address", "cores", "expected"),
    [
        pytest.param("team.db", 8, 1, id="a file has one writer"),
        pytest.param("sqlite:///team.db", 2, 1, id="so has its address"),
        pytest.param("postgresql://host/team", 1, 1, id="one core"),
        pytest.param("postgresql://host/team", 2, 2, id="each core"),
        pytest.param("host=db dbname=team", 64, 4, id="at most four"),
    ],
)
def test_a_server_takes_the_cores_that_its_database_can_use(
    monkeypatch: pytest.MonkeyPatch, address: str, cores: int, expected: int
) -> None:
    """One process keeps one core busy, and SQLite takes one writer at a time."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)), raising=False)

    assert choose_processes(address) == expected
