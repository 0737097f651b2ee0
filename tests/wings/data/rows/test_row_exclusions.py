"""What `contribute.exclude` names is in nothing that a model learns from, whichever way a row tells of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.archive.reads.quality_facts import read_places
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.records.exports import ExportRow, ExportValue, RowOrigin
from twiceshy.wings.data.dataset.never_counted import NeverCounted
from twiceshy.wings.data.rows.row_exclusions import RowExclusions, find_never_counted


def is_excluded(config: Config, name: str, **values: ExportValue) -> bool:
    """Of a row of the newest session, and of another project first."""
    with Store.open(config.home, readonly=True) as store:
        place = read_places(store.connection, Scope())[0]
        never = find_never_counted(replace(config, contribute_exclude=(name.format(*place[1:]),)), store)
        origin = RowOrigin("remote:host/else/where", place.uid, None, (place.project,))
        assert never is not None
        return RowExclusions(store, never).has_row(ExportRow("l-1", values, origin))


@pytest.mark.parametrize("name", ["{0}", "{1}", "{2}", "{2}/", "host/else/where"])
def test_a_row_is_of_its_projects_and_its_folder(sample: Config, name: str) -> None:
    """By identity, by name, by the working folder, and by a lesson's further project."""
    assert is_excluded(sample, name)
    assert not is_excluded(sample, f"{name}x")


@pytest.mark.parametrize(
    "values",
    [
        {"path": "plan/a.py"},
        {"target": "plan/a.py"},
        {"files_referenced": ["b.py", "plan/a.py"]},
        {"meta": {"paths": ["plan/a.py"]}},
        {"meta": {"path": "plan/a.py"}},
    ],
)
def test_a_row_is_of_the_files_that_it_names(sample: Config, values: dict[str, ExportValue]) -> None:
    """Told from the project's top, while the folder is named as a whole."""
    assert is_excluded(sample, "{2}/plan", **values)
    assert not is_excluded(sample, "{2}/plans", **values)


def test_a_dialogue_is_of_all_that_its_session_touched(sample: Config) -> None:
    """Its files stand in no column."""
    with Store.open(sample.home, readonly=True) as store:
        place = read_places(store.connection, Scope())[0]
        (path,) = store.connection.execute(
            "SELECT c.path FROM call c JOIN session s ON s.id = c.session_id WHERE s.uid = ? AND c.path LIKE '%/%'",
            (place.uid,),
        ).fetchone()

    assert is_excluded(sample, f"{{2}}/{Path(path).parent}", messages=[])
    assert not is_excluded(sample, f"{{2}}/{Path(path).parent}", prompt="hello")


def test_a_text_that_names_the_folder_is_left_out(sample: Config) -> None:
    """However deep it stands."""
    assert is_excluded(sample, "/srv/plan", messages=[{"role": "user", "content": "look into /srv/plan, please"}])
    assert not is_excluded(sample, "/srv/plan", prompt="look into /srv/planet")


def test_the_users_own_folder_may_be_a_tilde(sample: Config) -> None:
    """The store has it as a whole, without the user's name."""
    with Store.open(sample.home, readonly=True) as store:
        never = find_never_counted(replace(sample, contribute_exclude=("~/plan",)), store)

    assert isinstance(never, NeverCounted)
    assert never.has_path(str(Path.home() / "plan" / "a.py"))
    assert not never.has_path(str(Path.home() / "planet"))


def test_nothing_is_excluded_unasked(sample: Config) -> None:
    """No rows are looked at."""
    with Store.open(sample.home, readonly=True) as store:
        assert find_never_counted(sample, store) is None
