"""Stored sessions whose figures may be given away: enough of them, on enough days."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.archive.conftest import Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
SHOP = "remote:host/owner/web-shop"


def open_config(folder: Path, **more: str) -> Config:
    return load({"home": str(folder / "data"), **more}, {}, folder)


def put_sessions(config: Config, count: int, project: str = SHOP, *, first: int = 0, each: int = 1) -> None:
    """Store sessions of one project, a day apart, each with this many calls that worked."""
    with Store.open(config.home) as store:
        assert store.salt
        for at in range(first, first + count):
            log = Log(f"{project}-{at}", project, MONDAY + timedelta(days=at)).opened(cwd=f"/home/ann/{project[-4:]}")
            for number in range(each):
                log.call(f"{log.name}-{number}", "git status").result(f"{log.name}-{number}", "clean")
            stored(store, log)
