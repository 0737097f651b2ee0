"""Answers about tasks that the store keeps: read where they are good, found and noted where not."""

from collections.abc import Callable

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.task_scans import make_entry, read_task_scan
from twiceshy.records.findings import TaskScan


class KeptAnswers:
    """The answers of one version of the rules; the store is only read."""

    def __init__(self, store: Store, version: str) -> None:
        self.store = store
        self.version = version
        self.new = list[DerivedValue]()
        """What was found anew, for whoever writes."""

    def find_once(self, key: bytes, find: Callable[[], TaskScan]) -> TaskScan:
        """Return the answer that is kept under the key, or find it."""
        kept = read_task_scan(self.store.connection, key, self.version)
        if kept is not None:
            return kept
        found = find()
        self.new.append(make_entry(key, found, self.version))
        return found
