"""Stores with the sample project in them: made once a process and written out again for whoever asks."""

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from twiceshy.base.config import Config, load
from twiceshy.judgement.recipes.judge_sessions import judge
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.recipes.demo.sample_history import write_sample
from twiceshy.recipes.learn.first_report import take_first_look

TODAY = date(2026, 11, 20)
Tree = dict[str, tuple[int, bytes | None]]
"""Rights and content of every file below a folder; no content for a folder."""


def fill_with_sample(folder: Path) -> Config:
    """Return the settings of a data folder that holds the judged sample, its logs beside it."""
    write_sample(folder / "logs", seed=1, today=TODAY)
    write_tree(_build_judged(), folder / "data")
    return load({"home": str(folder / "data")}, {}, folder)


def fill_with_first_look(config: Config, today: date = TODAY) -> Config:
    """Return the settings of what `report --first-look` makes of an empty data folder, made before."""
    write_tree(_build_first_look(today), config.home)
    return take_first_look(config, today).config


@cache
def _build_judged() -> Tree:
    with TemporaryDirectory() as name:
        folder = Path(name)
        config = load({"home": str(folder / "data")}, {}, folder)
        write_sample(folder / "logs", seed=1, today=TODAY)
        ingest([folder / "logs"], config)
        judge(config, processes=1)
        return read_tree(config.home)


@cache
def _build_first_look(today: date) -> Tree:
    with TemporaryDirectory() as name:
        folder = Path(name)
        config = load({"home": str(folder / "data")}, {}, folder)
        take_first_look(config, today)
        return read_tree(config.home)


def read_tree(folder: Path) -> Tree:
    """Return a folder as it is, itself included."""
    found = [folder, *sorted(folder.rglob("*"))]
    return {
        str(path.relative_to(folder)): (path.stat().st_mode & 0o777, path.read_bytes() if path.is_file() else None)
        for path in found
    }


def write_tree(tree: Tree, folder: Path) -> None:
    """Write such a folder; what is there already stays."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for name, (mode, content) in tree.items():
        path = folder / name
        if content is None:
            path.mkdir(mode=mode, exist_ok=True)
        else:
            path.touch(mode=mode)
            path.write_bytes(content)
