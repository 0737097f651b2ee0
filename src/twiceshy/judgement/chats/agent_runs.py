"""Which subagents did a session send off, one after the other or side by side, and what came of each?"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.chats.split_chats import choose_model, count_failures, split_session
from twiceshy.records import ids
from twiceshy.records.chats import AgentBatch, AgentRun, DoneCall, Orchestration, SaidPrompt, SaidReply, WholeSession

_PREVIEW: Final = 500
"""Characters of an answer: by definition in the format of an agent's record."""
_TASK: Final = 200
"""Characters of what was asked for (guess, 2026-11-23)."""
_LIKE: Final = 60
"""Characters in which a subagent's prompt and the call that sent it off must agree (guess, 2026-11-23)."""
_SLACK_S: Final = 5.0
"""Seconds after its call in which a subagent begins: of 129, all but two did (measured, 2026-11-23)."""
_KIND: Final = re.compile(r'"(?:subagent_type|agent_type)"\s*:\s*"([^"\\]{1,60})"')
_PROMPT: Final = re.compile(r'"(?:prompt|message|description|task)"\s*:\s*("(?:[^"\\]|\\.)*"?)')
_SENT_OFF: Final = re.compile(r"async agent launched|running in (?:the )?background", re.IGNORECASE)
_AGENT_ID: Final = re.compile(r"agentId: (\w+)")
_REPORT: Final = re.compile(r"<task-id>(\w+)</task-id>")
_SPACE: Final = re.compile(r"\s+")


class _Dialogue(NamedTuple):
    """What a subagent's own log holds."""

    run: bytes
    prompts: list[SaidPrompt]
    replies: list[SaidReply]
    calls: list[DoneCall]

    @property
    def times(self) -> list[datetime]:
        """When anything happened in it, in order."""
        found = [prompt.at for prompt in self.prompts] + [reply.at for reply in self.replies]
        found += [at for call in self.calls for at in (call.at, call.done_at)]
        return sorted(at for at in found if at is not None)


def build_orchestration(session: WholeSession) -> Orchestration:
    """Return the session's subagents and the batches in which they worked."""
    dialogues = _collect_dialogues(session)
    senders = _match_senders(session, dialogues)
    known = {call.uid for call in senders.values()}
    lone = [call for call in session.calls if _sends_off(call) and call.uid not in known]
    chats = [(span.prompt.rank, ids.shorten(ids.CHAT, span.prompt.uid)) for span in split_session(session)]
    agents = [_describe_dialogue(one, senders.get(one.run), chats) for one in dialogues]
    reports = {found[1]: one.at for one in session.prompts if (found := _REPORT.search(one.text))}
    agents += [_describe_lone(call, chats, reports) for call in lone]
    agents.sort(key=lambda one: (one.started_at is None, one.started_at, one.agent_id))
    return Orchestration(
        session=ids.shorten(ids.SESSION, session.uid), agents=tuple(agents), batches=tuple(_build_batches(agents))
    )


def _sends_off(call: DoneCall) -> bool:
    """Tell whether a call sent off a subagent, or tried to; words to one that is there do not."""
    return call.action == "delegate" and call.tool not in {"send_input", "SendMessage"}


def _collect_dialogues(session: WholeSession) -> list[_Dialogue]:
    """Return the subagents' dialogues in the order in which they first show."""
    found: dict[bytes, _Dialogue] = {}
    for prompt in session.prompts:
        if prompt.run is not None:
            _find(found, prompt.run).prompts.append(prompt)
    for reply in session.replies:
        if reply.run is not None:
            _find(found, reply.run).replies.append(reply)
    for call in session.calls:
        if call.run is not None:
            _find(found, call.run).calls.append(call)
    return list(found.values())


def _find(found: dict[bytes, _Dialogue], run: bytes) -> _Dialogue:
    return found.setdefault(run, _Dialogue(run, [], [], []))


def _match_senders(session: WholeSession, dialogues: Sequence[_Dialogue]) -> dict[bytes, DoneCall]:
    """Return for each dialogue the call that sent it off, where its words or else its time say which."""
    free = [call for call in session.calls if _sends_off(call)]
    found: dict[bytes, DoneCall] = {}
    for one in dialogues:
        fits = [call for call in free if call.run != one.run and _is_near(call, one) and _says_same(call, one)]
        _take(found, free, one, fits)
    for one in dialogues:
        near = [call for call in free if call.run != one.run and _is_near(call, one)]
        _take(found, free, one, near if len(near) == 1 and one.run not in found else ())
    return found


def _take(found: dict[bytes, DoneCall], free: list[DoneCall], dialogue: _Dialogue, fits: Sequence[DoneCall]) -> None:
    """Give a dialogue the first call that fits; a call has one dialogue."""
    if fits:
        found[dialogue.run] = fits[0]
        free.remove(fits[0])


def _is_near(call: DoneCall, dialogue: _Dialogue) -> bool:
    """Tell whether a dialogue began while the call ran, or just after."""
    times = dialogue.times
    if not times or call.at is None:
        return False
    after = (times[0] - call.at).total_seconds()
    return -1.0 <= after <= _SLACK_S or (after >= 0 and call.done_at is not None and times[0] <= call.done_at)


def _says_same(call: DoneCall, dialogue: _Dialogue) -> bool:
    """Tell whether the dialogue's first prompt is what the call asked for."""
    asked = {_shape(_read_string(raw)) for raw in _PROMPT.findall(call.given)}
    return bool(dialogue.prompts) and _shape(dialogue.prompts[0].text) in asked


def _shape(text: str) -> str:
    return _SPACE.sub(" ", text[: 4 * _LIKE]).strip()[:_LIKE]


def _read_string(raw: str) -> str:
    """Return a JSON string's text, also of one that was cut."""
    whole = raw if raw.endswith('"') and len(raw) > 1 else raw + '"'
    try:
        return str(json.loads(whole, strict=False))
    except ValueError:
        return raw.strip('"')


def _find_chat(chats: Sequence[tuple[int, str]], rank: int) -> str | None:
    return next((chat for start, chat in reversed(chats) if start <= rank), None)


def _describe_dialogue(one: _Dialogue, sender: DoneCall | None, chats: Sequence[tuple[int, str]]) -> AgentRun:
    times: list[datetime | None] = [*one.times] or [None]
    answers = [reply for reply in one.replies if not reply.thinking and reply.text.strip()]
    ended = _has_ended(sender, one)
    starts = [some[0].rank for some in (one.prompts, one.replies, one.calls) if some]
    return AgentRun(
        agent_id=one.run.hex(),
        parent_id=_name_parent(sender),
        chat=_find_chat(chats, sender.rank if sender else min(starts)),
        kind=_find_kind(sender),
        task=_cut_task(one.prompts[0].text if one.prompts else ""),
        model=choose_model(one.replies),
        started_at=times[0],
        completed_at=times[-1] if ended else None,
        tools_used=tuple(dict.fromkeys(call.tool for call in one.calls)),
        tool_count=len(one.calls),
        failures=count_failures(one.calls),
        thinking_blocks=sum(reply.thinking for reply in one.replies),
        has_error=_judge_end(sender, answered=bool(answers) and ended),
        error_summary=_find_error(sender),
        output_preview=_cut_answer(sender, answers),
    )


def _has_ended(sender: DoneCall | None, one: _Dialogue) -> bool:
    """Tell whether the log shows that a subagent came to its end: its call has a result, or its last word is one."""
    if sender is not None and sender.done_rank is not None and not _SENT_OFF.search(sender.text):
        return True
    last_call = max((call.rank for call in one.calls), default=-1)
    return any(not reply.thinking and reply.rank > last_call for reply in one.replies)


def _judge_end(sender: DoneCall | None, *, answered: bool) -> bool | None:
    """Tell whether a subagent failed; None where nobody saw it."""
    if sender is not None and sender.failure is not None:
        return True
    if sender is not None and sender.done_rank is not None and not _SENT_OFF.search(sender.text):
        return False
    return False if answered else None


def _find_error(sender: DoneCall | None) -> Scrubbed | None:
    return sender.brief if sender is not None and sender.failure is not None else None


def _cut_answer(sender: DoneCall | None, answers: Sequence[SaidReply]) -> str:
    if sender is not None and sender.failure is None and sender.text and not _SENT_OFF.search(sender.text):
        return sender.text[:_PREVIEW]
    return answers[-1].text[:_PREVIEW] if answers else ""


def _describe_lone(
    call: DoneCall, chats: Sequence[tuple[int, str]], reports: Mapping[str, datetime | None]
) -> AgentRun:
    """Describe a subagent of which only the call that sent it off is in the log, and perhaps its client's report."""
    ended = call.done_at
    if _SENT_OFF.search(call.text):
        name = _AGENT_ID.search(call.text)
        ended = reports.get(name[1]) if name else None
    asked = next(map(_read_string, _PROMPT.findall(call.given)), "")
    return AgentRun(
        agent_id=call.uid.hex(),
        parent_id=_name_parent(call),
        chat=_find_chat(chats, call.rank),
        kind=_find_kind(call),
        task=_cut_task(asked),
        model=None,
        started_at=call.at,
        completed_at=ended,
        tools_used=(),
        tool_count=None,
        failures=0,
        thinking_blocks=0,
        has_error=_judge_end(call, answered=False),
        error_summary=_find_error(call),
        output_preview=_cut_answer(call, ()),
    )


def _name_parent(sender: DoneCall | None) -> str | None:
    return sender.run.hex() if sender is not None and sender.run is not None else None


def _cut_task(asked: str) -> str:
    return _SPACE.sub(" ", asked[: 2 * _TASK]).strip()[:_TASK]


def _find_kind(sender: DoneCall | None) -> str:
    found = _KIND.search(sender.given) if sender is not None else None
    return found[1] if found else ""


def _build_batches(agents: Iterable[AgentRun]) -> Iterator[AgentBatch]:
    """Yield connected groups of agents of one parent whose times overlap, in the order in which they began."""
    heaps: dict[str | None, list[list[AgentRun]]] = {}
    order: list[list[AgentRun]] = []
    for agent in agents:
        if agent.started_at is None:
            continue
        mine = heaps.setdefault(agent.parent_id, [])
        if mine and any(_overlap(other, agent) for other in mine[-1]):
            mine[-1].append(agent)
        else:
            mine.append([agent])
            order.append(mine[-1])
    return map(_make_batch, order)


def _overlap(first: AgentRun, second: AgentRun) -> bool:
    """Tell whether the second, which began later, began before the first ended.

    One that was not seen to end is taken to have worked on until the next prompt.
    """
    if first.started_at is None or second.started_at is None:
        return False
    if first.completed_at is None:
        return first.has_error is None and first.chat == second.chat
    return second.started_at < first.completed_at or second.started_at == first.started_at


def _make_batch(agents: Sequence[AgentRun]) -> AgentBatch:
    errors = [agent.has_error for agent in agents]
    starts = [agent.started_at for agent in agents if agent.started_at is not None]
    ends = [agent.completed_at for agent in agents if agent.completed_at is not None]
    whole = len(ends) == len(agents)
    return AgentBatch(
        execution_type="parallel" if len(agents) > 1 else "sequential",
        parent_id=agents[0].parent_id,
        agent_ids=tuple(agent.agent_id for agent in agents),
        started_at=min(starts),
        duration_ms=round((max(ends) - min(starts)).total_seconds() * 1000) if whole else None,
        all_succeeded=False if True in errors else None if None in errors else True,
    )
