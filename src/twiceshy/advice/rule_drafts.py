"""From trials of many sessions to drafts of rules: which kinds and keys are worth a rule, and at which level."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.advice import policy
from twiceshy.records.rules import Level, Precision, RuleKind, TrialSummary, TrialTally

CONDITIONS = {
    RuleKind.FILE_UNREAD: "unread",
    RuleKind.UNREAD_EDIT: "unread",
    RuleKind.RETRY_EDIT: "retry",
    RuleKind.RERUN: "rerun",
}
"""What must be true of the session besides."""
RuleKey = tuple[RuleKind, bytes]


class Draft(NamedTuple):
    """A rule without words."""

    id: bytes
    kind: RuleKind
    key: bytes
    level: Level
    confidence: float
    tried: TrialSummary


def make_rule_id(kind: RuleKind, key: bytes) -> bytes:
    """Return the rule's id, 8 bytes, the same whenever the same thing is compiled in this store."""
    return blake2b(kind.value.encode() + b"\0" + key, digest_size=8).digest()


class _KeyCounts:
    """Counts of one kind and key; plain fields, as it is added to thousands of times."""

    __slots__ = (
        "call",
        "errors",
        "failed",
        "failed_sessions",
        "n",
        "others",
        "others_wrong",
        "projects",
        "quiet",
        "sessions",
        "wrong",
        "wrong_sessions",
    )

    def __init__(self) -> None:
        self.n = self.wrong = self.sessions = self.wrong_sessions = self.others = self.others_wrong = 0
        self.failed = self.failed_sessions = self.quiet = 0
        self.errors: Counter[bytes] = Counter()
        self.projects: set[str] = set()
        self.call = b""

    def add(self, one: TrialTally, project: str) -> None:
        """Add what one session of a project had of it."""
        if not one.applies:
            self.others += one.n
            self.others_wrong += one.wrong
            return
        self.n += one.n
        self.wrong += one.wrong
        self.sessions += 1
        self.wrong_sessions += bool(one.wrong)
        self.failed += max(one.failed, one.wrong)
        self.failed_sessions += bool(one.failed or one.wrong)
        self.quiet = 0 if one.wrong else self.quiet + 1
        if one.wrong or not self.call:
            self.call = one.call
        if one.wrong:
            self.projects.add(project)
        if one.errors:
            self.errors.update(one.errors)

    def summarize(self) -> TrialSummary:
        """Return the counts so far."""
        return TrialSummary(
            n=self.n,
            wrong=self.wrong,
            sessions=self.sessions,
            wrong_sessions=self.wrong_sessions,
            others=self.others,
            others_wrong=self.others_wrong,
            same_error=max(self.errors.values(), default=0),
            call=self.call,
            failed=self.failed,
            failed_sessions=self.failed_sessions,
            wrong_projects=len(self.projects),
            quiet=self.quiet,
        )


class TrialCounts:
    """Trials added up, session by session."""

    def __init__(self) -> None:
        self.n: dict[RuleKey, _KeyCounts] = {}

    def add(self, session: Iterable[TrialTally], project: str = "") -> None:
        """Add one session of a project, later than those before."""
        for one in session:
            place = (one.kind, one.key)
            known = self.n.get(place)
            if known is None:
                known = self.n[place] = _KeyCounts()
            known.add(one, project)

    def summarize(self, place: RuleKey) -> TrialSummary:
        """Return the counts of one kind and key so far."""
        known = self.n.get(place)
        return known.summarize() if known else TrialSummary()


def draft_rules(
    counts: TrialCounts,
    records: Mapping[RuleKind, Precision],
    errors: Mapping[bytes, str],
    unwanted: Collection[bytes] = frozenset(),
) -> list[Draft]:
    """Return a draft for each kind and key with enough evidence, silent ones too, the most confident first.

    Args:
        counts: of all sessions.
        records: what replay says of each kind.
        errors: for a call that went wrong the kind of its error, where that is known.
        unwanted: ids of rules that were muted or retired.
    """
    found = []
    for place, row in counts.n.items():
        if not row.wrong_sessions:
            continue  # most keys: no need to look at them closely
        kind, key = place
        tried, rule = counts.summarize(place), make_rule_id(kind, key)
        if not policy.has_enough_evidence(kind, tried):
            continue
        level = policy.choose_level(kind, tried, records.get(kind), errors.get(tried.call, ""))
        level = Level.SILENT if rule in unwanted else level
        found.append(Draft(rule, kind, key, level, policy.compute_confidence(tried), tried))
    return sorted(found, key=lambda one: (-one.confidence, -one.tried.n, one.id))


def draft_exceptions(
    counts: TrialCounts, sessions: Iterable[Iterable[TrialTally]], speaking: Collection[RuleKey]
) -> list[Draft]:
    """Return a draft for each narrow class that mostly works within a wider one that is warned of.

    Args:
        counts: of all sessions.
        sessions: the trials of each.
        speaking: kinds and keys of the rules that warn.
    """
    narrow: set[RuleKey] = set()
    for tallies in sessions if speaking else ():
        for some in group_by_call(tallies).values():
            narrow |= _list_narrower([(one.kind, one.key) for one in some], speaking)
    tried = {place: counts.summarize(place) for place in narrow}
    return [
        Draft(make_rule_id(*place), *place, Level.ALLOW, 0.0, known)
        for place, known in sorted(tried.items())
        if policy.mostly_works(place[0], known)
    ]


def _list_narrower(places: Sequence[RuleKey], speaking: Collection[RuleKey]) -> set[RuleKey]:
    """Return the classes of one call that are narrower than one that is warned of."""
    widest = max((policy.WIDTH[kind] for kind, key in places if (kind, key) in speaking), default=-1)
    return {place for place in places if policy.WIDTH[place[0]] < widest and place not in speaking}


def group_by_call(tallies: Iterable[TrialTally]) -> dict[bytes, list[TrialTally]]:
    """Return what a session has of classes of commands, by the call at which a rule would first have matched."""
    found: dict[bytes, list[TrialTally]] = {}
    for one in tallies:
        if one.applies and one.kind in policy.WIDTH:
            found.setdefault(one.first, []).append(one)
    return found
