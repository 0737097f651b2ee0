# ruff: noqa: INP001  # a script, not a package
"""The report on the sample project as it stands in the README: made on a fixed day, so that it is always the same."""

import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.base import config
from twiceshy.base.values import Scope
from twiceshy.judgement.recipes.judge_sessions import judge
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.recipes.demo.sample_history import write_sample
from twiceshy.recipes.look.insights import choose_scope
from twiceshy.recipes.look.whole_report import SEED, build_report
from twiceshy.screens.terminal.draw_overview import CommandsBeside
from twiceshy.screens.terminal.draw_report import render_report
from twiceshy.screens.terminal.page import Page, Pen

DAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WIDTH = 80


def sample_report() -> str:
    """The whole report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scratch = config.load({}, {"XDG_CONFIG_HOME": name, "XDG_DATA_HOME": name}, folder)
        settings = replace(scratch, ingest_processes=1)
        fix_ids(settings.home)
        write_sample(folder / "logs", seed=SEED, today=DAY.date())
        ingest([folder / "logs"], settings)
        judge(settings, processes=1)
        learn_lessons(settings, now=lambda: DAY)
        found = build_report(settings, choose_scope(settings, Scope()), ())
        return render_report(found, CommandsBeside(), Page(WIDTH, Pen(on=False), DAY))


def fix_ids(home: Path) -> None:
    """Give a data folder a salt that is no secret, so that the ids in it are always the same."""
    home.mkdir(parents=True, mode=0o700)
    (home / "salt").write_bytes(bytes(range(32)))
    (home / "salt").chmod(0o600)


if __name__ == "__main__":
    sys.stdout.write(sample_report() + "\n")
