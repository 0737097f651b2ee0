"""Planted secrets: invented values of 60 kinds at every place that a log has, and what of them lies in the store after.

``python -m benchmarks planted_secrets [--share N] [--show]``. Each value is its case's own. A place is a form (how a
text holds the value) or a surface (where such a text comes in); every kind meets every form, the surfaces taking turns,
and every kind meets every surface. The logs go through the real ``ingest``, the reading of commits, ``run`` and the
hook of a fresh data folder. Then every byte and every unpacked cell of that folder is searched for each value, its last
half and its middle, in the spelling of its place. ``--share N`` takes every N-th case. A new form is a row of
``FORMS``; a new surface a row of ``SURFACES``.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from tests.logs.builders import a_session

from benchmarks.measure import scratch_environment, twiceshy
from benchmarks.redaction_corpus.kinds import TOKENS, Kind, value_of
from twiceshy.archive.database_texts import is_database, read_cells
from twiceshy.base.config import load
from twiceshy.privacy.samples import expand
from twiceshy.recipes.setup import hook_folder

PASSWORDS = (
    Kind("password", "DB_PASSWORD", "q7<<A-Za-z0-9:10>>"),
    Kind("password with signs", "ADMIN_PASSWORD", "v4<<A-Za-z:6>>!<<0-9:3>>%x"),
    Kind("password in words", "SMTP_PASSWORD", "kestrel-tundra-<<a-z:5>>-<<1-9:2>>"),
)
KINDS = (*PASSWORDS, *(kind for number, kind in enumerate(TOKENS) if number % 9 not in {2, 5, 7, 8}))[:60]
SHORTEST = 8
"""Characters of a piece that counts as in the clear (guess, 2026-11-22): fewer may stand anywhere by chance."""


class Planted(NamedTuple):
    """One value and the name that it goes by."""

    kind: str
    name: str
    value: str


class Written(NamedTuple):
    """A text that holds the value, and how the value's pieces are spelled in it."""

    text: str
    spelled: tuple[str, ...]


class Case(NamedTuple):
    """One value at one place."""

    place: str
    surface: str
    planted: Planted
    written: Written


def _as_is(frame: str) -> Callable[[Planted], Written]:
    """Make a form that holds the value as it is."""
    return lambda one: Written(
        frame.replace("@N", one.name).replace("@n", _camel(one.name)).replace("@v", one.value), (one.value,)
    )


def _spelled(frame: str, spell: Callable[[str], str]) -> Callable[[Planted], Written]:
    """Make a form that spells the value in another way."""

    def write(one: Planted) -> Written:
        other = spell(one.value)
        return Written(
            frame.replace("@N", one.name).replace("@n", _camel(one.name)).replace("@v", other), (one.value, other)
        )

    return write


def _parted(frame: str, gap: str, at: float = 0.5) -> Callable[[Planted], Written]:
    """Make a form that has something in the middle of the value."""

    def write(one: Planted) -> Written:
        cut = max(1, int(len(one.value) * at))
        pieces = (one.value[:cut], one.value[cut:])
        return Written(
            frame.replace("@N", one.name).replace("@n", _camel(one.name)).replace("@v", gap.join(pieces)), pieces
        )

    return write


def _camel(name: str) -> str:
    first, *others = name.lower().split("_")
    return first + "".join(word.title() for word in others)


def _base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FORMS: Mapping[str, Callable[[Planted], Written]] = {
    "env file": _as_is("PORT=80\n@N=@v\nDEBUG=1"),
    "exported": _as_is("export @N='@v'"),
    "yaml": _as_is("service:\n  @N: @v\n  port: 80\n"),
    "json": _as_is('{"@n": "@v", "port": 80}'),
    "json in json": _spelled('{"body": "{\\"@n\\": \\"@v\\"}"}', lambda value: json.dumps(value)[1:-1]),
    "python": _as_is('@N = "@v"\n'),
    "typed constant": _as_is("const @n: string = '@v';"),
    "default": _as_is('os.environ.get("@N", "@v")'),
    "put together": _parted('@n = "@v"', '" + "'),
    "put together over lines": _parted('@n = ("@v")', '"\n        "'),
    "behind a backslash": _parted("export @N=@v", "\\\n"),
    "colours": _parted("@N=@v", "\x1b[0m\x1b[31m"),
    "wrapped by a terminal": _parted("@N=@v", "\n", 0.75),
    "diff": _as_is("@@ -1,2 +1,2 @@\n-@N=old\n+@N=@v\n"),
    "file view": _as_is("     1\u2192# settings\n     2\u2192@N=@v\n     3\u2192DEBUG=1"),
    "grep": _as_is("config/app.env:12:@N=@v"),
    "query of a URL": _spelled("https://api.birds.org/x?@n=@v&page=2", lambda value: quote(value, safe="")),
    "all percent-encoded": _spelled("@n=@v", lambda value: "".join(f"%{ord(one):02X}" for one in value)),
    "login of a URL": _spelled("https://kes:@v@git.birds.org/r.git", lambda value: quote(value, safe="")),
    "bearer": _as_is("curl -H 'Authorization: Bearer @v' https://api.birds.org"),
    "basic": _spelled("Authorization: Basic @v", lambda value: _base64_of(f"kes:{value}")),
    "header": _as_is("X-Api-Key: @v"),
    "option": _as_is("deploy --token @v --region eu"),
    "option, quoted": _as_is('deploy --password="@v" now'),
    "html": _spelled("&quot;@n&quot;: &quot;@v&quot;", escape),
    "xml": _spelled("<apiKey>@v</apiKey>", escape),
    "prompted": _as_is("Enter password: @v\n"),
    "here string": _as_is('gh auth login --with-token <<< "@v"'),
    "table": _as_is("| @N | `@v` |"),
    "build argument": _as_is("docker build --build-arg @N=@v ."),
    "kubernetes": _as_is("kubectl create secret generic a --from-literal=@N=@v"),
}
"""How a text holds a value; ``@N`` is its name, ``@n`` the same as code writes it."""
ECHOED = "echoed by an error"
"""Told apart: the value is recognised in one text of the session and repeated, without its name, in another."""

Surface = Callable[[Path, Mapping[str, str], Sequence[str]], None]
"""(scratch folder, environment, texts): bring the texts in."""


def _log(name: str, add: Callable[..., object]) -> Surface:
    """Make a surface of one session's log."""

    def bring(scratch: Path, environment: Mapping[str, str], texts: Sequence[str]) -> None:
        session = a_session(name, cwd="/home/dev/shop")
        session.prompt("go on")
        for text in texts:
            add(session, text)
        path = scratch / "logs" / f"{session.session_id}.jsonl"
        path.parent.mkdir(exist_ok=True)
        session.write(path)
        _call(environment, "ingest", str(path))

    return bring


def _branches(scratch: Path, environment: Mapping[str, str], texts: Sequence[str]) -> None:
    """Sessions of their own: title and branch are a session's."""
    for number, text in enumerate(texts):
        session = a_session(f"title{number}", cwd="/home/dev/shop").prompt("go on")
        session.add({"type": "ai-title", "aiTitle": text, "sessionId": session.session_id})
        for record in session.records:
            record["gitBranch"] = text.replace("\n", " ")
        path = scratch / "titles" / f"{session.session_id}.jsonl"
        path.parent.mkdir(exist_ok=True)
        session.write(path)
    _call(environment, "ingest", str(scratch / "titles"))


def _commits(scratch: Path, environment: Mapping[str, str], texts: Sequence[str]) -> None:
    """A repository in which a session worked; its commits are read with the session."""
    project = scratch / "project"
    project.mkdir()
    who = ["-c", "user.name=kes", "-c", "user.email=dev@example.com"]
    subprocess.run(["git", "init", "-q", str(project)], env=dict(environment), check=True)
    for number, text in enumerate(texts):
        (project / "a.txt").write_text(f"{number}\n{text}\n", "utf-8")
        subprocess.run(["git", "add", "-A"], cwd=project, env=dict(environment), check=True)
        subprocess.run(
            ["git", *who, "commit", "-qm", f"Set it\n\n{text}"], cwd=project, env=dict(environment), check=True
        )
    session = a_session("commits", cwd=str(project)).prompt("go on").runs("git log", "ok")
    path = scratch / "logs" / f"{session.session_id}.jsonl"
    path.parent.mkdir(exist_ok=True)
    session.write(path)
    _call(environment, "ingest", str(path))
    _call(environment, "learn")


def _runs(scratch: Path, environment: Mapping[str, str], texts: Sequence[str]) -> None:
    """A recorded command that prints them."""
    path = scratch / "printed.txt"
    path.write_text("\n\n".join(texts), "utf-8")
    _call(environment, "run", "cat", str(path), may_fail=True)


def _hooks(scratch: Path, environment: Mapping[str, str], texts: Sequence[str]) -> None:
    """Payloads of an installed hook, before and after a call; what it noted is folded in."""
    (scratch / "claude").mkdir(exist_ok=True)
    _call(environment, "init", "--yes", "--no-backfill")
    config = load({}, environment, scratch)
    for number, text in enumerate(texts):
        for event in ("PreToolUse", "PostToolUse"):
            payload = {
                "hook_event_name": event,
                "session_id": f"hook-{number}",
                "cwd": "/home/dev/shop",
                "tool_name": "Bash",
                "tool_use_id": f"toolu_{number}",
                "tool_input": {"command": text, "description": text},
                "tool_response": {"stdout": text, "stderr": text},
            }
            command = hook_folder.command_of(config, "claude-code", event)
            given = json.dumps(payload).encode()
            subprocess.run(command, input=given, env=dict(environment), capture_output=True, check=True)
    _call(environment, "learn")


def _reports(scratch: Path, environment: Mapping[str, str], texts: Sequence[str]) -> None:
    """Reports of other tools: SARIF and JUnit."""
    results = [
        {
            "ruleId": "X1",
            "message": {"text": text},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 1}}}],
        }
        for text in texts
    ]
    tool = {"driver": {"name": "scan", "rules": []}}
    sarif = {"version": "2.1.0", "runs": [{"tool": tool, "results": results}]}
    (scratch / "found.sarif").write_text(json.dumps(sarif), "utf-8")
    failures = [f'<failure message="{escape(text)}">{escape(text)}</failure>' for text in texts]
    cases = "".join(f'<testcase classname="a" name="t{n}">{one}</testcase>' for n, one in enumerate(failures))
    (scratch / "junit.xml").write_text(f'<testsuite name="s" tests="{len(texts)}">{cases}</testsuite>', "utf-8")
    for name in ("found.sarif", "junit.xml"):
        _call(environment, "ingest", str(scratch / name), may_fail=True)


ADDS: Mapping[str, Callable[..., object]] = {
    "prompt": lambda session, text: session.prompt(text),
    "reply": lambda session, text: session.says(text),
    "tool output": lambda session, text: session.runs("make deploy", text),
    "command": lambda session, text: session.runs(text, "ok"),
    "failed call": lambda session, text: session.fails("Bash", f"Exit code 1\n{text}", command="make"),
    "file read": lambda session, text: session.reads("settings.py", text),
    "file written": lambda session, text: session.writes("settings.py", text),
    "edit": lambda session, text: session.edits("settings.py", "a = 1", text, original="a = 1"),
    "MCP result": lambda session, text: session.calls("mcp__birds__read", query=text).result(text),
}
"""How a text gets into a session's log."""
SURFACES: Mapping[str, Surface] = {
    **{name: _log(name, add) for name, add in ADDS.items()},
    "title and branch": _branches,
    "commit": _commits,
    "recorded run": _runs,
    "hook payload": _hooks,
    "report": _reports,
}
"""Where a text comes in."""
LOGS = tuple(ADDS)
"""The surfaces that take turns under the forms: a line of a log each."""


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks planted_secrets", description=__doc__)
    parser.add_argument("--share", type=int, default=1, help="take every N-th case")
    parser.add_argument("--show", action="store_true", help="print each text of which something is in the clear")
    args = parser.parse_args(argv)
    chosen = list(make_cases())[:: args.share]
    with tempfile.TemporaryDirectory(prefix="planted-") as name:
        clear = find_clear(chosen, Path(name))
    _print(chosen, clear)
    for case in clear if args.show else ():
        print(f"\n{case.place} in {case.surface} ({case.planted.kind}): {case.written.text[-300:]!r}")


def make_cases() -> Iterator[Case]:
    """Yield every kind in every form, the logs taking turns, every kind at every surface, and echoes."""
    number = 0
    for index, kind in enumerate(KINDS):
        for turn, (place, write) in enumerate(FORMS.items()):
            number += 1
            planted = plant(kind, number)
            yield Case(place, LOGS[(index + turn) % len(LOGS)], planted, write(planted))
        for surface in SURFACES:
            number += 1
            planted = plant(kind, number)
            yield Case(surface, surface, planted, FORMS["exported"](planted))
        number += 1
        planted = plant(kind, number)
        text = f"client --password '{planted.value}'\nclient: error: unrecognized arguments: {planted.value}"
        yield Case(ECHOED, LOGS[index % len(LOGS)], planted, Written(text, (planted.value,)))


def plant(kind: Kind, number: int) -> Planted:
    """Draw a value for one case."""
    value = value_of(kind, number) if kind not in PASSWORDS else expand(kind.value, number).text
    return Planted(kind.name, kind.setting, value)


def find_clear(chosen: Sequence[Case], scratch: Path) -> list[Case]:
    """Bring the cases in and return those of which something lies in the data folder in the clear."""
    environment = scratch_environment(scratch)
    for surface, bring in SURFACES.items():
        texts = [case.written.text for case in chosen if case.surface == surface]
        if texts:
            bring(scratch, environment, texts)
    haystack = b"\x00".join(read_folder(scratch / "store"))
    return [case for case in chosen if any(piece in haystack for piece in list_pieces(case.written))]


def list_pieces(written: Written) -> list[bytes]:
    """Return what must not be found: each spelling, and of a long one its last half and its middle."""
    pieces = []
    for spelling in written.spelled:
        size = len(spelling)
        halves = [spelling[-(size // 2) :], spelling[size // 4 : -(size // 4)]] if size >= 3 * SHORTEST else []
        pieces += [piece.encode() for piece in [spelling, *halves] if len(piece) >= SHORTEST]
    return pieces


def read_folder(home: Path) -> Iterator[bytes]:
    """Yield the bytes of every file, and every cell of a database, unpacked."""
    for folder, _, names in os.walk(home):
        for name in sorted(names):
            path = Path(folder) / name
            yield path.read_bytes()
            if is_database(path):
                yield from (cell.content for cell in read_cells(path))


def _call(environment: Mapping[str, str], *words: str, may_fail: bool = False) -> None:
    """Run a verb of this checkout."""
    done = subprocess.run(twiceshy(*words), env=dict(environment), capture_output=True, check=False)
    if done.returncode and not may_fail:
        raise SystemExit(
            f"twiceshy {words[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}"
        )


def _print(chosen: Sequence[Case], clear: Sequence[Case]) -> None:
    """Print the table by place, and the total with and without echoes."""
    every, left = Counter(case.place for case in chosen), Counter(case.place for case in clear)
    for place, count in every.items():
        print(f"  {place:<26} {left[place]:>3} of {count:>3} in the clear")
    echoes, others = every[ECHOED], len(chosen) - every[ECHOED]
    print(f"without echoes: {len(clear) - left[ECHOED]} of {others} in the clear; echoes: {left[ECHOED]} of {echoes}")
    kinds = Counter(case.planted.kind for case in clear if case.place != ECHOED)
    print(f"by kind: {', '.join(f'{kind} {count}' for kind, count in kinds.most_common())}")


if __name__ == "__main__":
    main(sys.argv[1:])
