"""Show scores: the riskiest recent work, and one session's edits. Reads only."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy import VERSION
from twiceshy.archive import scored_edits
from twiceshy.archive.ambiguous_ids import make_id_error
from twiceshy.archive.atomic_files import read_salt
from twiceshy.archive.db import Store
from twiceshy.archive.reads import edits as reads
from twiceshy.archive.reads import judgements as kept_reads
from twiceshy.archive.reads import sessions
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.records import ids
from twiceshy.records.figures import RiskFigure, RiskRow
from twiceshy.records.findings import Finding
from twiceshy.records.views import ScoredSession, ScoreOverview
from twiceshy.score import score_summary
from twiceshy.score.aggregate import BANDS, band_of, group_by_fault
from twiceshy.score.recipes import reported_findings, stored_summary
from twiceshy.score.sarif import Json
from twiceshy.score.sarif import to_sarif as as_sarif
from twiceshy.score.score_summary import build_scored_session, list_risk_rows, summarize_sessions

_RISKIEST = 10
"""Rows or sessions in an answer (guess, 2026-11-21)."""
_MOST_NAMED = 10
"""Sessions that a message names where an id could mean several (guess, 2026-11-21)."""
_NO_ANSWER = ("missing", "failed", "timeout")
"""Reasons of a scanner that lie with it or the machine, not with the text."""


def build_overview(config: Config, scope: Scope, *, limit: int = _RISKIEST) -> ScoreOverview:
    """Return what was scored in scope, with the sessions of the riskiest edits, newer first among equals."""
    with Store.open(config.home, readonly=True) as store:
        found = list(read_scored_sessions(store, scope))
        summary = stored_summary.read_summary(store)
        left = len(set(reads.count_edits(store.connection)) - _read_scored_keys(store)) if scope == Scope() else 0
    return summarize_sessions(found, left, limit, summary)


def build_risk_figure(store: Store, scope: Scope) -> RiskFigure | None:
    """Return the riskiest faults that edits introduced, one for each session, rule and file.

    None if nothing was scored and no report has a finding.
    """
    known = kept_reads.read_risks(store.connection, scope)
    reports = reported_findings.count_reports(store)
    if not known and not reports.findings:
        return None
    bands = Counter[str]()
    rows: list[RiskRow] = []
    for one in known:
        bands.update(one.bands)
        if any(count for name, count in one.bands.items() if name != BANDS[0][1]):
            rows += _read_risk_rows(store, one)
    order = {name: place for place, (_, name) in enumerate(BANDS)}
    newest = sorted(rows, key=lambda row: row.at.timestamp() if row.at else 0.0, reverse=True)
    return RiskFigure(
        edits=sum(bands.values()),
        bands=dict(bands),
        reports=reports.reports,
        reported=reports.findings,
        rows=sorted(newest, key=lambda row: -order[band_of(row.score)])[:_RISKIEST],
    )


def _read_risk_rows(store: Store, one: kept_reads.SessionRisk) -> Iterable[RiskRow]:
    """Return a session's faults, the first of each rule and file."""
    rows: dict[tuple[str, str], RiskRow] = {}
    for edited in scored_edits.read_scored_edits(store, one.session):
        for row in list_risk_rows(one.session, one.at, edited.score):
            rows.setdefault((row.path, row.rule), row)
    return rows.values()


class UnscannedEdits(NamedTuple):
    """Edits that a scanner should have looked at but did not."""

    edits: int
    """All that were given to scanners."""
    reasons: tuple[tuple[tuple[str, str], int], ...]
    """Scanner and reason, one of ``NO_ANSWER``, and for how many edits."""


def count_unscanned(store: Store) -> UnscannedEdits:
    """Count the edits that scanners did not look at, over everything that was scored."""
    edits = [
        edit
        for one in kept_reads.read_session_values(store.connection, Scope(), scored_edits.KIND)
        for edit in scored_edits.decode_edits(one.value)
    ]
    reasons = Counter(
        (scanner, reason)
        for edit in edits
        for scanner, _, reason in (why.partition(": ") for why in edit.change.unknown)
        if reason in _NO_ANSWER
    )
    return UnscannedEdits(len(edits), tuple(reasons.most_common()))


def _read_scored_keys(store: Store) -> set[bytes]:
    """Return the sessions that were scored, including logs that imitate an agent."""
    return set(kept_reads.hash_values(store.connection, scored_edits.SCORE))


def read_scored_sessions(store: Store, scope: Scope) -> Iterator[ScoredSession]:
    """Yield all scored sessions in scope with all of their edits, in the order of the store."""
    scores = {
        one.session: one.value for one in kept_reads.read_session_values(store.connection, scope, scored_edits.SCORE)
    }
    for one in kept_reads.read_session_values(store.connection, scope, scored_edits.KIND):
        edits = scored_edits.decode_edits(one.value)
        made = scored_edits.decode_scores(scores[one.session], edits) if one.session in scores else []
        if edits and made:
            yield build_scored_session((one.session, one.project_name, one.at), edits, made)


def read_scored_session(config: Config, name: str) -> ScoredSession:
    """Return one session's edits with their scores.

    Raises:
        NotFound: there is no such session, several, or it was not scored.
    """
    start = ids.parse_prefix(name)
    if start is None or start.kind != ids.SESSION:
        raise NotFound(f"{name!r} is neither a file here nor the id of a session. See `twiceshy sessions`.")
    with Store.open(config.home, readonly=True) as store:
        found = sessions.find_sessions(store.connection, start, _MOST_NAMED + 1)
        if len(found) != 1:
            raise make_id_error(start, [ids.shorten(ids.SESSION, one.uid) for one in found], "twiceshy sessions")
        uid = found[0].uid
        known = [one for one in read_scored_sessions(store, Scope()) if one.session == uid]
    if not known:
        raise NotFound(f"{name} has no edits that were scored. Score what is new: twiceshy score")
    return known[0]


def group_findings(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Group the findings by fault, most certain first.

    What two scanners say of one weakness in one line belongs together.
    """
    return group_by_fault(findings)


def phrase_unknown(why: str) -> str:
    """Return which part is unknown and why, in words."""
    return score_summary.phrase_unknown(why)


def to_sarif(config: Config, findings: Sequence[Finding], unknown: Sequence[str], told: Json | None = None) -> Json:
    """Return the findings as SARIF 2.1.0; ``told`` of the whole change stands in the run's properties.

    It is made for code hosts, so that its texts pass the gate of exports.

    Raises:
        TwiceshyError: one of them must not leave.
    """
    gate = OutgoingTexts(load_rules(), read_salt(config.salt), RedactionLevel(config.privacy_level), cache=config.cache)
    texts = gate.clean_record((tuple(findings), tuple(unknown)), "what was found is not given as SARIF")
    return as_sarif(*texts, VERSION, told)
