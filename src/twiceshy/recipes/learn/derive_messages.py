"""Find each failure's line again where an older version of the rules found it: from the output as it is stored."""

from collections.abc import Callable

from twiceshy.archive.db import Store
from twiceshy.archive.error_messages import StoredFailure, put_messages, read_failures, read_later_output
from twiceshy.base.config import Config
from twiceshy.commands.calls.call_status import join_output_texts
from twiceshy.commands.telling import VERSION as LINE_VERSION
from twiceshy.commands.telling import find_telling_line, is_message
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.stats.text.fingerprint import VERSION as KEY_VERSION

_NOTE = "error_messages"
"""Key of the store's note: version, and the last id that was done with it; ``-`` where all were."""
_OWN_VERSION = 2
"""Of which output a failure's line is looked for in."""
_VERSION = f"{LINE_VERSION}.{KEY_VERSION}.{_OWN_VERSION}"
_AT_ONCE = 500
"""Failures a transaction (guess, 2026-11-22): a fifth of a second."""


def derive_messages(config: Config, *, pause: Callable[[], None] = lambda: None) -> int:
    """Find the lines of all stored failures again, once a version; return how many changed.

    ``pause`` is called between groups and may raise to end the run; the next one goes on from there.
    """
    changed = 0
    with Store.open(config.home) as store:
        faults = StepFaults(store, "messages", _VERSION)
        version, _, done = (store.note(_NOTE) or "").partition(" ")
        place = "0" if version != _VERSION else done
        while place != "-":
            pause()
            some = read_failures(store.connection, int(place), _AT_ONCE)
            found = []
            for one in some:
                with faults.guard(one.uid, f"failure {one.id}"):
                    found.append((one, _find_line(store, one)))
            place = str(some[-1].id) if len(some) == _AT_ONCE else "-"
            with store.begin_writing() as connection:
                changed += put_messages(connection, found)
            store.put_note(_NOTE, f"{_VERSION} {place}")
    return changed


def _find_line(store: Store, one: StoredFailure) -> str:
    """Return the telling line of what the call gave back, and those that waited for it.

    Where nothing of it is stored, a line that was known stays.
    """
    text = one.text if one.body is None else store.body(one.body)
    if later := read_later_output(store.connection, one.uid):
        text = join_output_texts(text, (said if body is None else store.body(body) for said, body in later))
    if not text.strip() and one.message and is_message(one.message):
        return one.message
    return find_telling_line(text, one.exit_code, one.failure)
