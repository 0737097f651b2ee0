"""Do hook and learning give a call the same keys, and do hook and ``check_call`` give the same answer?

``python -m benchmarks call_keys_agree HOME LOGS [--calls 10000]``: HOME is a learned data folder with the sessions of
LOGS, a folder of Claude Code's logs. Each command of a raw log goes through the hook's keys as it was typed, in the
folder that its line names; what was learned comes from the stored, redacted row and its session's folder. A call
agrees when the hook has every key that was learned for its project. Then the rules of HOME are asked about each raw
call in both ways.
"""

import argparse
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

from twiceshy.advice.recipes import check_call
from twiceshy.base.config import load
from twiceshy.commands.keys import call_keys
from twiceshy.commands.keys.call_keys import Call
from twiceshy.doors.gate import decide
from twiceshy.doors.gate.conditions import SessionNotes
from twiceshy.logs.call_ids import make_call_uid
from twiceshy.logs.journal import make_session_uid

SEED = 20261122
AGENT = "claude-code"


class RawCall(NamedTuple):
    """A call as the hook would have got it."""

    uid: bytes
    command: str
    cwd: str


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks call_keys_agree", description=__doc__)
    parser.add_argument("home", type=Path, metavar="HOME")
    parser.add_argument("logs", type=Path, metavar="LOGS")
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--asked", type=int, default=400, help="of these, asked both ways: 40 ms each")
    args = parser.parse_args(argv)
    store = sqlite3.connect(f"file:{args.home}/twiceshy.db?mode=ro", uri=True)
    stored = {
        uid: (command, cwd or "")
        for uid, command, cwd in store.execute(
            """SELECT c.uid, c.command, s.cwd FROM call c JOIN session s ON s.id = c.session_id
            WHERE c.action = 'run' AND c.command IS NOT NULL"""
        )
    }
    raw = [one for one in dict.fromkeys(read_raw_calls(args.logs)) if one.uid in stored]
    drawn = Random(SEED).sample(raw, min(args.calls, len(raw)))  # no secret
    salt = (args.home / "salt").read_bytes()[:64]
    print_agreement(drawn, stored, salt)
    print_answers(args.home, drawn[: args.asked], salt)


def read_raw_calls(logs: Path) -> Iterator[RawCall]:
    """Yield the commands of all logs, as they were typed."""
    for path in sorted(logs.rglob("*.jsonl")):
        for line in path.open(encoding="utf-8", errors="replace"):
            if '"tool_use"' in line and '"command"' in line:
                yield from read_line(line)


def read_line(line: str) -> Iterator[RawCall]:
    """Yield the commands of one line."""
    try:
        row = json.loads(line)
        parts = row["message"]["content"]
    except (ValueError, KeyError, TypeError):
        return
    session = make_session_uid(AGENT, str(row.get("sessionId", "")))
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict) and part.get("type") == "tool_use" and part.get("name") == "Bash":
            command = part.get("input", {}).get("command")
            if isinstance(command, str):
                uid = make_call_uid(session, str(part.get("id", "")), "toolu_")
                yield RawCall(uid, command, str(row.get("cwd", "")))


def print_agreement(drawn: Sequence[RawCall], stored: dict[bytes, tuple[str, str]], salt: bytes) -> None:
    """Print how many calls have the same keys on both sides."""
    found: Counter[str] = Counter()
    for one in drawn:
        command, folder = stored[one.uid]
        live = {
            key
            for place in call_keys.places_of(one.cwd)
            for key in call_keys.keys_in_place(Call(AGENT, "run", "Bash", one.command), place, salt)
        }
        place = call_keys.find_place(folder)
        learned = set(call_keys.keys_in_place(Call(AGENT, "run", "Bash", command), place, salt)) if place else set()
        if not learned:
            found["no folder that both know"] += 1
        elif learned <= live:
            found["agree"] += 1
        else:
            same = call_keys.find_place(one.cwd) == place
            found["other words" if same else "other folder"] += 1
    n = sum(found.values())
    print(f"{n} calls drawn: {found['agree'] / max(1, n):.4f} agree; {dict(found)}", flush=True)


def print_answers(home: Path, drawn: Sequence[RawCall], salt: bytes) -> None:
    """Print how many calls hook and ``check_call`` answer differently."""
    config = replace(load({}, {"TWICESHY_HOME": str(home)}, home))
    differ, spoken = [], 0
    for one in drawn:
        hooked, asked = ask_hook(home, one, salt), ask_check(config, one)
        spoken += bool(hooked)
        if hooked != asked:
            differ.append(one.command[:60])
    print(f"rules that hold of a call by its text: {spoken} of {len(drawn)} calls; answers differ: {len(differ)}")
    for command in differ[:5]:
        print(f"  {command!r}")


def ask_hook(home: Path, one: RawCall, salt: bytes) -> set[str]:
    """Return the ids of the hook's rules that hold of the call's text."""
    given: dict[str, object] = {"tool_name": "Bash", "tool_input": {"command": one.command}}
    noted: dict[str, object] = {"k": "run", "s": "none", "m": "1", "a": AGENT}
    now = decide.GateEvent(str(home), (AGENT, "PreToolUse", one.cwd), given, noted, salt)
    rows = decide.look_up(str(home), decide.keys_of(now))
    notes = SessionNotes(now, {})
    kept = call_keys.drop_excepted([row for row in rows if row[0] != b"b"], notes.holds_of_call)
    return {
        f"w-{row[1]}"
        for row in kept
        if (not row[5] or notes.has_pattern(row[5], ""))
        and (not row[4].startswith("names:") or notes.holds_of_call(row[4]))
    }


def ask_check(config: object, one: RawCall) -> set[str]:
    """Return the ids of the rules that ``check_call`` finds."""
    found = check_call(config, "Bash", {"command": one.command}, folder=one.cwd, agent=AGENT)  # type: ignore[arg-type]
    return {known.id for known in found.known if known.id.startswith("w-")}
