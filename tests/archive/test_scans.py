"""archive.task_scans: an answer about a task comes back as it was, for the rules that gave it only."""

from twiceshy.archive import scans
from twiceshy.archive.db import Store
from twiceshy.records.findings import TaskScan

KEY = b"k" * 16


def test_an_answer_belongs_to_its_key_and_its_rules(store: Store) -> None:
    """Another key, or other rules, have none."""
    answer = TaskScan(unknown=("*: too-many",))
    store.put_derived(scans.TASK_KIND, [scans.make_entry(KEY, answer, "rules 1")], scans.VERSION)
    assert scans.read_task_scan(store.connection, KEY, "rules 1") == answer
    assert scans.read_task_scan(store.connection, KEY, "rules 2") is None
    assert scans.read_task_scan(store.connection, b"o" * 16, "rules 1") is None
