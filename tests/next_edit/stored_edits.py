"""Stores with invented sessions in which one renaming is done everywhere."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from tests.logs.builders import START, Log, a_session

from twiceshy.base.config import Config, load
from twiceshy.logs.collect.ingest_logs import ingest


def store_sessions(folder: Path, logs: Iterable[Log]) -> Config:
    """Return the settings of a data folder that holds these sessions."""
    config = load({"home": str(folder / "data"), "ingest.processes": "1"}, {}, folder)
    (folder / "logs").mkdir()
    for log in logs:
        log.write(folder / "logs" / f"{log.session_id}.jsonl")
    ingest([folder / "logs"], config)
    return config


def begin(seed: str, minutes: int, task: str = "Rename the loader") -> Log:
    """Return a session that begins so many minutes after the first."""
    log = a_session(seed)
    log.at = START + timedelta(minutes=minutes)
    return log.prompt(task)


def rename_everywhere(times: int, seed: str = "one", minutes: int = 0) -> Log:
    """Return a session with so many edits of the same kind, each in a file of its own."""
    log = begin(seed, minutes)
    for number in range(times):
        text = f"import shop\nitem_{number} = load_cart(shop)\nprint(item_{number})\n"
        log.reads(f"part_{number}.py", text)
        log.edits(
            f"part_{number}.py",
            f"item_{number} = load_cart(shop)",
            f"item_{number} = fetch_cart(shop)",
            original=text,
        )
    return log
