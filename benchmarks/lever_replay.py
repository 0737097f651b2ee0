"""Replay raw logs for what money could have been saved, apart from the account of the product.

The product names levers with dollars on them. A second reading that shares its mistakes would agree with it, so this
one has its own reader of Claude and Codex logs and its own rules; only the list of prices is the same data. It reads
JSONL folders and prints one line a project:

    python -m benchmarks lever_replay claude:FOLDER codex:FOLDER ...

The levers: a cache written again after a pause, a summary at N tokens, the fixed start of each session, to-do lists
and polls that had a request of their own, and the wait for a permission of a command that only looks. It must never
import the account, or the comparison is void.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, pairwise
from math import ceil
from pathlib import Path
from typing import Any

PRICES = Path(__file__).parents[1] / "src" / "twiceshy" / "account" / "model_prices.json"

# A cache of five minutes is the shorter of the two that Anthropic sells; OpenAI says five to ten minutes.
PAUSE_S = 300.0
# Guesses, stated with the figures: a summary of 3 000 tokens is written, 5 000 tokens of it and of notes come back,
# and 10 000 tokens of files are read again. The tools' own summaries in the logs read are 2 000 to 6 000 tokens long.
SUMMARY_TOKENS = 3_000
BACK_TOKENS = 5_000
READ_AGAIN_TOKENS = 10_000
STEPS = (60_000, 80_000, 100_000, 120_000, 150_000, 200_000)
# A command that only looks is done within a second or two; ten seconds and more were a person's. A wait counts ten
# minutes at most: longer, and the person was away rather than waiting.
LOOK_S, LOOK_MOST_S = 10.0, 600.0
_LOOK = re.compile(
    r"(cd [^&;|<>]+ && )?(ls|cat|head|tail|grep|rg|wc|pwd|git (status|log|diff|show)|gh (pr|issue|run) "
    r"(view|list|diff))\b[^;&<>`]*"
)
_LISTS = {"TodoWrite", "TaskCreate", "TaskUpdate", "TaskList", "update_plan"}
_POLLS = {"write_stdin", "TaskOutput", "BashOutput", "wait_agent"}
# A command can be waited for half a minute at its start, and two minutes with each further look.
FIRST_LOOK_S, NEXT_LOOK_S = 30.0, 120.0


@dataclass(slots=True)
class Request:
    """One request to a model, with its tokens as the log has them."""

    at: float
    until: float
    model: str
    fresh: int = 0
    written: int = 0
    written_hour: int = 0
    cached: int = 0
    out: int = 0
    calls: list[str] = field(default_factory=list)
    words: int = 0
    """Characters beside the calls."""

    @property
    def context(self) -> int:
        """Return the tokens that the model was sent."""
        return self.fresh + self.written + self.written_hour + self.cached


@dataclass(slots=True)
class Project:
    """All requests of one folder of logs by conversation, and the calls of the shell with their two times."""

    threads: dict[str, list[Request]] = field(default_factory=lambda: defaultdict(list))
    shell: list[tuple[str, float, float]] = field(default_factory=list)


def _lines(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_text(errors="replace").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict):
                yield path, row


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()


def read_claude(folder: Path) -> Project:
    """Return the requests of Claude logs; a message that stands in several files counts once."""
    project, seen, open_calls, done = Project(), {}, {}, set()  # type: ignore[var-annotated]  # local, plain tables
    for _, row in _lines(folder):
        data = row.get("data")
        agent = ""
        if row.get("type") == "progress" and isinstance(data, dict) and data.get("type") == "agent_progress":
            agent = str(data.get("agentId"))
            row.update(data.get("message") or {})
        message = row.get("message")
        if not isinstance(message, dict) or not row.get("timestamp"):
            continue
        if row.get("isSidechain"):
            agent = agent or str(row.get("agentId"))
        usage = message.get("usage")
        if row.get("type") == "assistant" and usage and message.get("model") != "<synthetic>":
            request = seen.get(message["id"])
            if request is None:
                request = Request(at=_seconds(row["timestamp"]), until=0.0, model=message["model"])
                seen[message["id"]] = request
                project.threads[f"{row.get('sessionId')} {agent}"].append(request)
            hour = (usage.get("cache_creation") or {}).get("ephemeral_1h_input_tokens", 0)
            request.until = max(request.until, _seconds(row["timestamp"]))
            request.fresh, request.cached = usage.get("input_tokens", 0), usage.get("cache_read_input_tokens", 0)
            request.written = usage.get("cache_creation_input_tokens", 0) - hour
            request.written_hour, request.out = hour, max(request.out, usage.get("output_tokens", 0))
            _add_blocks(request, message.get("content") or [])
        for block in message.get("content") or [] if isinstance(message.get("content"), list) else []:
            if block.get("type") == "tool_use" and block.get("name") == "Bash":
                open_calls.setdefault(block["id"], (str(block["input"].get("command")), _seconds(row["timestamp"])))
            elif block.get("type") == "tool_result" and block["tool_use_id"] in open_calls.keys() - done:
                command, start = open_calls[block["tool_use_id"]]
                done.add(block["tool_use_id"])
                project.shell.append((command, start, _seconds(row["timestamp"])))
    return project


def _add_blocks(request: Request, blocks: list[dict[str, Any]]) -> None:
    """Note what a message called and said; each block stands in one row of the log."""
    request.calls += [block["name"] for block in blocks if block.get("type") == "tool_use"]
    request.words += sum(len(block["text"]) for block in blocks if block.get("type") == "text")


def read_codex(folder: Path) -> Project:
    """Return the requests of Codex logs; a count that is printed twice counts once."""
    project, seen, model, last = Project(), set(), {}, {}  # type: ignore[var-annotated]  # local, plain tables
    calls: dict[Path, list[str]] = defaultdict(list)
    for path, row in _lines(folder):
        payload = row.get("payload") or {}
        if row.get("type") == "turn_context":
            model[path] = payload.get("model")
        if payload.get("type") in {"function_call", "custom_tool_call"}:
            calls[path].append(payload["name"])
        if payload.get("type") != "token_count" or not payload.get("info"):
            continue
        total, usage = json.dumps(payload["info"]["total_token_usage"]), payload["info"]["last_token_usage"]
        if last.get(path) == total or (row["timestamp"], total) in seen:
            continue
        last[path] = total
        seen.add((row["timestamp"], total))
        at, cached = _seconds(row["timestamp"]), usage.get("cached_input_tokens", 0)
        request = Request(at=at, until=at, model=str(model.get(path)), cached=cached)
        request.fresh, request.out = usage["input_tokens"] - cached, usage["output_tokens"]
        request.calls = calls.pop(path, [])
        project.threads[str(path)].append(request)
    return project


class Tariff:
    """Dollars of requests by the list of prices: nothing but the list is the product's."""

    def __init__(self) -> None:
        """Read the list."""
        self.models: dict[str, list[list[float | None]]] = json.loads(PRICES.read_text())["models"]

    def rates(self, model: str, context: int) -> tuple[float, float, float, float, float]:
        """Return dollars a token for fresh, output, written, written for an hour, and cached tokens."""
        tiers = self.models.get(model) or self.models.get(model.rsplit("-", 1)[0]) or [[0, 0, 0, 0, 0, 0]]
        row = [tier for tier in tiers if context >= (tier[0] or 0)][-1]
        fresh, out, written, hour, cached = (float(each or 0) / 1e6 for each in row[1:])
        return fresh, out, written or fresh, hour or written or fresh, cached

    def cost(self, request: Request) -> float:
        """Return the dollars of one request."""
        fresh, out, written, hour, cached = self.rates(request.model, request.context)
        return (
            request.fresh * fresh
            + request.out * out
            + request.written * written
            + request.written_hour * hour
            + request.cached * cached
        )

    def full(self, request: Request) -> float:
        """Return what a token costs that the cache did not hold, in the way that this request paid it."""
        fresh, _, written, hour, _ = self.rates(request.model, request.context)
        return hour if request.written_hour else written if request.written else fresh


def rewrites(threads: list[list[Request]], tariff: Tariff) -> float:
    """Return what it cost that a conversation was sent at full price after a pause of five minutes or more."""
    dollars = 0.0
    for requests in threads:
        for before, now in pairwise(requests):
            lost = min(before.context, now.context) - now.cached
            whole = now.context > 0.7 * before.context  # else it was summarised, and less was sent
            if now.at - before.until > PAUSE_S and whole and lost > before.context / 2:
                dollars += lost * (tariff.full(now) - tariff.rates(now.model, now.context)[4])
    return dollars


def summary_at(threads: list[list[Request]], tariff: Tariff, limit: int) -> float:
    """Return what a summary at LIMIT tokens would have saved, less the summary and what is read again."""
    return sum(_thread_summary(requests, tariff, limit) for requests in threads)


def _thread_summary(requests: list[Request], tariff: Tariff, limit: int) -> float:
    saved, gone, before = 0.0, 0, 0
    after = requests[0].context + BACK_TOKENS + READ_AGAIN_TOKENS
    for request in requests:
        if before and request.context < 0.6 * before:
            gone = 0  # the person's own summary, or a fork
        before = request.context
        if request.context - gone > limit and request.context - gone - after > 20_000:
            fresh, out, _, _, cached = tariff.rates(request.model, request.context - gone)
            saved -= (request.context - gone) * cached + SUMMARY_TOKENS * out + after * max(fresh, tariff.full(request))
            gone = request.context - after
        off_cached = min(gone, request.cached)
        off_full = min(gone - off_cached, request.fresh + request.written + request.written_hour)
        _, _, _, _, cached = tariff.rates(request.model, request.context)
        saved += off_cached * cached + off_full * tariff.full(request)
    return saved


def fixed_start(threads: list[list[Request]], tariff: Tariff) -> float:
    """Return what the tokens of each conversation's first request cost over all its requests."""
    dollars = 0.0
    for requests in threads:
        start = requests[0].context
        for request in requests:
            held = min(start, request.cached)
            sent = min(start, request.context) - held
            dollars += held * tariff.rates(request.model, request.context)[4] + sent * tariff.full(request)
    return dollars


def lists_alone(threads: list[list[Request]], tariff: Tariff) -> tuple[int, float]:
    """Return how many requests did nothing but keep a to-do list, and what reading their contexts cost."""
    found = [one for some in threads for one in some if one.calls and _LISTS.issuperset(one.calls) and one.words <= 400]
    return len(found), sum(one.cached * tariff.rates(one.model, one.context)[4] for one in found)


def needless_polls(threads: list[list[Request]], tariff: Tariff) -> tuple[int, float]:
    """Return how many polls in a row longer waits would have spared, and what they cost."""
    count, dollars = 0, 0.0
    for requests in threads:
        at = 0
        for is_poll, group in groupby(requests, lambda one: bool(one.calls) and _POLLS.issuperset(one.calls)):
            run = list(group)
            if is_poll and at:
                waited = run[-1].until - requests[at - 1].until
                spared = max(len(run) - max(ceil((waited - FIRST_LOOK_S) / NEXT_LOOK_S), 0), 0)
                rates = [tariff.rates(one.model, one.context) for one in run]
                paid = sum(one.cached * rate[4] + one.out * rate[1] for one, rate in zip(run, rates, strict=True))
                count, dollars = count + spared, dollars + paid * spared / len(run)
            at += len(run)
    return count, dollars


def look_waits(shell: list[tuple[str, float, float]]) -> tuple[int, float]:
    """Return how many looking commands took ten seconds or more, and the minutes, each capped."""
    looks = [end - start for command, start, end in shell if _LOOK.fullmatch(command)]
    waits = [min(seconds, LOOK_MOST_S) for seconds in looks if seconds >= LOOK_S]
    return len(waits), sum(waits) / 60


def main(argv: list[str]) -> None:
    """Print one line for each folder that is named."""
    tariff = Tariff()
    for named in argv:
        kind, _, where = named.partition(":")
        project = (read_claude if kind == "claude" else read_codex)(Path(where))
        threads = [sorted(requests, key=lambda each: each.at) for requests in project.threads.values()]
        total = sum(tariff.cost(request) for requests in threads for request in requests)
        best = max(STEPS, key=lambda limit: summary_at(threads, tariff, limit))
        steps = " ".join(f"{limit // 1000}k {summary_at(threads, tariff, limit):.2f}" for limit in STEPS)
        count, minutes = look_waits(project.shell)
        lists, polls = lists_alone(threads, tariff), needless_polls(threads, tariff)
        print(
            f"{Path(where).name} ({kind}): ${total:.2f}, {sum(map(len, threads))} requests; "
            f"re-writes after a pause ${rewrites(threads, tariff):.2f}; "
            f"summary at {best // 1000}k ${summary_at(threads, tariff, best):.2f} ({steps}); "
            f"fixed start ${fixed_start(threads, tariff):.2f}; lists alone {lists[0]}, ${lists[1]:.2f}; "
            f"needless polls {polls[0]}, ${polls[1]:.2f}; looks {count}, {minutes:.0f} min"
        )
