"""From trials of many sessions to drafts of rules: which kinds and keys are worth a rule, and at which level."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
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
_RuleKey = tuple[RuleKind, bytes]


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


class TrialCounts:
    """Trials added up, session by session; a plain object as it is added to thousands of times."""

    def __init__(self) -> None:
        self.n: dict[_RuleKey, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0, 0])
        self.errors: dict[_RuleKey, Counter[bytes]] = defaultdict(Counter)
        self.call: dict[_RuleKey, bytes] = {}

    def add(self, session: Iterable[TrialTally]) -> None:
        """Add one session, later than those before."""
        for one in session:
            place = (one.kind, one.key)
            row = self.n[place]
            if not one.applies:
                row[4] += one.n
                row[5] += one.wrong
                continue
            row[0] += one.n
            row[1] += one.wrong
            row[2] += 1
            row[3] += bool(one.wrong)
            if one.wrong or place not in self.call:
                self.call[place] = one.call
            if one.errors:
                self.errors[place].update(one.errors)

    def summarize(self, place: _RuleKey) -> TrialSummary:
        """Return the counts of one kind and key so far."""
        n, wrong, sessions, wrong_sessions, others, others_wrong = self.n.get(place, (0, 0, 0, 0, 0, 0))
        top = self.errors[place].most_common(1) if place in self.errors else []
        return TrialSummary(
            n=n,
            wrong=wrong,
            sessions=sessions,
            wrong_sessions=wrong_sessions,
            others=others,
            others_wrong=others_wrong,
            same_error=top[0][1] if top else 0,
            call=self.call.get(place, b""),
        )


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
        if row[0] < policy.FEWEST_CALLS or row[3] < policy.FEWEST_SESSIONS:
            continue  # most keys: no need to count them in full
        kind, key = place
        tried, rule = counts.summarize(place), make_rule_id(kind, key)
        if not policy.has_enough_evidence(kind, tried):
            continue
        level = policy.choose_level(kind, tried, records.get(kind), errors.get(tried.call, ""))
        level = Level.SILENT if rule in unwanted else level
        found.append(Draft(rule, kind, key, level, policy.compute_confidence(tried), tried))
    return sorted(found, key=lambda one: (-one.confidence, -one.tried.n, one.id))
