"""Planted secrets and a team's server: what of them is on the wire, what in its database, what it refuses.

``python -m benchmarks team_secrets [--share N] [--show]``. The kinds and forms of ``planted_secrets`` come in by its
surfaces, and as words of commands, comments on runs and names of models, on a member's machine that sends at each level
to a server of ours. Before the server stands a recorder: every request is searched for each value, its last half and
its middle, and after it every cell of the server's database. Then two others send. An agent's own exporter puts the
texts into attributes, as nobody redacts those. A harmless word stands beside each text of a command: at
the level ``full`` each that the member's own store has must be at the server, else a secret was not found because its
row never came. A hostile client builds rows by hand, with a text in each field that
takes one and the bare value in each that takes a word; of what is stored of those it is told how much, and of what is
refused, by which rule.
"""

import argparse
import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.logs.builders import a_session
from tests.logs.otlp.exports import CLAUDE, a_claude_event, some_logs
from wings.team.tests.remote.fake_server import Request, http, serving
from wings.team.tests.server.team_clients import NOW, Place

from benchmarks.measure import scratch_environment, twiceshy
from benchmarks.planted_secrets import ECHOED, SURFACES, Case, list_pieces, make_cases
from twiceshy.archive.database_texts import read_cells
from twiceshy.commands.keys.team_keys import render_team_key
from twiceshy.privacy.wire.row_kinds import KINDS, LEVELS, Field, Level, RowKind
from twiceshy.privacy.wire.wire_rows import SCHEMA, make_row_id
from twiceshy.records.team import WireRow

_RUNS = 24  # commands and comments a level: each is a process
_KEPT = ("full", "anonymous")  # `telemetry.level`, in turns: with the second a command has no arguments even here
_AT_ONCE = 50  # rows of a request


@dataclass
class Heard:
    """What was found of the planted values."""

    cases: list[Case]
    wire: list[bytes] = field(default_factory=list)

    def find(self, texts: bytes) -> list[Case]:
        """Return the cases of which something is in a text."""
        return [case for case in self.cases if any(piece in texts for piece in list_pieces(case.written))]


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks team_secrets", description=__doc__)
    parser.add_argument("--share", type=int, default=1, help="take every N-th case")
    parser.add_argument("--show", action="store_true", help="print each text of which something is in the clear")
    args = parser.parse_args(argv)
    cases = [case for case in make_cases() if case.place != ECHOED][:: args.share]
    for level in LEVELS:
        with tempfile.TemporaryDirectory(prefix="secrets-") as name:
            _tell_member(cases, level, Path(name), show=args.show)
    for level in LEVELS:
        with tempfile.TemporaryDirectory(prefix="secrets-") as name:
            _tell_exporter(cases, level, Path(name), show=args.show)
    with tempfile.TemporaryDirectory(prefix="secrets-") as name:
        _tell_hostile(cases, Path(name), show=args.show)


def _tell_member(cases: Sequence[Case], level: Level, folder: Path, *, show: bool) -> None:
    """Bring everything in on a member's machine, send it, and search the wire and the server."""
    heard = Heard(list(cases))
    place, client, headers = _open_place(folder / "server", "full")

    def answer(request: Request) -> bytes:
        heard.wire += [request.path.encode(), *map(str.encode, request.headers.values()), request.body]
        given = {name: value for name, value in request.headers.items() if name != "content-encoding"}
        found = client.request(request.method, request.path, headers=given, content=request.body)
        return http(found.status_code, found.content)

    with client, serving(answer) as server:
        environment = scratch_environment(folder) | {
            "TWICESHY_TELEMETRY_BACKEND": "hybrid",
            "TWICESHY_SYNC_URL": server.url,
            "TWICESHY_SYNC_LEVEL": level,
            "TWICESHY_SYNC_TOKEN": headers["authorization"].removeprefix("Bearer "),
            "TWICESHY_TEAM_KEY": render_team_key(bytes(range(32))),
        }
        for surface, bring in SURFACES.items():
            bring(folder, environment, [case.written.text for case in cases if case.surface == surface])
        _bring_own(cases, environment, folder)
        _call(environment, folder, "learn")
        _call(environment, folder, "sync")
    _report(f"member at {level}, wire", heard, b"\0".join(heard.wire), f"{len(heard.wire) // 3} requests", show=show)
    held = _read_database(place)
    _report(f"member at {level}, database", heard, held, _tell_runs(place, folder), show=show)


def _bring_own(cases: Sequence[Case], environment: Mapping[str, str], folder: Path) -> None:
    """Run commands with the texts as words, say the texts of the runs, and have sessions whose models are named so."""
    step = max(1, len(cases) // _RUNS)
    for number, case in enumerate(cases[::step]):
        text = case.written.text.replace("\0", "")
        kept = _KEPT[number % len(_KEPT)]
        options = ("--wait-telemetry", "--quiet", "--telemetry", kept)
        _call(environment, folder, "run", *options, "--", "true", text, f"{_write_mark(kept).decode()}{number}")
        _call(environment, folder, "feedback", "last", "--rating", "2", "--comment", text, "--force")
    for number, case in enumerate(cases[::step]):
        log = a_session(f"model{number}", cwd="/home/dev/shop").prompt("go on").runs("make", "ok")
        for record in log.records:
            if isinstance(record.get("message"), dict) and "model" in record["message"]:
                record["message"]["model"] = case.planted.value
        (folder / "models").mkdir(exist_ok=True)
        log.write(folder / "models" / f"{log.session_id}.jsonl")
    _call(environment, folder, "ingest", str(folder / "models"))


def _tell_runs(place: Place, folder: Path) -> str:
    """Say how many runs of this store the server lacks, and in how many commands the harmless word stands."""
    own, server = folder / "store" / "twiceshy.db", place.folder / "team.db"
    runs = _read_column(own, "executions", "execution_id")
    missing = runs - _read_column(server, "execution", "id")
    here, there = b"\0".join(_read_column(own, "executions", "command")), _read_database(place)
    marks = [f"{kept}: {here.count(_write_mark(kept))} here, {there.count(_write_mark(kept))} there" for kept in _KEPT]
    return f"{len(missing)} of {len(runs)} runs missing; harmless words at telemetry.level {', '.join(marks)}"


def _read_column(path: Path, table: str, column: str) -> set[bytes]:
    return {bytes(cell.content) for cell in read_cells(path) if (cell.table, cell.column) == (table, column)}


def _write_mark(kept: str) -> bytes:
    return f"wren-{kept}-".encode()


def _tell_exporter(cases: Sequence[Case], level: Level, folder: Path, *, show: bool) -> None:
    """Have an agent's exporter send the texts in attributes."""
    place, client, headers = _open_place(folder, level)
    with client:
        for start in range(0, len(cases), _AT_ONCE):
            events = [
                a_claude_event("tool_result", start + number, dict.fromkeys(_ATTRIBUTES, case.written.text))
                for number, case in enumerate(cases[start : start + _AT_ONCE])
            ]
            client.post("/v1/logs", headers=headers, json=some_logs(CLAUDE, events)).raise_for_status()
    heard = Heard(list(cases))
    ((rows,),) = place.store.fetch(_team_of(place), "SELECT count(*) FROM event WHERE team_id = :team", {})
    _report(f"exporter, server at {level}, database", heard, _read_database(place), f"{rows} events", show=show)


_ATTRIBUTES = ("tool_name", "tool_input", "tool_parameters", "error", "error_type", "decision_source", "prompt")


def _tell_hostile(cases: Sequence[Case], folder: Path, *, show: bool) -> None:
    """Send rows that were built by hand, and tell what is refused."""
    place, client, headers = _open_place(folder, "full")
    rules: Counter[str] = Counter()
    stored: list[str] = []
    total = 0
    with client:
        for start in range(0, len(cases), _AT_ONCE // 10):
            made = list(_make_hostile(cases[start : start + _AT_ONCE // 10], start))
            for first in range(0, len(made), _AT_ONCE):
                part = made[first : first + _AT_ONCE]
                body = b"".join(_write_line(row) for _, row in part)
                found = client.post("/v1/batch", headers=headers, content=body)
                found.raise_for_status()
                for (name, _), told in zip(part, found.json()["rows"], strict=True):
                    total += 1
                    if told["is"] == "refused":
                        rules[told["why"].partition(": ")[2] or "not of the field's form"] += 1
                    else:
                        stored.append(name)
    print(f"hostile client: {total} rows, {sum(rules.values())} refused, {len(stored)} stored")
    for rule, count in rules.most_common():
        print(f"    {count:>6}  {rule}")
    texts = Counter(name for name in stored if _find_form(name) == "text")
    print(f"  stored with a whole text: {texts.total()} {dict(texts)}; the others hold a bare value as a word")
    _report("hostile client, database", Heard(list(cases)), _read_database(place), f"{len(stored)} rows", show=show)


def _make_hostile(cases: Sequence[Case], start: int) -> Iterator[tuple[str, WireRow]]:
    """Yield a row for each case and each field that may hold letters, with the field's name."""
    for number, case in enumerate(cases, start):
        for kind in KINDS.values():
            for one in kind.fields:
                if one.form in _LETTERS:
                    data = {**_fill_required(kind), one.name: _put_into(one, case)}
                    key = make_row_id(b"hostile", f"{number} {kind.name} {one.name}")
                    yield f"{kind.name}.{one.name}", WireRow(kind=kind.name, id=key, rev=0, at=NOW, data=data)


def _find_form(name: str) -> str:
    kind, _, field_name = name.partition(".")
    return next(one.form for one in KINDS[kind].fields if one.name == field_name)


_LETTERS = {"text", "word", "words", "counts"}
_PLAIN: Mapping[str, Any] = {
    "hash": "0" * 32,
    "count": 1,
    "number": 1.0,
    "flag": True,
    "word": "plain",
    "time": NOW.isoformat(),
    "text": "plain",
    "words": ["plain"],
    "counts": {"plain": 1},
}


def _fill_required(kind: RowKind) -> dict[str, Any]:
    return {one.name: _PLAIN[one.form] for one in kind.fields if one.required}


def _put_into(one: Field, case: Case) -> Any:
    if one.form == "text":
        return case.written.text
    value = case.planted.value
    return [value] if one.form == "words" else {value: 1} if one.form == "counts" else value


def _write_line(row: WireRow) -> bytes:
    """Return the line of a row, of whatever form: `encode_row` would refuse what no client of ours sends."""
    line = {"schema": SCHEMA, "kind": row.kind, "id": row.id.hex(), "rev": 0, "at": NOW.isoformat()}
    return json.dumps({**line, "data": dict(row.data)}).encode() + b"\n"


def _open_place(folder: Path, level: Level) -> tuple[Place, Any, dict[str, str]]:
    """Return a server with a team of that level, who asks it, and a member's headers."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Place(folder, level=level, burst=1_000_000)
    team = place.make_team()
    place.store.set_level(team, level)
    return place, place.open(), place.make_member(team, "read", "write")


def _team_of(place: Place) -> str:
    return place.store.list_teams()[0].team


def _read_database(place: Place) -> bytes:
    """Return every cell of the server's file."""
    return b"\0".join(bytes(cell.content) for cell in read_cells(place.folder / "team.db"))


def _report(what: str, heard: Heard, texts: bytes, words: str, *, show: bool) -> None:
    found = heard.find(texts)
    print(
        f"{what:<44} {len(found):>4} of {len(heard.cases)} values in the clear ({len(texts)} bytes, {words})",
        flush=True,
    )
    for case in found if show else ():
        print(f"    {case.place} in {case.surface} ({case.planted.kind}): {case.written.text[-200:]!r}")


def _call(environment: Mapping[str, str], folder: Path, *words: str) -> str:
    """Run a verb of this checkout there; return what it printed."""
    done = subprocess.run(twiceshy(*words), env=dict(environment), cwd=folder, capture_output=True, check=False)
    if done.returncode and words[0] in {"learn", "sync", "ingest"}:
        raise SystemExit(f"twiceshy {words[0]} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    return done.stdout.decode()
