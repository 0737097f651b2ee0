"""Read one error with as many of its cases as a page shows."""

from twiceshy.archive.ambiguous_ids import make_id_error
from twiceshy.archive.db import Store
from twiceshy.archive.reads import errors
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.records import ids
from twiceshy.records.views import ErrorHistory

_MOST_NAMED = 10  # errors that a message names where an id could mean several (guess, 2026-11-23)


def read_error(config: Config, name: str, *, cases: int) -> ErrorHistory:
    """Return the error whose id begins so, with its newest cases.

    Raises:
        NotFound: no error, or more than one, has that id.
    """
    start = ids.parse_prefix(name)
    if start is None or start.kind != ids.ERROR:
        raise NotFound(f"{name[:40]} is no id of an error. `twiceshy show` and a session's id names its errors.")
    with Store.open(config.home, readonly=True) as store:
        found = errors.find_errors(store.connection, start, _MOST_NAMED + 1)
        if len(found) != 1:
            named = [f"{ids.ERROR}-{fingerprint.hex()}  {message}" for fingerprint, message in found]
            raise make_id_error(start, named, "twiceshy report")
        return errors.read_error_history(store.connection, *found[0], cases)
