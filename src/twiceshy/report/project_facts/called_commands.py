"""How are tests, lint, build, types, run and format called here? One fact for each form that works and is in use."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.facts.stats.intervals import quantile
from twiceshy.records.project_facts import ProjectFactKind
from twiceshy.report.project_facts.fact_words import ProjectFactDraft, say_called
from twiceshy.report.project_facts.form_uses import FormUse

_FEWEST_WORKED, _FEWEST_SESSIONS = 2, 2
"""Times that a form worked, and sessions in which it did. Guess of 2026-11-22: one session may try anything."""
_LEAST_SHARE = 0.5
"""Share of its newest uses that worked. Guess of 2026-11-22."""
_NEWEST_USES = 10
"""Uses of a form that say whether it still works. Guess of 2026-11-22: older ones may be of another setup."""
_NEWEST_SESSIONS = 20
"""Sessions with a call of the kind that say which forms are in use now. Guess of 2026-11-22: some weeks of work."""
_LEAST_IN_USE = 0.15
"""Share of these sessions that use a form, below which another has taken over. Guess of 2026-11-22."""
_MOST_FORMS = 3
"""Forms of one kind that are told. Guess of 2026-11-22: whole, quick and another part of the project."""


class _Form(NamedTuple):
    """One form with its uses, newest last."""

    kind: ProjectFactKind
    key: str
    uses: tuple[FormUse, ...]
    recent: int
    """Newest sessions of the kind that use it."""
    whole: int
    """Newest sessions that call it for all of the project."""


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
    """Return the forms that work and are in use, the one in most use first; whole runs before runs of a part."""
    newest = list(dict.fromkeys(use.session for use in reversed(uses)))[:_NEWEST_SESSIONS]
    groups: dict[str, list[FormUse]] = {}
    for use in uses:
        groups.setdefault(use.form.key, []).append(use)
    forms = [_make_form(kind, key, mine, {*newest}) for key, mine in groups.items()]
    least = max(1, round(_LEAST_IN_USE * len(newest)))
    whole_only = kind is ProjectFactKind.RUN
    kept = [form for form in forms if form.recent >= least and _works(form.uses) and (form.whole or not whole_only)]
    return sorted(kept, key=lambda form: (-form.whole, -form.recent, -len(form.uses), form.key))


def _make_form(kind: ProjectFactKind, key: str, uses: Sequence[FormUse], newest: set[bytes]) -> _Form:
    """Return one form with its counts; sessions in which it never worked are no use of it."""
    recent = {use.session for use in uses if use.worked and use.session in newest}
    whole = {use.session for use in uses if use.worked and use.session in newest and not use.form.narrowed}
    return _Form(kind, key, tuple(uses), len(recent), len(whole))


def _works(uses: Sequence[FormUse]) -> bool:
    """Tell whether a form worked often enough, and still does."""
    worked = [use for use in uses if use.worked]
    newest = uses[-_NEWEST_USES:]
    return (
        len(worked) >= _FEWEST_WORKED
        and len({use.session for use in worked}) >= _FEWEST_SESSIONS
        and sum(use.worked for use in newest) >= _LEAST_SHARE * len(newest)
    )


def _draft(form: _Form) -> ProjectFactDraft:
    """Return the fact of one form, in its most frequent spelling among those that worked."""
    worked = [use for use in form.uses if use.worked]
    spelling, folder = Counter((use.form.text, use.form.folder) for use in worked).most_common(1)[0][0]
    whole = [use for use in worked if not use.form.narrowed]
    tail = Counter(use.form.tail for use in whole).most_common(1)[0][0] if whole else "PATH"
    seconds = sorted(use.seconds for use in whole or worked if use.seconds is not None)
    return ProjectFactDraft(
        kind=form.kind,
        key=form.key,
        command=f"{spelling} {tail}".strip(),
        folder=folder,
        worked=len(worked),
        n=len(form.uses),
        sessions=len({use.session for use in worked}),
        median_s=quantile(seconds, 0.5) if seconds else None,
        cases=tuple((use.call, use.at) for use in reversed(form.uses)),
        proof=worked[-1].call,
        proof_at=worked[-1].at,
        say=say_called,
    )
