"""recipes.demo.sample_troubles : each trouble stands in the log as an agent would have left it."""

from datetime import UTC, datetime
from random import Random

from twiceshy.recipes.demo import sample_log
from twiceshy.recipes.demo.sample_log import SessionLog

SEEDS = range(12)


def make_log(seed: int) -> SessionLog:
    return SessionLog(Random(seed), "/home/sam/work/x", datetime(2026, 11, 1, tzinfo=UTC), "m")


def test_a_project_without_a_trouble_has_none() -> None:
    """Nothing is written."""
    log = make_log(1)
    sample_log.type_what_is_missing(log, "web-shop")
    sample_log.check_types(log, "infra", "a.py", "")

    assert log.lines == []


def test_the_shared_chances_are_left_as_they_were() -> None:
    """What comes after a trouble does not hang on it."""
    log, other = make_log(1), make_log(1)
    sample_log.push(log, "infra")

    assert log.rng.random() == other.rng.random()


def test_each_trouble_comes_in_some_sessions() -> None:
    """In most, and not in each."""
    logs = [make_log(seed) for seed in SEEDS]
    for log in logs:
        sample_log.type_what_is_missing(log, "infra")
        sample_log.check_types(log, "web-shop", "a.ts", "text")
        sample_log.push(log, "infra")
    texts = ["".join(log.lines) for log in logs]

    for words in ("tox: command not found", "error TS2345", "Could not resolve host"):
        assert 0 < sum(words in text for text in texts) < len(logs)
