"""Looking at scores: the riskiest recent work, and one session's edits. Reads only."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from twiceshy import VERSION
from twiceshy.config import Config
from twiceshy.errors import NotFound
from twiceshy.flows import reported, score_summary, scored
from twiceshy.flows.look_sessions import none_or_many
from twiceshy.records import ids
from twiceshy.records.figures import RiskFigure, RiskRow
from twiceshy.records.look import Scope
from twiceshy.records.scored import Overview, ScoredEdit, ScoredSession
from twiceshy.records.scores import Finding, Score
from twiceshy.score.aggregate import BANDS, band, faults, strength
from twiceshy.score.sarif import Json
from twiceshy.score.sarif import sarif as as_sarif
from twiceshy.store.db import Store
from twiceshy.store.reads import edits as reads
from twiceshy.store.reads import judged as kept_reads
from twiceshy.store.reads import sessions

RISKIEST = 10
EDITS = 3
"""Of one session in an overview."""
MOST_NAMED = 10
NO_ANSWER = ("missing", "failed", "timeout")
"""Reasons of a scanner that lie with it or the machine, not with the text."""


def overview(config: Config, scope: Scope, *, limit: int = RISKIEST) -> Overview:
    """What was scored in scope, and the sessions with the riskiest edits; newer first among equals."""
    with Store.open(config.home, readonly=True) as store:
        found = list(scored_sessions(store, scope))
        summary = score_summary.kept(store)
        left = len(set(reads.counts(store.connection)) - kept_keys(store)) if scope == Scope() else 0
    edits = [edit for one in found for edit in one.edits]
    known = [edit for edit in edits if edit.score.value is not None]
    unknown = Counter(why for edit in edits for why in edit.score.introduced.unknown)
    risky = sorted(
        (one for one in map(top, found) if one.edits),
        key=lambda one: (value(one.edits[0]), str(one.at or "")),
        reverse=True,
    )
    return Overview(
        sessions=len(found), edits=len(known), unscored=len(edits) - len(known), left=left,
        findings=sum(len(faults(edit.score.introduced.introduced)) for edit in edits),
        unknown=tuple(unknown.most_common()),
        riskiest=tuple(risky[:limit]), meant=summary.meant() if summary else None,
        weights=summary.why if summary else "",
    )  # fmt: skip


def risk_figure(store: Store, scope: Scope) -> RiskFigure | None:
    """The riskiest faults that edits brought in, one a session, rule and file; None where nothing was scored."""
    known = kept_reads.risks(store.connection, scope)
    reports = reported.counted(store)
    if not known and not reports.findings:
        return None
    bands = Counter[str]()
    rows: dict[tuple[bytes, str, str], RiskRow] = {}
    for one in known:
        bands.update(one.bands)
        if any(count for name, count in one.bands.items() if name != BANDS[0][1]):
            for edited in scored.of_session(store, one.session):
                for row in risk_rows(one, edited.score):
                    rows.setdefault((one.session, row.path, row.rule), row)
    order = {name: place for place, (_, name) in enumerate(BANDS)}
    newest = sorted(rows.values(), key=lambda row: row.at.timestamp() if row.at else 0.0, reverse=True)
    return RiskFigure(
        edits=sum(bands.values()), bands=dict(bands), reports=reports.reports, reported=reports.findings,
        rows=sorted(newest, key=lambda row: -order[band(row.score)])[:RISKIEST],
    )  # fmt: skip


def risk_rows(one: kept_reads.SessionRisk, score: Score) -> Iterator[RiskRow]:
    """An edit's faults, the worst first, where its score says that there is something."""
    if score.value is None or score.value < BANDS[1][0]:
        return
    for same in sorted(faults(score.introduced.introduced), key=lambda same: -strength(same[0])):
        found = same[0]
        yield RiskRow(
            session=ids.short(ids.SESSION, one.session), at=one.at, score=score.value, path=found.path, line=found.line,
            rule=found.rule, why=found.message, do=f"twiceshy score {ids.short(ids.SESSION, one.session)}",
        )  # fmt: skip


class Unlooked(NamedTuple):
    """Edits that a scanner should have looked at and did not."""

    edits: int
    """All that were given to scanners."""
    reasons: tuple[tuple[tuple[str, str], int], ...]
    """Scanner and reason, one of ``NO_ANSWER``, and for how many edits."""


def unlooked(store: Store) -> Unlooked:
    """Over everything that was scored."""
    edits = [
        edit for one in kept_reads.kept(store.connection, Scope(), scored.KIND) for edit in scored.unpacked(one.value)
    ]
    reasons = Counter(
        (scanner, reason)
        for edit in edits
        for scanner, _, reason in (why.partition(": ") for why in edit.change.unknown)
        if reason in NO_ANSWER
    )
    return Unlooked(len(edits), tuple(reasons.most_common()))


def kept_keys(store: Store) -> set[bytes]:
    """The sessions that were scored, imitations too."""
    return set(kept_reads.marks(store.connection, scored.SCORE))


def top(one: ScoredSession) -> ScoredSession:
    """The session with its riskiest edits only: those that brought something in."""
    edits = sorted((edit for edit in one.edits if edit.score.introduced.introduced), key=lambda edit: -value(edit))
    return ScoredSession(
        session=one.session, id=one.id, project=one.project, at=one.at, value=one.value, worst=one.worst,
        edits=tuple(edits[:EDITS]),
    )  # fmt: skip


def value(edit: ScoredEdit) -> float:
    """Its score, 0 where it has none."""
    return edit.score.value or 0.0


def scored_sessions(store: Store, scope: Scope) -> Iterator[ScoredSession]:
    """All of them in scope, with all of their edits, in the order of the store."""
    scores = {one.session: one.value for one in kept_reads.kept(store.connection, scope, scored.SCORE)}
    for one in kept_reads.kept(store.connection, scope, scored.KIND):
        edits = scored.unpacked(one.value)
        made = scored.unpacked_scores(scores[one.session], edits) if one.session in scores else []
        if edits and made:
            yield told(one, edits, made)


def told(one: kept_reads.Kept, edits: Sequence[scored.Edit], scores: Sequence[Score]) -> ScoredSession:
    """A session as it is kept."""
    found = [
        ScoredEdit(
            call=edit.call, path=edit.path, path_key=edit.path_key, task=edit.task, lines=edit.lines, score=score,
            bad=edit.bad, known_at=edit.known_at,
        )
        for edit, score in zip(edits, scores, strict=True)
    ]  # fmt: skip
    values = [edit.score.value for edit in found if edit.score.value is not None]
    return ScoredSession(
        session=one.session, id=ids.short(ids.SESSION, one.session), project=one.project_name, at=one.at,
        value=sum(values) / len(values) if values else None, worst=max(values, default=None), edits=tuple(found),
    )  # fmt: skip


def session(config: Config, name: str) -> ScoredSession:
    """One session's edits with their scores.

    Raises:
        NotFound: there is no such session, several, or it was not scored.
    """
    start = ids.beginning(name)
    if start is None or start.kind != ids.SESSION:
        raise NotFound(f"{name!r} is neither a file here nor the id of a session. See `twiceshy sessions`.")
    with Store.open(config.home, readonly=True) as store:
        found = sessions.sessions_beginning(store.connection, start, MOST_NAMED + 1)
        if len(found) != 1:
            raise none_or_many(start, [ids.short(ids.SESSION, one.uid) for one in found], "twiceshy sessions")
        uid = found[0].uid
        known = [one for one in scored_sessions(store, Scope()) if one.session == uid]
    if not known:
        raise NotFound(f"{name} has no edits that were scored. Score what is new: twiceshy score")
    return known[0]


def by_fault(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings by fault: what two scanners say of one weakness in one line belongs together, the surest first."""
    return faults(findings)


def sarif(findings: Sequence[Finding], unknown: Sequence[str]) -> Json:
    """Findings as SARIF 2.1.0."""
    return as_sarif(findings, unknown, VERSION)
