"""Which parts of a session can a model learn as a whole dialogue, and how do they read?

A part is a run of prompts with all that followed them, of tasks whose work was good to the end. It ends where a task
is not known to be good, where a person stopped the agent, and where the client made the session's text shorter: what
came after that leaned on a summary that nobody has. Hidden thinking and what subagents did are left out.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from twiceshy.records.chats import DoneCall, SaidPrompt, SaidReply, SeenMark, WholeSession
from twiceshy.records.events import MarkKind, PromptKind
from twiceshy.records.outcomes import SessionResult, Task
from twiceshy_data.dataset.good_work import find_clean_proof
from twiceshy_data.dataset.training_texts import write_message

_LONGEST: Final = 400_000
"""Characters of a part: beyond it no model has the room (guess, 2026-11-23: 100,000 tokens)."""
_ENDS: Final = frozenset({MarkKind.COMPACTION, MarkKind.INTERRUPT, MarkKind.REWIND})
_SPOKEN: Final = frozenset({PromptKind.TYPED, PromptKind.COMMAND, PromptKind.PLAN, PromptKind.SDK})
"""Prompts that begin a turn that can be learned from; one that came while the agent worked has no place of its own."""
_SAID_WITHIN: Final = frozenset({PromptKind.SUBAGENT, PromptKind.META, PromptKind.NOTIFICATION, PromptKind.SKILL})
"""Words of the client between an agent's calls, which are no turn."""
_Event = SaidPrompt | SaidReply | DoneCall | SeenMark
Message = Mapping[str, str]


class LearnedPart(NamedTuple):
    """A part of a session to learn from."""

    prompts: tuple[SaidPrompt, ...]
    messages: tuple[Message, ...]
    confidence: float
    """Of the task that is least sure to be good."""
    evidence: tuple[str, ...]
    """What shows it, of each task."""


class _Turn(NamedTuple):
    prompt: SaidPrompt
    events: Sequence[_Event]
    task: Task | None
    broken: bool
    """Something in it ends a part."""


def find_dialogues(log: WholeSession, result: SessionResult, inputs: Mapping[bytes, str]) -> Iterator[LearnedPart]:
    """Yield the parts of a session; ``inputs`` has each call's whole input as JSON."""
    part: list[tuple[_Turn, list[Message]]] = []
    size = 0
    for turn in _split_turns(log, result):
        messages = [] if turn.broken or turn.task is None else list(_write_turn(turn, inputs))
        added = sum(_measure(one) for one in messages)
        good = bool(messages) and added <= _LONGEST
        if part and (not good or size + added > _LONGEST):
            yield _join(part)
            part, size = [], 0
        if good:
            part.append((turn, messages))
            size += added
    if part:
        yield _join(part)


def _join(part: Sequence[tuple[_Turn, Sequence[Message]]]) -> LearnedPart:
    tasks = {turn.task.prompt: turn.task for turn, _ in part if turn.task is not None}
    proofs = [proof for task in tasks.values() if (proof := find_clean_proof(task)) is not None]
    return LearnedPart(
        prompts=tuple(turn.prompt for turn, _ in part),
        messages=tuple(one for _, messages in part for one in messages),
        confidence=min(proof.confidence for proof in proofs),
        evidence=tuple(dict.fromkeys(proof.why for proof in proofs)),
    )


def _split_turns(log: WholeSession, result: SessionResult) -> Iterator[_Turn]:
    """Yield the prompts of the main dialogue with all that followed; a task is None unless its work is good."""
    tasks = {task.prompt: task for task in result.tasks}
    every: list[_Event] = [*log.prompts, *log.replies, *log.calls, *log.marks]
    every = sorted((one for one in every if one.run is None), key=lambda one: one.rank)
    task: Task | None = None
    prompt: SaidPrompt | None = None
    events: list[_Event] = []
    for one in every:
        if not isinstance(one, SaidPrompt) or one.kind in _SAID_WITHIN:
            events.append(one)
            continue
        if prompt is not None:
            yield _make_turn(prompt, events, task)
        task = tasks.get(one.uid, task)
        prompt, events = one, []
    if prompt is not None:
        yield _make_turn(prompt, events, task)


def _make_turn(prompt: SaidPrompt, events: Sequence[_Event], task: Task | None) -> _Turn:
    stopped = any(isinstance(one, SeenMark) and one.kind in _ENDS for one in events)
    refused = any(isinstance(one, DoneCall) and one.failure == "rejected" for one in events)
    good = task if task is not None and find_clean_proof(task) is not None else None
    return _Turn(prompt, events, good, stopped or refused or prompt.kind not in _SPOKEN or not prompt.text.strip())


def _write_turn(turn: _Turn, inputs: Mapping[bytes, str]) -> Iterator[Message]:
    """Yield a turn's messages; none where it does not end with words of the agent."""
    done = [one for one in turn.events if isinstance(one, DoneCall) or (isinstance(one, SaidReply) and _is_said(one))]
    if not done or not isinstance(done[-1], SaidReply):
        return
    yield write_message("user", turn.prompt.text)
    words: list[str] = []
    for one in done:
        if isinstance(one, SaidReply):
            words.append(one.text)
            continue
        yield write_message("assistant", "\n\n".join((*words, _write_call(one, inputs))))
        yield write_message("tool", one.text)
        words = []
    yield write_message("assistant", "\n\n".join(words))


def _is_said(one: SaidReply) -> bool:
    """Tell whether a reply has words that the person saw."""
    return not one.thinking and bool(one.text.strip())


def _write_call(one: DoneCall, inputs: Mapping[bytes, str]) -> str:
    """Return a call as words: a list beside the words would be lost where a message is role and content alone."""
    arguments = inputs.get(one.uid, one.given)
    return f'<tool_call>\n{{"name": {json.dumps(one.tool)}, "arguments": {arguments}}}\n</tool_call>'


def _measure(message: Message) -> int:
    return len(message["content"])
