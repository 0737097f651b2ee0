"""Looking at scores: the riskiest recent work, and one session's edits. Reads only."""

from collections import Counter
from collections.abc import Iterator, Sequence

from twiceshy import VERSION
from twiceshy.config import Config
from twiceshy.errors import NotFound
from twiceshy.flows import scored
from twiceshy.flows.look_sessions import none_or_many
from twiceshy.records import ids
from twiceshy.records.look import Scope
from twiceshy.records.scored import Overview, ScoredEdit, ScoredSession
from twiceshy.records.scores import Finding, Score
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


def overview(config: Config, scope: Scope, *, limit: int = RISKIEST) -> Overview:
    """What was scored in scope, and the sessions with the riskiest edits; newer first among equals."""
    with Store.open(config.home, readonly=True) as store:
        found = list(scored_sessions(store, scope))
        left = len(set(reads.counts(store.connection)) - kept_keys(store)) if scope == Scope() else 0
    edits = [edit for one in found for edit in one.edits]
    known = [edit for edit in edits if edit.score.value is not None]
    unknown = Counter(why for edit in edits for why in edit.score.introduced.unknown)
    risky = sorted(
        (one for one in found if one.worst), key=lambda one: (one.worst or 0.0, str(one.at or "")), reverse=True
    )
    return Overview(
        sessions=len(found), edits=len(known), unscored=len(edits) - len(known), left=left,
        findings=sum(len(edit.score.introduced.introduced) for edit in edits),
        unknown=tuple(unknown.most_common()),
        riskiest=tuple(top(one) for one in risky[:limit]),
    )  # fmt: skip


def kept_keys(store: Store) -> set[bytes]:
    """The sessions that were scored, imitations too."""
    return set(kept_reads.marks(store.connection, scored.SCORE))


def top(one: ScoredSession) -> ScoredSession:
    """The session with its riskiest edits only."""
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


def sarif(findings: Sequence[Finding], unknown: Sequence[str]) -> Json:
    """Findings as SARIF 2.1.0."""
    return as_sarif(findings, unknown, VERSION)
