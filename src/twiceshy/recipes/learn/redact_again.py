"""Redact what is stored once more when the rules have changed: the logs it came from may be gone.

It is a step of ``learn``. It takes the sessions a few at a time and may be killed at any moment: what is redacted
already does not change again. At the end everything that may quote a session is gone through, and what the pages and
the files beside the store still hold of old bytes is wiped.
"""

from collections.abc import Callable, Sequence

from twiceshy.archive import restated_store, restated_tables, sweep
from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.session_secrets import wipe_traces
from twiceshy.base.config import Config
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber

_SESSIONS_AT_ONCE = 100
"""Sessions whose rows change in one transaction (guess, 2026-11-24): the index is made anew for each."""


class _RuleSearch:
    """The rules of redaction as a search for what a session has shown."""

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber

    def replace(self, texts: Sequence[str]) -> dict[int, str]:
        """Return the texts that redaction changes, by their places."""
        clean = self._scrubber.texts(texts)
        return {
            place: after for place, after in enumerate(clean) if after is not texts[place] and after != texts[place]
        }


def redact_again(config: Config, *, pause: Callable[[], None] = lambda: None) -> int:
    """Redact the store by today's rules if others held when it was; return how many rows and sessions changed.

    Raises:
        StoreBusy: another process reads logs.
        StoreError: the store cannot be used.
    """
    today = load_rules().digest(RedactionLevel(config.privacy_level))
    with Store.open(config.home) as store, hold_lock(config.home, "ingest"):
        if store.note(restated_store.RULES) == today:
            return 0
        scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        search, changed = _RuleSearch(scrubber), 0
        uids = restated_store.list_sessions(store)
        for first in range(0, len(uids), _SESSIONS_AT_ONCE):
            pause()
            some = uids[first : first + _SESSIONS_AT_ONCE]
            change = restated_store.prepare(store, dict.fromkeys(some, search))
            change.searches = {}
            if change.rows or change.sessions:
                store.add_all([], change)
                changed += len(change.rows) + len(change.sessions)
        with store.begin_writing() as connection:
            if restated_tables.restate_everything(connection, search):
                changed += 1
                sweep.mark_due(connection)
        store.put_note(restated_store.RULES, today)
        wipe_traces(store, config.cache, None)
        return changed
