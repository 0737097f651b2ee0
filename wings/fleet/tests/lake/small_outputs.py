"""Small outputs of a fleet, made by hand: what a row does not say is empty."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

from twiceshy_fleet.lake.questions import ASKED_MERGED
from twiceshy_fleet.lake.tables import TABLES, write_rows

Row = Mapping[str, Any]
CLAUDE, GPT = "claude-opus-4-5", "gpt-5"


def key(name: str) -> bytes:
    """A key of 16 bytes."""
    return blake2b(name.encode(), digest_size=16).digest()


def write_shard(output: Path, shard: str, tables: Mapping[str, Sequence[Row]]) -> None:
    """Write these tables of a shard."""
    for name, rows in tables.items():
        folder = output / "tables" / name / f"shard={shard}"
        folder.mkdir(parents=True, exist_ok=True)
        columns = TABLES[name].columns
        write_rows(folder / "rows.parquet", columns, [[row.get(one.name) for one in columns] for row in rows])


def write_merged(output: Path, tables: Mapping[str, Sequence[Row]]) -> None:
    """Write these tables that were merged over shards."""
    (output / "merged").mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = ASKED_MERGED[name]
        path = output / "merged" / f"{name}.parquet"
        write_rows(path, columns, [[row.get(one.name) for one in columns] for row in rows])


def a_session(name: str, team: str, person: str, project: str, **given: Any) -> dict[str, Any]:
    """A session of an hour on a morning of November."""
    whose = {"session": key(name), "team": team, "person": person, "agent": "claude-code"}
    what = {"project": f"remote:git.example/{project}", "project_name": project, "real": True}
    times = {"first_at": "2026-11-02T09:00:00.000Z", "last_at": "2026-11-02T10:00:00.000Z"}
    return {**whose, **what, **times, **given}


def whose(session: Row) -> dict[str, Any]:
    """The columns that every row of a session begins with."""
    return {name: session[name] for name in ("session", "team", "person")}


def calls_of(session: Row, *kinds: str) -> dict[str, list[dict[str, Any]]]:
    """Calls and results: each is ``HEAD`` of a run or ``@tool``, then ``!`` for failed or ``~`` for cancelled.

    A call takes three seconds.
    """
    calls, results = [], []
    for number, kind in enumerate(kinds):
        uid = key(f"{session['session'].hex()} {number}")
        name, failure = kind.rstrip("!~"), {"!": "error", "~": "cascade"}.get(kind[-1])
        tool = name[1:] if name.startswith("@") else "Bash"
        action, head = (tool.lower(), None) if name.startswith("@") else ("run", name)
        begins = {"uid": uid, "rank": number, "at": "2026-11-02T09:10:00.000Z"}
        calls.append({**whose(session), **begins, "tool": tool, "action": action, "head": head, "background": False})
        says = f"{name} does not work" if failure else None
        results.append(
            {**whose(session), **begins, "at": "2026-11-02T09:10:03.000Z", "failure": failure, "message": says}
        )
    return {"call": calls, "result": results}


def replies_of(session: Row, **models: int) -> list[dict[str, Any]]:
    """Replies of ``claude`` and ``gpt``, so many of each."""
    names = {"claude": CLAUDE, "gpt": GPT}
    return [
        {**whose(session), "uid": key(f"{session['session'].hex()} {name} {number}"), "model": names[name]}
        for name, count in models.items()
        for number in range(count)
    ]


def usage_of(session: Row, model: str, **counts: Any) -> dict[str, Any]:
    """The tokens of one message."""
    nothing = {"input": 0, "output": 0, "cache_write": 0, "cache_read": 0, "cache_write_1h": 0, "unended": False}
    uid = key(f"{session['session'].hex()} {model} {sorted(counts.items())}")
    return {**whose(session), "uid": uid, "model": model, **nothing, **counts}


def join_tables(*parts: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """The rows of several parts, table by table."""
    found: dict[str, list[Row]] = {}
    for part in parts:
        for name, rows in part.items():
            found.setdefault(name, []).extend(rows)
    return found


def write_example(output: Path) -> None:
    """Three sessions of two teams in two shards; one of them twice, and one that another writer made.

    Ann (blue) on shop, twice: 5 calls of which 2 failed, and 2 of which 1 was cancelled. Ben (green) on api: 3 calls,
    none failed. Ben's shard has an older copy of Ann's first session, and an imitation with a failed call.
    """
    first = a_session("first", "blue", "ann", "shop")
    second = a_session("second", "blue", "ann", "shop", agent="codex", first_at="2026-10-30T23:30:00.000Z")
    third = a_session("third", "green", "ben", "api")
    copy = a_session("first", "green", "ben", "shop", last_at="2026-11-02T09:30:00.000Z")
    unreal = a_session("unreal", "green", "ben", "api", real=False)
    outcomes = {"tasks": 4, "corrections": 3, "corrections_needed": True, "rollback": False, "first_pass_tasks": 1}
    lesson = {
        "id": key("lesson")[:8],
        "description": "Reading before an edit",
        "root_cause": "haste",
        "state": "shadow",
    }
    seen = {"lesson": lesson["id"], "timestamp": "2026-11-02T09:20:00.000Z"}
    write_shard(
        output,
        "a1",
        join_tables(
            {"session": [first, second], "lesson": [lesson]},
            calls_of(first, "make!", "make", "git push", "@Edit!", "@Wait!"),
            calls_of(second, "make", "make~"),
            {"reply": [*replies_of(first, claude=2, gpt=1), *replies_of(second, gpt=1)]},
            {"edit": [{**whose(first), "uid": key("edit")}]},
            {"outcome": [{**whose(first), **outcomes}, {**whose(second), "tasks": 2, "corrections": 0}]},
            {
                "usage": [
                    usage_of(first, CLAUDE, input=1_000_000, output=1_000),
                    usage_of(second, GPT, input=10, output=1_000_000, cost=2.5),
                    usage_of(second, "unheard-of", input=70, output=7),
                ]
            },
            {
                "occurrence": [
                    {**whose(first), **seen, "cost_s": 60.0},
                    {**whose(first), **seen},
                    {**whose(second), **seen, "cost_s": 9_000.0},
                ]
            },
            {
                "finding": [
                    {**whose(first), "kind": kind, "rule": rule, "severity": "major"}
                    for kind, rule in (("introduced", "sql-text"), ("introduced", "sql-text"), ("fixed", "sql-text"))
                ]
            },
        ),
    )
    write_shard(
        output,
        "b2",
        join_tables(
            {"session": [third, copy, unreal], "lesson": [lesson]},
            calls_of(third, "make", "@Edit", "@Edit"),
            calls_of(copy, "make!", "make"),
            calls_of(unreal, "make!"),
            {"reply": replies_of(third, claude=1), "usage": [usage_of(copy, CLAUDE, input=5, output=5)]},
            {
                "outcome": [
                    {**whose(third), "tasks": 1, "corrections": 0, "corrections_needed": False, "rollback": True}
                ]
            },
            {"occurrence": [{**whose(copy), **seen, "cost_s": 60.0}]},
        ),
    )
