"""Observe: what was done and what became of it, as observations for statistics: of each edit, and of each task.

Only what was done before an outcome counts as done. Of a task that is what was done until the first turn of a person
after its first edit, however the task ended; where it was refused or rolled back before, until then; and where no edit
came before that there is no observation. An outcome that is unknown is absent, and so is a behaviour that could not be
seen.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from types import MappingProxyType

from twiceshy.commands.shell.shown_files import is_refused_as_unread
from twiceshy.judgement.outcomes.evidence import Evidence
from twiceshy.judgement.outcomes.rollbacks import NOT_ROLLED_BACK
from twiceshy.judgement.outcomes.tallies import COMPLIANT
from twiceshy.judgement.outcomes.turns import TaskGroup
from twiceshy.judgement.outcomes.working_style_counts import count_working_style
from twiceshy.logs.behaviour_counts import flag_edits
from twiceshy.records.effects import BREAKS, CallRisk, Observation, WorkingStyle, size_band
from twiceshy.records.events import PromptKind
from twiceshy.records.outcomes import Answer, Correction, Outcome, Rollback, SessionResult
from twiceshy.records.stories import Moment
from twiceshy.records.workflow import NOTHING_DECLARED, Compliance, StepLevel
from twiceshy.stats.text.document_files import is_document

VERSION = 9
_MOST_PROOFS = 2
"""Proofs that are kept of equal observations. Guess of 2026-11-21: a reader opens no more."""
_MANY_FILES = 5
"""Edited files from which on a task has many. Guess of 2026-11-21."""
_RISKS = ("low", "medium", "high")
"""Bands of an edit's score that say that something is wrong, in order; each is asked as that band or a higher one."""
_ENGAGED = 0.1
"""Human messages a call above which people spoke much. Measured 2026-11-22 on 226 tasks with edits of the projects that
rules are made on: the upper quarter begins at .097, the median is .034."""
_OUTCOMES = {
    "completed": "completed",
    "corrected": "corrected",
    "rejected": "rejected",
    "rolled-back": "rolled_back",
    "tests-green": "tests",
    "survived": "survived",
}
"""Slugs and the fields of ``Task``."""
_FAILED = {"error": "failed", "rejected": "rejected"}
_STOPPED = frozenset({"rejected", "interrupted"})
_EDITING = frozenset({"edit", "write"})


def observe(
    facts: Evidence,
    result: SessionResult,
    *,
    compliance: Compliance = NOTHING_DECLARED,
    risks: Mapping[bytes, CallRisk] = MappingProxyType({}),
) -> tuple[Observation, ...]:
    """Return the session's observations; equal ones are merged and counted in one.

    ``risks`` has the calls that were scored.
    """
    watch = _SessionObserver(facts, result, compliance, risks)
    return _merge_equal([*watch.edits(), *watch.tasks()])


def _merge_equal(found: list[Observation]) -> tuple[Observation, ...]:
    """Merge equal observations; the proofs of the first few stay."""
    kinds: dict[object, Observation] = {}
    for one in found:
        truths = frozenset(one.did.items()), frozenset(one.became.items())
        key = (one.unit, one.path, one.size, one.proved, *truths)
        known = kinds.get(key)
        kinds[key] = (
            one if known is None else replace(known, n=known.n + one.n, proof=(known.proof + one.proof)[:_MOST_PROOFS])
        )
    return tuple(kinds.values())


class _SessionObserver:
    """One session, with what its edits and tasks are observed from."""

    def __init__(
        self, facts: Evidence, result: SessionResult, compliance: Compliance, risks: Mapping[bytes, CallRisk]
    ) -> None:
        self.facts = facts
        self.risks = risks
        self.result = result
        moments = facts.story.moments
        self.calls_before = [0, *accumulate(moment.step.kind == "call" for moment in moments)]
        self.spoken_before = [0, *accumulate(moment.human for moment in moments)]
        self.sight = flag_edits([moment.step for moment in moments if moment.step.kind != "reply"])
        self.declared = _find_broken_steps(compliance)
        self.mandatory = {BREAKS + step.step for step in compliance.steps if step.level is StepLevel.MANDATORY}
        self.corrected = _calls_of(facts.corrections)
        probing = [one for one in result.rollbacks if one.why.endswith(NOT_ROLLED_BACK)]
        self.probes = _calls_of(probing)
        self.probing = {facts.told.at[one.by] for one in probing}
        self.rolled_back = _calls_of(one for one in result.rollbacks if not one.why.endswith(NOT_ROLLED_BACK))
        self.cuts = [index for index, moment in enumerate(moments) if _is_cut_short(moment)]

    def build_observation(self, unit: str, proof: bytes, **more: object) -> Observation:
        story = self.facts.story
        values: dict[str, object] = {
            "unit": unit,
            "session": story.session,
            "project": story.project_name,
            "agent": story.agent,
            "model": story.model,
            "at": story.first_at,
            "proof": (proof.hex(),),
        }
        return Observation(**(values | more))  # type: ignore[arg-type]  # the fields' own types

    def edits(self) -> Iterator[Observation]:
        for group, task in zip(self.facts.groups, self.result.tasks, strict=True):
            size = size_band(task.edits)
            proved = Answer.YES in {task.completed.answer, task.tests.answer}
            for index in range(group.start, group.end):
                moment = self.facts.story.moments[index]
                path = _path_of(moment)
                if path is not None:
                    became = self.judge_edit(moment, index)
                    did = self.describe_edit(moment, index, group)
                    held = proved and moment.step.failure is None
                    yield self.build_observation(
                        "edit", moment.step.uid, path=path, size=size, did=did, became=became, proved=held
                    )

    def describe_edit(self, moment: Moment, index: int, group: TaskGroup) -> dict[str, bool]:
        uid = moment.step.uid
        did = dict(self.declared.get(uid, {})) | self.find_risk_bands([uid])
        if uid in self.sight.blind:
            did["blind-edit"] = self.sight.blind[uid]
        if uid in self.sight.unread_retry:
            did["retry"] = self.sight.unread_retry[uid]
        if moment.changed and not _is_document(moment):
            place = bisect_right(self.facts.people, index)
            end = self.facts.people[place] if place < len(self.facts.people) else group.end
            if (tested := self.has_checks_after(index, end)) is not None:
                did["no-tests-after"] = not tested
        return did

    def find_risk_bands(self, calls: Iterable[bytes]) -> dict[str, bool]:
        """Return whether the worst scored of the calls reaches each band, in all and by what the score rests on.

        Empty where none was scored. Whether one left an old name behind stands there too, where that was looked for.
        """
        scored = [self.risks[call] for call in calls if call in self.risks]
        if not scored:
            return {}
        did = (
            _describe_bands("risk", {one.band for one in scored})
            | _describe_bands("findings", {one.findings for one in scored})
            | _describe_bands("past", {one.past for one in scored})
        )
        renames = {one.missed_rename for one in scored} - {None}
        return did | ({"missed-rename": True in renames} if renames else {})

    def has_checks_after(self, index: int, end: int) -> bool | None:
        """Tell whether checks ran between an edit and the end of its time.

        None where a person cut that time short: who stops the agent to correct it also keeps it from testing, and
        missing tests would look as if they were to blame.
        """
        if self.facts.checks(index + 1, end):
            return True
        place = bisect_right(self.cuts, index)
        return None if place < len(self.cuts) and self.cuts[place] <= end else False

    def judge_edit(self, moment: Moment, index: int) -> dict[str, bool]:
        uid, failure = moment.step.uid, moment.step.failure
        if is_refused_as_unread(moment.step):
            return {"refused-unread": True}  # no failure of the edit: it was never tried
        if failure is not None:
            return {_FAILED[failure]: True} if failure in _FAILED else {}
        became = {"failed": False, "refused-unread": False}
        if self.facts.people:
            became["rejected"] = False
        if uid not in self.probes:
            became["rolled-back"] = uid in self.rolled_back
        known = uid in self.corrected or uid not in self.facts.doubted
        if known and self.facts.people and self.facts.people[-1] > index:
            became["corrected"] = uid in self.corrected
        return became

    def tasks(self) -> Iterator[Observation]:
        for group, task in zip(self.facts.groups, self.result.tasks, strict=True):
            until = self.end_of_window(group)
            inside = self.facts.story.moments[group.start : until]
            edits = sum(_path_of(moment) is not None for moment in inside)
            if not task.edits or not edits:
                continue
            became = {
                slug: answer
                for slug, field in _OUTCOMES.items()
                if (answer := _truth_of(getattr(task, field))) is not None
            }
            if task.first_pass is not Answer.UNKNOWN:
                became["first-pass"] = task.first_pass is Answer.YES
            became |= self.judge_engagement("engaged", group.start + 1, group.end)
            proof = task.prompt or inside[0].step.uid
            yield self.build_observation(
                "task",
                proof,
                size=size_band(edits),
                did=self.describe_task(inside, until) | self.judge_engagement("engaged-before", 0, group.start),
                became=became,
            )

    def judge_engagement(self, slug: str, start: int, end: int) -> dict[str, bool]:
        """Return whether people spoke much between two moments, in messages a call.

        Empty where no call was made there, or where nobody speaks in the whole session: a program drives it.
        """
        start, end, _ = slice(start, end).indices(len(self.facts.story.moments))
        calls = self.calls_before[max(start, end)] - self.calls_before[start]
        if not calls or not self.spoken_before[-1]:
            return {}
        spoken = self.spoken_before[max(start, end)] - self.spoken_before[start]
        return {slug: spoken / calls > _ENGAGED}

    def end_of_window(self, group: TaskGroup) -> int:
        """Return the index of the first turn of a person after the task's first edit, or of a setback before.

        To end it at the setback alone would end it at the outcome: tasks that went wrong early would have had less
        time for every habit, and habits would look as if they protected.
        """
        until = self.first_setback(group)
        moments = self.facts.story.moments
        first = next((index for index in range(group.start, until) if _path_of(moments[index])), until)
        place = bisect_right(self.facts.people, first)
        return min(until, self.facts.people[place]) if place < len(self.facts.people) else until

    def first_setback(self, group: TaskGroup) -> int:
        """Return the index of the first moment of the task that shows that its work was not right.

        The task's end where there is none.
        """
        setbacks = self.facts.setbacks
        places = setbacks[bisect_right(setbacks, group.start) : bisect_left(setbacks, group.end)]
        own = {check.place for check in self.facts.checks(group.start, group.end) if not check.green} | self.probing
        return next((place for place in places if place not in own), group.end)

    def describe_task(self, inside: tuple[Moment, ...], until: int) -> dict[str, bool]:
        calls = [moment for moment in inside if moment.step.kind == "call"]
        edits = [moment for moment in calls if _path_of(moment)]
        did = self.find_risk_bands(moment.step.uid for moment in edits)
        did |= _describe_beginning(inside, calls, edits[0])
        did |= {
            "delegated": any(moment.step.action == "delegate" for moment in calls),
            "many-files": len({_path_of(moment) for moment in edits}) >= _MANY_FILES,
        }
        did |= _describe_style(count_working_style(replace(self.facts.story, moments=inside)))
        uids = {moment.step.uid for moment in calls}
        if blind := self.sight.blind.keys() & uids:
            did["blind-edit"] = any(self.sight.blind[uid] for uid in blind)
        did["retry"] = any(self.sight.unread_retry.get(uid) for uid in uids)
        return did | self.describe_tests(inside, until) | self.describe_declared(uids)

    def describe_tests(self, inside: Sequence[Moment], until: int) -> dict[str, bool]:
        """Return whether no checks ran after the task's last change of code; empty where nobody can tell."""
        changing = [
            index
            for index, moment in enumerate(inside, until - len(inside))
            if moment.changed and not _is_document(moment)
        ]
        tested = self.has_checks_after(changing[-1], until) if changing else None
        return {} if tested is None else {"no-tests-after": not tested}

    def describe_declared(self, uids: Iterable[bytes]) -> dict[str, bool]:
        """Return which declared steps these calls broke, and whether they kept all that are mandatory."""
        did: dict[str, bool] = {}
        for uid in uids:
            for slug, broke in self.declared.get(uid, {}).items():
                did[slug] = did.get(slug, False) or broke
        if asked := self.mandatory.intersection(did):
            did[COMPLIANT] = not any(did[slug] for slug in asked)
        return did


def _find_broken_steps(compliance: Compliance) -> Mapping[bytes, Mapping[str, bool]]:
    """Return for each call the declared steps that it is about, and whether it broke them."""
    found: defaultdict[bytes, dict[str, bool]] = defaultdict(dict)
    for step in compliance.steps:
        for uid in step.kept:
            found[uid][BREAKS + step.step] = False
        for uid in step.broken:
            found[uid][BREAKS + step.step] = True
    return found


def _describe_bands(ground: str, bands: Collection[str]) -> dict[str, bool]:
    """Return whether the worst of the bands reaches each band that says that something is wrong."""
    worst = max((place for place, band in enumerate(_RISKS) if band in bands), default=-1)
    return {f"{ground}-{band}": place <= worst for place, band in enumerate(_RISKS)}


def _calls_of(found: Iterable[Rollback] | Iterable[Correction]) -> set[bytes]:
    """Return all calls that these are about."""
    return {call for one in found for call in one.calls}


def _describe_beginning(inside: Sequence[Moment], calls: Sequence[Moment], edit: Moment) -> dict[str, bool]:
    """Return what was done before the task's first edit."""
    before = {moment.step.action for moment in calls[: calls.index(edit)]}
    return {
        "planned": any(m.step.kind == "prompt" and m.step.name == PromptKind.PLAN for m in inside),
        "search-first": "search" in before,
        "read-first": "read" in before,
    }


def _describe_style(style: WorkingStyle) -> dict[str, bool]:
    return {
        "edit-churn": style.churned > 0,
        "failing-retry": style.failed_retries > 0,
        "partly-read": style.partly_read > 0,
    }


def _is_cut_short(moment: Moment) -> bool:
    """Tell whether a person stopped the agent there."""
    step = moment.step
    return step.failure in _STOPPED if step.kind == "call" else step.kind == "mark" and step.name == "interrupt"


def _is_document(moment: Moment) -> bool:
    """Tell whether a change is one of a document or of data, for which there are no tests."""
    path = _path_of(moment)
    return path is not None and is_document(path)


def _path_of(moment: Moment) -> str | None:
    """Return the file of a call that edits; None of every other moment."""
    step = moment.step
    if step.kind != "call" or (step.action not in _EDITING and not moment.changed):
        return None
    return step.path or (moment.changed[0].path if moment.changed else None)


def _truth_of(outcome: Outcome) -> bool | None:
    return None if outcome.answer is Answer.UNKNOWN else outcome.answer is Answer.YES
