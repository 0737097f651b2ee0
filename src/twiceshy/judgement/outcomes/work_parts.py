"""Which part of a session led to which of its commits?

What was done since the session's commit before, as authors' clocks have it: a rebase gives commits a new time, but not
new work. Nothing that came after a commit's own time is ever part of it.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Final, NamedTuple

from twiceshy.commands.shell.shown_files import EDIT_ACTIONS
from twiceshy.judgement.outcomes.check_runs import RanTests, count_named_files, find_ran_tests, is_file_named
from twiceshy.judgement.outcomes.session_changes import find_changes, join_output
from twiceshy.judgement.outcomes.working_style_counts import count_working_style
from twiceshy.logs.behaviour_counts import flag_edits
from twiceshy.records.commits import RawCommit, Touch
from twiceshy.records.effects import WorkingStyle
from twiceshy.records.events import PromptKind
from twiceshy.records.stories import ChangedFile, FetchedOutput, ModelTokens, Moment, Story, WorkPart
from twiceshy.stats.text.document_files import is_document

# A session as it was at one moment: nothing that was said, done or printed later is in it.
#
# A call is known from its start on, and what came of it once its result was there: of a command that went on running,
# once the last of its output was fetched. What has no time of its own has that of what stands before it.


class MomentTimes(NamedTuple):
    """When something was there to be known; seconds since 1970, infinite where that is not known."""

    began: float
    known: float
    """When its result was there; of what is no call, when it began."""


class TimedStory(NamedTuple):
    """A story in the order of time, as subagents' logs may stand behind what their parent did later."""

    story: Story
    times: Sequence[MomentTimes]
    """Of each moment."""


def time_story(story: Story, fetched: Iterable[FetchedOutput] = ()) -> TimedStory:
    """Return the story in the order of time, with the times of each moment."""
    late: dict[bytes, float] = {}
    for one in fetched:
        late[one.run] = max(late.get(one.run, -inf), one.at)
    places = sorted(enumerate(_fill_times(story.moments)), key=lambda pair: pair[1])
    moments = tuple(story.moments[place] for place, _ in places)
    began = [at for _, at in places]
    times = [_time_moment(*one, late) for one in zip(moments, began, [*began, inf][1:], strict=True)]
    return TimedStory(replace(story, moments=moments), times)


def _fill_times(moments: Sequence[Moment]) -> list[float]:
    """Return when each moment began; what has no time, when the one before it did."""
    times, last = [], inf
    for moment in moments:
        last = last if moment.step.at is None else moment.step.at
        times.append(last)
    return times


def _time_moment(moment: Moment, began: float, following: float, late: dict[bytes, float]) -> MomentTimes:
    step = moment.step
    if step.kind != "call":
        return MomentTimes(began, began)
    done = following if step.done_at is None else step.done_at
    return MomentTimes(began, max(began, done, late.get(step.uid, -inf)))


def cut_story(timed: TimedStory, until: float) -> Story:
    """Return the story as it was known at ``until``."""
    kept = [
        moment if time.known <= until else forget_result(moment)
        for moment, time in zip(timed.story.moments, timed.times, strict=True)
        if time.began <= until
    ]
    return replace(timed.story, moments=tuple(kept))


def cut_after_calls(story: Story, calls: int, fetched: Iterable[FetchedOutput] = ()) -> Story:
    """Return the story up to the result of its call of that number; of a later call nothing is known."""
    places = [place for place, moment in enumerate(story.moments) if moment.step.kind == "call"]
    if calls >= len(places):
        return story
    kept = story.moments[: places[calls]]
    known = {moment.step.uid for moment in kept}
    open_ = {one.run for one in fetched if one.by not in known}
    return replace(story, moments=tuple(forget_result(one) if one.step.uid in open_ else one for one in kept))


def forget_result(moment: Moment) -> Moment:
    """Return a call as it was before its result came."""
    step = moment.step._replace(
        failure=None, fingerprint=None, message=None, done_at=None, size=0, edited=(), created=False
    )
    return moment._replace(step=step, text="", exit_code=None, words="", commit="", changed=())


_HASH_BYTES: Final = 8
"""Of one line, by definition in ``records.events.Edit``."""


class LinkedCommit(NamedTuple):
    """A commit that has work of a session."""

    hash: str
    authored: float
    """Seconds since 1970."""
    at: float
    """From when on it was surely there."""


class WorkSpan(NamedTuple):
    """The time in which the work for one commit was done."""

    after: float
    until: float


def divide_work(commits: Iterable[LinkedCommit]) -> Mapping[str, WorkSpan]:
    """Return the time of each commit's work, from the commits of one session."""
    linked = list(commits)
    authored = sorted({one.authored for one in linked})
    spans = {}
    for one in linked:
        place = bisect_right(authored, one.authored)
        following = authored[place] if place < len(authored) else inf
        spans[one.hash] = WorkSpan(authored[place - 2] if place > 1 else -inf, min(one.at, following))
    return spans


def take_part(timed: TimedStory, span: WorkSpan, tokens: Iterable[ModelTokens]) -> WorkPart:
    """Return the part of a story that falls in a span, with all that was known of the story at its end."""
    start = sum(time.began <= span.after for time in timed.times)
    return WorkPart(cut_story(timed, span.until), start, [one for one in tokens if span.after < one.at <= span.until])


def find_written_lines(part: WorkPart) -> frozenset[bytes]:
    """Return the lines that agents put in until then, as salted hashes."""
    return frozenset(line for one in part.story.moments for file in one.changed for line in file.added)


def split_lines(hashes: bytes) -> frozenset[bytes]:
    """Return the different lines of a commit, of which the store keeps hashes one after the other."""
    return frozenset(hashes[start : start + _HASH_BYTES] for start in range(0, len(hashes), _HASH_BYTES))


# Which sessions have work in a change that is not committed yet, and from when on is it their own?

FRESH_S: Final = 7 * 86_400.0
"""Seconds for which an edit may wait to be committed. Guess of 2026-11-23: older ones were committed or given up."""


class _Work(NamedTuple):
    """What one session did to the files of the change."""

    fresh: bool
    """Whether an edit of a file is newer than the last commit of it."""
    lines: int
    """Lines of the change that it wrote."""


def find_writers(
    change: RawCommit, at: float, touches: Mapping[bytes, Sequence[Touch]], committed: Mapping[str, float]
) -> set[bytes]:
    """Return the sessions whose edits the change holds, as far as their logs tell.

    ``committed`` says when each file was last committed. Edits after that wait to be committed; of their sessions those
    count that wrote lines of the change, where any did. Where none waits, a session counts that wrote such lines
    before: it committed a part of its work.
    """
    work = {session: _weigh(change, at, some, committed) for session, some in touches.items()}
    fresh = {session for session, one in work.items() if one.fresh}
    wrote = {session for session in fresh or work if work[session].lines}
    return wrote or fresh


def _weigh(change: RawCommit, at: float, touches: Iterable[Touch], committed: Mapping[str, float]) -> _Work:
    fresh, lines = False, set[bytes]()
    for touch in touches:
        if touch.at is None or not at - FRESH_S < touch.at <= at:
            continue
        for file in change.files:
            if is_file_named(touch.path, file.path):
                fresh = fresh or touch.at > committed.get(file.path, -inf)
                lines |= split_lines(file.added_hashes) & split_lines(touch.added)
    return _Work(fresh, len(lines))


def find_waiting(touches: Iterable[Touch], committed: Mapping[str, float], since: float) -> set[str]:
    """Return the paths of a session's edits after a time that no commit of their file followed."""
    newest: dict[str, float] = {}
    for touch in touches:
        if touch.at is not None and touch.at > since:
            newest[touch.path] = max(touch.at, newest.get(touch.path, -inf))
    return {
        path
        for path, at in newest.items()
        if all(made < at or not is_file_named(path, file) for file, made in committed.items())
    }


def find_last_commit(touches: Iterable[Touch], committed: Mapping[str, float], at: float) -> float:
    """Return when a session's work was last committed: the newest commit of a file after an edit of it.

    Links of sessions to commits are made later, when what became of the work is judged. Minus infinity for none.
    """
    edited = {touch.path: touch.at for touch in reversed(list(touches)) if touch.at is not None and touch.at <= at}
    return max(
        (
            made
            for file, made in committed.items()
            if made <= at and any(began <= made and is_file_named(path, file) for path, began in edited.items())
        ),
        default=-inf,
    )


# How did an agent work on one change? Shares, not counts: counts are the change's size once more.
#
# A share of nothing is not known, and left out: it is never taken for 0.

_REFUSED: Final = frozenset({"rejected", "cascade", "interrupted"})
"""Calls that were not carried out."""


def describe_work(part: WorkPart, text_of: Callable[[bytes], str] | None = None) -> dict[str, float]:
    """Return what is known of the work, by the name of its column; nothing of a part without a call.

    ``text_of`` gives the text of a body; without it no definition is looked for.
    """
    moments = part.story.moments[part.start :]
    if not any(moment.step.kind == "call" for moment in moments):
        return {}
    edits = [place for place, one in enumerate(moments) if _is_edit(one)]
    first = edits[0] if edits else len(moments)
    shares = [
        *_share_sight(part, moments),
        *_share_style(part, text_of),
        *_share_lines(part, moments),
        *_share_tests(part),
        *_share_calls(moments),
        *_share_beginning(part, moments, first, len(edits)),
        *_share_talk(part, moments),
    ]
    return {name: hits / of for name, hits, of in shares if of}


_Share = tuple[str, float, float]
"""Name of a column, how many, and of how many."""


def _is_edit(moment: Moment) -> bool:
    """Tell whether a moment is an edit of which is known what came of it."""
    return bool(moment.changed) or (moment.step.action in EDIT_ACTIONS and moment.step.failure == "error")


def _share_sight(part: WorkPart, moments: Sequence[Moment]) -> Iterator[_Share]:
    blind = flag_edits([one.step for one in part.story.moments if one.step.kind != "reply"]).blind
    own = [blind[one.step.uid] for one in moments if _is_edit(one) and one.step.uid in blind]
    known = [blind[one.step.uid] for one in part.story.moments if _is_edit(one) and one.step.uid in blind]
    yield "agent_blind_edit_rate", sum(own), len(own)
    yield "session_blind_edit_rate", sum(known), len(known)


def _share_style(part: WorkPart, text_of: Callable[[bytes], str] | None) -> Iterator[_Share]:
    """Yield what the working style gained in the part; what an edit looks like depends on what came before it."""
    whole = count_working_style(part.story, text_of)
    earlier = replace(part.story, moments=part.story.moments[: part.start])
    before = count_working_style(earlier, text_of) if part.start else WorkingStyle()
    calls = sum(one.step.kind == "call" for one in part.story.moments[part.start :])

    def gain(name: str) -> int:
        gained: int = getattr(whole, name) - getattr(before, name)
        return max(0, gained)

    yield "agent_duplicate_impl_rate", gain("missed"), gain("definitions")
    yield "partial_batch_read", gain("partly_read"), gain("batches")
    yield "retry_rate", gain("retries"), calls
    yield "failed_retry_rate", gain("failed_retries"), gain("retries")
    yield "file_switch_rate", gain("file_switches"), gain("edits")
    yield "folder_switch_rate", gain("folder_switches"), gain("edits")
    yield "return_rate", gain("returns"), gain("edits")


def _share_lines(part: WorkPart, moments: Sequence[Moment]) -> Iterator[_Share]:
    """Yield what became of lines until the change, and what they cost."""
    changed = [(one, file) for one in moments for file in one.changed]
    written = sum(len(file.added) for _, file in changed)
    lines = written + sum(len(file.removed) for _, file in changed)
    replaced, again = _count_replaced(file for _, file in changed)
    yield "churn_rate", replaced, written
    yield "reedit_rate", again, len(changed)
    yield "person_changed_rate", sum(file.user_modified for _, file in changed), len(changed)
    yield "subagent_lines_rate", sum(len(file.added) for one, file in changed if one.step.run is not None), written
    if part.tokens:
        yield "tokens_read_per_line", sum(one.input for one in part.tokens), lines
        yield "tokens_written_per_line", sum(one.output for one in part.tokens), lines


def _count_replaced(changed: Iterable[ChangedFile]) -> tuple[int, int]:
    """Return how many of the lines written were taken out again, and how many edits did so."""
    written: dict[bytes, Counter[bytes]] = {}
    replaced = again = 0
    for file in changed:
        own = written.setdefault(file.path_key, Counter())
        kept = Counter(file.added)
        gone = sum(((Counter(file.removed) - kept) & own).values())
        own.subtract(Counter(file.removed) - kept)
        own.update(kept)
        replaced, again = replaced + gone, again + (gone > 0)
    return replaced, again


def _share_tests(part: WorkPart) -> Iterator[_Share]:
    """Yield what tests did: after the last edit of code, and on the way."""
    moments = join_output(part.story.moments)
    every = list(find_ran_tests(moments))
    runs = [run for run in every if run.place >= part.start]
    code = [
        place
        for place in range(part.start, len(moments))
        if any(not is_document(one.path) and not one.scratch for one in find_changes(moments[place], place))
    ]
    yield "hidden_status_rate", sum(run.hidden for run in runs), len(runs)
    if code:
        yield from _share_results(runs, code)
    files = {file.path for one in moments[part.start :] for file in one.changed if not is_document(file.path)}
    named = count_named_files(files, every, moments)
    yield "ast_fails", named.red, len(files)
    yield "ast_passes", named.green, len(files)
    yield "untested_files", named.unnamed, len(files)


def _share_results(runs: Sequence[RanTests], code: Sequence[int]) -> Iterator[_Share]:
    after = [run for run in runs if run.place > code[-1]]
    yield "tests_after_edit", bool(after), 1
    told = [run.green for run in after if run.green is not None]
    if told:
        yield "last_tests_green", told[-1], 1
    between = [run.green for run in runs if run.place > code[0] and run.green is not None]
    yield "red_tests_rate", between.count(False), len(between)


def _share_calls(moments: Sequence[Moment]) -> Iterator[_Share]:
    """Yield what failed, and what a person refused."""
    calls = [one.step for one in moments if one.step.kind == "call" and one.step.failure not in _REFUSED]
    edits = [one for one in moments if _is_edit(one)]
    prompts = sum(one.human for one in moments)
    yield "failed_call_rate", sum(one.failure == "error" for one in calls), len(calls)
    yield "failed_edit_rate", sum(one.step.failure == "error" for one in edits), len(edits)
    yield "refusals_per_prompt", sum(one.step.failure == "rejected" for one in moments), prompts
    yield "interrupts_per_prompt", sum(_is_mark(one, "interrupt") for one in moments), prompts


def _is_mark(moment: Moment, name: str) -> bool:
    return moment.step.kind == "mark" and moment.step.name == name


def _share_beginning(part: WorkPart, moments: Sequence[Moment], first: int, edits: int) -> Iterator[_Share]:
    """Yield what was done before the first edit of the part; nothing where it has none."""
    if not edits:
        return
    before = moments[:first]
    actions = Counter(one.step.action for one in before if one.step.kind == "call" and one.step.failure is None)
    yield "searches_before_edit", actions["search"], edits
    yield "agent_read_efficiency", actions["read"], edits
    yield "planned", bool(actions["plan"]) or any(one.step.name == PromptKind.PLAN for one in before), 1
    marks = [place for place, one in enumerate(part.story.moments) if _is_mark(one, "compaction")]
    compacted = marks[0] - part.start if marks else len(moments)
    yield "edits_after_compaction", sum(_is_edit(one) for one in moments[max(0, compacted) :]), edits


def _share_talk(part: WorkPart, moments: Sequence[Moment]) -> Iterator[_Share]:
    """Yield how much was said: in the prompt that asked for the work, and by people in the session so far."""
    said = [one for one in part.story.moments if one.human or _is_program_prompt(one)]
    asked = [one for one in moments if one.human or _is_program_prompt(one)] or said[-1:]
    if asked:
        yield "prompt_words", max(len(one.text.split()) for one in asked), 1
    calls = sum(one.step.kind == "call" for one in part.story.moments)
    if said:
        yield "user_engagement_rate", sum(one.human for one in said), calls


def _is_program_prompt(moment: Moment) -> bool:
    return moment.step.kind == "prompt" and moment.step.name == PromptKind.SDK


def sum_up(parts: Iterable[tuple[Mapping[str, float], float]]) -> dict[str, float]:
    """Return the mean of several sessions' numbers, each by its weight; of what one knows alone, that one's."""
    sums: dict[str, tuple[float, float]] = {}
    for numbers, weight in parts:
        for name, value in numbers.items():
            total, weights = sums.get(name, (0.0, 0.0))
            sums[name] = total + value * weight, weights + weight
    return {name: total / weights for name, (total, weights) in sums.items() if weights}
