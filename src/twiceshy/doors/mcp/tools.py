"""The tools: one row each with its schema, and a function that asks one flow and makes its answer small.

All of them read only, but for ``record_feedback``. An answer is an object of a few fields with the evidence beside each
statement; a list that is cut says how many there were. A field that is a name (``NAME_FIELDS``) has it bare, as JSON's
own quotes are its quotes; in every other field what is foreign stands in quotes of its own.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import Enum
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

from twiceshy.base.config import Config
from twiceshy.base.errors import TwiceshyError, UsageError
from twiceshy.base.plugins import Group, find_answer, load_plugins
from twiceshy.stats.text.foreign_names import bare_name, quote_words

Json = dict[str, Any]
_MOST_ITEMS = 5  # items of a list in an answer (guess, 2026-11-21)
_MOST_CAUSES = 8  # causes of an account; the others are trifles (guess, 2026-11-25)
_PATIENCE_S = 5.0
"""Seconds that an agent waits for the files of a task (guess, 2026-11-21)."""
_LONGEST_TEXT = 100_000
"""Characters of a text in a call; a diff may have ten times as many (guess, 2026-11-21)."""


NAME_FIELDS = frozenset({"path", "file", "project", "changes_with", "files", "unread", "rule", "command"})
"""Fields of answers that hold a name and nothing else; an odd one is replaced by ``NO_NAME``. A command is the one that
the caller sent."""
_RATINGS: Mapping[str, int] = {"bad": 1, "neutral": 3, "good": 5}
"""As ``records.ratings.NUMBERS``, which a server that is never asked does not import."""
_LONGEST_MESSAGE = 300
"""Characters of what a scanner says of a fault (guess, 2026-11-22)."""


class McpTool(NamedTuple):
    """One tool."""

    name: str
    description: str
    properties: Mapping[str, Json]
    required: tuple[str, ...]
    answer: Callable[[Config, Json], Json]
    writes: bool = False

    @property
    def schema(self) -> Json:
        """The schema of the arguments, as JSON Schema."""
        return {
            "type": "object",
            "properties": dict(self.properties),
            "required": list(self.required),
            "additionalProperties": False,
        }


class ToolTable(Protocol):
    """A plugin with tools of its own, in the same rows as ours."""

    TOOLS: tuple[McpTool, ...]


TOOL_TABLES = Group[ToolTable](
    "twiceshy.mcp",
    ToolTable,
    keys=lambda table: [tool.name for tool in table.TOOLS],
    taken=lambda: [tool.name for tool in TOOLS],
)


def list_tools() -> tuple[McpTool, ...]:
    """Return all tools: ours first, then those of plugins."""
    return (*TOOLS, *(tool for table in load_plugins(TOOL_TABLES).found.values() for tool in table.TOOLS))


def _text_schema(about: str, **more: object) -> Json:
    """Return a property that is a text."""
    return {"type": "string", "description": about, **more}


_FOLDER = _text_schema("Working folder, absolute; by default the server's own.")
_FILES = {"type": "array", "items": {"type": "string"}, "description": "Paths, relative to the folder or absolute."}
_LIMIT = {"type": "integer", "minimum": 1, "maximum": 20, "description": "Most lessons to return (5)."}

_MOST_INSIGHTS = {**_LIMIT, "description": "Most insights to return (5)."}


def query_lessons(config: Config, given: Json) -> Json:
    """Return lessons that a text is about."""
    from twiceshy.advice.recipes import find_lessons  # noqa: PLC0415  # a server that is never asked pays for nothing

    found = find_lessons(
        config,
        given["text"],
        project=given.get("project", ""),
        tool=given.get("tool", ""),
        k=given.get("limit", _MOST_ITEMS),
    )
    return {"lessons": _to_json_value(found.lessons), "compared_by": _to_json_value(found.by), "note": found.missing}


def check_call(config: Config, given: Json) -> Json:
    """Return what speaks against a call."""
    from twiceshy.advice import recipes as advise  # noqa: PLC0415

    found = advise.check_call(
        config,
        given["tool"],
        given["input"],
        folder=str(_folder_of(given)),
        agent=given.get("agent", ""),
        met=given.get("conditions", ()),
    )
    return _to_object(found)


def score_diff(config: Config, given: Json) -> Json:
    """Return the faults that a patch brings in, with its score."""
    from twiceshy.score.recipes import score_patch  # noqa: PLC0415

    found = score_patch(config, _folder_of(given), given["diff"])
    score = found.score
    brought = score.introduced.introduced
    findings = [
        {
            "rule": bare_name(one.rule),
            "severity": _to_json_value(one.severity),
            "path": bare_name(one.path),
            "line": one.line,
            "message": quote_words(one.message, _LONGEST_MESSAGE),
            "cwe": one.cwe,
            "fix": one.fix and quote_words(one.fix, _LONGEST_MESSAGE),
            "confidence": one.confidence,
        }
        for one in sorted(brought, key=lambda one: (-one.confidence, one.path, one.line))[:_MOST_ITEMS]
    ]
    parts = {name: getattr(score, name) for name in ("taint", "pattern", "refactor", "history")}
    return {
        "score": score.value,
        "parts": parts,
        "findings": findings,
        "findings_in_all": len(brought),
        "fixed": len(score.introduced.fixed),
        "unknown": [quote_words(one) for one in score.introduced.unknown[:_MOST_ITEMS]],
        "files": [bare_name(one) for one in found.files[:20]],
        "unread": [bare_name(one) for one in found.unread[:_MOST_ITEMS]],
        "risk": _tell_risk(config, _folder_of(given), given["diff"]),
    }


def _tell_risk(config: Config, folder: Path, diff: str) -> Json | None:
    """Return how likely a patch is to be fixed later, in our own words; None where no model was trained, or can say."""
    from twiceshy.records.questions import RISK  # noqa: PLC0415

    try:
        risk = find_answer(RISK)
        if risk is None or not risk.has_risk_model(config, folder):
            return None
        found = risk.tell_patch_risk(config, folder, diff, datetime.now().astimezone())
    except (TwiceshyError, OSError):
        return None
    return {
        "probability": found.probability,
        "base": found.base,
        "model": found.model,
        "words": found.words,
        "reasons": [one.words for one in found.reasons],
        "too_little": found.too_little,
    }


def file_history(config: Config, given: Json) -> Json:
    """Return what became of a file's edits."""
    from twiceshy.base.values import Scope  # noqa: PLC0415
    from twiceshy.judgement.recipes import find_history  # noqa: PLC0415

    found = find_history(config, given["path"], Scope(project=given.get("project")))
    return {
        "file": bare_name(found.name),
        "project": bare_name(found.project),
        "edits": found.edits,
        "went_well": found.went_well,
        "known": found.known,
        "unknown": found.unknown,
        "sessions": found.sessions,
        "habits": [
            {
                "habit": one.words,
                "went_well": one.success.hits,
                "known": one.known,
                "unknown": one.unknown,
                "poor": one.poor,
                "interval_90": [one.success.low, one.success.high],
                "sessions": one.sessions,
            }
            for one in found.approaches[:_MOST_ITEMS]
        ],
        "newest": [
            {
                "session": one.session,
                "at": _to_json_value(one.at),
                "edits": one.edits,
                "habits": list(one.habits),
                "ends": list(one.ends),
                "went_well": one.success,
            }
            for one in found.fates[:_MOST_ITEMS]
        ],
        "effects": [one.words for one in found.effects[:3]],
    }


def brief_for_task(config: Config, given: Json) -> Json:
    """Return the brief that an agent would get."""
    from twiceshy.advice.recipes import brief_task  # noqa: PLC0415
    from twiceshy.records.predictions import Hints  # noqa: PLC0415
    from twiceshy.records.questions import FILES  # noqa: PLC0415

    files = given.get("files", ())
    found = brief_task(config, _folder_of(given), given["task"], files=files)
    wing, hints = find_answer(FILES), Hints()
    if wing is not None:
        hints = wing.hints_for(config, _folder_of(given), given["task"], in_hand=files, budget_s=_PATIENCE_S)
    return {
        "words": found.words,
        "lessons": [one.lesson.id for one in found.lessons],
        "compared_by": _to_json_value(found.by),
        "facts": list(found.facts),
        "troubles": [{"id": one.id, "kind": _to_json_value(one.kind), "words": one.says} for one in found.troubles],
        "files": list(found.files),
        "pasts": [{**_to_object(one), "path": bare_name(one.path)} for one in found.pasts],
        "poor": list(found.poor),
        "likely_files": [
            {"path": bare_name(one.path), "probability": one.probability, "reasons": list(one.reasons)}
            for one in hints.files
        ],
        "missed_partners": [
            {
                "path": bare_name(one.path),
                "changes_with": bare_name(one.of),
                "in_commits": one.times,
                "of": one.changes,
            }
            for one in hints.missed
        ],
    }


def list_insights(config: Config, given: Json) -> Json:
    """Return what goes wrong again and again in a project."""
    from twiceshy.recipes import look  # noqa: PLC0415

    found = look.build_overview(config, look.find_scope_here(config, _folder_of(given))).insights
    listed = [
        {
            "id": one.id,
            "kind": _to_json_value(one.kind),
            "project": bare_name(one.project),
            "words": one.says,
            "count": one.count,
            "of": one.of,
            "sessions": one.sessions,
            "of_sessions": one.of_sessions,
            "last_at": _to_json_value(one.last_at),
            "waited_s": round(one.waited_s),
            "cost_usd": _round_dollars(one.cost_usd),
            "most_usd": _round_dollars(one.most_usd),
            "remedies": [{"text": remedy.text, "evidence": remedy.evidence} for remedy in one.remedies[:_MOST_ITEMS]],
        }
        for one in found.insights[: given.get("limit", _MOST_ITEMS)]
    ]
    return {"insights": listed, "insights_in_all": len(found.insights), "sessions": found.sessions}


def account_here(config: Config, given: Json) -> Json:
    """Return where the money and the time of a project went."""
    from twiceshy.recipes import look  # noqa: PLC0415

    found = look.build_overview(config, look.find_scope_here(config, _folder_of(given)))
    spend = found.spend
    return {
        "sessions": found.sessions,
        "total_usd": _round_dollars(spend.total_usd) if spend else None,
        "paid_for": [
            {"name": one.name, "usd": _round_dollars(one.usd), "share": round(one.share, 3)}
            for one in (spend.parts if spend else ())
        ],
        "causes": [
            {
                "name": one.name,
                "usd": _round_dollars(one.usd),
                "share": round(one.share, 3),
                "before": round(spend.before.get(one.name, 0.0), 3) if spend and spend.before else None,
                "most_of_it": quote_words(one.item),
                "most_of_it_usd": _round_dollars(one.item_usd),
            }
            for one in (spend.causes[:_MOST_CAUSES] if spend else ())
        ],
        "work": [
            {"name": one.name, "usd": _round_dollars(one.usd), "share": round(one.share, 3)}
            for one in (spend.work if spend else ())
        ],
        "became_of_it": [
            {"name": one.name, "usd": _round_dollars(one.usd), "share": round(one.share, 3), "tasks": one.tasks}
            for one in (spend.endings if spend else ())
        ],
        "times": [
            {
                "name": one.name,
                "seconds": round(one.seconds),
                "inferred_s": round(one.inferred_s),
                "most_of_it": quote_words(one.item),
            }
            for one in found.time[:_MOST_CAUSES]
        ],
    }


def _round_dollars(spent: float | None) -> float | None:
    return None if spent is None else round(spent, 2)


def suggest_limits(config: Config, given: Json) -> Json:
    """Return the learned limits of a command."""
    from twiceshy.run import recipes as command  # noqa: PLC0415

    found = command.suggest_limits(config, given["command"], _folder_of(given))
    return {
        "command": found.command,
        "usual_s": found.usual_s,
        "usual": found.usual,
        "limits": [one._asdict() for one in found.limits],
    }


def record_feedback(config: Config, given: Json) -> Json:
    """Store the feedback, and return what was noted."""
    from twiceshy.advice.recipes import mute  # noqa: PLC0415
    from twiceshy.run.recipes import give_feedback  # noqa: PLC0415

    name, verdict = given["id"], given["verdict"]
    if verdict in _RATINGS and not name.startswith("r-"):
        return _rate(config, given)
    if name.startswith("r-"):
        if verdict == "mute":
            raise UsageError("a run cannot be muted: say right or wrong.")
        wrong = verdict == "wrong" if verdict in {"right", "wrong"} else None
        rating = _RATINGS.get(verdict)
        run = give_feedback(config, name, rating=rating, false_positive=wrong, comment=given.get("comment"))
        return {"noted": run.id, "verdict": verdict}
    if verdict != "mute":
        raise UsageError("say mute, good, neutral or bad; whether a warning or a lesson was right is measured.")
    muted = mute(config, name, datetime.now(UTC))
    return {"noted": muted.id, "verdict": verdict}


def _rate(config: Config, given: Json) -> Json:
    """Store a rating as an agent's: nobody knows whether a person stands behind it."""
    from twiceshy.judgement.recipes import rate  # noqa: PLC0415
    from twiceshy.records.outcomes import RatedBy  # noqa: PLC0415

    found = rate(
        config,
        given["id"],
        value=_RATINGS[given["verdict"]],
        comment=given.get("comment"),
        rated_by=RatedBy.AGENT,
        now=datetime.now(UTC),
        force=True,
    )
    return {"noted": found.id, "verdict": given["verdict"]}


TOOLS: tuple[McpTool, ...] = (
    McpTool(
        "query_lessons",
        "Find lessons from earlier sessions about a text (a task, a command, an error): what went wrong, how often, "
        "a bad and a good example. The nearest come first, however near: `similarity` says how near each is.",
        {
            "text": _text_schema("A task, a command or an error message.", maxLength=_LONGEST_TEXT),
            "project": _text_schema("Name of the project; leaves out lessons that hold only elsewhere."),
            "tool": _text_schema("Only lessons about this tool or language."),
            "limit": _LIMIT,
        },
        ("text",),
        query_lessons,
    ),
    McpTool(
        "check_call",
        "Check a tool call before it is made: rules that fit it, with their counts, and lessons whose trigger is in "
        "the input. `advice` is allow, inform, warn or block; `holds_if` says what must also be true of the session.",
        {
            "tool": _text_schema("The tool's name, for instance Bash or Edit."),
            "input": {"type": "object", "description": "The call's input: command, file_path ..."},
            "folder": _FOLDER,
            "agent": _text_schema("The agent that calls, for instance claude-code (the default), codex, gemini-cli."),
            "conditions": {
                "type": "array",
                "items": {"type": "string", "enum": ["unread", "retry", "rerun"]},
                "description": "What is true of the session. unread: the file was not read; retry: its last edit "
                "failed and it was not read since; rerun: this very command has just failed.",
            },
        },
        ("tool", "input"),
        check_call,
    ),
    McpTool(
        "score_diff",
        "Score a unified diff for the files here, from 0 to 1 with its parts: which faults it brings in, where, why, "
        "and what to do. None of the code is run. A part that could not be checked is null, never 0. risk is a second "
        "number: how likely the change is to be fixed later, by this repository's past; null without a model.",
        {"diff": _text_schema("A unified diff.", maxLength=10 * _LONGEST_TEXT), "folder": _FOLDER},
        ("diff",),
        score_diff,
    ),
    McpTool(
        "file_history",
        "Show what became of recorded edits of a file: by habit (edited without a read, tried again ...) how often it "
        "went well, with intervals, and the newest edits with their outcomes.",
        {"path": _text_schema("The file's path or the end of it."), "project": _text_schema("Name of the project.")},
        ("path",),
        file_history,
    ),
    McpTool(
        "brief_for_task",
        "Brief for a task before it begins, in at most 12 lines and 2 KB: how tests, lint and build are called, what "
        "goes wrong here again and again (`troubles`), files that such tasks touched, lessons that fit, the past of "
        "the named files, approaches that went badly. `likely_files` have probabilities and reasons; "
        "`missed_partners` mostly change with `files` (those named or edited so far) but are not among them. Empty "
        "where nothing fits.",
        {"task": _text_schema("The task in words.", maxLength=_LONGEST_TEXT), "files": _FILES, "folder": _FOLDER},
        ("task",),
        brief_for_task,
    ),
    McpTool(
        "list_insights",
        "List what costs this project most for nothing: what goes wrong again and again, in the error's own words, and "
        "what smaller contexts would have saved; how often, seconds, dollars (with `most_usd`, a bound, `cost_usd` is "
        "what would likely have been saved), and what helps. What saves most comes first.",
        {"folder": _FOLDER, "limit": _MOST_INSIGHTS},
        (),
        list_insights,
    ),
    McpTool(
        "account",
        "Say where this project's money and time went: what was paid for (context sent again, written to the cache "
        "again, new context, output), by cause with what is dearest in each and the share in the time before, and "
        "seconds by cause (model, commands, waiting for a permission ...). The dollars add up to the total.",
        {"folder": _FOLDER},
        (),
        account_here,
    ),
    McpTool(
        "suggest_limits",
        "Suggest time limits for a command, learned from its runs, each with its evidence and the option of `twiceshy "
        "run` that sets it. Empty where no run in the folder is known; runs elsewhere only tell what is usual.",
        {"command": _text_schema("The command line.", maxLength=_LONGEST_TEXT), "folder": _FOLDER},
        ("command",),
        suggest_limits,
    ),
    McpTool(
        "record_feedback",
        "Say that a run's match was right or wrong (r-...), never show a warning (w-...) or lesson (l-...) again, or "
        "rate any of these, a chat (c-...) or a session (s-...). The only tool that writes; a rating is kept as an "
        "agent's word, which is no evidence of its own work.",
        {
            "id": _text_schema("r-..., c-..., s-..., w-... or l-..."),
            "verdict": _text_schema(
                "right or wrong of a run, mute of a warning or lesson, good, neutral or bad of anything",
                enum=["right", "wrong", "mute", *_RATINGS],
            ),
            "comment": _text_schema("In words; redacted before it is stored.", maxLength=2_000),
        },
        ("id", "verdict"),
        record_feedback,
        writes=True,
    ),
)
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "array": (list,),
    "object": (dict,),
}


def check_arguments(tool: McpTool, given: Json) -> Json:
    """Return the arguments, as the schema wants them.

    Raises:
        UsageError: one is missing, unknown, or of another kind.
    """
    if missing := [name for name in tool.required if name not in given]:
        raise UsageError(f"{tool.name} needs {', '.join(missing)}.")
    for name, value in given.items():
        wanted = tool.properties.get(name)
        if wanted is None:
            raise UsageError(f"{tool.name} has no argument {name!r}; it takes {', '.join(tool.properties)}.")
        if fault := _find_fault(wanted, value):
            raise UsageError(f"{name!r} {fault}.")
    return given


def _find_fault(wanted: Json, value: object) -> str:
    """Return what is wrong with a value; empty where nothing is."""
    if not isinstance(value, _TYPES[wanted["type"]]) or isinstance(value, bool):
        return f"must be of type {wanted['type']}"
    if "enum" in wanted and value not in wanted["enum"]:
        return f"must be one of {', '.join(wanted['enum'])}"
    if isinstance(value, str) and len(value) > wanted.get("maxLength", _LONGEST_TEXT):
        return f"is longer than {wanted.get('maxLength', _LONGEST_TEXT)} characters"
    if isinstance(value, int) and not wanted.get("minimum", value) <= value <= wanted.get("maximum", value):
        return f"must be from {wanted['minimum']} to {wanted['maximum']}"
    if isinstance(value, list):
        return next((fault for one in value if (fault := _find_fault(wanted["items"], one))), "")
    return ""


def _folder_of(given: Json) -> Path:
    """Return the folder that is meant.

    Raises:
        UsageError: it is not absolute.
    """
    named = given.get("folder", "")
    if named and not Path(named).is_absolute():
        raise UsageError("'folder' must be an absolute path.")
    return Path(named) if named else Path.cwd()


def _to_object(record: object) -> Json:
    """Return a record as a JSON object."""
    found = _to_json_value(record)
    return found if isinstance(found, dict) else {"answer": found}


def _to_json_value(value: object) -> Any:
    """Return a value in JSON's own types; a number that JSON does not know is null."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return value if isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, list | tuple) and not hasattr(value, "_asdict"):
        return [_to_json_value(one) for one in value]
    return {str(key): _to_json_value(one) for key, one in _items_of(value)}


def _items_of(value: Any) -> Iterable[tuple[object, object]]:
    """Return the names and values of a mapping, a named tuple or a record."""
    if isinstance(value, Mapping):
        return value.items()
    if hasattr(value, "_asdict"):
        return cast("Mapping[object, object]", value._asdict()).items()
    return [(name, getattr(value, name)) for name in value.__dataclass_fields__]
