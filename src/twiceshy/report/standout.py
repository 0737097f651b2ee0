"""Standout: the few things that are worse than the rest, surely enough to be said, dearest first.

Candidates come from general mechanisms, never from names: what an agent did blindly or in vain against the same done
otherwise, one command, file or error against all others. A candidate is said only if all of these hold:

- it happened often enough (``LEAST_TRIES`` tries, ``LEAST_HITS`` hits);
- its rate is at least ``LEAST_RATIO`` times the rest's even at the lower end of a 95 % interval, and that interval
  comes from drawing whole sessions again, as what happens in one session hangs together;
- of all that were looked at and are kept, at most 5 % on average are chance (Benjamini and Hochberg);
- it cost something: seconds between a failure and the next success of the same thing, or tokens read again.

The time is that of the excess over the rest's rate, not all of it: some failures are how work goes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import NamedTuple

from twiceshy.facts import stats
from twiceshy.records.behaviour import Behaviour, Count
from twiceshy.records.figures import CommandFigure, ErrorFigure, FileFigure, Ratio, RunRow, Standout
from twiceshy.report.figures import rate, ratio

LEAST_TRIES = 10  # guess: below, an interval is as wide as the scale
LEAST_HITS = 5  # guess, as above
LEAST_SESSIONS = 3  # guess: less says more about a session than about a file
LEAST_RATIO = 1.5  # guess: a third of the failures would not be there
LEAST_SHARE = 0.05  # guess: of sessions with one and the same error, of reads that were repeated, of hidden failures
LEAST_SECONDS = 60.0  # guess: less is not worth a reader's minute
LEAST_TOKENS = 20_000  # guess: a tenth of a usual context
COSTLESS = ("hidden:", "file:")
"""Beginnings of keys whose cost is not known: they come last."""
FALSE_SHARE = 0.05
ROUNDS = 200
LONGEST_MESSAGE = 38
MOST_LOOKED_AT = 8
"""Candidates whose interval is made by drawing sessions again, the dearest: it is the slow part (guess)."""
TOKENS_A_SECOND = 1000.0  # guess, for order only: what a model reads in the time that a second of waiting is worth
EXPECTED_ERRORS = frozenset({"exit status only", "rejected by the user", "interrupted", "tests failed", ""})
"""Labels of errors that are no sign of anything when they come again: tests are there to fail, the rest says little."""


class Cluster(NamedTuple):
    """One session's part: hits of tries, and hits of tries in what it is compared with."""

    hits: int
    tries: int
    base_hits: int = 0
    base_tries: int = 0
    seconds: float = 0.0
    tokens: int = 0


@dataclass(slots=True, kw_only=True)
class Candidate:
    """Something that may stand out."""

    key: str
    words: str
    """With ``{hits}``, ``{tries}``, ``{share}`` and ``{base}``."""
    do: str
    clusters: list[Cluster]
    of: str = "runs"
    """What the tries are."""
    compared: bool = True
    """Against other tries; otherwise its share is against ``LEAST_SHARE``."""
    proof: list[str] = field(default_factory=list)


def standouts(
    behaviours: Sequence[Behaviour],
    commands: Sequence[CommandFigure],
    files: Sequence[FileFigure],
    errors: Sequence[ErrorFigure],
    rng: Random,
    *,
    runs: Sequence[RunRow] = (),
) -> tuple[list[Standout], int]:
    """What stands out, dearest first, and how many candidates were looked at."""
    candidates = [
        *habit_candidates(behaviours),
        *command_candidates(behaviours),
        *stopped_candidates(runs),
        *hidden_candidates(commands),
        *file_candidates(files),
        *error_candidates(behaviours, errors),
    ]
    judged = [(candidate, *screened(candidate)) for candidate in candidates]
    kept = stats.false_discovery([p for _, _, p in judged])
    good = [
        replace(found, q=q)
        for (_, found, _), q in zip(judged, kept, strict=True)
        if found is not None and q <= FALSE_SHARE
    ]
    by_key = {candidate.key: candidate for candidate in candidates}
    good.sort(key=cost, reverse=True)
    sure = [found for one in good[:MOST_LOOKED_AT] if (found := drawn_again(one, by_key[one.key], rng)) is not None]
    sure.sort(key=cost, reverse=True)
    if any(found.key == "blind-edit" for found in sure):  # said once is enough
        told = {f"error:{error.id}" for error in errors if error.label == "not read"}
        sure = [found for found in sure if found.key not in told]
    return sure, len(candidates)


def cost(found: Standout) -> float:
    """What orders standouts: seconds, and tokens as seconds."""
    return found.cost_s + found.tokens / TOKENS_A_SECOND


def screened(candidate: Candidate) -> tuple[Standout | None, float]:
    """The candidate as a standout if its numbers suffice, and its p-value, which counts either way."""
    hits, tries, base_hits, base_tries, seconds, tokens = (
        (sum(column) for column in zip(*candidate.clusters, strict=True))
        if candidate.clusters
        else (0, 0, 0, 0, 0.0, 0)
    )
    if hits < LEAST_HITS or tries < LEAST_TRIES or (candidate.compared and not base_tries):
        return None, 1.0
    found, base = rate(int(hits), int(tries)), rate(int(base_hits), int(base_tries)) if candidate.compared else None
    quotient = ratio(found, base) if base else None
    if base is not None and quotient is not None:
        p = stats.fisher(found.hits, found.n, base.hits, base.n) if found.share > base.share else 1.0
        clears = quotient.low >= LEAST_RATIO
        excess = max(0.0, 1 - 1 / quotient.ratio)
    else:
        p, clears, excess = share_p(found.hits, found.n), found.low >= LEAST_SHARE, 1.0
    cost_s = seconds * excess
    if not clears or (cost_s < LEAST_SECONDS and tokens < LEAST_TOKENS and not candidate.key.startswith(COSTLESS)):
        return None, p
    claim = candidate.words.format(
        hits=f"{found.hits:,}",
        tries=f"{found.n:,}",
        share=percent(found.share),
        base=percent(base.share if base else 0),
    )
    return (
        Standout(
            key=candidate.key, claim=claim, do=candidate.do, rate=found, of=candidate.of, base=base,
            ratio=quotient, cost_s=cost_s, cost_low_s=cost_s, cost_high_s=cost_s, tokens=int(tokens),
            proof=candidate.proof,
        ),
        p,
    )  # fmt: skip


def share_p(hits: int, n: int) -> float:
    """Probability of so many hits or more if the share were ``LEAST_SHARE``."""
    return min(1.0, sum(stats.binomial(k, n, LEAST_SHARE) for k in range(hits, n + 1)))


def percent(share: float) -> str:
    """A share for people: ``9 %``, below ten with one digit.

    >>> percent(0.031), percent(0.41)
    ('3.1 %', '41 %')
    """
    return f"{share:.0%}".replace("%", " %") if share >= 0.0995 or share == 0 else f"{share:.1%}".replace("%", " %")


def drawn_again(found: Standout, candidate: Candidate, rng: Random) -> Standout | None:
    """The standout with intervals from drawing sessions again; None if its ratio is no longer sure."""
    clusters = [cluster for cluster in candidate.clusters if any(cluster)]
    if len(clusters) < 2:
        return found if found.key.startswith(COSTLESS) else None
    quotient = found.ratio
    if quotient is not None:
        interval = stats.clustered(clusters, cluster_ratio, rng, rounds=ROUNDS)
        if not interval.low >= LEAST_RATIO:
            return None
        quotient = Ratio(ratio=quotient.ratio, low=interval.low, high=interval.high)
    spent = stats.clustered(clusters, partial(excess_seconds, compared=found.base is not None), rng, rounds=ROUNDS)
    return replace(found, ratio=quotient, cost_low_s=max(0.0, spent.low), cost_high_s=max(0.0, spent.high))


def sums(clusters: Sequence[Cluster]) -> tuple[int, int, int, int, float]:
    """Hits, tries, the rest's, and the seconds."""
    hits = tries = base_hits = base_tries = 0
    seconds = 0.0
    for cluster in clusters:
        hits += cluster[0]
        tries += cluster[1]
        base_hits += cluster[2]
        base_tries += cluster[3]
        seconds += cluster[4]
    return hits, tries, base_hits, base_tries, seconds


def cluster_ratio(clusters: Sequence[Cluster]) -> float:
    """The ratio of the two rates; half a case is added where one would be nothing, nan where a side is empty."""
    hits, tries, base_hits, base_tries, _ = sums(clusters)
    if not tries or not base_tries:
        return float("nan")
    return ((hits or 0.5) / tries) / ((base_hits or 0.5) / base_tries)


def excess_seconds(clusters: Sequence[Cluster], *, compared: bool) -> float:
    """The seconds of what is more than the rest's rate."""
    seconds = sums(clusters)[4]
    if not compared:
        return seconds
    quotient = cluster_ratio(clusters)
    return seconds * max(0.0, 1 - 1 / quotient) if quotient > 0 else 0.0


def habit_candidates(behaviours: Sequence[Behaviour]) -> Iterable[Candidate]:
    """What agents did blindly or again, each against the same done otherwise."""
    yield Candidate(
        key="blind-edit",
        words="Editing a file before reading it: {hits} of {tries} edits fail, {base} of the others",
        do="twiceshy report --explain blind-edit",
        of="edits",
        clusters=[pair(b.blind, b.seen) for b in behaviours],
        proof=proofs(behaviours, "blind"),
    )
    yield Candidate(
        key="retry-edit",
        words="Retrying a failed edit without reading: {hits} of {tries} fail again, {base} after a read",
        do="twiceshy report --explain retry-edit",
        of="edits",
        clusters=[pair(b.retry, b.retry_read) for b in behaviours],
        proof=proofs(behaviours, "retry"),
    )
    yield Candidate(
        key="rerun",
        words="Running a failed command again unchanged: {hits} of {tries} fail again, {base} after a change",
        do="twiceshy report --explain rerun",
        clusters=[pair(b.rerun, b.rerun_changed) for b in behaviours],
        proof=proofs(behaviours, "rerun"),
    )
    yield Candidate(
        key="repeated-read",
        words="Reading again what did not change: {hits} of {tries} reads",
        do="twiceshy report --explain repeated-read",
        of="reads",
        clusters=[Cluster(b.repeated_reads, b.reads, tokens=b.repeated_tokens) for b in behaviours],
        compared=False,
        proof=proofs(behaviours, "repeated-read"),
    )


def pair(one: Count, other: Count) -> Cluster:
    """A session's failures of one sort beside another's."""
    return Cluster(
        one.failed, one.n - one.rejected, other.failed, other.n - other.rejected, one.seconds if one.failed else 0.0
    )


def proofs(behaviours: Iterable[Behaviour], kind: str) -> list[str]:
    """The newest few proofs of a kind: behaviours are in the order of sessions."""
    found = [proof for behaviour in behaviours for proof in behaviour.proof.get(kind, ())]
    return found[-5:][::-1]


def command_candidates(behaviours: Sequence[Behaviour]) -> Iterable[Candidate]:
    """Each command against all others, for failing and for being rejected."""
    totals: dict[str, Count] = defaultdict(Count)
    for behaviour in behaviours:
        for head, count in behaviour.commands.items():
            total = totals[head]
            total.n += count.n
            total.failed += count.failed
            total.rejected += count.rejected
    sums_of = [whole(behaviour.commands) for behaviour in behaviours]
    for head, total in totals.items():
        if total.n >= LEAST_TRIES:
            yield Candidate(
                key=f"command:{head}",
                words=f"`{escaped(head)}` fails in {{hits}} of {{tries}} runs ({{share}}), other commands in {{base}}",
                do=f'twiceshy search "{head}"',
                clusters=[
                    Cluster(
                        c.failed, c.n - c.rejected, w.failed - c.failed, w.n - w.rejected - c.n + c.rejected, c.seconds
                    )
                    for behaviour, w in zip(behaviours, sums_of, strict=True)
                    for c in (behaviour.commands.get(head, NOTHING),)
                ],
            )


NOTHING = Count()


def stopped_candidates(runs: Sequence[RunRow]) -> Iterable[Candidate]:
    """Each command against all others, for not ending by itself; what was waited until its end is the cost."""
    whole_of: dict[int, Cluster] = defaultdict(lambda: Cluster(0, 0))
    part_of: dict[str, dict[int, Cluster]] = defaultdict(lambda: defaultdict(lambda: Cluster(0, 0)))
    for run in runs:
        if run.failure != "rejected":
            waited = max(run.seconds or 0.0, 0.0) if run.stopped else 0.0
            for clusters in (whole_of, part_of[run.head or "?"]):
                hits, tries, *_, seconds, _ = clusters[run.session]
                clusters[run.session] = Cluster(hits + run.stopped, tries + 1, seconds=seconds + waited)
    for head, parts in part_of.items():
        if sum(part.tries for part in parts.values()) >= LEAST_TRIES:
            runnable = "<" not in head and head != "?"
            yield Candidate(
                key=f"stopped:{head}",
                words=f"`{escaped(head)}` is stopped or times out in {{hits}} of {{tries}} runs ({{share}}), "
                "others in {base}",
                do=f"twiceshy run --idle-timeout auto -- {head}" if runnable else f'twiceshy search "{head}"',
                clusters=[
                    part._replace(base_hits=whole.hits - part.hits, base_tries=whole.tries - part.tries)
                    for session, whole in whole_of.items()
                    for part in (parts.get(session, Cluster(0, 0)),)
                ],
            )


def whole(counts: Mapping[str, Count]) -> Count:
    """One session's commands together."""
    total = Count()
    for count in counts.values():
        total.n += count.n
        total.failed += count.failed
        total.rejected += count.rejected
    return total


def escaped(text: str) -> str:
    """The text for ``str.format``."""
    return text.replace("{", "{{").replace("}", "}}")


def brief(message: str) -> str:
    """The beginning of a message, so that a claim stays a line."""
    return message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"


def hidden_candidates(commands: Iterable[CommandFigure]) -> Iterable[Candidate]:
    """Commands behind a pipe that report success while their output shows a failure."""
    for command in commands:
        if command.masked >= LEAST_TRIES:
            yield Candidate(
                key=f"hidden:{command.head}",
                words=f"`{escaped(command.head)}` behind a pipe: {{hits}} of {{tries}} succeed with a failure in "
                "their output",
                do=f"twiceshy report --explain 'hidden:{command.head}'",
                of="runs behind a pipe",
                clusters=[Cluster(command.hidden, command.masked)],
                compared=False,
            )


def file_candidates(files: Sequence[FileFigure]) -> Iterable[Candidate]:
    """Files whose edits fail or are refused more often than those of all others.

    Every file with enough tries is a candidate: choosing them by their failures would make chance look sure.
    """
    tries = sum(file.edits for file in files)
    bad = sum(file.failed + file.rejected for file in files)
    for file in files:
        hits = file.failed + file.rejected
        if file.edits >= LEAST_TRIES and file.sessions >= LEAST_SESSIONS:
            yield Candidate(
                key=f"file:{file.path}",
                words=f"{escaped(file.path)}: {{hits}} of {{tries}} edits fail or are refused, elsewhere {{base}}",
                do=f"twiceshy show {file.path}",
                of="edits",
                clusters=[
                    Cluster(
                        hits if file.bad_sessions >= LEAST_SESSIONS else 0, file.edits, bad - hits, tries - file.edits
                    )
                ],
            )


def error_candidates(behaviours: Sequence[Behaviour], errors: Iterable[ErrorFigure]) -> Iterable[Candidate]:
    """Errors that come again in many sessions."""
    for error in errors:
        if error.label in EXPECTED_ERRORS or (error.sessions < LEAST_HITS and error.count < LEAST_HITS):
            continue
        key = error.fingerprint.hex()
        yield Candidate(
            key=f"error:{error.id}",
            words=f'{escaped(error.tool)}: "{escaped(brief(error.message))}" in {{hits}} of {{tries}} sessions, '
            f"{error.count:,} times",
            do=f"twiceshy show {error.id}",
            of="sessions",
            clusters=[
                Cluster(int(found is not None), 1, seconds=found.seconds if found else 0.0)
                for behaviour in behaviours
                for found in (behaviour.errors.get(key),)
            ],
            compared=False,
        )
