"""How earlier edits of a file turned out, for whoever is about to edit it."""

from collections.abc import Iterable, Sequence

from twiceshy.judgement.outcomes.tallies import is_success
from twiceshy.records.effects import Observation
from twiceshy.records.lessons import FilePast

_UNREAD = "blind-edit"


def describe_past(name: str, seen: Sequence[Observation]) -> FilePast | None:
    """Return how earlier edits of a file turned out; ``name`` is its path or the end of it.

    None where no edit is known, or where several files have that name.
    """
    every = [(one, is_success(one)) for one in _select_edits(name, seen)]
    known = [(one, well) for one, well in every if well is not None]
    if not known or len({one.path for one, _ in known}) != 1:
        return None
    good = [one for one, well in known if well]
    bad = [one for one, well in known if not well]
    return FilePast(
        path=str(known[0][0].path),
        edits=_count(good) + _count(bad),
        bad=_count(bad),
        sessions=len({one.session for one, _ in known}),
        unread=_count_unread(good) + _count_unread(bad),
        unread_bad=_count_unread(bad),
        unknown=_count(one for one, well in every if well is None),
    )


def _count(edits: Iterable[Observation]) -> int:
    return sum(one.n for one in edits)


def _count_unread(edits: Iterable[Observation]) -> int:
    return _count(one for one in edits if one.did.get(_UNREAD))


def _select_edits(name: str, seen: Sequence[Observation]) -> list[Observation]:
    """Return the edits of files whose path ends so, else of those that the name ends with."""
    name = name.removeprefix("./").replace("\\", "/")
    edits = [one for one in seen if one.unit == "edit" and one.path]
    mine = [one for one in edits if f"/{one.path}".endswith(f"/{name.lstrip('/')}")]
    return mine or [one for one in edits if name.endswith(f"/{one.path}")]
