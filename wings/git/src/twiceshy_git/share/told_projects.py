"""Of which projects did others tell anything? A look-up, so that nobody pays for what nobody told."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.pulled_records import list_pulled_projects
from twiceshy.base.config import Config
from twiceshy.records.memory import PulledCount, WriterFacts


def has_told(config: Config, folder: Path | None = None) -> bool:
    """Tell whether others told of the project of a folder; without a folder, of any."""
    if not has_store(config.home):
        return False
    with Store.open(config.home, readonly=True) as store:
        known = list_pulled_projects(store.connection)
        if not known or folder is None:
            return bool(known)
        from twiceshy.logs.history.project_here import find_stored_project  # noqa: PLC0415  # others told few anything

        return find_stored_project(store, folder.resolve()).identity in known


def list_writers(counts: Iterable[PulledCount]) -> list[WriterFacts]:
    """Return what was pulled, by writer."""
    found: dict[str, dict[str, int]] = {}
    accepted = Counter[str]()
    for one in counts:
        found.setdefault(one.writer, {})[one.type] = one.records
        accepted[one.writer] += one.accepted
    return [WriterFacts(writer, records, accepted[writer]) for writer, records in sorted(found.items())]
