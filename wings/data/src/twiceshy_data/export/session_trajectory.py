"""A session in the Agent Trajectory Interchange Format 1.7, and whether a trajectory keeps that format's rules.

Each prompt is a step of the user, each word of the model a step of the agent with the calls behind it and what came
back; compactions and interrupts are steps of the system. A subagent's work is a trajectory within.
"""

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from twiceshy.records.chats import DoneCall, SaidPrompt, SaidReply, SeenMark, SpentTokens, WholeSession
from twiceshy.records.ids import SESSION

VERSION: Final = "ATIF-v1.7"
_UNKNOWN: Final = "unknown"
_META: Final = "meta"
_TOLD_MARKS: Final = frozenset({"compaction", "interrupt"})
_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
_AGENT_ONLY: Final = ("model_name", "reasoning_content", "tool_calls", "metrics")
_STEP_KEYS: Final = frozenset({"step_id", "timestamp", "source", "message", "observation", "extra", *_AGENT_ONLY})
_KEYS: Final = frozenset(
    {
        "schema_version",
        "session_id",
        "trajectory_id",
        "agent",
        "steps",
        "final_metrics",
        "extra",
        "subagent_trajectories",
    }
)
_Step = dict[str, Any]
_Event = SaidPrompt | SaidReply | DoneCall | SeenMark


def build_trajectory(log: WholeSession, outcomes: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the session as a trajectory; None where it has no step."""
    steps = _build_steps(log, None)
    if not steps:
        return None
    _add_tokens(steps, log.tokens)
    name = f"{SESSION}-{log.uid.hex()}"
    inner = [found for run in _list_runs(log) if (found := _build_inner(log, run)) is not None]
    return {
        "schema_version": VERSION,
        "session_id": name,
        "trajectory_id": name,
        "agent": _describe_agent(log, None),
        "steps": steps,
        **({"final_metrics": _sum_tokens(log.tokens, len(steps))} if log.tokens else {}),
        "extra": {"twiceshy": {"project": log.project_name, "outcomes": dict(outcomes)}},
        **({"subagent_trajectories": inner} if inner else {}),
    }


def _build_inner(log: WholeSession, run: bytes) -> dict[str, Any] | None:
    steps = _build_steps(log, run)
    if not steps:
        return None
    agent = _describe_agent(log, run)
    return {"schema_version": VERSION, "trajectory_id": run.hex(), "agent": agent, "steps": steps}


def _list_runs(log: WholeSession) -> list[bytes]:
    """Return the subagents' runs, each once, in order."""
    said: list[_Event] = sorted([*log.prompts, *log.replies, *log.calls], key=lambda one: one.rank)
    return list(dict.fromkeys(one.run for one in said if one.run is not None))


def _describe_agent(log: WholeSession, run: bytes | None) -> dict[str, Any]:
    models = Counter(one.model for one in log.replies if one.model and one.run == run)
    model = {"model_name": models.most_common(1)[0][0]} if models else {}
    return {"name": log.agent or _UNKNOWN, "version": _UNKNOWN, **model}


def _build_steps(log: WholeSession, run: bytes | None) -> list[_Step]:
    """Return the steps of the main dialogue, or of a subagent's."""
    every: list[_Event] = [*log.prompts, *log.replies, *log.calls, *log.marks]
    told = [one for one in every if one.run == run]
    steps: list[_Step] = []
    done = -1
    for one in sorted(told, key=lambda event: event.rank):
        if isinstance(one, DoneCall):
            if not _takes_call(steps, done, one):
                steps.append(_begin_step(one.at, "agent", ""))
            done = _add_call(steps[-1], one)
        elif (step := _make_step(one)) is not None:
            steps.append(step)
            done = -1
    for number, step in enumerate(steps, 1):
        step["step_id"] = number
    return [{key: step[key] for key in sorted(step, key=_ORDER.index)} for step in steps]


_ORDER: Final = (
    *("step_id", "timestamp", "source", "model_name", "message", "reasoning_content"),
    *("tool_calls", "observation", "metrics", "extra"),
)


def _make_step(one: SaidPrompt | SaidReply | SeenMark) -> _Step | None:
    if isinstance(one, SaidPrompt):
        return _begin_step(one.at, "system" if one.kind == _META else "user", one.text)
    if isinstance(one, SeenMark):
        return _begin_step(one.at, "system", one.kind) if one.kind in _TOLD_MARKS else None
    step = _begin_step(one.at, "agent", "" if one.thinking else one.text)
    if one.thinking:
        step["reasoning_content"] = one.text
    if one.model:
        step["model_name"] = one.model
    return step


def _begin_step(at: datetime | None, source: str, message: str) -> _Step:
    step: _Step = {"step_id": 0, "source": source, "message": message}
    if at is not None:
        step["timestamp"] = at.astimezone(UTC).isoformat()
    return step


def _takes_call(steps: Sequence[_Step], done: int, call: DoneCall) -> bool:
    """Tell whether a call belongs to the last step: it is the agent's, and no result came before the call."""
    return bool(steps) and steps[-1]["source"] == "agent" and not 0 <= done < call.rank


def _add_call(step: _Step, call: DoneCall) -> int:
    """Add a call and what came back for it; return the rank of what came last."""
    name = call.uid.hex()
    made = {"tool_call_id": name, "function_name": call.tool or _UNKNOWN, "arguments": _parse_arguments(call.given)}
    step.setdefault("tool_calls", []).append(made)
    if call.done_rank is not None:
        notes: dict[str, Any] = {} if call.exit_code is None else {"exit_code": call.exit_code}
        if call.failure is not None:
            notes |= {"is_error": True, "failure": call.failure}
        result = {"source_call_id": name, "content": call.text, **({"extra": notes} if notes else {})}
        step.setdefault("observation", {"results": []})["results"].append(result)
    return call.rank if call.done_rank is None else call.done_rank


def _parse_arguments(given: str) -> dict[str, Any]:
    """Return a call's input as an object; of what is cut or none the text as it stands."""
    try:
        found = json.loads(given)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"input": given} if given else {}


def _add_tokens(steps: list[_Step], tokens: Sequence[SpentTokens]) -> None:
    """Add each message's tokens to the agent's step that it belongs to by its time."""
    own = [step for step in steps if step["source"] == "agent"]
    times = [datetime.fromisoformat(step["timestamp"]) if "timestamp" in step else _BEGINNING for step in own]
    if not own or times != sorted(times):
        return
    for one in tokens:
        step = own[max(bisect_right(times, one.at or _BEGINNING) - 1, 0)]
        known = step.setdefault("metrics", dict.fromkeys(("prompt_tokens", "completion_tokens", "cached_tokens"), 0))
        known["prompt_tokens"] += one.input + one.cache_write + one.cache_read
        known["completion_tokens"] += one.output
        known["cached_tokens"] += one.cache_read


def _sum_tokens(tokens: Sequence[SpentTokens], steps: int) -> dict[str, int]:
    return {
        "total_prompt_tokens": sum(one.input + one.cache_write + one.cache_read for one in tokens),
        "total_completion_tokens": sum(one.output for one in tokens),
        "total_cached_tokens": sum(one.cache_read for one in tokens),
        "total_steps": steps,
    }


def list_faults(trajectory: Mapping[str, Any]) -> list[str]:
    """Return what in a trajectory breaks the format's rules."""
    return list(_check(trajectory, "trajectory"))


def _check(trajectory: Mapping[str, Any], place: str) -> Iterator[str]:
    if unknown := trajectory.keys() - _KEYS:
        yield f"{place}: unknown keys {sorted(unknown)}"
    if trajectory.get("schema_version") != VERSION:
        yield f"{place}: no version"
    agent, steps = trajectory.get("agent") or {}, trajectory.get("steps") or []
    if not agent.get("name") or not agent.get("version"):
        yield f"{place}: the agent has no name or version"
    if not steps:
        yield f"{place}: no steps"
    for number, step in enumerate(steps, 1):
        yield from _check_step(step, number, f"{place}, step {number}")
    inner = trajectory.get("subagent_trajectories", [])
    if len({one.get("trajectory_id") for one in inner}) < len(inner):
        yield f"{place}: two subagents have one id"
    for one in inner:
        yield from _check(one, f"{place}, subagent {one.get('trajectory_id')}")


def _check_step(step: Mapping[str, Any], number: int, place: str) -> Iterator[str]:
    if step.get("step_id") != number:
        yield f"{place}: the numbers have a gap"
    if unknown := step.keys() - _STEP_KEYS:
        yield f"{place}: unknown keys {sorted(unknown)}"
    if step.get("source") not in {"system", "user", "agent"} or not isinstance(step.get("message"), str):
        yield f"{place}: no source or message"
    if step.get("source") != "agent" and any(key in step for key in _AGENT_ONLY):
        yield f"{place}: only an agent's step has calls, metrics and thoughts"
    calls = step.get("tool_calls", [])
    if any(not isinstance(one.get("arguments"), Mapping) or not one.get("function_name") for one in calls):
        yield f"{place}: a call without a name or arguments"
    known = {one.get("tool_call_id") for one in calls}
    results = step.get("observation", {}).get("results", [])
    if any(one.get("source_call_id") not in known for one in results):
        yield f"{place}: a result of no call of this step"
