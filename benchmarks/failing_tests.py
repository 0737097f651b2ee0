"""Which kinds of failing tests become lessons, and whether they are told: six sessions of each kind.

``python -m benchmarks failing_tests [SEED]``. Each session writes the same mistake with other names, files and values,
runs the tool, mends the line and runs it again. pytest is run for real; what jest, vitest and tsc print was printed by
them once, and names were put in; what ``go test`` and cargo print was typed after their documents.

*learned*: a lesson of this kind is in use. *fits*: it shows the line that was wrong and the line that mended it.
*found*: it comes first when somebody asks with the words of the next such error. *told*: it stands in the brief of a
task that gives these words.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from twiceshy.advice.recipes.briefing import brief_task, find_lessons
from twiceshy.base.config import Config, load
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.recipes.demo.sample_log import SessionLog
from twiceshy.records.lessons import Lesson, LessonState

SESSIONS = 6
FOLDER = "/home/ann/shop"
NOUNS = ("price", "order", "parcel", "stock", "invoice", "ticket", "route", "basket", "label", "refund")
VERBS = ("load", "fetch", "compute", "find", "make", "read", "merge", "pick")


class Mistake(NamedTuple):
    """One session's files, which of them is mended how, and what the tool printed."""

    files: Mapping[str, str]
    path: str
    bad: str
    """The line that is wrong."""
    good: str
    output: str = ""
    """Empty: the tool is run."""


class Scene(NamedTuple):
    """One kind of mistake under one tool."""

    tool: str
    name: str
    command: str
    green: str
    expect: str
    """Stands in the lesson's words."""
    make: Callable[[Random], Mistake]


class Names:
    """Names that differ from session to session."""

    def __init__(self, rng: Random) -> None:
        noun, other, verb, more = *rng.sample(NOUNS, 2), *rng.sample(VERBS, 2)
        self.noun, self.module = noun, other
        self.function, self.other = f"{verb}_{noun}", f"{more}_{other}"
        self.camel, self.upper = f"{verb}{noun.title()}", f"{verb.title()}{noun.title()}"
        self.value = rng.randint(2, 90)


def forgotten_await(rng: Random) -> Mistake:
    n = Names(rng)
    bad, good = (
        f"    found = [{n.function}(one) for one in numbers]",
        f"    found = [await {n.function}(one) for one in numbers]",
    )
    use = rng.choice(('sum(one["value"] for one in found)', "sum(one.value for one in found)", "sum(found)"))
    answer = {"[": f'{{"value": {n.value}}}', ".": f"Answer({n.value})"}.get(use[7:8], str(n.value))
    source = (
        f"class Answer:\n    def __init__(self, value):\n        self.value = value\n\n\n"
        f"async def {n.function}(number):\n    return {answer}\n\n\n"
        f"async def {n.other}(numbers):\n{bad}\n    return {use}\n"
    )
    test = (
        f"import asyncio\n\nfrom {n.module} import {n.other}\n\n\n"
        f"def test_{n.other}():\n    assert asyncio.run({n.other}([1, 2])) == {2 * n.value}\n"
    )
    return Mistake({f"{n.module}.py": source, f"test_{n.module}.py": test}, f"{n.module}.py", bad, good)


def wrong_name(rng: Random) -> Mistake:
    n = Names(rng)
    bad, good = f"from {n.module} import {n.function}s as wanted", f"from {n.module} import {n.function} as wanted"
    return Mistake(imported(n, bad), f"use_{n.noun}.py", bad, good)


def wrong_module(rng: Random) -> Mistake:
    n = Names(rng)
    bad, good = (
        f"from {rng.choice(VERBS)}ers.{n.module} import {n.function} as wanted",
        f"from {n.module} import {n.function} as wanted",
    )
    return Mistake(imported(n, bad), f"use_{n.noun}.py", bad, good)


def imported(n: Names, line: str) -> dict[str, str]:
    return {
        f"{n.module}.py": f"def {n.function}(number):\n    return number + 1\n",
        f"use_{n.noun}.py": f"{line}\n\n\ndef run():\n    return wanted({n.value})\n",
        f"test_{n.noun}.py": f"from use_{n.noun} import run\n\n\ndef test_run():\n    assert run() == {n.value + 1}\n",
    }


def wrong_call(rng: Random) -> Mistake:
    n = Names(rng)
    bad, good = f"    return {n.function}({n.value})", f"    return {n.function}({n.value}, 2)"
    source = f"def {n.function}({n.noun}, count):\n    return {n.noun} * count\n\n\ndef run():\n{bad}\n"
    test = f"from {n.module} import run\n\n\ndef test_run():\n    assert run() == {2 * n.value}\n"
    return Mistake({f"{n.module}.py": source, f"test_{n.module}.py": test}, f"{n.module}.py", bad, good)


def jest_module(rng: Random) -> Mistake:
    n = Names(rng)
    path = f"src/{n.noun}.test.js"
    bad, good = (
        f'const {{ {n.camel} }} = require("./{n.module}s");',
        f'const {{ {n.camel} }} = require("./{n.module}");',
    )
    output = (
        f"FAIL {path}\n  ● Test suite failed to run\n\n    Cannot find module './{n.module}s' from '{path}'\n\n"
        f"    > 1 | {bad}\n        |                   ^\n\n"
        f"      at Resolver._throwModNotFoundError (node_modules/jest-resolve/build/index.js:1031:11)\n"
        f"      at Object.require ({path}:1:19)\n\n"
        "Test Suites: 1 failed, 1 total\nTests:       0 total\nSnapshots:   0 total\nTime:        1.704 s\n"
    )
    return Mistake(
        {path: f"{bad}\n\ntest('adds', () => {{ expect({n.camel}(1)).toBe(2); }});\n"}, path, bad, good, output
    )


def jest_function(rng: Random) -> Mistake:
    n = Names(rng)
    path = f"src/{n.noun}.js"
    bad, good = f"  return {n.camel}s(id) + 1;", f"  return {n.camel}(id) + 1;"
    output = (
        f"FAIL src/{n.noun}.test.js\n  ● adds up\n\n    TypeError: {n.camel}s is not a function\n\n"
        f"      2 | function total(id) {{\n    > 3 | {bad}\n        |          ^\n      4 | }}\n\n"
        f"      at total ({path}:3:10)\n      at Object.<anonymous> (src/{n.noun}.test.js:4:10)\n\n"
        "Test Suites: 1 failed, 1 total\nTests:       1 failed, 1 total\nSnapshots:   0 total\nTime:        2.1 s\n"
    )
    text = (
        f'const {{ {n.camel} }} = require("./{n.module}");\nfunction total(id) {{\n{bad}\n}}\nexports.total = total;\n'
    )
    return Mistake({path: text}, path, bad, good, output)


def vitest_module(rng: Random) -> Mistake:
    n = Names(rng)
    path = f"src/{n.noun}.test.ts"
    bad, good = f'import {{ {n.camel} }} from "./{n.module}s";', f'import {{ {n.camel} }} from "./{n.module}";'
    output = (
        f" RUN  v4.1.12 {FOLDER}\n\n \u276f {path} (0 test)\n\n"
        f"⎯⎯⎯⎯⎯⎯ Failed Suites 1 ⎯⎯⎯⎯⎯⎯⎯\n\n FAIL  {path} [ {path} ]\n"
        f"Error: Cannot find module './{n.module}s' imported from {FOLDER}/{path}\n \u276f {path}:2:1\n"
        f'      1| import {{ test, expect }} from "vitest";\n      2| {bad}\n       | ^\n\n'
        " Test Files  1 failed (1)\n      Tests  no tests\n   Start at  22:26:39\n   Duration  1.13s\n"
    )
    text = (
        f'import {{ test, expect }} from "vitest";\n{bad}\n\ntest("adds", () => {{ expect({n.camel}(1)).toBe(2); }});\n'
    )
    return Mistake({path: text}, path, bad, good, output)


def vitest_undefined(rng: Random) -> Mistake:
    n = Names(rng)
    path = f"src/{n.noun}.ts"
    bad, good = (
        f"  return {n.camel}(id).{n.module}.toFixed(2);",
        f"  return (await {n.camel}(id)).{n.module}.toFixed(2);",
    )
    output = (
        f" RUN  v4.1.12 {FOLDER}\n\n \u276f src/{n.noun}.test.ts (1 test | 1 failed) 8ms\n   \u00d7 adds up 6ms\n\n"
        f"⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯\n\n FAIL  src/{n.noun}.test.ts > adds up\n"
        f"TypeError: Cannot read properties of undefined (reading 'toFixed')\n \u276f total {path}:2:40\n"
        f"      1| export async function total(id: number) {{\n      2| {bad}\n       |    ^\n"
        f" \u276f src/{n.noun}.test.ts:4:10\n\n"
        " Test Files  1 failed (1)\n      Tests  1 failed (1)\n   Start at  22:26:39\n   Duration  1.13s\n"
    )
    return Mistake({path: f"export async function total(id: number) {{\n{bad}\n}}\n"}, path, bad, good, output)


def go_name(rng: Random) -> Mistake:
    n = Names(rng)
    path = f"{n.noun}/{n.noun}.go"
    bad, good = f"\treturn {n.camel}s(id)", f"\treturn {n.camel}(id)"
    output = (
        f"# example.org/shop/{n.noun} [example.org/shop/{n.noun}.test]\n{path}:4:9: undefined: {n.camel}s\n"
        f"FAIL\texample.org/shop/{n.noun} [build failed]\nFAIL\n"
    )
    text = f"package {n.noun}\n\nfunc total(id int) int {{\n{bad}\n}}\n\nfunc {n.camel}(id int) int {{ return id }}\n"
    return Mistake({path: text}, path, bad, good, output)


def go_arguments(rng: Random) -> Mistake:
    n = Names(rng)
    path = f"{n.noun}/{n.noun}.go"
    bad, good = f"\treturn {n.camel}({n.value})", f"\treturn {n.camel}({n.value}, 1)"
    output = (
        f"# example.org/shop/{n.noun}\n./{n.noun}.go:4:{12 + len(n.camel)}: not enough arguments in call to {n.camel}\n"
        f"\thave (number)\n\twant (int, int)\nFAIL\texample.org/shop/{n.noun} [build failed]\nFAIL\n"
    )
    text = f"package {n.noun}\n\nfunc total() int {{\n{bad}\n}}\n\nfunc {n.camel}(id, n int) int {{ return id }}\n"
    return Mistake({path: text}, path, bad, good, output)


def cargo_moved(rng: Random) -> Mistake:
    n = Names(rng)
    path = f"src/{n.noun}.rs"
    bad, good = f"    let first = {n.function}({n.module});", f"    let first = {n.function}({n.module}.clone());"
    output = (
        f"   Compiling shop v0.1.0 ({FOLDER})\nerror[E0382]: use of moved value: `{n.module}`\n --> {path}:2:24\n  |\n"
        f"2 | {bad}\n  |            - value moved here\n\n"
        "For more information about this error, try `rustc --explain E0382`.\n"
        "error: could not compile `shop` (lib test) due to 1 previous error\n"
    )
    text = f"fn total({n.module}: String) -> usize {{\n{bad}\n    first + {n.module}.len()\n}}\n"
    return Mistake({path: text}, path, bad, good, output)


def cargo_unwrap(rng: Random) -> Mistake:
    n = Names(rng)
    path = f"src/{n.noun}.rs"
    bad, good = f"    {n.function}(id).unwrap()", f"    {n.function}(id).unwrap_or(0)"
    output = (
        f"running 1 test\ntest tests::{n.other} ... FAILED\n\nfailures:\n\n---- tests::{n.other} stdout ----\n\n"
        f"thread 'tests::{n.other}' panicked at {path}:2:{11 + len(n.function)}:\n"
        "called `Option::unwrap()` on a `None` value\n"
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n\n\n"
        f"failures:\n    tests::{n.other}\n\n"
        "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n"
        "error: test failed, to rerun pass `--lib`\n"
    )
    return Mistake({path: f"fn total(id: u32) -> u32 {{\n{bad}\n}}\n"}, path, bad, good, output)


def tsc_promise(rng: Random) -> Mistake:
    n = Names(rng)
    path = f"src/{n.noun}.ts"
    bad, good = f"  const {n.module} = {n.camel}(3).value;", f"  const {n.module} = (await {n.camel}(3)).value;"
    output = f"{path}(2,31): error TS2339: Property 'value' does not exist on type 'Promise<{{ value: number; }}>'.\n"
    return Mistake(
        {path: f"export async function total() {{\n{bad}\n  return {n.module};\n}}\n"}, path, bad, good, output
    )


def tsc_argument(rng: Random) -> Mistake:
    n = Names(rng)
    path = f"src/{n.noun}.ts"
    bad, good = f"  return {n.camel}({n.value});", f"  return {n.camel}(String({n.value}));"
    output = (
        f"{path}(2,{11 + len(n.camel)}): error TS2345: "
        "Argument of type 'number' is not assignable to parameter of type 'string'.\n"
    )
    return Mistake({path: f"export function total() {{\n{bad}\n}}\n"}, path, bad, good, output)


PYTEST = ("pytest -q", "1 passed in 0.02s\n")
JEST = ("npx jest", "PASS src/a.test.js\n\nTest Suites: 1 passed, 1 total\nTests:       1 passed, 1 total\n")
VITEST = ("npx vitest run", " Test Files  1 passed (1)\n      Tests  1 passed (1)\n   Duration  1.1s\n")
GO = ("go test ./...", "ok  \texample.org/shop/a\t0.012s\n")
CARGO = ("cargo test", "running 1 test\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n")
TSC = ("npx tsc --noEmit", "")
SCENES = (
    Scene("pytest", "forgotten await", *PYTEST, "without await", forgotten_await),
    Scene("pytest", "ImportError", *PYTEST, "module does not define", wrong_name),
    Scene("pytest", "ModuleNotFoundError", *PYTEST, "not there", wrong_module),
    Scene("pytest", "TypeError", *PYTEST, "leaves out an argument", wrong_call),
    Scene("jest", "module not found", *JEST, "not there", jest_module),
    Scene("jest", "not a function", *JEST, "no function", jest_function),
    Scene("vitest", "module not found", *VITEST, "not there", vitest_module),
    Scene("vitest", "undefined value", *VITEST, "undefined or null", vitest_undefined),
    Scene("go test", "undefined name", *GO, "not declared", go_name),
    Scene("go test", "missing argument", *GO, "fewer arguments", go_arguments),
    Scene("cargo test", "moved value", *CARGO, "E0382", cargo_moved),
    Scene("cargo test", "unwrap of None", *CARGO, "unwrapped", cargo_unwrap),
    Scene("tsc", "forgotten await", *TSC, "TS2339", tsc_promise),
    Scene("tsc", "wrong argument", *TSC, "TS2345", tsc_argument),
)
"""A tool's kinds stand in one project."""


class Outcome(NamedTuple):
    """What became of six sessions of one kind."""

    scene: Scene
    learned: bool
    fits: bool
    found: bool
    told: bool
    words: str


def measure(scenes: Sequence[Scene], seed: int, folder: Path) -> Iterator[Outcome]:
    """What became of the kinds of one tool, in one project."""
    config = replace(load({"home": str(folder / "data")}, {"HOME": str(folder)}, folder), ingest_processes=1)
    logs = folder / "claude" / "projects" / "-home-ann-shop"
    logs.mkdir(parents=True)
    made = {
        scene: [
            write_session(logs, scene, Random(f"{seed} {scene.name} {number}"), number) for number in range(SESSIONS)
        ]
        for scene in scenes
    }
    ingest([logs], config)
    learn_lessons(config)
    known = list_lessons(config, datetime.now(UTC))
    for scene, mistakes in made.items():
        lesson = next((one for one in known if scene.expect in one.description or scene.expect in one.root_cause), None)
        yield look(config, scene, lesson, mistakes)


def look(config: Config, scene: Scene, lesson: Lesson | None, mistakes: Sequence[tuple[Mistake, str]]) -> Outcome:
    """What is known of one kind, asked with the words of the last session's error."""
    if lesson is None or lesson.state is not LessonState.ACTIVE:
        return Outcome(scene, False, False, False, False, lesson.description if lesson else "")
    pairs = {(one.bad.strip(), one.good.strip()) for one, _ in mistakes}
    asked = mistakes[-1][1]
    found = find_lessons(config, asked).lessons
    brief = brief_task(config, Path(FOLDER), f"the check fails with: {asked}")
    return Outcome(
        scene,
        learned=True,
        fits=((lesson.bad or "").strip(), (lesson.good or "").strip()) in pairs,
        found=bool(found) and found[0].id == lesson.id,
        told=any(one.lesson.id == lesson.id for one in brief.lessons),
        words=lesson.description,
    )


def write_session(logs: Path, scene: Scene, rng: Random, number: int) -> tuple[Mistake, str]:
    """The mistake of a session whose log is written, and the line of its error."""
    mistake = scene.make(rng)
    log = SessionLog(rng, FOLDER, datetime.now(UTC) - timedelta(days=SESSIONS - number), "claude-opus-4-5-20251101")
    log.prompt(f"add the next part of {mistake.path}")
    for path, text in mistake.files.items():
        told: dict[str, object] = {
            "type": "create",
            "filePath": f"{FOLDER}/{path}",
            "content": text,
            "structuredPatch": [],
            "originalFile": None,
        }
        call = log.call("Write", file_path=f"{FOLDER}/{path}", content=text)
        log.result(call, f"File created successfully at: {FOLDER}/{path}", told)
    output = mistake.output or run_pytest(mistake.files)
    log.run(scene.command, output, status=1)
    log.edit(mistake.path, mistake.files[mistake.path], mistake.bad, mistake.good)
    log.run(scene.command, scene.green)
    log.say("It works.")
    (logs / f"{log.id}.jsonl").write_text("".join(f"{line}\n" for line in log.lines), encoding="utf-8")
    return mistake, tell_error(output)


def run_pytest(files: Mapping[str, str]) -> str:
    """What pytest prints of the files."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            Path(folder, path).write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
            cwd=folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        return (done.stdout + done.stderr).replace(folder, FOLDER)


def tell_error(output: str) -> str:
    """The line of an output that somebody would ask with."""
    signs = ("E   ", "Error: ", "Cannot find", "error", ".go:", "called `")
    lines = (line for sign in signs for line in output.splitlines() if sign in line)
    return next(lines, "").removeprefix("E").strip()


def main(words: Sequence[str] = ()) -> None:
    seed = int(words[0]) if words else 1
    rows: list[Outcome] = []
    for tool in dict.fromkeys(scene.tool for scene in SCENES):
        with tempfile.TemporaryDirectory() as folder:
            rows += measure([scene for scene in SCENES if scene.tool == tool], seed, Path(folder))
    for row in rows:
        marks = " ".join("yes" if one else "-" for one in (row.learned, row.fits, row.found, row.told))
        print(f"{row.scene.tool:10} {row.scene.name:20} {marks:16} {row.words[:100]}")
    for name in ("learned", "fits", "found", "told"):
        print(f"{name}: {sum(getattr(row, name) for row in rows)} of {len(rows)}")
