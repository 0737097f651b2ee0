"""What sessions cost, against an independent recount from the raw logs and against what the logs state themselves.

``python -m benchmarks money HOME [HOME ...]``: HOME is a data folder with ingested logs that are still where they were.
The recount shares no code with twiceshy: it reads the logs' JSON by rules of its own and takes only the numbers of the
price list. It is made for Claude Code, Codex, Gemini CLI, mini-swe-agent and pi; other agents are left out and said so.

Printed are, for each agent and model, the dollars that ``twiceshy report cost`` says and those of the recount; for each
session whose log states a cost, whether it is equal to the cent; and what the list alone would have said of these.
"""

import json
import re
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

PRICES = Path(__file__).parents[1] / "src/twiceshy/account/model_prices.json"
CENT = 0.01
SHOWN = 5


class Message(NamedTuple):
    """Input, output, write for five minutes, write for an hour, read; and dollars, where the log states them."""

    key: str
    model: str
    tokens: tuple[int, int, int, int, int]
    stated: float | None = None


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record


def read_claude(path: Path) -> Iterator[Message]:
    """Messages by their id, in the main dialogue and in what its records embed."""
    for record in read_lines(path):
        data = record.get("data")
        inner = data.get("message") if isinstance(data, dict) else None
        for one in (record, inner if isinstance(inner, dict) else {}):
            message = one.get("message")
            usage = message.get("usage") if isinstance(message, dict) else None
            if isinstance(message, dict) and isinstance(usage, dict) and isinstance(message.get("id"), str):
                written = usage.get("cache_creation_input_tokens") or 0
                hour = min(written, (usage.get("cache_creation") or {}).get("ephemeral_1h_input_tokens") or 0)
                counts = (usage.get("input_tokens"), usage.get("output_tokens"), written - hour, hour)
                whole = (*(count or 0 for count in counts), usage.get("cache_read_input_tokens") or 0)
                yield Message(message["id"], str(message.get("model")), whole)  # type: ignore[arg-type]  # five counts


def read_codex(path: Path) -> Iterator[Message]:
    """What the session's running total grew by, event by event."""
    model, before, session = "?", (0, 0, 0), path.as_posix()
    for record in read_lines(path):
        body = record.get("payload")
        if not isinstance(body, dict):
            continue
        if record.get("type") == "session_meta":
            session = str(body.get("id"))
        if record.get("type") == "turn_context":
            model = str(body.get("model"))
        info = body.get("info")
        total = info.get("total_token_usage") if isinstance(info, dict) else None
        if body.get("type") == "token_count" and isinstance(total, dict):
            now = total["input_tokens"], total.get("cached_input_tokens") or 0, total["output_tokens"]
            taken, cached, output = (mine - old for mine, old in zip(now, before, strict=True))
            before = now
            if any((taken, cached, output)):
                yield Message(f"{session} {now}", model, (taken - cached, output, 0, 0, cached))


def read_gemini(path: Path) -> Iterator[Message]:
    try:
        messages = json.loads(path.read_text())["messages"]
    except ValueError:
        messages = list(read_lines(path))
    for message in messages:
        tokens = message.get("tokens")
        if isinstance(tokens, dict):
            cached = tokens.get("cached") or 0
            output = (tokens.get("output") or 0) + (tokens.get("thoughts") or 0)
            taken = (tokens.get("input") or 0) + (tokens.get("tool") or 0) - cached
            yield Message(str(message.get("id")), str(message.get("model")), (taken, output, 0, 0, cached))


def read_mini(path: Path) -> Iterator[Message]:
    for number, message in enumerate(json.loads(path.read_text())["messages"]):
        extra = message.get("extra") or {}
        response = extra.get("response") or {}
        usage = response.get("usage")
        if usage:
            cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
            counts = (usage["prompt_tokens"] - cached, usage["completion_tokens"], 0, 0, cached)
            yield Message(f"{path} {number}", response["model"], counts, usage.get("cost", extra.get("cost")))


def read_pi(path: Path) -> Iterator[Message]:
    for record in read_lines(path):
        message = record.get("message")
        usage = message.get("usage") if isinstance(message, dict) else None
        if isinstance(message, dict) and isinstance(usage, dict):
            counts = (usage["input"], usage["output"], usage["cacheWrite"], 0, usage["cacheRead"])
            stated = (usage.get("cost") or {}).get("total")
            yield Message(f"{record.get('id')} {record.get('timestamp')}", str(message.get("model")), counts, stated)


READ: dict[str, Callable[[Path], Iterator[Message]]] = {
    "claude-code": read_claude,
    "codex": read_codex,
    "gemini-cli": read_gemini,
    "mini-swe-agent": read_mini,
    "pi": read_pi,
}


def bare(model: str) -> str:
    """A model's name without its seller and its day; versions of Claude with dashes."""
    name = re.sub(r"-20\d{6}$", "", model.rsplit("/", 1)[-1].lower())
    return name.replace(".", "-") if name.startswith("claude") else name


def price(message: Message, prices: dict[str, list[list[float]]]) -> float | None:
    """Dollars by the list, or None."""
    tiers = prices.get(bare(message.model))
    if tiers is None:
        return 0.0 if message.model.endswith(":free") else None
    taken, output, short, hour, read = message.tokens
    prompt = taken + short + hour + read
    rates = [tier for tier in tiers if tier[0] == 0 or prompt > tier[0]][-1]
    return (taken * rates[1] + output * rates[2] + short * rates[3] + hour * rates[4] + read * rates[5]) / 1e6


def recount(home: Path) -> dict[str, dict[str, dict[str, Message]]]:
    """Messages by agent, file and key; a message that several records or files have counts once, with most output."""
    found: dict[str, dict[str, dict[str, Message]]] = defaultdict(lambda: defaultdict(dict))
    best: dict[str, tuple[str, Message]] = {}
    connection = sqlite3.connect(home / "twiceshy.db")
    sources = connection.execute("SELECT agent, name FROM source ORDER BY mtime_ns, id").fetchall()
    for agent, name in sources:
        for message in READ[agent](Path(name)) if agent in READ else ():
            key = f"{agent} {message.key}"
            if key not in best or message.tokens[1] >= best[key][1].tokens[1]:
                best[key] = (best[key][0] if key in best else name, message)
    for key, (name, message) in best.items():
        found[key.split(" ", 1)[0]][name][key] = message
    return found


def ask(home: Path, *words: str) -> dict[str, Any]:
    """What the product says."""
    command = [sys.executable, "-m", "twiceshy", "--home", str(home), "report", "cost", "--json", *words]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # our own
    found: dict[str, Any] = json.loads(answer)
    return found


def compare_models(home: Path, agent: str, messages: list[Message], prices: dict[str, list[list[float]]]) -> None:
    counted: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for one in messages:
        row = counted[bare(one.model)]
        row[0] += sum(one.tokens)
        row[1] += one.stated or price(one, prices) or 0.0
        row[2] += price(one, prices) is None and not one.stated
    for row in ask(home, "--by", "model", "--agent", agent)["rows"]:
        said_tokens = sum(row["tokens"][kind] for kind in ("input", "output", "cache_write", "cache_read"))
        tokens, dollars, unpriced = counted.get(row["name"], (0, 0, 0))
        equal = "equal" if abs(row["dollars"] - dollars) < CENT / 2 and said_tokens == tokens else "DIFFERS"
        print(
            f"  {row['name']:36} ${row['dollars']:10.2f}  recount ${dollars:10.2f}  tokens {said_tokens:>13,}"
            f"  recount {int(tokens):>13,}  {'no price' if unpriced else equal}"
        )


def compare_stated(home: Path, agent: str, files: dict[str, dict[str, Message]], prices: Any) -> None:
    """Session by session, where one file is one session."""
    connection = sqlite3.connect(home / "twiceshy.db")
    rows = {row["name"]: row["dollars"] for row in ask(home, "--by", "session", "--agent", agent)["rows"]}
    sessions = connection.execute(
        "SELECT o.name, 's-' || lower(substr(hex(s.uid), 1, 8)) FROM session_source ss JOIN source o "
        "ON o.id = ss.source_id JOIN session s ON s.id = ss.session_id"
    )
    number, same, by_list, apart = 0, 0, 0, []
    stated_sum = list_sum = 0.0
    for name, id_ in sessions:
        messages = list(files.get(name, {}).values())
        if not any(one.stated for one in messages):
            continue
        stated = sum(one.stated or 0.0 for one in messages)
        listed = sum(price(one, prices) or 0.0 for one in messages)
        number, stated_sum, list_sum = number + 1, stated_sum + stated, list_sum + listed
        same += abs(rows.get(id_, 0.0) - stated) < CENT / 2
        by_list += abs(listed - stated) < CENT / 2
        apart += [(abs(listed - stated), name, stated, listed)] if abs(listed - stated) >= CENT / 2 else []
    if number:
        print(f"  stated by the log: {number} sessions, ${stated_sum:.2f}; report equal to the cent in {same}")
        print(f"  by the list alone: ${list_sum:.2f}; equal to the cent in {by_list} of {number}")
        for _, name, stated, listed in sorted(apart, reverse=True)[:SHOWN]:
            print(f"    {Path(name).name[:50]:50} stated {stated:.4f}, list {listed:.4f}")


def main(args: list[str]) -> None:
    if not args:
        print("say which data folders: python -m benchmarks money HOME [HOME ...]")
        return
    prices = json.loads(PRICES.read_text())["models"]
    for home in map(Path, args):
        found = recount(home)
        for agent, files in sorted(found.items()):
            print(f"{agent}: {len(files)} files")
            compare_models(home, agent, [one for group in files.values() for one in group.values()], prices)
            compare_stated(home, agent, files, prices)
