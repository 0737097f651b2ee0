"""The same mistake in code corrected in three sessions, then the next task: is the edit warned of, and is it right?

``python -m benchmarks corrected_code``: for each language sessions are invented in which an agent puts a value into SQL
by hand, in another file and other words each time, a person says no, and the agent mends it. They are read, judged,
scored and learned from by the code of `learn`; then the installed hook is given the next task's edits, in yet another
file: one with the mistake, one with the usual way, and one with the mistake in another project. ``--state promoted``
also promotes the lesson, as a person would.
"""

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from twiceshy.advice.recipes.rule_compilation import compile_rules
from twiceshy.archive.db import Store
from twiceshy.archive.reads import lessons as lesson_reads
from twiceshy.base.config import Config, load
from twiceshy.judgement.recipes.judge_sessions import judge
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.recipes.demo.sample_log import SessionLog
from twiceshy.recipes.setup import hook_folder
from twiceshy.records.lessons import Lesson
from twiceshy.score.recipes.score_sessions import score_stored

MODEL = "claude-opus-4-6"
BETWEEN = timedelta(days=2)


class Slip(NamedTuple):
    """One edit with the mistake, and the same edit without it."""

    path: str
    bad: str
    good: str
    said: str = ""


class Story(NamedTuple):
    """A language's mistakes: some that were corrected, and one of the next task."""

    name: str
    slips: tuple[Slip, ...]
    later: Slip


STORIES = (
    Story(
        "python",
        (
            Slip(
                "shop/orders.py",
                "    rows = db.execute(f\"SELECT * FROM orders WHERE owner = '{owner}'\")",
                '    rows = db.execute("SELECT * FROM orders WHERE owner = ?", (owner,))',
                "No, never put values into SQL. Use parameters.",
            ),
            Slip(
                "shop/users.py",
                "    sql = \"UPDATE users SET mail = '%s' WHERE name = '%s'\" % (mail, name)\n    db.execute(sql)",
                '    db.execute("UPDATE users SET mail = ? WHERE name = ?", (mail, name))',
                "That is an injection again, bind the values please",
            ),
            Slip(
                "shop/search.py",
                '    found = conn.execute("SELECT id FROM items WHERE title LIKE \'%" + term + "%\'")',
                '    found = conn.execute("SELECT id FROM items WHERE title LIKE ?", (f"%{term}%",))',
                "wrong: I told you to use placeholders",
            ),
        ),
        Slip(
            "shop/reports.py",
            '    total = cursor.execute(f"""\n        SELECT sum(a) FROM sales\n        WHERE shop = {shop}\n    """)',
            '    total = cursor.execute("SELECT sum(price) FROM sales WHERE shop = ?", (shop,))',
        ),
    ),
    Story(
        "javascript",
        (
            Slip(
                "src/orders.ts",
                "  const rows = await db.query(`SELECT * FROM orders WHERE owner = '${owner}'`);",
                '  const rows = await db.query("SELECT * FROM orders WHERE owner = $1", [owner]);',
                "No, never put values into SQL. Use parameters.",
            ),
            Slip(
                "src/users.ts",
                '  await db.query("UPDATE users SET mail = \'" + mail + "\' WHERE id = 1");',
                '  await db.query("UPDATE users SET mail = $1 WHERE id = 1", [mail]);',
                "That is an injection again, bind the values please",
            ),
            Slip(
                "src/search.ts",
                "  return pool.query(`SELECT id FROM items WHERE title LIKE '%${term}%'`);",
                "  return pool.query('SELECT id FROM items WHERE title LIKE $1', [`%${term}%`]);",
                "wrong: I told you to use placeholders",
            ),
        ),
        Slip(
            "src/reports.ts",
            "  const total = await client.query(`DELETE FROM sales WHERE shop = ${shop}`);",
            '  const total = await client.query("DELETE FROM sales WHERE shop = $1", [shop]);',
        ),
    ),
    Story(
        "go",
        (
            Slip(
                "store/orders.go",
                "\trows, err := db.Query(fmt.Sprintf(\"SELECT * FROM orders WHERE owner = '%s'\", owner))",
                '\trows, err := db.Query("SELECT * FROM orders WHERE owner = ?", owner)',
                "No, never put values into SQL. Use parameters.",
            ),
            Slip(
                "store/users.go",
                '\t_, err := db.Exec("DELETE FROM users WHERE name = \'" + name + "\'")',
                '\t_, err := db.Exec("DELETE FROM users WHERE name = ?", name)',
                "That is an injection again, bind the values please",
            ),
            Slip(
                "store/search.go",
                "\trows, err := db.Query(fmt.Sprintf(`SELECT id FROM items WHERE title LIKE '%%%s%%'`, term))",
                '\trows, err := db.Query(`SELECT id FROM items WHERE title LIKE ?`, "%"+term+"%")',
                "wrong: I told you to use placeholders",
            ),
        ),
        Slip(
            "store/reports.go",
            '\tquery := "SELECT sum(price) FROM sales WHERE shop = \'" + shop + "\'"',
            '\tquery := "SELECT sum(price) FROM sales WHERE shop = ?"',
        ),
    ),
)
AROUND = {"python": ("def run(value):", "    return None"), "javascript": ("function run() {", "}"), "go": ("{", "}")}


class Answer(NamedTuple):
    """What the hook said at the next task's edits."""

    lessons: tuple[Lesson, ...]
    at_mistake: str
    at_remedy: str
    elsewhere: str


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks corrected_code", description=__doc__)
    parser.add_argument("--state", choices=("learned", "promoted"), default="learned")
    args = parser.parse_args(argv)
    for story in STORIES:
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            answer = play(Path(name), story, promote=args.state == "promoted")
        print(f"\n{story.name}: warned at the mistake {bool(answer.at_mistake)}, else {bool(answer.at_remedy)}")
        for lesson in answer.lessons:
            print(f"  {lesson.state} {lesson.slug}: {lesson.observations} times, {lesson.root_cause}")
        print(f"  here: {answer.at_mistake}\n  in another project: {answer.elsewhere}")


def play(folder: Path, story: Story, *, promote: bool = False, patterns: str = "sure") -> Answer:
    """Live through a story, and return what the hook says then."""
    shop, logs = folder / "work" / "shop", folder / "logs"
    shop.mkdir(parents=True)
    logs.mkdir()
    now = datetime.now(UTC)
    for number, slip in enumerate(story.slips):
        begun = now - BETWEEN * (len(story.slips) - number)
        log = write_session(slip, AROUND[story.name], str(shop), begun, number)
        (logs / f"{log.id}.jsonl").write_text("\n".join(log.lines) + "\n", "utf-8")
    made = load({}, {"HOME": str(folder), "PATH": os.environ.get("PATH", "")}, folder)
    config = replace(made, home=folder / "data", advice_held_back_percent=0, advice_patterns=patterns)
    lessons = learn(config, logs, promote=promote)
    hook_folder.write(config)
    other = folder / "work" / "other"
    other.mkdir()
    return Answer(
        lessons,
        ask(config, shop, story, story.later.bad, "s1"),
        ask(config, shop, story, story.later.good, "s2"),
        ask(config, other, story, story.later.bad, "s3"),
    )


def write_session(slip: Slip, around: tuple[str, str], cwd: str, at: datetime, seed: int) -> SessionLog:
    """The agent makes the mistake, a person says no, the agent mends it."""
    log = SessionLog(Random(seed), cwd, at, MODEL)
    empty = "\n".join((*around, ""))
    log.prompt(f"make {slip.path} work")
    log.read(slip.path, empty)
    bad = log.edit(slip.path, empty, around[0], f"{around[0]}\n{slip.bad}")
    log.say("Done.")
    log.prompt(slip.said)
    log.edit(slip.path, bad, slip.bad, slip.good)
    log.say("It binds the values now.")
    return log


def learn(config: Config, logs: Path, *, promote: bool) -> tuple[Lesson, ...]:
    """What `learn` does with new logs; twice, as a finding becomes a lesson of the next run at the latest."""
    ingest([logs], config)
    for _ in range(2):
        judge(config, processes=1)
        score_stored(config, processes=1)
        learn_lessons(config)
    with Store.open(config.home) as store:
        if promote:
            with store.begin_writing() as connection:
                connection.execute("UPDATE lesson SET state = 'promoted' WHERE root_cause LIKE 'pattern/%'")
        found = tuple(lesson_reads.read_lessons(store.connection))
    compile_rules(config)
    return found


def ask(config: Config, folder: Path, story: Story, text: str, session: str) -> str:
    """What the installed hook says of an edit of a file that is there."""
    around = AROUND[story.name]
    path = folder / story.later.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join((*around, "")), "utf-8")
    given = {
        "session_id": session,
        "cwd": str(folder),
        "hook_event_name": "PreToolUse",
        "tool_name": "Edit",
        "tool_use_id": f"toolu_{session}",
        "tool_input": {"file_path": str(path), "old_string": around[0], "new_string": f"{around[0]}\n{text}"},
    }
    return "\n".join(spoken(hook_folder.command_of(config, "claude-code", "PreToolUse"), given))


def spoken(command: Sequence[str], given: object) -> Iterable[str]:
    """The words of the hook's answer."""
    done = subprocess.run(command, input=json.dumps(given).encode(), capture_output=True, check=True, timeout=20)
    if done.stdout:
        yield json.loads(done.stdout)["hookSpecificOutput"]["additionalContext"]
