"""Commit links: which commits contain work of which session, each with the evidence and a confidence.

A commit's hash does not outlive a rebase, so every kind of evidence is gathered for a change with all its copies (see
``outcomes.commit_copies``): what the log's own ``git commit`` printed, the second in which it ran, the words of
trailers, the salted hashes of added lines, the files. Lines weigh by rarity: one that stands in ten changes counts a
tenth, so that a licence header or an import links nothing. Hashes of the sessions' lines are gathered first and the
commits are then passed over once, so that the work grows with lines, not with sessions times commits.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import basename
from typing import Final

from twiceshy.facts.shell.shell_words import parse_simple_commands
from twiceshy.outcomes.commit_copies import CommitCopies, group_copies, lines_of, split_hashes
from twiceshy.records.commits import GitRun, Link, StoredCommit, Trace

VERSION: Final = 1
STATED: Final = "stated"
MADE: Final = "made"
TRAILER: Final = "trailer"
LINES: Final = "lines"
FILES: Final = "files"
COPY: Final = "copy"
AGENT: Final = "agent"
KINDS: Final = (STATED, MADE, TRAILER, LINES, FILES, COPY, AGENT)
"""A hash in what a ``git commit`` of the session printed; a commit made in the second in which the session ran ``git
commit``; a trailer with the session's id or a checkpoint of it; rare lines in common; files in common soon after; an
equal commit that one of these led to; a trailer that names the session's agent as author."""
_LEAST_CONFIDENCE: Final = 0.5
"""Confidence below which nothing is a link."""
_SLACK_S: Final = 120.0
"""How far clocks and the order of writing may be apart. Guess of 2026-11-21."""
_CLOCK_TICK_S: Final = 1.0
"""Git's clock has whole seconds."""
_COMMON: Final = 12
"""A line in more changes than these says nothing. Guess of 2026-11-21."""
_WINDOW_S: Final = 14 * 86_400.0
"""How long work may lie before it is committed. Guess of 2026-11-21."""
_PRINTED: Final = re.compile(r"^\[([^\]\n]{1,200}?) ([0-9a-f]{7,40})\] (.*)$", re.MULTILINE)
_TOKEN: Final = re.compile(r"[\w-]{8,}")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHORTEST_ID: Final = 8
"""Characters; a shorter session id could stand in a trailer by chance."""
_LONGEST_RUN_S: Final = 900.0
"""A commit made later in a call is not looked for: hooks that test everything take minutes. Guess of 2026-11-21."""
_AUTHOR_TRAILERS: Final = frozenset({"co-authored-by", "generated-by", "assisted-by", "entire-agent", "claude-session"})
_AGENTS: Final = ("claude", "codex", "copilot", "cursor", "gemini", "opencode", "aider")
_OPTIONS_WITH_VALUE: Final = frozenset({"-C", "-c", "--git-dir", "--work-tree"})
_TIME_ONLY: Final = "time"
_CHANCE: Final = {STATED: 0.98, TRAILER: 0.99, MADE: 0.97, _TIME_ONLY: 0.4, AGENT: 0.15}
"""Confidence of one piece of evidence alone: shares of right links on the tuning half, rounded; of trailers a guess
(2026-11-21)."""
_FILES_GAP_S: Final = 86_400.0
"""Edits that lie longer than a day say little about who committed the file. Guess of 2026-11-21."""
_HIGHEST: Final = 0.999


@dataclass(slots=True)
class _SharedEvidence:
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


def link(
    traces: Sequence[Trace],
    commits: Sequence[StoredCommit],
    *,
    checkpoints: Mapping[str, Collection[str]] | None = None,
    without: Collection[str] = (),
) -> list[Link]:
    """Return the links between the sessions and the commits of one project.

    They are ordered by session and then as the commits are. ``checkpoints`` has for ids that trailers name the ids of
    sessions, where a recorder's branch tells. ``without`` leaves out kinds of evidence.
    """
    found = group_copies(commits, copies=COPY not in without)
    shared: defaultdict[tuple[int, int], _SharedEvidence] = defaultdict(_SharedEvidence)
    weights = [float(len(one.lines)) for one in found]
    if LINES not in without:
        weights = _match_lines(traces, found, shared)
    if FILES not in without:
        _match_files(traces, found, shared)
    _match_git_runs(traces, found, shared, without)
    if TRAILER not in without:
        _match_trailers(traces, found, shared, checkpoints or {})
    if AGENT not in without:
        _match_agents(traces, found, shared)
    own = [frozenset(line for touch in trace.touches for line in split_hashes(touch.added)) for trace in traces]
    links: list[Link] = []
    for session, number in sorted(shared):
        common = shared[session, number]
        links += _build_links(traces[session], found[number], common, weights[number], len(own[session]))
    return links


def _match_lines(
    traces: Sequence[Trace], found: Sequence[CommitCopies], shared: defaultdict[tuple[int, int], _SharedEvidence]
) -> list[float]:
    """Return the weight of each change's lines; add to ``shared`` what they share with sessions."""
    wrote: defaultdict[bytes, dict[int, float]] = defaultdict(dict)  # a line's sessions, and when each first wrote it
    for session, trace in enumerate(traces):
        for touch in trace.touches:
            at = touch.at if touch.at is not None else trace.first_at
            for line in split_hashes(touch.added) if at is not None else ():
                wrote[line].setdefault(session, at or 0.0)
    holders: defaultdict[bytes, list[int]] = defaultdict(list)
    for number, change in enumerate(found):
        for line in change.lines & wrote.keys():
            holders[line].append(number)
    weights = [float(len(change.lines)) for change in found]
    for line, numbers in holders.items():
        worth = 1.0 / len(numbers)
        for number in numbers:
            weights[number] -= 1.0 - worth
        if len(numbers) <= _COMMON:
            numbers.sort(key=lambda number: found[number].authored_at)
            for session, at in wrote[line].items():
                _match_line(line, session, at, [(number, found[number]) for number in numbers], shared)
    return weights


def _match_line(
    line: bytes,
    session: int,
    at: float,
    holders: Sequence[tuple[int, CommitCopies]],
    shared: defaultdict[tuple[int, int], _SharedEvidence],
) -> None:
    """Count one line of one session for the changes that have it and came later."""
    worth = 1.0 / len(holders)
    first = True
    for number, change in holders:
        if change.last_at < at - _SLACK_S:
            continue
        common = shared[session, number]
        common.lines.add(line)
        common.weight += worth
        common.first += worth * first
        first = False


def _match_files(
    traces: Sequence[Trace], found: Sequence[CommitCopies], shared: defaultdict[tuple[int, int], _SharedEvidence]
) -> None:
    """Add to ``shared`` the files that a session had touched and that were then committed."""
    names = {basename(touch.path) for trace in traces for touch in trace.touches}
    history: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)  # base name, path, changes: oldest first
    for number in sorted(range(len(found)), key=lambda number: found[number].authored_at):
        paths: set[str] = {file.path for one in found[number].commits for file in one.files}
        for path in paths:
            if (name := basename(path)) in names:
                history[name].setdefault(path, []).append(number)
    for session, trace in enumerate(traces):
        times: defaultdict[str, list[float]] = defaultdict(list)
        for touch in trace.touches:
            if touch.at is not None:
                times[touch.path].append(touch.at)
        for touched, moments in times.items():
            moments.sort()
            for path, numbers in history.get(basename(touched), {}).items():
                if can_be_same_file(touched, path):
                    _match_file(session, path, moments, [(number, found[number]) for number in numbers], shared)


def _match_file(
    session: int,
    path: str,
    moments: Sequence[float],
    holders: Sequence[tuple[int, CommitCopies]],
    shared: defaultdict[tuple[int, int], _SharedEvidence],
) -> None:
    """Add the file to each of its changes that is the first one behind one of the moments."""
    before = 0.0
    for number, change in holders:
        last = bisect_left(moments, change.last_at + _CLOCK_TICK_S) - 1
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


def _match_git_runs(
    traces: Sequence[Trace],
    found: Sequence[CommitCopies],
    shared: defaultdict[tuple[int, int], _SharedEvidence],
    without: Collection[str],
) -> None:
    """Add to ``shared`` what the sessions' own ``git commit`` calls made."""
    copies = [(one, number) for number, change in enumerate(found) for one in change.commits]
    hashes = sorted((one.hash, number) for one, number in copies)
    authored = sorted((one.authored_at.timestamp(), number) for one, number in copies)
    committed = sorted((one.committed_at.timestamp(), number) for one, number in copies)
    for session, trace in enumerate(traces):
        for run in trace.git_runs:
            words = _find_commit_words(run)
            if words is None:
                continue
            if STATED not in without:
                for stated in _find_stated_hashes(run):
                    for number in _find_by_prefix(hashes, stated):
                        shared[session, number].proof.setdefault(STATED, stated)
            if MADE not in without and run.at is not None:
                rows = committed if "--amend" in words else authored
                for number in _find_in_time(rows, run.at, run.until):
                    subject = found[number].commits[0].subject
                    titles = {match[2] for match in _PRINTED.findall(run.text)}
                    said = bool(subject) and (subject in titles or subject in run.command)
                    detail = "time and subject" if said else _TIME_ONLY
                    proof = shared[session, number].proof
                    if said or MADE not in proof:
                        proof[MADE] = detail


def _find_commit_words(run: GitRun) -> tuple[str, ...] | None:
    """Return the words of the ``git commit`` in a command line; None where there is none."""
    if "commit" not in run.command:
        return None
    for command in parse_simple_commands(run.command):
        if command.program == "git" and _subcommand_of(command.words) == "commit":
            return command.words
    return None


def _subcommand_of(words: Sequence[str]) -> str:
    """Return the first word behind ``git`` that is neither an option nor an option's value; empty if none."""
    place = 1
    while place < len(words) and words[place].startswith("-"):
        place += 2 if words[place] in _OPTIONS_WITH_VALUE else 1
    return words[place] if place < len(words) else ""


def _find_stated_hashes(run: GitRun) -> list[str]:
    """Return the hashes, maybe abbreviated, of commits that the call says it made."""
    found = [match[1] for match in _PRINTED.findall(run.text)]
    return [*dict.fromkeys([*([run.stated] if run.stated else []), *found])]


def _find_by_prefix(rows: Sequence[tuple[str, int]], start: str) -> list[int]:
    """Return the numbers of the rows whose hash begins with ``start``."""
    place = bisect_left(rows, (start, -1))
    numbers = []
    while place < len(rows) and rows[place][0].startswith(start):
        numbers.append(rows[place][1])
        place += 1
    return numbers


def _find_in_time(rows: Sequence[tuple[float, int]], at: float, until: float | None) -> list[int]:
    """Return the numbers of the rows in the time of a call; git's clock has whole seconds."""
    end = min(until, at + _LONGEST_RUN_S) if until is not None else at + _SLACK_S
    place = bisect_left(rows, (at - _CLOCK_TICK_S, -1))
    numbers = []
    while place < len(rows) and rows[place][0] <= end + _CLOCK_TICK_S:
        numbers.append(rows[place][1])
        place += 1
    return numbers


def _match_trailers(
    traces: Sequence[Trace],
    found: Sequence[CommitCopies],
    shared: defaultdict[tuple[int, int], _SharedEvidence],
    checkpoints: Mapping[str, Collection[str]],
) -> None:
    """Add to ``shared`` the sessions that trailers name."""
    by_id: defaultdict[str, list[int]] = defaultdict(list)
    for session, trace in enumerate(traces):
        if len(trace.native_id) >= _SHORTEST_ID:
            by_id[trace.native_id].append(session)
    for number, change in enumerate(found):
        for name, value in {pair for one in change.commits for pair in one.trailers}:
            named = [value, *_TOKEN.findall(value), *_UUID.findall(value)]
            named += [one for word in named for one in checkpoints.get(word, ())]
            for session in {session for word in named for session in by_id.get(word, ())}:
                shared[session, number].proof.setdefault(TRAILER, name)


def _match_agents(
    traces: Sequence[Trace], found: Sequence[CommitCopies], shared: Mapping[tuple[int, int], _SharedEvidence]
) -> None:
    """Add the agent to the shared evidence where a trailer of the change names the session's agent."""
    for (session, number), common in shared.items():
        named = _agents_of(found[number])
        if any(agent in traces[session].agent for agent in named):
            common.proof[AGENT] = ", ".join(sorted(named))


def _agents_of(change: CommitCopies) -> frozenset[str]:
    """Return the agents that the trailers of a change name as authors."""
    words = " ".join(
        value.lower() for one in change.commits for name, value in one.trailers if name.lower() in _AUTHOR_TRAILERS
    )
    return frozenset(agent for agent in _AGENTS if agent in words)


def _rate_lines(common: _SharedEvidence, weight: float) -> float:
    """Return the confidence from lines alone, 0 where they prove nothing.

    ``weight`` is that of all the change's added lines. Confidences are the shares of right links among pairs with
    this evidence and no other, on the half of the recorded truth that was for tuning (2026-11-21; see
    ``benchmarks/links.py``).
    """
    if weight <= 0.0:
        return 0.0
    if common.first >= 1.0 and common.first >= 0.1 * weight:
        return 0.92 if common.first < 0.5 * weight else 0.97
    if common.weight >= 1.0 and common.weight >= 0.3 * weight:
        return 0.92
    return 0.3 if common.weight >= 1.0 and common.weight >= 0.1 * weight else 0.0


def _rate_files(common: _SharedEvidence, change: CommitCopies) -> float:
    """Return the confidence from files alone.

    Where lines were added and the session wrote none of them, files prove little.
    """
    files = len({file.path for file in change.commits[0].files})
    if common.gap_s > _FILES_GAP_S or 2 * len(common.files) < files:
        return 0.0
    if not change.lines and 5 * len(common.files) >= 4 * files:
        return 0.85
    return 0.3


def _build_links(trace: Trace, change: CommitCopies, common: _SharedEvidence, weight: float, own: int) -> list[Link]:
    """Return a link for each copy of the change, where the evidence is enough."""
    found: list[tuple[float, str, str]] = []
    for kind, detail in common.proof.items():
        found.append((_CHANCE["time"] if detail == _TIME_ONLY else _CHANCE[kind], kind, detail))
    if chance := _rate_lines(common, weight):
        found.append((chance, LINES, f"{len(common.lines)} of {len(change.lines)} added lines"))
    if chance := _rate_files(common, change):
        found.append((chance, FILES, f"{len(common.files)} files, {common.gap_s / 3600:.1f} hours after the last edit"))
    unsure = 1.0
    for chance, _, _ in found:
        unsure *= 1.0 - chance
    if 1.0 - unsure < _LEAST_CONFIDENCE:
        return []
    found.sort(key=lambda row: -row[0])
    return [
        Link(
            session=trace.session,
            commit_hash=one.hash,
            confidence=min(round(1.0 - unsure, 3), _HIGHEST),
            evidence=tuple(_describe_evidence(kind, detail, one.hash, change) for _, kind, detail in found),
            lines_shared=len(common.lines),
            lines_of_commit=len(lines_of(one)),
            lines_of_session=own,
        )
        for one in change.commits
    ]


def _describe_evidence(kind: str, detail: str, commit_hash: str, change: CommitCopies) -> tuple[str, str]:
    """Return the evidence as it is for one copy: a hash that the log states is that of one copy only."""
    if kind != STATED or commit_hash.startswith(detail):
        return kind, detail
    other = next(one.hash for one in change.commits if one.hash.startswith(detail))
    return COPY, f"of {other[:12]}, which the session made"
