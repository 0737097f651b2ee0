"""A store with the sample project in it, judged."""

from datetime import date
from pathlib import Path

from twiceshy.config import Config, load
from twiceshy.demo.sample_history import write_sample
from twiceshy.flows.collect.ingest_logs import ingest
from twiceshy.flows.judge.judge_sessions import judge


def fill_with_sample(folder: Path) -> Config:
    """Return the settings of a data folder that holds the judged sample."""
    config = load({"home": str(folder / "data")}, {}, folder)
    write_sample(folder / "logs", seed=1, today=date(2026, 11, 20))
    ingest([folder / "logs"], config)
    judge(config, processes=1)
    return config
