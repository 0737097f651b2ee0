"""How did an agent work on one change? Shares, not counts: counts are the change's size once more.

A share of nothing is not known, and left out: it is never taken for 0.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from twiceshy.commands.shell.shown_files import EDIT_ACTIONS
from twiceshy.judgement.outcomes.files_tested import count_named_files
from twiceshy.judgement.outcomes.ran_tests import RanTests, find_ran_tests
from twiceshy.judgement.outcomes.session_changes import find_changes, join_output
from twiceshy.judgement.outcomes.working_style_counts import count_working_style
from twiceshy.logs.behaviour_counts import flag_edits
from twiceshy.records.events import PromptKind
from twiceshy.records.observations import WorkingStyle
from twiceshy.records.stories import ChangedFile, Moment
from twiceshy.records.work_parts import WorkPart
from twiceshy.stats.text.document_files import is_document

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
