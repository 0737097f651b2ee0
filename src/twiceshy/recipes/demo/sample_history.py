"""Write an invented history of two projects, for people who want to see a report before they have logs to read.

``write_sample`` makes what an agent's folder would hold after three weeks: about two dozen sessions, each composed
of a few plain habits (read and edit, edit blindly, retry, run tests, wait for a command that hangs, be corrected),
with what real logs have and readers stumble over: a resumed copy, a subagent, a compaction, two records on one
line, a record type of the future, secrets in files and prompts. The same seed and day give the same bytes. Some
troubles come again in most sessions (``sample_troubles``), so that a first report has something to say; which of them
stand out, and with which figures, is for the report to find.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Final

from twiceshy.recipes.demo import sample_log
from twiceshy.recipes.demo.sample_log import INTERRUPTED, SessionLog
from twiceshy.recipes.demo.sample_project import (
    CORRECTIONS,
    DONE,
    FILES,
    FOLLOW_UPS,
    HOME,
    PLANS,
    REFUSALS,
    TASKS,
    SampleTask,
    make_secrets,
    write_source,
)

_DAYS: Final = 21
"""Days of the history (guess, 2026-11-21: an invented one)."""
_MODELS: Final = ("claude-sonnet-4-5-20250929", "claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929")
_HELPER_MODEL: Final = "claude-haiku-4-5-20251001"
_NOT_READ: Final = "File has not been read yet. Read it first before writing to it."
_BLIND: Final = 0.4
"""Share of files that are edited without being read first (guess, 2026-11-21; nearer .1 in real logs, which are
longer)."""
_HANGS: Final = {"web-shop": "npm run e2e -- --headed=false", "infra": "kubectl rollout status deploy/shop --watch"}
_TESTS: Final = {"web-shop": "npm test -- {stem}", "infra": "scripts/test -k {stem}"}


@dataclass(slots=True, kw_only=True)
class _SessionDraft:
    """A session being written, and what its files hold by now."""

    log: SessionLog
    task: SampleTask
    files: dict[str, str]
    rng: Random
    changes: int = 0

    def chance(self, share: float) -> bool:
        """Tell at random, with this probability, whether something happens."""
        return self.rng.random() < share

    def name(self, path: str) -> str:
        """Choose one of the functions of a file."""
        return self.rng.choice(FILES[self.task.project][path])


def write_sample(folder: Path, *, seed: int, today: date) -> Path:
    """Fill ``folder`` with ``projects/`` as Claude Code would have left it, and return ``folder``.

    The last session was the day before ``today``.
    """
    rng = Random(seed)  # noqa: S311  # invented, and the same everywhere
    texts = {
        project: {path: write_source(path, names) for path, names in files.items()} for project, files in FILES.items()
    }
    logs: list[SessionLog] = []
    for number, task in enumerate(TASKS):
        day = today - timedelta(days=_DAYS - number * (_DAYS - 1) // (len(TASKS) - 1))
        at = datetime.combine(day, time(8 + number % 3 * 3, rng.randrange(60)), UTC)
        log = SessionLog(rng, f"{HOME}/{task.project}", at, _MODELS[number % len(_MODELS)])
        work = _SessionDraft(log=log, task=task, files=texts[task.project], rng=rng)
        _write_session(work, number, make_secrets(seed), folder)
        logs.append(log)
    logs.append(_resume(logs[10], rng))
    for log in logs:
        _save(folder, log)
    return folder


def _save(folder: Path, log: SessionLog, below: str = "") -> None:
    place = folder / "projects" / log.cwd.replace("/", "-") / below
    place.mkdir(parents=True, exist_ok=True)
    name = f"agent-{log.agent}" if log.agent else log.id
    (place / f"{name}.jsonl").write_text("\n".join(log.lines) + "\n", encoding="utf-8")


def _write_session(work: _SessionDraft, number: int, planted: dict[str, str], folder: Path) -> None:
    log, task = work.log, work.task
    log.line(
        {
            "type": "file-history-snapshot",
            "messageId": log.uuid(),
            "isSnapshotUpdate": False,
            "snapshot": {"messageId": log.uuid(), "trackedFileBackups": {}, "timestamp": log.stamp()},
        }
    )
    log.prompt(task.prompt, permissionMode="default")
    if work.chance(0.5):
        log.message({"type": "thinking", "thinking": f"Where is {task.search} used?", "signature": "c2FtcGxl"}, None)
    log.message({"type": "text", "text": work.rng.choice(PLANS).format(name=task.search)}, None)
    for _ in range(1 + work.chance(0.3)):  # the same search again: a habit
        log.grep(task.search, [path for path, text in work.files.items() if task.search.split()[-1] in text])
    for path in task.files:
        _work_on(work, path)
    special = _SPECIAL.get(number)
    if special:
        special(work, planted)
    if number % 8 == 3:
        _delegate(work, folder)
    sample_log.type_what_is_missing(log, task.project)
    _run_tests(work)
    sample_log.check_types(log, task.project, task.files[0], work.files[task.files[0]])
    if number % 4 == 2:
        _hang(work)
    if work.chance(0.6):
        log.prompt(work.rng.choice(FOLLOW_UPS))
        _run_tests(work)
        _commit(work)
        sample_log.push(log, task.project)
    log.say(work.rng.choice(DONE).format(name=task.search.removeprefix("def ")))
    log.record("system", subtype="turn_duration", durationMs=work.rng.randint(60_000, 900_000), isMeta=False)


def _work_on(work: _SessionDraft, path: str) -> None:
    """Edit a file a few times, with or without reading it first."""
    log = work.log
    blind = work.chance(_BLIND)
    if not blind:
        log.read(path, work.files[path])
        if work.chance(0.35):
            log.read(path, work.files[path])
    for _ in range(work.rng.randint(2, 5)):
        blind = _edit_once(work, path, blind=blind)


def _edit_once(work: _SessionDraft, path: str, *, blind: bool) -> bool:
    """Edit a file, maybe after a failure or a refusal; return whether the file has still not been read."""
    if work.chance(0.62 if blind else 0.05):
        _fail_edit(work, path, told=_NOT_READ if blind and work.chance(0.4) else None)
        if blind:
            work.log.read(path, work.files[path])
            blind = False
    elif work.chance(0.3 if blind else 0.07):
        _, old, new = _draw_change(work, path)
        call = work.log.call("Edit", file_path=f"{work.log.cwd}/{path}", old_string=old, new_string=new)
        work.log.refuse(call, work.rng.choice(REFUSALS) if work.chance(0.8) else None)
        _be_corrected(work, path)
        blind = False
    _edit(work, path)
    if work.chance(0.45 if blind else 0.05):
        _be_corrected(work, path)
        blind = False
        _edit(work, path)
    return blind


def _be_corrected(work: _SessionDraft, path: str) -> None:
    """Let the user correct the model, which reads the file then."""
    work.log.prompt(work.rng.choice(CORRECTIONS).format(name=work.name(path)))
    work.log.read(path, work.files[path])


def _draw_change(work: _SessionDraft, path: str) -> tuple[str, str, str]:
    """Draw a change: return the name of a function, its first lines, and their replacement."""
    name = work.name(path)
    lines = work.files[path].split("\n")
    at = next(at for at, line in enumerate(lines) if f" {name}(" in line and not line.startswith(" "))
    old = lines[at : at + 3]
    work.changes += 1
    room = work.rng.randint(2, 90)
    if path.endswith(".py"):
        more = [f"    if limit > {room}:", f"        log.warning('{name}: %d is more than {room}', limit)"]
        more += [f"        limit = {room}"]
    else:
        more = [f"  if (input.lines.length > {room}) {{", f"    context.log.warn('{name}: more than {room} lines');"]
        more += [f"    return {name}(input.first({room}), context);", "  }"]
    return name, "\n".join(old), "\n".join([*old, *more])


def _edit(work: _SessionDraft, path: str) -> None:
    _, old, new = _draw_change(work, path)
    work.files[path] = work.log.edit(path, work.files[path], old, new)


def _fail_edit(work: _SessionDraft, path: str, told: str | None) -> None:
    """Add a failed edit of text that is not there, often repeated unchanged."""
    log = work.log
    _, old, new = _draw_change(work, path)
    old = old.replace("context", "ctx").replace("settings", "config")
    text = told or f"String to replace not found in file.\nString: {old}"
    while True:
        call = log.call("Edit", file_path=f"{log.cwd}/{path}", old_string=old, new_string=new)
        log.result(call, f"<tool_use_error>{text}</tool_use_error>", f"Error: {text}")
        if work.chance(0.55):
            break
    if work.chance(0.6):
        log.read(path, work.files[path])


def _run_tests(work: _SessionDraft) -> None:
    """Run the tests, often behind a pipe that hides their status; edit and rerun after failures."""
    log, task = work.log, work.task
    path = work.rng.choice(task.files)
    command = _TESTS[task.project].format(stem=Path(path).stem.partition(".")[0])
    for _ in range(3):
        red = work.chance(0.4)
        total = work.rng.randint(12, 80)
        name = work.name(path)
        output = _write_output(task.project, path, name, total, red=red)
        hidden = work.chance(0.4)
        log.run(f"{command} 2>&1 | tail -20" if hidden else command, output, status=red and not hidden, seconds=(4, 45))
        if not red:
            return
        if work.chance(0.5):
            _edit(work, path)


def _write_output(project: str, path: str, name: str, total: int, *, red: bool) -> str:
    """Write what a project's test runner prints."""
    if project == "web-shop":
        head = f"FAIL {path}\n  ● {name} > adds up\n    Expected: 1999\n    Received: 2000\n" if red else "PASS\n"
        return f"{head}Tests: {int(red)} failed, {total} passed, {total + red} total"
    head = f"E       AssertionError: {name} gave None\nFAILED {path}::{name}\n" if red else f"{'.' * total}\n"
    return f"{head}{int(red)} failed, {total} passed in {total / 7:.2f}s"


def _hang(work: _SessionDraft) -> None:
    """Add a command that goes silent until the user has waited long enough."""
    log = work.log
    call = log.call("Bash", command=_HANGS[work.task.project], description="Wait for it", timeout=900_000)
    log.result(call, INTERRUPTED, f"Error: {INTERRUPTED}", seconds=(180, 720))
    log.interrupt()
    log.prompt("It hangs again. Leave that out, I'll look at it myself.")


def _commit(work: _SessionDraft) -> None:
    log = work.log
    sha = f"{work.rng.getrandbits(28):07x}"
    command = f'git commit -am "{work.task.search.removeprefix("def ")}: handle what was reported"'
    operation = {"commit": {"sha": sha, "kind": "commit"}}
    log.run(command, f"[main {sha}] {work.changes} changes", gitOperation=operation)


def _delegate(work: _SessionDraft, folder: Path) -> None:
    """Let a subagent with a log of its own look around."""
    log = work.log
    helper = SessionLog(work.rng, log.cwd, log.at, _HELPER_MODEL, agent=f"{work.rng.getrandbits(32):08x}")
    helper.id = log.id
    prompt = f"List every caller of {work.task.search} and say which of them handle null."
    helper.prompt(prompt)
    helper.grep(work.task.search, list(work.files)[:4])
    for path in list(work.files)[:3]:
        helper.read(path, work.files[path])
    answer = f"{len(work.files)} files looked at; two callers of {work.task.search} do not handle null."
    helper.say(answer)
    call = log.call("Task", description="Find callers", prompt=prompt, subagent_type="Explore")
    told = {
        "status": "completed",
        "prompt": prompt,
        "agentId": helper.agent,
        "content": [{"type": "text", "text": answer}],
        "totalDurationMs": 41_000,
        "totalTokens": helper.context,
        "totalToolUseCount": 4,
    }
    log.result(call, answer, told, seconds=(30, 60))
    _save(folder, helper, f"{log.id}/subagents")


def _compact(work: _SessionDraft, _: dict[str, str]) -> None:
    log = work.log
    last, log.parent = log.parent, None
    log.record(
        "system",
        subtype="compact_boundary",
        content="Conversation compacted",
        isMeta=False,
        logicalParentUuid=last,
        compactMetadata={"trigger": "auto", "preTokens": log.context},
    )
    log.context = 9_000
    summary = "This session is being continued from a previous conversation that ran out of context. "
    log.prompt(f"{summary}The task: {work.task.prompt}", isCompactSummary=True, isVisibleInTranscriptOnly=True)


def _glue(work: _SessionDraft, _: dict[str, str]) -> None:
    """Put two records on one line, as when a newline goes missing between two writers."""
    log = work.log
    log.lines[-1] += '{"type":"summary","summary":"Discounts that stack","leafUuid":"' + log.uuid() + '"}'


def _add_future_record(work: _SessionDraft, _: dict[str, str]) -> None:
    work.log.record("weather-note", note={"sky": "clear", "asked": work.task.search})


def _read_settings(work: _SessionDraft, planted: dict[str, str]) -> None:
    """Read a file of settings that the model should not have needed."""
    text = (
        f"AWS_ACCESS_KEY_ID={planted['cloud key']}\nAWS_SECRET_ACCESS_KEY={planted['cloud secret']}\n"
        f"DATABASE_URL=postgres://shop:{planted['database password']}@db.shop.example:5432/shop\nLOG_LEVEL=info\n"
    )
    work.log.read(".env", text)


def _paste_secrets(work: _SessionDraft, planted: dict[str, str]) -> None:
    """Let the user paste a secret into a prompt, and the model pass one to a command."""
    log = work.log
    log.prompt(f"Try it with my test key {planted['payment key']}, and push with {planted['code host token']}.")
    header = f"Authorization: Bearer {planted['bearer token']}"
    log.run(f"curl -sf -H '{header}' https://api.shop.example/orders | head -c 200", '{"orders": []}')


def _queue_prompt(work: _SessionDraft, _: dict[str, str]) -> None:
    """Let the user type while the model works."""
    words = "Please keep the old field name in the answer, the app still reads it."
    work.log.line(
        {
            "type": "queue-operation",
            "operation": "enqueue",
            "timestamp": work.log.stamp(),
            "sessionId": work.log.id,
            "content": words,
        }
    )
    work.log.record("attachment", attachment={"type": "queued_command", "prompt": words})


def _overload(work: _SessionDraft, _: dict[str, str]) -> None:
    error = {"status": 529, "error": {"type": "overloaded_error"}}
    work.log.record("system", subtype="api_error", level="error", error=error, retryAttempt=1, retryInMs=512.5)
    work.log.wait(1, 3)


def _lose_way(work: _SessionDraft, _: dict[str, str]) -> None:
    """Look for files in places where they are not."""
    log = work.log
    for name in ("src/utils/money.ts", "src/lib/money.ts"):
        call = log.call("Read", file_path=f"{log.cwd}/{name}")
        log.result(call, "<tool_use_error>File does not exist.</tool_use_error>", "Error: File does not exist.")
    log.run("grep -rn toCents src", "grep: src: No such file or directory", status=2)
    log.run("npm run lint || true", "12 problems (3 errors, 9 warnings)\nerror: unused variable 'started'")


_SPECIAL: Final[dict[int, Callable[[_SessionDraft, dict[str, str]], None]]] = {
    1: _read_settings,
    4: _glue,
    5: _queue_prompt,
    6: _compact,
    8: _overload,
    10: _paste_secrets,
    13: _lose_way,
    14: _compact,
    17: _add_future_record,
    18: _read_settings,
    20: _overload,
    21: _lose_way,
}


def _resume(log: SessionLog, rng: Random) -> SessionLog:
    """Return the session continued next day in a file of its own that begins with a copy of everything before."""
    again = SessionLog(rng, log.cwd, log.at, log.model)
    again.lines = [line.replace(log.id, again.id) for line in log.lines]
    again.parent = log.parent
    again.at += timedelta(hours=20)
    again.prompt("One more thing: explain in one paragraph what you changed, for the release notes.")
    again.say("Part of an order can be refunded now, line by line, and never more than was paid for it.")
    return again
