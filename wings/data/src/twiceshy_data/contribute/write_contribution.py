"""Make the file that a person may give away: previewed and written by the same lines, so that both are the same bytes.

What was written is noted before the file gets its name: of two that overlap, the difference could show one session.
"""

from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from twiceshy import VERSION
from twiceshy.archive.db import Store
from twiceshy.archive.reads.shared_facts import SharedSpan
from twiceshy.archive.reads.shared_projects import StoredProject, list_projects
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, TwiceshyError
from twiceshy.logs.history.new_commits import make_scrubber
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.records.exports import (
    Consent,
    ConsentBook,
    ConsentState,
    Contribution,
    ContributionSummary,
    GivenWeeks,
    SharedKind,
)
from twiceshy_data.contribute.gather_figures import FigureSource, GatheredFacts, gather_tables
from twiceshy_data.contribute.project_consents import (
    change_book,
    find_meant,
    find_named,
    hash_projects,
    read_book,
)
from twiceshy_data.dataset.consents import (
    NeverCounted,
    WeekSpan,
    choose_weeks,
    find_consent,
    find_last_week,
    judge_consent,
)
from twiceshy_data.dataset.contribution_file import (
    ContributionHead,
    SharedTables,
    make_id,
    make_proof,
    render_contribution,
)
from twiceshy_data.dataset.shared_figures import LEAST
from twiceshy_data.rows.row_exclusions import find_never_counted

_NO_ID = "c-none"
"""In place of the id of a contribution that nobody agreed to."""
_REFUSED = {
    None: "nobody agreed: twiceshy contribute enable",
    ConsentState.REVOKED: "the consent was taken back",
    ConsentState.OUTDATED: "the text has changed: agree again with `twiceshy contribute enable`",
}


class WantedProject(NamedTuple):
    """Which project is asked for; without a name all that somebody agreed to, else the folder's."""

    name: str | None = None
    folder: Path = Path()


class ContributionPlan(NamedTuple):
    """Which projects and weeks a contribution counts."""

    sources: tuple[FigureSource, ...]
    weeks: tuple[GivenWeeks, ...]
    projects: tuple[str, ...]
    left_out: dict[str, str]
    agreed: bool


class ContributionDraft(NamedTuple):
    """A contribution as it would be written."""

    summary: ContributionSummary
    data: bytes
    weeks: tuple[GivenWeeks, ...]


def preview_contribution(config: Config, project: str | None, folder: Path, now: datetime) -> ContributionDraft:
    """Return what `export_contribution` would write now; nothing is noted.

    Where nobody agreed to anything it is what would be given away of the named project, or of the folder's.

    Raises:
        NotFound: no figure may be given away, or there is no such project.
        TwiceshyError: the bytes look like a secret.
    """
    with Store.open(config.home, readonly=True) as store:
        return _make_draft(config, store, read_book(config.home), WantedProject(project, folder), now)


def export_contribution(
    config: Config, project: str | None, now: datetime, write: Callable[[bytes], object]
) -> ContributionSummary:
    """Give the bytes of a contribution to ``write``, and note which weeks it counts.

    Raises:
        NotFound: nobody agreed, or no figure may be given away.
        TwiceshyError: the bytes look like a secret.
    """
    book = read_book(config.home)
    if not any(judge_consent(one) is ConsentState.GIVEN for one in book.consents):
        raise NotFound("you agreed to nothing, so nothing is written. To agree: twiceshy contribute enable")
    with Store.open(config.home, readonly=True) as store:
        draft = _make_draft(config, store, book, WantedProject(project), now)
    number = len(book.contributions) + 1
    given = Contribution(draft.summary.id, number, draft.summary.sha256, now, draft.weeks)

    def note(found: ConsentBook) -> ConsentBook:
        if found != book:
            raise TwiceshyError("the consent changed while figures were counted. Nothing was written; run it again.")
        return found._replace(contributions=(*found.contributions, given))

    write(draft.data)
    change_book(config.home, note)
    return draft.summary


def _make_draft(
    config: Config, store: Store, book: ConsentBook, wanted: WantedProject, now: datetime
) -> ContributionDraft:
    """Count, render and audit.

    Raises:
        NotFound: no figure may be given away.
        TwiceshyError: the bytes look like a secret.
    """
    never = find_never_counted(config, store) or NeverCounted([])
    plan = _plan_all(store, book, wanted.name, now.date(), never)
    if not plan.agreed and not book.consents:
        meant = find_meant(store, wanted.name or "", wanted.folder, make_scrubber(config, store))
        plan = _plan_unasked(meant, now.date(), never)
    if not plan.sources:
        raise NotFound(_explain_nobody(plan))
    tables = gather_tables(GatheredFacts(store, plan.sources, never.has_path))
    if not any(tables.count_cells().values()):
        raise NotFound(
            f"no figure may be given away yet: each has to rest on {LEAST} sessions on {LEAST} days, in weeks that are "
            "over and were not given before. `twiceshy sessions` shows what is there."
        )
    first, last = min(one.first for one in plan.weeks), max(one.last for one in plan.weeks)
    made = make_id(make_proof(book.secret, len(book.contributions) + 1)) if plan.agreed else _NO_ID
    data = render_contribution(ContributionHead(made, f"twiceshy {VERSION}", first, last), tables)
    _audit(data, store)
    return ContributionDraft(_sum_up(made, plan, tables, data, (first, last)), data, plan.weeks)


def _sum_up(
    made: str, plan: ContributionPlan, tables: SharedTables, data: bytes, weeks: tuple[str, str]
) -> ContributionSummary:
    return ContributionSummary(
        id=made,
        agreed=plan.agreed,
        projects=list(plan.projects),
        left_out=plan.left_out,
        first_week=weeks[0],
        last_week=weeks[1],
        sessions=tables.sessions,
        cells=tables.count_cells(),
        bytes=len(data),
        sha256=sha256(data).hexdigest(),
        path=None,
    )


def _plan_all(
    store: Store, book: ConsentBook, project: str | None, today: date, never: NeverCounted
) -> ContributionPlan:
    """Return what the consents allow: of the named project, else of all.

    Raises:
        NotFound: there is no such project.
    """
    wanted = [find_named(store, project)] if project else list_projects(store.connection)
    sources, weeks, names, left_out = [], [], [], {}
    for one in wanted:
        keys = hash_projects(store, one)
        consent = find_consent(book, keys)
        if consent is None and not project:
            continue
        span = choose_weeks(find_last_week(book, keys), today)
        why = _find_obstacle(consent, one, span, never)
        if why or consent is None or span is None:
            left_out[str(one.name)] = why
            continue
        sources.append(_make_source(one, consent.kinds, span))
        weeks.append(GivenWeeks(consent.project, span.first, span.last))
        names.append(str(one.name))
    return ContributionPlan(tuple(sources), tuple(weeks), tuple(names), left_out, agreed=bool(sources))


def _plan_unasked(project: StoredProject, today: date, never: NeverCounted) -> ContributionPlan:
    """Return what would be given away of a project if somebody agreed to all of it."""
    span = choose_weeks(None, today)
    if span is None or never.has_project(project.name, project.identities):
        return ContributionPlan((), (), (), {str(project.name): "excluded by contribute.exclude"}, agreed=False)
    weeks = (GivenWeeks("", span.first, span.last),)
    return ContributionPlan((_make_source(project, tuple(SharedKind), span),), weeks, (project.name,), {}, agreed=False)


def _make_source(project: StoredProject, kinds: tuple[SharedKind, ...], span: WeekSpan) -> FigureSource:
    return FigureSource(SharedSpan(project.key, span.since.isoformat(), span.until.isoformat()), kinds)


def _find_obstacle(consent: Consent | None, project: StoredProject, span: WeekSpan | None, never: NeverCounted) -> str:
    """Return why nothing of a project is counted; empty where it is."""
    state = judge_consent(consent) if consent else None
    if state is not ConsentState.GIVEN:
        return _REFUSED[state]
    if never.has_project(project.name, project.identities):
        return "excluded by contribute.exclude"
    return "" if span else "all weeks that are over were given before"


def _explain_nobody(plan: ContributionPlan) -> str:
    """Return why no project is counted."""
    reasons = "; ".join(f"{name}: {why}" for name, why in plan.left_out.items())
    return f"nothing may be given away ({reasons})." if reasons else "nothing may be given away: nobody agreed to it."


def _audit(data: bytes, store: Store) -> None:
    """Look at the bytes as at everything that leaves, at the strict level.

    Raises:
        TwiceshyError: something in them looks like a secret: the shared vocabulary has none, so it is a fault of ours.
    """
    gate = OutgoingTexts(load_rules(), store.salt, RedactionLevel.STRICT)
    text = data.decode()
    clean, left = gate.clean([text])
    if left is not None or clean != [text]:
        sign = left.sign if left is not None else ", ".join(gate.replaced)
        raise TwiceshyError(f"the figures look like a secret ({sign}), so nothing was written. That is a bug of ours.")
