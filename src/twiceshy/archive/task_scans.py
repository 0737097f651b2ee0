"""What was found in the texts of whole tasks, kept by content and rules like a scanner's answers."""

import sqlite3

from twiceshy.archive import derived_values
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.scans import FINDING_FIELDS, hash_version
from twiceshy.records.codec import Codec, Layout
from twiceshy.records.findings import Finding, TaskScan

KIND = "task-scan"
VERSION = 1
"""Of the form; the rules' own version is the hash of the input."""
_FORM = Codec(TaskScan, Layout(Finding, ("path", *FINDING_FIELDS)))


def read_task_scan(connection: sqlite3.Connection, key: bytes, version: str) -> TaskScan | None:
    """Return the answer that these rules gave for the key; None where they never did."""
    found = derived_values.get(connection, KIND, key)
    return _FORM.decode(found.value) if found is not None and found.input_hash == hash_version(version) else None


def make_entry(key: bytes, scan: TaskScan, version: str) -> DerivedValue:
    """Return what to store of an answer."""
    return DerivedValue(key, hash_version(version), _FORM.encode(scan))
