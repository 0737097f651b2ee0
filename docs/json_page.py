# ruff: noqa: INP001  # a script, not a package
"""The page of every ``--json`` document: its fields with type and meaning, read from the record classes.

A document is a record, or an object whose keys stand in ``DOCUMENTS`` with the flow that answers for them. The
meanings are the docstrings of the records' fields. ``check_documents`` finds a document that a verb prints and this
page lacks, or the other way round.
"""

import ast
import inspect
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path, PurePath
from pkgutil import iter_modules
from typing import NamedTuple, get_args, get_origin, get_type_hints

import twiceshy.records
from twiceshy.advice import recipes as advise
from twiceshy.insights import suggest
from twiceshy.judgement import recipes as judge
from twiceshy.judgement import sessions
from twiceshy.lessons import recipes as lessons
from twiceshy.logs import collect, history
from twiceshy.recipes import keep, learn, look, pages, setup
from twiceshy.records.authorship import BlamedSpan, CommitStory
from twiceshy.records.executions import PatternFigures, RunStory
from twiceshy.records.exports import ContributionSummary
from twiceshy.records.lessons import Lesson, NearLesson
from twiceshy.records.memory import ToldChat, ToldCommit, ToldOverview, ToldSession
from twiceshy.records.upkeep import Check
from twiceshy.records.views import ErrorHistory, FileHistory, Timeline
from twiceshy.run import recipes as command
from twiceshy.run.run_verdict import RunVerdict
from twiceshy.score import recipes as score
from twiceshy_data import adapters, contribute
from twiceshy_data import recipes as dataset
from twiceshy_fleet import recipes as fleet
from twiceshy_git import chunks, share
from twiceshy_git import file_recipes as predict
from twiceshy_git import memory_recipes as memory
from twiceshy_git import message_recipes as messages
from twiceshy_git import risk_recipes as risk
from twiceshy_team import serve, sync

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "twiceshy"


class Answer(NamedTuple):
    """What a flow returns: its return type."""

    flow: Callable[..., object]


class Field(NamedTuple):
    """One key of an object that a verb puts together."""

    kind: object
    """A type, an ``Answer``, or words."""
    meaning: str


class Document(NamedTuple):
    """One schema: the calls that print it, and its body."""

    schema: str
    calls: str
    body: object
    """A record class, an ``Answer``, or a mapping of keys to fields."""


def _keys(**keys: Field) -> Mapping[str, Field]:
    return keys


RUN_MEANINGS = {
    "command": Field(list[str], "the command's words; empty in pipe mode"),
    "status": Field(int, "the run's exit status"),
    "reason": Field(str, "what ended the run: `completed`, `match`, `timeout_idle` ..."),
    "child_status": Field(int | None, "the command's own status, as a shell reports it"),
    "message": Field(str | None, "what twiceshy did, in one sentence"),
    "started_at": Field(datetime, "when the command began"),
    "runtime_s": Field(float, "seconds from start to end"),
    "stopped_s": Field(float, "seconds for which it was suspended"),
    "first_output_s": Field(float | None, "seconds until the first output"),
    "user_s": Field(float, "CPU seconds in user mode"),
    "system_s": Field(float, "CPU seconds in the kernel"),
    "peak_bytes": Field(int | None, "largest memory of one process"),
    "streams": Field("list of objects", "`name`, `bytes`, `lines` of each output"),
    "match_count": Field(int, "lines that a --match pattern hit"),
    "matches": Field(
        "list of objects",
        "`kind`, `regex`, `stream`, `line_number`, `line`, `start`, `end`, `offset_s`, `before`, `after` of each match",
    ),
    "survivors": Field(int, "processes that could not be ended"),
    "verdict": Field(RunVerdict | None, "whether it passed, and its failing tests; null where it did not start"),
}

DOCUMENTS = (
    Document("audit", "audit", Answer(keep.audit)),
    Document(
        "blame",
        "blame FILE",
        _keys(
            path=Field(str, "from the repository's top"),
            commit=Field(str, "hash of the commit in which the file was looked at"),
            lines=Field(list[BlamedSpan], "lines one behind the other with the same commit and writer"),
            prompts=Field("object", "beginning of each prompt, by the chat's id"),
        ),
    ),
    Document(
        "brief",
        "brief",
        _keys(
            words=Field(str, "the brief as the agent gets it; empty where nothing fits"),
            by=Field(str | None, "how lessons were compared: by meaning or by letters"),
            facts=Field(list[str], "how things are done in the project"),
            left=Field(list[str], "what the last session here left open"),
            troubles=Field("list of objects", "`id`, `kind` and `words` of what goes wrong there again and again"),
            lessons=Field("list of objects", "`id` and `similarity` of each lesson"),
            files=Field(list[str], "files that such tasks touched"),
            pasts=Field("list of objects", "the past of each file that the task names"),
            poor=Field(list[str], "approaches that mostly go badly there"),
        ),
    ),
    Document("backfill", "backfill", Answer(history.backfill)),
    Document("ci", "ci set, ci get", Answer(history.get_ci_result)),
    Document("cleanup", "cleanup", Answer(keep.cleanup)),
    Document(
        "config",
        "config",
        _keys(settings=Field("object", "by key: its `value`, and its `origin` (where the value came from)")),
    ),
    Document("demo", "demo lessons", _keys(answer=Field(Answer(look.demo_lessons), "one scene for each mistake"))),
    Document("cost", "report cost", Answer(look.build_cost_report)),
    Document("spend", "report spend", Answer(look.build_spend_report)),
    Document("cost-now", "report cost --statusline", Answer(look.read_spending_now)),
    Document(
        "doctor",
        "doctor",
        _keys(
            healthy=Field(bool, "no check found a problem"),
            checks=Field(list[Check], "each check"),
            repaired=Field(Answer(setup.repair), "with --repair: what was mended; else the key is missing"),
            repaired_git=Field(
                Answer(setup.repair_git_hooks), "with --repair: the hooks of git that were written anew; as above"
            ),
        ),
    ),
    Document("doctor-simulate", "doctor --simulate EVENT", Answer(setup.simulate)),
    Document("effects", "effects", Answer(judge.measure_effects)),
    Document("effects-risk", "effects risk", Answer(risk.measure_risk_outcomes)),
    Document("effects-workflow", "effects workflow", Answer(judge.measure_compliance)),
    Document("evaluate", "evaluate files", Answer(predict.evaluate_files)),
    Document("features", "features CHANGE", Answer(dataset.read_change_features)),
    Document("features-columns", "features --columns", Answer(dataset.list_features)),
    Document("features-written", "features --all --output FILE", Answer(dataset.write_features)),
    Document("evaluate-messages", "evaluate messages", Answer(messages.evaluate_messages)),
    Document("evaluate-risk", "evaluate risk", Answer(risk.evaluate_own_risk)),
    Document(
        "feedback",
        "feedback ID",
        _keys(
            run=Field(Answer(command.give_feedback), "the run, where it is about one"),
            rated=Field(Answer(judge.rate), "anything else that was rated"),
        ),
    ),
    Document("feedback-list", "feedback --list", Answer(judge.list_work)),
    Document("fleet-plan", "fleet plan OUT", Answer(fleet.plan_fleet)),
    Document("fleet-run", "fleet run OUT", Answer(fleet.run_fleet)),
    Document("fleet-report", "fleet report OUT", Answer(fleet.build_fleet_report)),
    Document("fleet-status", "fleet status OUT", Answer(fleet.read_fleet_status)),
    Document("forget", "forget", Answer(keep.forget)),
    Document("handoff", "handoff", Answer(sessions.hand_over)),
    Document("history", "history FILE|APPROACH", Answer(judge.find_history)),
    Document("ingest", "ingest", Answer(collect.ingest)),
    Document(
        "init",
        "init",
        _keys(
            plan=Field(Answer(setup.plan), "the change of each settings file"),
            installed=Field(bool, "the change was made"),
            written=Field(list[PurePath], "with --plugin, instead of the others: the files of the plugin"),
        ),
    ),
    Document(
        "init-git",
        "init --git",
        _keys(
            plan=Field(Answer(setup.plan_git_hooks), "the change of each hook of git"),
            installed=Field(bool, "the change was made"),
        ),
    ),
    Document("judge", "judge", Answer(judge.judge)),
    Document("learn", "learn", Answer(learn.learn)),
    Document("lesson", "lessons show ID", Answer(lessons.show_lesson)),
    Document(
        "lessons",
        "lessons list, promote, mute, unmute, edit, delete, clear",
        _keys(
            total=Field(int, "list: lessons that fit"),
            lessons=Field(list[Lesson], "list: the first of them"),
            known=Field(int, "list: lessons in all"),
            next=Field(str, "list: id of the last one, where more follow; the dashboard asks `?after=` it"),
            states=Field(dict[str, int], "list: lessons in each state, of all"),
            categories=Field(dict[str, int], "list: lessons of each category, of all"),
            projects=Field(list[str], "list: projects where one was seen"),
            nearest=Field(list[NearLesson], "list --like: the lessons about the text, the best first"),
            by=Field(str, "list --like: how they were compared, by meaning or by letters"),
            missing=Field(str, "list --like: what comparing by meaning lacks; empty where it lacks nothing"),
            lesson=Field(Lesson, "promote, mute, unmute, edit: the lesson as it is now"),
            deleted=Field(str, "delete: the lesson's id"),
            cleared=Field(int, "clear: how many lessons were removed"),
        ),
    ),
    Document("lessons-effect", "lessons effect", Answer(advise.measure_advice_effects)),
    Document("lessons-export", "lessons export", Answer(lessons.export_lessons)),
    Document("lessons-import", "lessons import", Answer(lessons.import_lessons)),
    Document("lessons-review", "lessons review", Answer(pages.build_queue)),
    Document("milestones", "milestones, milestones --estimate", Answer(dataset.measure_milestones)),
    Document(
        "models",
        "models list, show, compare, rollback, add",
        _keys(
            added=Field(Answer(messages.add_adapter), "add: the adapter"),
            models=Field(Answer(predict.list_models), "list, compare: the models"),
            active=Field(str, "rollback: the model in use now"),
            card=Field("object", "show: the keys of the model's card, at the top of the document"),
        ),
    ),
    Document("mute", "mute ID", _keys(id=Field(str, "the warning or lesson"), muted=Field(bool, "false after --undo"))),
    Document("partners", "predict --partners FILE", _keys(files=Field(Answer(predict.partners_of), "the files"))),
    Document("predict", "predict TASK", Answer(predict.predict)),
    Document("quality", "quality", Answer(dataset.look_at_quality)),
    Document("redact", "redact FILE", Answer(keep.redact)),
    Document(
        "remove",
        "remove",
        _keys(
            plan=Field(Answer(setup.plan_removal), "the change of each settings file"),
            git=Field(Answer(setup.plan_git_removal), "the change of the hooks of git, a repository each"),
            removed=Field(bool, "the change was made"),
            left=Field(list[PurePath], "with --purge: what is in the data folder and not ours"),
        ),
    ),
    Document("replay", "replay", Answer(advise.replay_rules)),
    Document("replay", "replay --opportunity", Answer(advise.replay_opportunity)),
    Document("report-told", "report, where only others told of the project", ToldOverview),
    Document("report", "report", Answer(look.build_report)),
    Document(
        "page",
        "report --html FILE",
        _keys(path=Field(str, "the file that was written"), bytes=Field(int, "its size")),
    ),
    Document("export", "export runs --output FILE", Answer(dataset.export_rows)),
    Document("facts", "report facts", _keys(facts=Field(Answer(look.read_project_facts), "each fact"))),
    Document("chunks", "chunks stats", Answer(chunks.show_chunks)),
    Document("contribute", "contribute status", Answer(contribute.show_sharing)),
    Document("contribute-preview", "contribute preview", ContributionSummary),
    Document("contribute-export", "contribute export", Answer(contribute.export_contribution)),
    Document("contribute-disable", "contribute disable", Answer(contribute.disable_sharing)),
    Document("contribute-enable", "contribute enable", Answer(contribute.enable_sharing)),
    Document("chunks-compact", "chunks compact", Answer(chunks.compact_chunks)),
    Document("chunks-reconstruct", "chunks reconstruct --output FILE", Answer(chunks.reconstruct_chunks)),
    Document("chunks-verify", "chunks verify", Answer(chunks.verify_chunks)),
    Document("bundles", "bundle list", _keys(bundles=Field(Answer(contribute.list_bundles), "the oldest first"))),
    Document("bundle-made", "bundle make FILE --key KEY", Answer(contribute.make_bundle)),
    Document("bundle-added", "bundle add FILE", Answer(contribute.add_bundle)),
    Document("bundle-removed", "bundle remove NAME, bundle revoke NAME", Answer(contribute.remove_bundle)),
    Document(
        "sync",
        "sync",
        _keys(
            summary=Field(Answer(sync.sync_team), "what was sent and taken"),
            taken=Field(Answer(sync.take_files), "with --from, what the files brought"),
        ),
    ),
    Document("sync-status", "sync --status", Answer(sync.read_status)),
    Document("sync-test", "sync --test", Answer(sync.ask_server)),
    Document("memory-accept", "memory accept", Answer(share.accept)),
    Document("memory-pull", "memory pull", Answer(share.pull)),
    Document("memory-push", "memory push", Answer(share.push)),
    Document("memory-status", "memory status", Answer(share.read_memory_state)),
    Document("memory-read", "memory read entire", Answer(memory.read_checkpoints)),
    Document("memory-read", "memory read git-ai, agent-trace", Answer(memory.read_authorship)),
    Document("seed-import", "ingest --format seed FOLDER, chunks migrate", Answer(memory.import_seed)),
    Document("memory-write", "memory write git-ai, agent-trace", Answer(memory.write_notes)),
    Document(
        "message",
        "suggest-message",
        _keys(message=Field(Answer(messages.suggest_message), "the answer; null where nothing is staged")),
    ),
    Document(
        "revert",
        "revert",
        _keys(reverts=Field(Answer(history.list_known_reverts), "the newest first, or the one that was told")),
    ),
    Document(
        "risk",
        "risk --staged, risk --diff FILE",
        _keys(
            risk=Field(Answer(risk.tell_staged_risk), "how likely the change is to be fixed later; null without one")
        ),
    ),
    Document("risks", "risk, risk COMMIT, risk SESSION", Answer(risk.tell_commit_risks)),
    Document("run", "run --json -- COMMAND", RUN_MEANINGS),
    Document(
        "runs-anomalies",
        "runs analyze anomalies",
        _keys(anomalies=Field(Answer(command.list_anomalies), "runs unlike the command's others")),
    ),
    Document("runs-clear", "runs clear", _keys(runs=Field(int, "how many were removed"))),
    Document("runs-list", "runs list", _keys(runs=Field(Answer(command.list_runs), "the newest runs"))),
    Document(
        "runs-patterns",
        "runs analyze patterns",
        _keys(
            patterns=Field(list[PatternFigures], "what became of patterns that were used"),
            commands=Field(Answer(command.list_patterns), "patterns learned for each command"),
        ),
    ),
    Document("runs-stats", "runs stats", Answer(command.summarize_runs)),
    Document("runs-suggest", "runs suggest COMMAND", Answer(command.suggest)),
    Document(
        "runs-timing",
        "runs analyze timing",
        _keys(commands=Field(Answer(command.list_timings), "each command's limits")),
    ),
    Document("score", "score --staged, --diff FILE, FILE", Answer(risk.add_risk)),
    Document("score", "score SESSION", Answer(score.read_scored_session)),
    Document("score", "score", Answer(score.build_overview)),
    Document("search", "search WORD", Answer(look.find_words)),
    Document("serve-key", "serve key", _keys(key=Field(Answer(serve.make_team_key), "32 random bytes, base64url"))),
    Document(
        "serve-members",
        "serve member",
        _keys(members=Field(Answer(serve.list_members), "the oldest first, or the new one")),
    ),
    Document(
        "serve-steps",
        "serve init, serve migrate",
        _keys(steps=Field(Answer(serve.set_up_database), "names of the migrations that were made now")),
    ),
    Document(
        "serve-teams", "serve team", _keys(teams=Field(Answer(serve.list_teams), "the oldest first, or the new one"))
    ),
    Document("serve-token", "serve token add, serve token rotate", Answer(serve.add_token)),
    Document(
        "serve-tokens",
        "serve token",
        _keys(tokens=Field(Answer(serve.list_tokens), "the oldest first, or the revoked one")),
    ),
    Document("sessions", "sessions", Answer(look.list_sessions)),
    Document(
        "show",
        "show ID",
        _keys(
            timeline=Field(Timeline, "of a session; each document has one of these keys"),
            error=Field(ErrorHistory, "of an error"),
            run=Field(RunStory, "of a run"),
            file=Field(FileHistory, "of a file"),
            chat=Field(Answer(sessions.show_chat), "of a chat"),
            chats=Field(Answer(sessions.list_chats), "of a session with --chats"),
            agents=Field(Answer(sessions.show_agents), "of a session with --agents"),
            lesson=Field(Answer(lessons.show_lesson), "of a lesson"),
            fact=Field(Answer(look.read_fact_story), "of a project's fact"),
            insight=Field(Answer(look.show_insight), "of an insight"),
            hidden_failures=Field(Answer(look.list_hidden_failures), "of `show hidden-failures`"),
            commit=Field(CommitStory, "of a commit"),
            told=Field(ToldSession | ToldChat | ToldCommit, "of a session, chat or commit that others told of"),
        ),
    ),
    Document(
        "sql",
        "sql QUERY",
        _keys(
            columns=Field(list[str], "names of the columns"),
            rows=Field("list of lists", "the rows, bytes in hex"),
            more=Field(bool, "there are more rows than --limit"),
            schema_page=Field(str, "with --schema, instead of the others: every table and column"),
        ),
    ),
    Document("suggest", "suggest", Answer(suggest.list_suggestions)),
    Document("suggest-undo", "suggest --undo", Answer(suggest.plan_undo)),
    Document("suggest-write", "suggest --write", Answer(suggest.plan_write)),
    Document("tools", "tools list, install, add", _keys(tools=Field(Answer(setup.list_tools), "each tool"))),
    Document("train-adapter", "train messages --base-model PATH", Answer(adapters.train_adapter)),
    Document("train", "train files", Answer(predict.train_files)),
    Document(
        "train",
        "train files --model tfidf --out FILE",
        _keys(
            file=Field(str, "the file that was written"),
            model=Field(str, "the baseline"),
            commits=Field(int, "commits that it is from"),
        ),
    ),
    Document(
        "workflow-check",
        "workflow check",
        _keys(sessions=Field(Answer(judge.check_sessions), "each session's compliance")),
    ),
    Document(
        "workflow-init",
        "workflow init",
        _keys(path=Field(PurePath, "the file that was written"), preset=Field(str, "the preset in it")),
    ),
    Document("workflow-suggest", "workflow suggest", Answer(judge.suggest_changes)),
)


def render_page() -> str:
    """The page: the documents by schema, then each record once."""
    records: dict[str, type] = {}
    parts = [_HEAD, *(_document_section(document, records) for document in DOCUMENTS), "## Records\n"]
    shown: set[str] = set()
    while todo := sorted(set(records) - shown):
        parts += [_record_section(records[name], records) for name in todo]
        shown |= set(todo)
    return "\n".join(parts)


def _document_section(document: Document, records: dict[str, type]) -> str:
    """The section of a document; ``records`` takes in those that it names."""
    body = _returned(document.body.flow) if isinstance(document.body, Answer) else document.body
    if isinstance(body, Mapping):
        rows = [(key, field.kind, field.meaning) for key, field in body.items()]
    else:
        rows = list(_fields_of(typing.cast("type", body)))
    head = f"### `twiceshy/{document.schema}/1`\n\nPrinted by `twiceshy {document.calls}`.\n"
    return f"{head}\n{_table(rows, records)}"


def _record_section(record: type, records: dict[str, type]) -> str:
    """The section of a record; ``records`` takes in those that it names."""
    about = (inspect.getdoc(record) or "").split("\n\n")[0].replace("\n", " ")
    about = "" if about.startswith(f"{record.__name__}(") else f"{about}\n"
    return f"### {record.__name__}\n\n{about}\n{_table(list(_fields_of(record)), records)}"


_HEAD = """# JSON

Every verb prints its answer as one JSON document with `--json`. The first field, `schema`, is `twiceshy/NAME/VERSION`;
the version goes up when a field changes its meaning or is removed. New fields may come without a new version.

Times are ISO 8601 in UTC with `Z`, days are `2026-11-21`, bytes are hex, paths are text. A number that is not finite or
not known is `null`. Nothing is left out because it is empty. A type such as *Session* is a record below.

## Documents
"""


def check_documents() -> list[str]:
    """What is wrong: schemas that a verb prints and the page lacks, or the other way round."""
    printed = {"run"}
    for path in sorted([*SOURCE.glob("doors/cli/commands/*.py"), *ROOT.glob("wings/*/src/*/verbs/*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _PRINTERS:
                printed |= _names(node.args[_PRINTERS[node.func.id]])
    listed = {document.schema for document in DOCUMENTS}
    return sorted(printed ^ listed)


_PRINTERS = {"print_answer": 1, "to_json": 0}
"""Functions that print a document, and which argument names it."""


def _names(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    return {"lessons-export", "lessons-import"}  # the only schema with a part that is computed


def _returned(flow: Callable[..., object]) -> object:
    return get_type_hints(flow, localns=_list_records())["return"]


@cache
def _list_records() -> dict[str, object]:
    """Return the records by name: a flow that must start fast names some without importing them."""
    modules = [import_module(f"twiceshy.records.{one.name}") for one in iter_modules(twiceshy.records.__path__)]
    return {name: kind for one in modules for name, kind in vars(one).items() if isinstance(kind, type)}


def _fields_of(record: type) -> Iterator[tuple[str, object, str]]:
    hints = get_type_hints(record)
    names = [field.name for field in fields(record)] if is_dataclass(record) else list(record._fields)  # type: ignore[attr-defined]  # a NamedTuple
    meanings = _meanings(record)
    for name in names:
        yield name, hints[name], meanings.get(name) or _read_name(name)


def _read_name(name: str) -> str:
    """What a name without a docstring says: ``duration_s`` is the duration in seconds."""
    for end, unit in _UNITS:
        if name.endswith(end):
            return f"{name.removesuffix(end).replace('_', ' ')}, {unit}"
    return name.replace("_", " ")


_UNITS = (("_s", "in seconds"), ("_at", "as a time"), ("_ms", "in milliseconds"), ("_days", "in days"))


def _meanings(record: type) -> dict[str, str]:
    """The docstrings below fields, or the comments beside them; those of the parents too."""
    found: dict[str, str] = {}
    for kind in reversed(record.__mro__):
        try:
            source = inspect.getsource(kind)
        except (OSError, TypeError):
            continue
        tree = ast.parse(inspect.cleandoc("\n" + source)).body[0]
        if isinstance(tree, ast.ClassDef):
            found |= dict(_meanings_in(tree, inspect.cleandoc("\n" + source).split("\n")))
    return found


def _meanings_in(tree: ast.ClassDef, lines: list[str]) -> Iterator[tuple[str, str]]:
    for at, node in enumerate(tree.body):
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)):
            continue
        after = tree.body[at + 1] if at + 1 < len(tree.body) else None
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            yield node.target.id, re.sub(r"\s+", " ", str(after.value.value)).replace("``", "`")
        elif "  # " in (line := lines[(node.end_lineno or node.lineno) - 1]):
            yield node.target.id, line.partition("  # ")[2]


def _table(rows: list[tuple[str, object, str]], records: dict[str, type]) -> str:
    lines = ["| field | type | meaning |", "| --- | --- | --- |"]
    for name, kind, meaning in rows:
        words = meaning.replace("|", "\\|")
        lines.append(f"| `{name}` | {_spell(_remember(kind, records))} | {words} |")
    return "\n".join(lines) + "\n"


def _remember(kind: object, records: dict[str, type]) -> object:
    """The type, with each record in it kept for the page's second half."""
    if isinstance(kind, Answer):
        kind = _returned(kind.flow)
    for part in (kind, *_parts(kind)):
        if isinstance(part, type) and (is_dataclass(part) or hasattr(part, "_fields")):
            records[part.__name__] = part
    return kind


def _parts(kind: object) -> Iterator[object]:
    for part in get_args(kind):
        yield part
        yield from _parts(part)


_PLAIN = {
    str: "text",
    bytes: "hex",
    bool: "true or false",
    int: "integer",
    float: "number",
    datetime: "time",
    date: "day",
}


def _spell(kind: object) -> str:
    """A type in words."""
    if isinstance(kind, str):
        return kind
    if get_origin(kind) is not None:
        return _spell_generic(get_origin(kind), [part for part in get_args(kind) if part is not Ellipsis])
    return _spell_class(kind) if isinstance(kind, type) else "any"


def _spell_generic(origin: object, parts: list[object]) -> str:
    """A union, a literal or a container in words."""
    if origin in {typing.Union, types.UnionType}:
        return " or ".join("null" if part is type(None) else _spell(part) for part in parts)
    if origin is typing.Literal:
        return " or ".join(f"`{part}`" for part in parts)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"object of {_spell(parts[1])}"
    if origin is tuple and len(set(parts)) > 1:
        return f"list: {', '.join(map(_spell, parts))}"
    return f"list of {_spell(parts[0])}"


def _spell_class(kind: type) -> str:
    if issubclass(kind, Enum):
        return " or ".join(f"`{one.value}`" for one in kind)
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    if issubclass(kind, PurePath):
        return "text"
    return next((word for plain, word in _PLAIN.items() if issubclass(kind, plain)), kind.__name__)
