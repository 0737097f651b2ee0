"""How earlier edits of a file turned out, for whoever is about to edit it."""

from collections.abc import Sequence

from twiceshy.outcomes.tallies import is_success
from twiceshy.records.lessons import FilePast
from twiceshy.records.observations import Observation

_UNREAD = "blind-edit"


def describe_past(name: str, seen: Sequence[Observation]) -> FilePast | None:
    """Return how earlier edits of a file turned out; ``name`` is its path or the end of it.

    None where no edit is known, or where several files have that name.
    """
    known = [(one, well) for one in _select_edits(name, seen) if (well := is_success(one)) is not None]
    if not known or len({one.path for one, _ in known}) != 1:
        return None
    unread = [(one, well) for one, well in known if one.did.get(_UNREAD)]
    return FilePast(
        path=str(known[0][0].path),
        edits=sum(one.n for one, _ in known),
        bad=sum(one.n for one, well in known if not well),
        sessions=len({one.session for one, _ in known}),
        unread=sum(one.n for one, _ in unread),
        unread_bad=sum(one.n for one, well in unread if not well),
    )


def _select_edits(name: str, seen: Sequence[Observation]) -> list[Observation]:
    """Return the edits of files whose path ends so, else of those that the name ends with."""
    name = name.removeprefix("./").replace("\\", "/")
    edits = [one for one in seen if one.unit == "edit" and one.path]
    mine = [one for one in edits if f"/{one.path}".endswith(f"/{name.lstrip('/')}")]
    return mine or [one for one in edits if name.endswith(f"/{one.path}")]
