"""Task results: what became of the tasks of one session, each answer with what proves it, else unknown.

Evidence is what tools and people did: a commit, a pull request, checks that ran after the last edit, words of a person
about the work, changes rolled back. The agent's own words are none. Of contradicting evidence the last counts, as a
red test that was followed by a commit of the work was dealt with or accepted. It is about its own task: what was
committed for one says nothing of the next, and where a task's log breaks off with things still to do (see
``open_ends``) nothing that was done before proves that it was done.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from math import prod
from operator import itemgetter
from typing import Final

from twiceshy.judgement.outcomes import check_runs
from twiceshy.judgement.outcomes.evidence import Evidence, gather_evidence
from twiceshy.judgement.outcomes.open_ends import find_open_end, find_unkept_end, is_running
from twiceshy.judgement.outcomes.rollbacks import NOT_ROLLED_BACK, UNDECIDED
from twiceshy.judgement.outcomes.session_changes import SessionChange
from twiceshy.judgement.outcomes.turns import TaskGroup, TurnRole, load_signs
from twiceshy.records import ids
from twiceshy.records.outcomes import (
    UNKNOWN_OUTCOME,
    Answer,
    Correction,
    Outcome,
    Rating,
    Ratings,
    RatingWord,
    SessionResult,
    Task,
)
from twiceshy.records.stories import Moment, Story

VERSION = 6
_DESCRIPTION = 240
"""Characters of a task's prompt that are kept. Guess of 2026-11-21: what fits into three lines."""
_MOST_FILES = 50
"""Files of a task that are kept. Guess of 2026-11-21."""
_MOST_COMPARED = 50
"""Earlier changes of a file that one is compared with. Guess of 2026-11-21."""
_ALIVE = 0.5
"""Share of added lines from which on work counts as survived. Guess of 2026-11-21."""
_NO_OBJECTION = 0.9
"""Chance that a turn after the work in which no objection was found has none (guess of 2026-11-22: a little below what
the labels that rules were made on show)."""
_LEAST_NO = 0.7
"""Confidence from which on it is denied that a session was corrected: up to three turns that were looked at (measured
2026-11-22 on the same labels)."""
_DOUBTED = "maybe-corrected"
"""Why it is unknown whether work was corrected: words that may object to it, a refused call, a stop."""
_DECISIVE = ("test-red", "build-red")
"""Red checks after which nothing proves work done any more; linters and type checkers are often red about what was
there before. Nor do they prove it undone: of six benchmark runs that ended on red tests the hidden tests passed for
four (measured 2026-11-22), as those had failed before."""
_PULL_REQUEST = re.compile(r"\b(?:gh pr (?:create|merge)|glab mr (?:create|merge)|hub pull-request)\b")
_CONFIDENCE = {
    "rolled-back": 0.9,
    "commit-reverted": 0.9,
    "interrupted": 0.8,
    "api-error": 0.8,
    "ends-corrected": 0.8,
    "ends-in-plan": 0.7,
    "broken-off": 0.8,
    "promised": 0.8,
    "commit": 0.95,
    "pull-request": 0.95,
    "accepted": 0.9,
    "delivered": 0.9,
}
"""Chance that such evidence is right. Of commits 19 of 19 were on the half that was tuned on (lower bound .83); the
others are guesses of 2026-11-21, for too few were labelled."""


def judge_session(
    story: Story,
    *,
    corrections: Sequence[Correction] | None = None,
    survival: Mapping[bytes, float] | None = None,
    reverted: Mapping[str, str] | None = None,
) -> SessionResult:
    """Judge what became of the session's work.

    ``corrections`` are found where they are not given. ``survival`` has, for calls whose lines were found in later
    commits, the share of them that is alive; ``reverted`` has commits that were reverted, and by which.
    """
    return judge_evidence(gather_evidence(story, corrections=corrections, survival=survival, reverted=reverted))


def judge_evidence(facts: Evidence) -> SessionResult:
    """Judge what became of the session's work, from evidence gathered before."""
    return SessionResult(
        session=facts.story.session,
        tasks=tuple(_judge_task(facts, number) for number in range(len(facts.groups))),
        corrections=tuple(facts.corrections),
        rollbacks=facts.told.rollbacks,
    )


def _judge_task(facts: Evidence, number: int) -> Task:
    group = facts.groups[number]
    moments = facts.story.moments[group.start : group.end]
    works = facts.works(group.start, group.end)
    kept = [work for work in works if not work.scratch]
    prompt = group.turns[0].prompt
    task = Task(
        prompt=prompt.step.uid if prompt else b"",
        description=(prompt.text if prompt else "")[:_DESCRIPTION],
        started_at=_time_of(moments[0]),
        ended_at=_time_of(moments[-1]),
        calls=sum(moment.step.kind == "call" for moment in moments),
        edits=len(works),
        files=tuple(dict.fromkeys(work.path for work in works if work.path))[:_MOST_FILES],
    )
    last = max((work.index for work in works), default=group.start - 1)
    checks = _judge_checks(facts, works)
    task = replace(
        task,
        rejected=_judge_rejection(facts, moments),
        corrected=_judge_correction(facts, group, works, last),
        rolled_back=_judge_rollback(facts, kept),
        tests=_judge_tests(checks),
        regeneration_cycles=_count_cycles(facts, group, works),
    )
    share, survived = _judge_survival(facts, works)
    completed = _judge_completion(facts, number, task, checks, last)
    task = replace(task, completed=completed, survival=share, survived=survived)
    return replace(task, first_pass=judge_first_pass(task))


def _time_of(moment: Moment) -> datetime | None:
    return None if moment.step.at is None else datetime.fromtimestamp(moment.step.at, UTC)


def _judge_tests(checks: Outcome) -> Outcome:
    """Return what the last tests said; without one there is no answer, whatever builds and linters said."""
    return checks if checks.why.startswith("test-") else replace(checks, answer=Answer.UNKNOWN)


def _judge_checks(facts: Evidence, works: Sequence[SessionChange]) -> Outcome:
    """Judge what the checks after the last change said, before anything else was changed.

    Changes of documents do not count.
    """
    code = [work for work in works if not work.document and not work.scratch] or works
    if not code:
        return UNKNOWN_OUTCOME
    last = code[-1].index
    end = len(facts.story.moments)
    for work in islice(facts.told.works, bisect_right(facts.work_places, last), None):
        if not work.document and not work.scratch:
            end = work.index
            break
    return check_runs.judge_checks(facts.checks(last + 1, end), last, end)


def _judge_rejection(facts: Evidence, moments: Sequence[Moment]) -> Outcome:
    """Judge whether a person refused a call of the task."""
    refused = [moment for moment in moments if moment.step.kind == "call" and moment.step.failure == "rejected"]
    if refused:
        worded = [moment for moment in refused if moment.words]
        why = "rejected-with-words" if worded else "rejected"
        return Outcome(
            answer=Answer.YES,
            confidence=0.95,
            why=why,
            proof=tuple(moment.step.uid.hex() for moment in (worded or refused)[:2]),
        )
    if facts.people:
        return Outcome(answer=Answer.NO, confidence=0.95, why="none-refused")
    return UNKNOWN_OUTCOME


def _judge_correction(facts: Evidence, group: TaskGroup, works: Sequence[SessionChange], last: int) -> Outcome:
    """Judge whether a person corrected the task's work; no where one spoke after it and did not."""
    found = [one for work in works for one in facts.corrections_of.get(work.call, ())]
    first, end = (bisect_left(facts.spoken, place, key=itemgetter(0)) for place in (group.start + 1, group.end))
    found += [one for _, one in facts.spoken[first:end]]
    if found:
        best = max(found, key=lambda correction: correction.confidence)
        return Outcome(answer=Answer.YES, confidence=best.confidence, why=best.why, proof=(best.prompt.hex(),))
    if not works:
        return UNKNOWN_OUTCOME
    if any(work.call in facts.doubted for work in works):
        return Outcome(answer=Answer.UNKNOWN, why=_DOUBTED)
    place = bisect_right(facts.people, last)
    if place == len(facts.people):
        return UNKNOWN_OUTCOME
    if stop := _find_stop(facts, group):
        return Outcome(answer=Answer.UNKNOWN, why=_DOUBTED, proof=(stop.hex(),))
    spoken = bisect_left(facts.people, group.end) - bisect_right(facts.people, works[0].index)
    proof = facts.story.moments[facts.people[place]].step.uid.hex()
    confidence = _NO_OBJECTION ** max(spoken, 1)
    return Outcome(answer=Answer.NO, confidence=confidence, why="spoke-without-correcting", proof=(proof,))


def _find_stop(facts: Evidence, group: TaskGroup) -> bytes | None:
    """Return the uid of a moment of the task in which a person refused a call or stopped the agent."""
    for moment in facts.story.moments[group.start : group.end]:
        if moment.step.failure == "rejected" or (moment.step.kind == "mark" and moment.step.name == "interrupt"):
            return moment.step.uid
    return None


def _judge_rollback(facts: Evidence, works: Sequence[SessionChange]) -> Outcome:
    """Judge whether work of the task was rolled back; no where none was, as far as the log goes."""
    if not works:
        return UNKNOWN_OUTCOME
    every = [one for work in works for one in facts.rollbacks_of.get(work.call, ())]
    found = [one for one in every if not one.why.endswith(NOT_ROLLED_BACK)]
    if not found and (maybe := [one for one in every if one.why in UNDECIDED]):
        return Outcome(answer=Answer.UNKNOWN, why=maybe[0].why, proof=(maybe[0].by.hex(),))
    if not found:
        nothing = Outcome(answer=Answer.NO, confidence=0.9, why="nothing-taken-back")
        return _find_reverting_commit(facts, works) or nothing
    best = max(found, key=lambda rollback: rollback.confidence)
    whole = all(work in facts.told.gone for work in works)
    return Outcome(
        answer=Answer.YES,
        confidence=best.confidence,
        why=best.why if whole else f"{best.why}-in-part",
        proof=(best.by.hex(), best.calls[0].hex()),
    )


def _find_reverting_commit(facts: Evidence, works: Sequence[SessionChange]) -> Outcome | None:
    """Return the revert of a commit of the work, maybe long after the session; None where there is none."""
    made = {facts.told.commits[place].hash for work in works if (place := facts.told.commit_of.get(work)) is not None}
    for full, by in facts.reverted.items():
        if any(name and full.startswith(name) for name in made):
            confidence = _CONFIDENCE["commit-reverted"]
            return Outcome(answer=Answer.YES, confidence=confidence, why="commit-reverted", proof=(full, by))
    return None


def _judge_completion(facts: Evidence, number: int, task: Task, checks: Outcome, last: int) -> Outcome:
    """Return the last evidence after the task's last change; unknown where there is none."""
    group = facts.groups[number]
    if task.rolled_back.answer is Answer.YES and not task.rolled_back.why.endswith("-in-part"):
        return replace(task.rolled_back, answer=Answer.NO, confidence=_CONFIDENCE["rolled-back"], why="rolled-back")
    found: list[tuple[int, Outcome]] = []
    if checks.answer is Answer.YES or checks.why.startswith(_DECISIVE):
        found.append((facts.check_at[checks.proof[-1]], checks))
    found += _find_deliveries(facts, group, last)
    found += _find_statements(facts, group, last)
    found += _find_break_off(facts, group, last)
    found += _find_unkept(facts, group, last)
    if not found:
        return UNKNOWN_OUTCOME
    best = max(found, key=lambda pair: pair[0])[1]
    if best.why.startswith(_DECISIVE):
        return Outcome(answer=Answer.UNKNOWN, why=best.why, proof=best.proof)
    return best if best.answer is Answer.NO else _doubt_if_open(facts, group, best)


def _doubt_if_open(facts: Evidence, group: TaskGroup, best: Outcome) -> Outcome:
    """Return a yes as unknown where the task's end is open; last words that accept the work need no answer."""
    slug, uid = find_open_end(facts.story.moments, group.start, group.end, facts.todos)
    if not slug or (slug == "unanswered" and best.proof == (uid.hex(),)):
        return best
    return Outcome(answer=Answer.UNKNOWN, why=slug, proof=(uid.hex(),))


def _find_deliveries(facts: Evidence, group: TaskGroup, last: int) -> list[tuple[int, Outcome]]:
    """Return the commits and pull requests of the task's work."""
    found = []
    for place in _find_commits(facts, group, last):
        commit = facts.told.commits[place]
        if not commit.taken_back and commit.index >= last and not is_running(facts.story.moments[commit.index]):
            proof = tuple(filter(None, (commit.call.hex(), commit.hash)))
            found.append((commit.index, _answer_yes("commit", proof)))
    for index, moment in enumerate(facts.story.moments[last + 1 : group.end], last + 1):
        if _makes_pull_request(moment):
            found.append((index, _answer_yes("pull-request", (moment.step.uid.hex(),))))
    return found


def _find_commits(facts: Evidence, group: TaskGroup, last: int) -> set[int]:
    """Return the indexes of the commits of the task's last change, of all in its time where it changed nothing."""
    works = [work for work in facts.works(group.start, group.end) if work not in facts.told.gone]
    if works:
        return {facts.told.commit_of[work] for work in works if work.index == last and work in facts.told.commit_of}
    return {place for place, one in enumerate(facts.told.commits) if group.start <= one.index < group.end}


def _makes_pull_request(moment: Moment) -> bool:
    step = moment.step
    if step.kind == "mark":
        return step.name == "pull-request"
    worked = step.kind == "call" and step.failure is None and moment.exit_code in {None, 0}
    return worked and not is_running(moment) and _PULL_REQUEST.search(moment.command) is not None


def _answer_yes(why: str, proof: tuple[str, ...]) -> Outcome:
    return Outcome(answer=Answer.YES, confidence=_CONFIDENCE[why], why=why, proof=proof)


def _answer_no(why: str, proof: tuple[str, ...]) -> Outcome:
    return Outcome(answer=Answer.NO, confidence=_CONFIDENCE[why], why=why, proof=proof)


_STATEMENTS = {TurnRole.ACCEPTS: "accepted", TurnRole.DELIVERS: "delivered", TurnRole.CORRECTS: "ends-corrected"}


def _find_statements(facts: Evidence, group: TaskGroup, last: int) -> list[tuple[int, Outcome]]:
    """Return what a person said about the work after it.

    A correction that something was changed or delivered about proves nothing, nor does one that others followed.
    """
    mended = max(facts.work_places[-1:] + [commit.index for commit in facts.told.commits], default=-1)
    found = []
    for turn, said in zip(group.turns, group.roles, strict=True):
        if turn.prompt is None or turn.start <= last or said not in _STATEMENTS:
            continue
        if said is not TurnRole.CORRECTS:
            found.append((turn.start, _answer_yes(_STATEMENTS[said], (turn.prompt.step.uid.hex(),))))
        elif mended < turn.start and facts.people[-1:] == [turn.start]:
            found.append((turn.start, _answer_no(_STATEMENTS[said], (turn.prompt.step.uid.hex(),))))
    return found


_BREAK_OFFS = {"interrupt": "interrupted", "api-error": "api-error"}
"""Marks that end work, and what they prove."""


def _find_break_off(facts: Evidence, group: TaskGroup, last: int) -> list[tuple[int, Outcome]]:
    """Return an interrupt or an API error in the middle of the work after which nothing was done any more.

    An interrupt behind a last reply stopped nothing; one behind a refused plan is how a client goes on in a new
    session.
    """
    moments = facts.story.moments
    for index in range(group.end - 1, max(last, group.start) - 1, -1):
        step = moments[index].step
        if step.kind == "mark" and step.name in _BREAK_OFFS:
            if (facts.acted > index and not _is_left_for_another(facts, group)) or not _stops_work(
                group, last, moments[max(index - 1, 0)]
            ):
                return []
            return [(index, _answer_no(_BREAK_OFFS[step.name], (step.uid.hex(),)))]
        if (step.kind == "call" and step.failure is None) or _is_reply(moments[index]):
            break
    return []


def _is_left_for_another(facts: Evidence, group: TaskGroup) -> bool:
    """Tell whether a person turned from a stopped task that had changed something to another wish."""
    if group.end >= len(facts.story.moments) or not facts.works(group.start, group.end):
        return False
    words, signs = facts.story.moments[group.end].text[:_DESCRIPTION], load_signs().by_slug
    return bool(words.strip()) and not (signs["excuse"].is_in(words) or signs["goes-on"].is_in(words))


def _find_unkept(facts: Evidence, group: TaskGroup, last: int) -> list[tuple[int, Outcome]]:
    """Return an end of the log at which something was due: a plan nobody began, words broken off, a promise."""
    place, slug = find_unkept_end(facts.story.moments, group.start, group.end)
    if not slug or place < last:
        return []
    return [(place, _answer_no(slug, (facts.story.moments[place].step.uid.hex(),)))]


def _stops_work(group: TaskGroup, last: int, before: Moment) -> bool:
    """Tell whether a break-off behind a moment stopped work: not a reply, a plan, or a turn that did nothing."""
    idle = group.turns[-1].start > last and not group.turns[-1].calls
    return not idle and before.step.action != "plan" and not _is_reply(before)


def _is_reply(moment: Moment) -> bool:
    """Tell whether the agent replied; a client's own note about an error is no reply."""
    return moment.step.kind == "reply" and not moment.text.startswith(("API Error", "[Request interrupted"))


def _judge_survival(facts: Evidence, works: Sequence[SessionChange]) -> tuple[float | None, Outcome]:
    """Return the share of added lines that is alive, and what it means; None where no change has one."""
    weights = {work.call: 0 for work in works}
    for work in works:
        weights[work.call] += len(work.changed.added) if work.changed else 0
    known = [(facts.survival[call], weight) for call, weight in weights.items() if weight and call in facts.survival]
    if not known:
        return None, UNKNOWN_OUTCOME
    share = sum(alive * weight for alive, weight in known) / sum(weight for _, weight in known)
    answer = Answer.YES if share >= _ALIVE else Answer.NO
    proof = tuple(call.hex() for call in weights if call in facts.survival)[:2]
    return share, Outcome(answer=answer, confidence=0.9, why="lines-alive", proof=proof)


def _count_cycles(facts: Evidence, group: TaskGroup, works: Sequence[SessionChange]) -> int:
    """Count changes of lines that the task had put in before a correction, refusal, rollback or red check."""
    bad = facts.setbacks[bisect_left(facts.setbacks, group.start) : bisect_left(facts.setbacks, group.end)]
    count = 0
    seen: dict[bytes, list[tuple[int, Counter[bytes]]]] = {}
    for work in works:
        if work.changed is None:
            continue
        earlier = seen.setdefault(work.changed.path_key, [])
        removed = set(work.changed.removed) - set(work.changed.added)
        latest = bad[bisect_left(bad, work.index) - 1] if bad and bad[0] < work.index else -1
        if any(index < latest and not removed.isdisjoint(lines) for index, lines in earlier):
            count += 1
        earlier.append((work.index, Counter(work.changed.added)))
        del earlier[:-_MOST_COMPARED]
    return count


def judge_first_pass(task: Task) -> Answer:
    """Judge the first pass: no after any setback; yes where the work is done, or a person went on, without one."""
    if not task.edits:
        return Answer.UNKNOWN
    bad = (task.corrected, task.rejected, task.rolled_back)
    if any(outcome.answer is Answer.YES for outcome in bad) or "-red-" in task.tests.why:  # of a build or linter too
        return Answer.NO
    if task.completed.answer is Answer.YES or task.corrected.answer is Answer.NO:
        return Answer.YES if task.completed.answer is not Answer.NO else Answer.UNKNOWN
    return Answer.UNKNOWN


_OF_ANY = frozenset({"corrected", "rejected", "rolled_back"})
"""What may happen to a part of the work."""


def answer_for_session(result: SessionResult, question: str) -> Outcome:
    """Return one answer for the whole session; ``question`` is a field of ``Task``.

    A yes of any task counts for what may happen to a part of the work; of completion the last task's answer, as a
    commit completes its task and not the session, unless a person said it of the whole; else the last that is known.
    Tasks that changed nothing say nothing where others changed something.
    """
    every: list[Outcome] = [getattr(task, question) for task in tasks_with_edits(result)]
    if question == "completed" and result.rated.answer is not Answer.UNKNOWN:
        return result.rated
    if question == "completed":
        return every[-1] if every else UNKNOWN_OUTCOME
    found = next((outcome for outcome in every if outcome.answer is Answer.YES), None)
    if found is not None and question in _OF_ANY:
        return found
    if question == "corrected":
        return _deny_correction(every)
    return _pick_last_known(every)


def _pick_last_known(every: Sequence[Outcome]) -> Outcome:
    """Return the last answer that is known; a task that may have been rolled back leaves the session unknown."""
    doubt = next((outcome for outcome in every if outcome.why in UNDECIDED), None)
    known = [outcome for outcome in every if outcome.answer is not Answer.UNKNOWN]
    return doubt or (known[-1] if known else UNKNOWN_OUTCOME)


def _deny_correction(every: Sequence[Outcome]) -> Outcome:
    """Return no for a session of which no task was corrected; unknown where one may have been, or much was said."""
    denied = [outcome for outcome in every if outcome.answer is Answer.NO]
    confidence = prod(outcome.confidence for outcome in denied)
    if any(outcome.why == _DOUBTED for outcome in every) or confidence < _LEAST_NO:
        return Outcome(answer=Answer.UNKNOWN, why=_DOUBTED)
    return replace(denied[-1], confidence=confidence) if denied else UNKNOWN_OUTCOME


def tasks_with_edits(result: SessionResult) -> tuple[Task, ...]:
    """Return the tasks that changed something; all where none did."""
    return tuple(task for task in result.tasks if task.edits) or result.tasks


# Ratings as evidence: a person's word that a piece of work was good or bad is what became of it.
#
# It is the only evidence that is certain, as it is what the question asks. A neutral word says nothing. Of several
# chats of one task the last that was rated counts, as what came later changed the work.

_ANSWERS: Final[Mapping[RatingWord, Answer]] = {RatingWord.GOOD: Answer.YES, RatingWord.BAD: Answer.NO}
_SLUGS: Final[Mapping[RatingWord, str]] = {RatingWord.GOOD: "rated-good", RatingWord.BAD: "rated-bad"}


def apply_ratings(facts: Evidence, result: SessionResult, ratings: Ratings) -> SessionResult:
    """Return what became of the session's work where people said how good it was."""
    if not ratings.said:
        return result
    said = [_find_last_word(facts, group, ratings) for group in facts.groups]
    whole = judge_rating(ratings.of(ids.SESSION, result.session))
    if len(said) == 1 and said[0].answer is Answer.UNKNOWN:
        said = [whole]  # a session of one task is that task
    tasks = tuple(_apply_word(task, word) for task, word in zip(result.tasks, said, strict=True))
    return replace(result, tasks=tasks, rated=whole)


def judge_rating(said: Rating | None) -> Outcome:
    """Return whether the work is done, as a person said; unknown where nobody did, or neither good nor bad."""
    if said is None or said.word not in _ANSWERS:
        return UNKNOWN_OUTCOME
    return Outcome(answer=_ANSWERS[said.word], confidence=1.0, why=_SLUGS[said.word], proof=(said.uid.hex(),))


def _find_last_word(facts: Evidence, group: TaskGroup, ratings: Ratings) -> Outcome:
    """Return what the last rating of the task's chats says."""
    rated = [
        (place, one)
        for (kind, uid), one in ratings.said.items()
        if kind == ids.CHAT and group.start <= (place := facts.places.get(uid, -1)) < group.end
    ]
    return judge_rating(max(rated, key=lambda pair: pair[0])[1]) if rated else UNKNOWN_OUTCOME


def _apply_word(task: Task, word: Outcome) -> Task:
    """Return the task as the word has it; what happened to it (a rollback, a red test) happened all the same."""
    if word.answer is Answer.UNKNOWN:
        return task
    task = replace(task, completed=word)
    first = Answer.NO if task.edits and word.answer is Answer.NO else judge_first_pass(task)
    return replace(task, first_pass=first)
