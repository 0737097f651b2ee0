"""Link evidence: what the sessions and the changes of one project have in common, pair by pair.

Hashes of the sessions' lines are gathered first and the changes are then passed over once, so that the work grows with
lines, not with sessions times commits. How much the evidence is worth is ``judgement.outcomes.commit_links``'s to say.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import basename
from typing import Final

from twiceshy.commands.shell.shell_words import parse_simple_commands
from twiceshy.judgement.outcomes.change_ledger import find_subcommand
from twiceshy.judgement.outcomes.commit_copies import SIGNERS, CommitCopies, follow_chains, split_hashes
from twiceshy.records.commits import GitRun, Trace

STATED: Final = "stated"
MADE: Final = "made"
TRAILER: Final = "trailer"
LINES: Final = "lines"
FILES: Final = "files"
COPY: Final = "copy"
AGENT: Final = "agent"
ANCESTRY: Final = "ancestry"
KINDS: Final = (STATED, MADE, TRAILER, LINES, FILES, COPY, AGENT, ANCESTRY)
"""A hash in what a ``git commit`` of the session printed; a commit made in the second in which the session ran ``git
commit``; a trailer with the session's id or a checkpoint of it; rare lines in common; files in common soon after; an
equal commit that one of these led to; a trailer that names the session's agent as author; the process that made the
commit descends from the session's agent."""
TIME_ONLY: Final = "time"
"""The detail of ``MADE`` where the message of the commit is not known to be the session's."""
_TIME_AND_SUBJECT: Final = "time and subject"
_SLACK_S: Final = 120.0
"""How far clocks and the order of writing may be apart; it counts where nothing later has the line. Guess of
2026-11-21."""
_CLOCK_TICK_S: Final = 1.0
"""Seconds; git's format of a time has whole ones."""
_COMMON: Final = 12
"""A line in more changes than these says nothing. Guess of 2026-11-21."""
_WINDOW_S: Final = 14 * 86_400.0
"""How long work may lie before it is committed. Guess of 2026-11-21."""
_LONGEST_RUN_S: Final = 900.0
"""A commit made later in a call is not looked for: hooks that test everything take minutes. Guess of 2026-11-21."""
_SHORTEST_ID: Final = 8
"""Characters; a shorter session id could stand in a trailer by chance. Guess of 2026-11-21."""
_PRINTED: Final = re.compile(r"^\[([^\]\n]{1,200}?) ([0-9a-f]{7,40})\] (.*)$", re.MULTILINE)
_TOKEN: Final = re.compile(r"[\w-]{8,}")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_AUTHOR_TRAILERS: Final = SIGNERS | {"claude-session"}
_AGENTS: Final = ("claude", "codex", "copilot", "cursor", "gemini", "opencode", "aider")


@dataclass(slots=True)
class SharedEvidence:
    """The evidence that a session and a change have in common."""

    lines: set[bytes] = field(default_factory=set)
    """Rare ones in common that the session wrote before the change was last committed."""
    weight: float = 0.0
    """Their sum, each 1 / number of changes that have it."""
    first: float = 0.0
    """The part of ``weight`` whose lines came into the history with this change, after the session wrote them."""
    files: set[str] = field(default_factory=set)
    """Files of the commit that the session had touched, and nobody had committed since."""
    gap_s: float = _WINDOW_S
    """From the last such touch to the commit."""
    proof: dict[str, str] = field(default_factory=dict)
    """Other evidence: kind to detail."""


SharedByPair = defaultdict[tuple[int, int], SharedEvidence]
"""By the index of the session and that of the change."""


def match_lines(traces: Sequence[Trace], changes: Sequence[CommitCopies], shared: SharedByPair) -> list[float]:
    """Return the weight of each change's lines; add to ``shared`` what they share with sessions."""
    wrote = _find_writers(traces)
    holders: defaultdict[bytes, list[int]] = defaultdict(list)
    for number, change in enumerate(changes):
        for line in change.lines & wrote.keys():
            holders[line].append(number)
    for line, numbers in holders.items():
        if len(numbers) <= _COMMON:
            oldest_first = _sort_by_age(numbers, changes)
            for session, at in wrote[line].items():
                _match_line(line, session, at, oldest_first, shared)
    weights = [float(len(change.lines)) for change in changes]
    for numbers in holders.values():
        for number in numbers:
            weights[number] -= 1.0 - 1.0 / len(numbers)
    return weights


def _find_writers(traces: Sequence[Trace]) -> Mapping[bytes, Mapping[int, float]]:
    """Return for each line the sessions that wrote it, and when each first did."""
    wrote: defaultdict[bytes, dict[int, float]] = defaultdict(dict)
    for session, trace in enumerate(traces):
        for touch in trace.touches:
            at = trace.first_at if touch.at is None else touch.at
            if at is not None:
                for line in split_hashes(touch.added):
                    wrote[line].setdefault(session, at)
    return wrote


def _sort_by_age(numbers: Collection[int], changes: Sequence[CommitCopies]) -> list[tuple[int, CommitCopies]]:
    """Return the changes with these numbers, the first authored first."""
    return sorted(((number, changes[number]) for number in numbers), key=lambda pair: pair[1].authored_at)


def _match_line(
    line: bytes, session: int, at: float, holders: Sequence[tuple[int, CommitCopies]], shared: SharedByPair
) -> None:
    """Count one line of one session for the changes that have it and came later."""
    worth = 1.0 / len(holders)
    later = [pair for pair in holders if pair[1].changed_at >= at - _CLOCK_TICK_S]
    near = later or [pair for pair in holders if pair[1].changed_at >= at - _SLACK_S]
    for place, (number, _) in enumerate(near):
        common = shared[session, number]
        common.lines.add(line)
        common.weight += worth
        common.first += worth * (place == 0)


def match_files(traces: Sequence[Trace], changes: Sequence[CommitCopies], shared: SharedByPair) -> None:
    """Add to ``shared`` the files that a session had touched and that were then committed."""
    history = _index_changes({basename(touch.path) for trace in traces for touch in trace.touches}, changes)
    for session, trace in enumerate(traces):
        for touched, moments in _list_touch_times(trace).items():
            for path, holders in history.get(basename(touched), {}).items():
                if can_be_same_file(touched, path):
                    _match_file(session, path, moments, holders, shared)


def _index_changes(
    names: Collection[str], changes: Sequence[CommitCopies]
) -> Mapping[str, Mapping[str, list[tuple[int, CommitCopies]]]]:
    """Return for each of these base names its paths, and for each path its changes, the first authored first."""
    found: defaultdict[str, dict[str, list[tuple[int, CommitCopies]]]] = defaultdict(dict)
    for number, change in _sort_by_age(range(len(changes)), changes):
        for path in change.paths:
            if (name := basename(path)) in names:
                found[name].setdefault(path, []).append((number, change))
    return found


def _list_touch_times(trace: Trace) -> Mapping[str, list[float]]:
    """Return when the session touched each file, in order."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    for touch in trace.touches:
        if touch.at is not None:
            times[touch.path].append(touch.at)
    return {path: sorted(moments) for path, moments in times.items()}


def _match_file(
    session: int,
    path: str,
    moments: Sequence[float],
    holders: Sequence[tuple[int, CommitCopies]],
    shared: SharedByPair,
) -> None:
    """Add the file to each of its changes that is the first one behind one of the moments."""
    before = 0.0
    for number, change in holders:
        last = bisect_left(moments, change.changed_at + _CLOCK_TICK_S) - 1
        if last >= 0 and moments[last] > before and change.first_at - moments[last] < _WINDOW_S:
            common = shared[session, number]
            common.files.add(path)
            common.gap_s = min(common.gap_s, max(0.0, change.first_at - moments[last]))
        before = change.authored_at


def can_be_same_file(touched: str, path: str) -> bool:
    """Tell whether a session's path can be a file of the repository: one ends with the other, by whole names.

    >>> can_be_same_file("/home/ann/shop/web/a.js", "web/a.js")
    True
    >>> can_be_same_file("a.js", "web/a.js"), can_be_same_file("b.js", "web/ab.js")
    (True, False)
    """
    return touched == path or touched.endswith("/" + path) or path.endswith("/" + touched)


class _CommitTable:
    """The numbers of all changes by the hashes and times of their commits."""

    def __init__(self, changes: Sequence[CommitCopies], rewritten: Iterable[tuple[str, str]] = ()) -> None:
        copies = [(one, number) for number, change in enumerate(changes) for one in change.commits]
        self.subjects = [change.commits[0].subject for change in changes]
        number_of = {one.hash: number for one, number in copies}
        gone = {(old, number_of[new]) for old, new in rewritten if new in number_of and old not in number_of}
        self.hashes = sorted([*number_of.items(), *gone])
        self.authored = sorted((one.authored_at.timestamp(), number) for one, number in copies)
        self.committed = sorted((one.committed_at.timestamp(), number) for one, number in copies)

    def find_stated(self, run: GitRun) -> Iterator[tuple[int, str]]:
        """Yield the changes whose hash, maybe abbreviated, the call says it made, with that hash."""
        printed = [match[1] for match in _PRINTED.findall(run.text)]
        for stated in dict.fromkeys([run.stated, *printed] if run.stated else printed):
            place = bisect_left(self.hashes, (stated, -1))
            while place < len(self.hashes) and self.hashes[place][0].startswith(stated):
                yield self.hashes[place][1], stated
                place += 1

    def find_made(self, run: GitRun, *, amends: bool) -> Iterator[tuple[int, str]]:
        """Yield the changes with a commit in the time of the call, and whether its message is the session's too."""
        if run.at is None:
            return
        rows = self.committed if amends else self.authored
        titles = {match[2] for match in _PRINTED.findall(run.text)}
        end = min(run.until, run.at + _LONGEST_RUN_S) if run.until is not None else run.at + _SLACK_S
        place = bisect_left(rows, (run.at - _CLOCK_TICK_S, -1))
        while place < len(rows) and rows[place][0] <= end + _CLOCK_TICK_S:
            subject = self.subjects[rows[place][1]]
            said = bool(subject) and (subject in titles or subject in run.command)
            yield rows[place][1], _TIME_AND_SUBJECT if said else TIME_ONLY
            place += 1


def match_git_runs(
    traces: Sequence[Trace],
    changes: Sequence[CommitCopies],
    shared: SharedByPair,
    without: Collection[str],
    *,
    rewritten: Iterable[tuple[str, str]] = (),
) -> None:
    """Add to ``shared`` what the sessions' own ``git commit`` calls made.

    ``rewritten`` are commits that may be gone, and what git made of them.
    """
    table = _CommitTable(changes, follow_chains(rewritten))
    for session, run, words in _list_commit_runs(traces):
        for number, stated in table.find_stated(run) if STATED not in without else ():
            shared[session, number].proof.setdefault(STATED, stated)
        for number, detail in table.find_made(run, amends="--amend" in words) if MADE not in without else ():
            proof = shared[session, number].proof
            if detail != TIME_ONLY or MADE not in proof:
                proof[MADE] = detail


def match_processes(
    traces: Sequence[Trace],
    changes: Sequence[CommitCopies],
    shared: SharedByPair,
    made: Iterable[tuple[str, bytes]],
    rewritten: Iterable[tuple[str, str]] = (),
) -> None:
    """Add to ``shared`` the sessions whose agent's processes made a commit: hash and ``Session.uid``."""
    numbers = dict(_CommitTable(changes, follow_chains(rewritten)).hashes)
    by_uid = {trace.session: session for session, trace in enumerate(traces)}
    for commit, uid in made:
        if commit in numbers and uid in by_uid:
            shared[by_uid[uid], numbers[commit]].proof.setdefault(ANCESTRY, commit[:12])


def _list_commit_runs(traces: Sequence[Trace]) -> Iterator[tuple[int, GitRun, Sequence[str]]]:
    """Yield each call that runs ``git commit``, with its session and that command's words."""
    for session, trace in enumerate(traces):
        for run in trace.git_runs:
            if words := _find_commit_words(run):
                yield session, run, words


def _find_commit_words(run: GitRun) -> Sequence[str]:
    """Return the words of the ``git commit`` in a command line; none where there is none."""
    if "commit" in run.command:
        for command in parse_simple_commands(run.command):
            if command.program == "git" and find_subcommand(command) == "commit":
                return command.words
    return ()


def match_trailers(
    traces: Sequence[Trace],
    changes: Sequence[CommitCopies],
    shared: SharedByPair,
    checkpoints: Mapping[str, Collection[str]],
) -> None:
    """Add to ``shared`` the sessions that trailers name."""
    by_id: defaultdict[str, list[int]] = defaultdict(list)
    for session, trace in enumerate(traces):
        if len(trace.native_id) >= _SHORTEST_ID:
            by_id[trace.native_id].append(session)
    for number, change in enumerate(changes):
        for name, value in change.trailers:
            for word in _list_ids(value, checkpoints):
                for session in by_id.get(word, ()):
                    shared[session, number].proof.setdefault(TRAILER, name)


def _list_ids(value: str, checkpoints: Mapping[str, Collection[str]]) -> list[str]:
    """Return all that can be an id of a session in a trailer's value."""
    words = [value, *_TOKEN.findall(value), *_UUID.findall(value)]
    return words + [session for word in words for session in checkpoints.get(word, ())]


def match_agents(traces: Sequence[Trace], changes: Sequence[CommitCopies], shared: SharedByPair) -> None:
    """Add the agent to the shared evidence where a trailer of the change names the session's agent."""
    for (session, number), common in shared.items():
        named = _agents_of(changes[number])
        if any(agent in traces[session].agent for agent in named):
            common.proof[AGENT] = ", ".join(sorted(named))


def _agents_of(change: CommitCopies) -> frozenset[str]:
    """Return the agents that the trailers of a change name as authors."""
    words = " ".join(value.lower() for name, value in change.trailers if name.lower() in _AUTHOR_TRAILERS)
    return frozenset(agent for agent in _AGENTS if agent in words)
