"""How are tests, lint, build, types, run and format called here? One fact for each form that begins and is in use.

A form has several spellings (``python`` and ``python3``, with and without an option that stays). Which form is in use
is counted over all of them; what is told is one spelling, in the folder where it was typed, with the counts of just
that command, and never one that failed where another worked.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.insights.project_facts.fact_words import PARTS, ProjectFactDraft, say_called
from twiceshy.insights.project_facts.form_uses import FormUse
from twiceshy.records.project_facts import ProjectFactKind
from twiceshy.stats.intervals import quantile

_FEWEST_RUNS, _FEWEST_SESSIONS = 2, 2
"""Times that a command began, and sessions in which it did. Guess of 2026-11-22: one session may try anything."""
_LEAST_SHARE = 0.5
"""Share of its newest uses that began. Guess of 2026-11-22."""
_NEWEST_USES = 10
"""Uses of a command that say whether it still begins. Guess of 2026-11-22: older ones may be of another setup."""
_NEWEST_SESSIONS = 20
"""Sessions with a call of the kind that say which forms are in use now. Guess of 2026-11-22: some weeks of work."""
_LEAST_IN_USE = 0.15
"""Share of these sessions that use a form, below which another has taken over. Guess of 2026-11-22."""
_MOST_FORMS = 3
"""Forms of one kind that are told. Guess of 2026-11-22: whole, quick and another part of the project."""


class _Form(NamedTuple):
    """One form in the spelling that is told, with the uses of that spelling, newest last."""

    kind: ProjectFactKind
    key: str
    uses: tuple[FormUse, ...]
    recent: int
    """Newest sessions of the kind that use the form in any spelling."""
    whole: int
    """Of these, those that call it for all of the project; 0 where it is told for a part."""


def find_called_commands(uses: Iterable[FormUse]) -> Iterator[ProjectFactDraft]:
    """Yield what is called for each kind, the form in most use first."""
    kinds: dict[ProjectFactKind, list[FormUse]] = {}
    for use in uses:
        kinds.setdefault(use.form.kind, []).append(use)
    for kind in ProjectFactKind:
        if kind in kinds:
            mine = sorted(kinds[kind], key=lambda use: use.order)
            forms = _rank_forms(kind, mine)
            yield from (_draft(form) for form in forms[:_MOST_FORMS])


def _rank_forms(kind: ProjectFactKind, uses: Sequence[FormUse]) -> list[_Form]:
    """Return the forms that begin and are in use, the one in most use first; whole runs before runs of a part."""
    newest = list(dict.fromkeys(use.session for use in reversed(uses)))[:_NEWEST_SESSIONS]
    groups: dict[str, list[FormUse]] = {}
    for use in uses:
        groups.setdefault(use.form.key, []).append(use)
    forms = [form for key, mine in groups.items() if (form := _make_form(kind, key, mine, {*newest}))]
    least = max(1, round(_LEAST_IN_USE * len(newest)))
    kept = [form for form in forms if form.recent >= least]
    return sorted(kept, key=lambda form: (-form.whole, -form.recent, -len(form.uses), form.key))


def _make_form(kind: ProjectFactKind, key: str, uses: Sequence[FormUse], newest: set[bytes]) -> _Form | None:
    """Return one form in its most used spelling; None where none is proved."""
    wholes = [use for use in uses if not use.form.narrowed]
    recent = {use.session for use in uses if use.began and use.session in newest}
    whole = {use.session for use in wholes if use.began and use.session in newest}
    if whole and (mine := _choose_spelling(wholes)):
        return _Form(kind, key, mine, len(recent), len(whole))
    parts = [use for use in uses if use.form.narrowed and not use.form.task]
    if kind in PARTS and (mine := _choose_spelling(parts)):
        return _Form(kind, key, mine, len(recent), 0)
    return None


def _choose_spelling(uses: Sequence[FormUse]) -> tuple[FormUse, ...]:
    """Return the uses of the spelling that began most often and still does; empty where none is proved."""
    spellings: dict[tuple[str, str, str], list[FormUse]] = {}
    for use in uses:
        spellings.setdefault((use.form.text, use.form.folder, use.form.tail), []).append(use)
    proved = [mine for mine in spellings.values() if _begins(mine)]
    if not proved:
        return ()
    most = max(proved, key=lambda mine: (sum(use.began for use in mine), mine[-1].order))
    return tuple(most)


def _begins(uses: Sequence[FormUse]) -> bool:
    """Tell whether a command began often enough, and still does; what was only ever red proves nothing."""
    runs = [use for use in uses if use.began]
    newest = uses[-_NEWEST_USES:]
    colours = {use.green for use in runs}
    return (
        (True in colours or False not in colours)
        and len(runs) >= _FEWEST_RUNS
        and len({use.session for use in runs}) >= _FEWEST_SESSIONS
        and sum(use.began for use in newest) >= _LEAST_SHARE * len(newest)
    )


def _draft(form: _Form) -> ProjectFactDraft:
    """Return the fact of one form."""
    runs = [use for use in form.uses if use.began]
    told = runs[-1].form
    seconds = sorted(use.seconds for use in runs if use.seconds is not None)
    return ProjectFactDraft(
        kind=form.kind,
        key=form.key,
        command=f"{told.text} {told.tail}".strip(),
        folder=told.folder,
        n=len(form.uses),
        runs=len(runs),
        green=sum(use.green is True for use in runs),
        red=sum(use.green is False for use in runs),
        sessions=len({use.session for use in runs}),
        median_s=quantile(seconds, 0.5) if seconds else None,
        cases=tuple((use.call, use.at) for use in reversed(form.uses)),
        proof=runs[-1].call,
        proof_at=runs[-1].at,
        part=not form.whole,
        say=say_called,
    )
