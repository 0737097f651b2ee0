"""Where agents look for hooks, which events we want, and how their settings files change and change back."""

import difflib
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from twiceshy.logs import settings_files
from twiceshy.records.upkeep import HookEntry, Refusal, SettingsChange
from twiceshy.stats.text import jsonc
from twiceshy.stats.text.jsonc import Insertion, JsonNode, NotJson

# Where agents look for hooks, which of their events we want, and how our entries are written: one row an agent.
#
# Only texts are made here: nothing is read or written. An entry of ours is known by the hook folder that it names, so
# it is found again wherever and however a file was laid out anew.

_START = "try:\n import sys;sys.path.insert(0,sys.argv[1]);import hook\nexcept BaseException:pass"
"""Runs the script. Named as a file, a script that is missing would end Python with 2, which means "forbid this"."""
_TIMEOUT_S = 5
"""Seconds that the agent waits at most; the script itself leaves after one (guess, 2026-11-21)."""
_ANY = "*"
_FAILURE_EVENT = "PostToolUseFailure"
DEFAULT_AGENT = "claude-code"
"""Whose call it is where nobody says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentHooks:
    """How one agent takes hooks: its files, its events, the form of an entry."""

    title: str
    variable: str
    """Environment variable that moves its folder, or where it says so the home that the folder lies in."""
    folder: str
    """Its folder in the user's home, and in a project."""
    user_file: str
    project_file: str
    events: tuple[tuple[str, str | None], ...]
    """What we listen to, with the matcher; None where the event knows none."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Our name for an event, where it is another: the script knows no other."""
    names_home: bool = False
    """The variable names the home."""
    timeout: int = _TIMEOUT_S
    """In the agent's own unit."""
    executes: bool
    """Takes a program with its arguments; otherwise one line for a shell."""
    after: str = ""
    """What a person must still do."""
    plugin: str = ""
    """Folder of a plug-in's own description, for an agent that takes hooks as a plug-in."""
    words_before_since: tuple[int, int] | None = None
    """First version that takes words before a call, where older ones throw the whole answer away."""

    @property
    def hears_failures(self) -> bool:
        """Whether failed calls have an event of their own: those that went well need no answer then."""
        return any(event == _FAILURE_EVENT for event, _ in self.events)

    def takes_words_before(self, version: str | None) -> bool:
        """Tell whether a version of an agent that learned it only later accepts words before a call.

        >>> [AGENTS["codex"].takes_words_before(version) for version in ("0.169.0", "0.125.0", "soon", None)]
        [True, False, False, False]
        """
        numbers = (version or "").split(".")[:2]
        known = self.words_before_since is not None and all(number.isdecimal() for number in numbers)
        return known and tuple(map(int, numbers)) >= (self.words_before_since or ())

    def native_event(self, event: str) -> str:
        """Return the agent's own name of an event."""
        return next((native for native, ours in self.words.items() if ours == event), event)


AGENTS: dict[str, AgentHooks] = {
    "claude-code": AgentHooks(
        title="Claude Code",
        variable="CLAUDE_CONFIG_DIR",
        folder=".claude",
        user_file="settings.json",
        project_file="settings.local.json",  # the paths in it are this machine's: not for the repository
        events=(
            ("SessionStart", _ANY),
            ("UserPromptSubmit", None),
            ("PreToolUse", _ANY),
            ("PostToolUse", _ANY),
            ("PostToolUseFailure", _ANY),
            ("SubagentStop", _ANY),
            ("Stop", None),
            ("PreCompact", _ANY),
            ("SessionEnd", _ANY),
        ),
        executes=True,
        plugin=".claude-plugin",
    ),
    "codex": AgentHooks(
        title="Codex CLI",
        variable="CODEX_HOME",
        folder=".codex",
        user_file="hooks.json",
        project_file="hooks.json",
        events=(
            ("SessionStart", None),
            ("UserPromptSubmit", None),
            ("PreToolUse", None),
            ("PostToolUse", None),
            ("SubagentStop", None),
            ("Stop", None),
            ("PreCompact", None),
        ),
        executes=False,
        words_before_since=(0, 142),  # seen to arrive in 0.142.0 and 0.169.0; 0.125.0 calls the hook failed
        after="Codex runs new hooks only after you have trusted them: start it and confirm, or type /hooks.",
    ),
    "gemini-cli": AgentHooks(
        title="Gemini CLI",
        variable="GEMINI_CLI_HOME",
        folder=".gemini",
        user_file="settings.json",
        project_file="settings.json",  # it knows no file of a project that stays on this machine
        events=(
            ("SessionStart", _ANY),
            ("BeforeAgent", _ANY),
            ("BeforeTool", _ANY),
            ("AfterTool", _ANY),
            ("AfterAgent", _ANY),
            ("SessionEnd", _ANY),
        ),  # and not PreCompress: 0.61 calls it before every turn, whether or not it then summarises
        words={
            "BeforeAgent": "UserPromptSubmit",
            "BeforeTool": "PreToolUse",
            "AfterTool": "PostToolUse",
            "AfterAgent": "Stop",
        },
        names_home=True,
        timeout=_TIMEOUT_S * 1_000,
        executes=False,
        after="Gemini CLI runs a project's hooks only in a folder that you have trusted.",
    ),
}


class SettingsWithHooks(NamedTuple):
    """The text of a settings file with our entries, and what was put in."""

    text: str
    insertions: list[Insertion]


def folder_of(agent: AgentHooks, env: Mapping[str, str], home: Path) -> Path:
    """Return the agent's own folder, existing or not; of a list of folders the first."""
    named = env.get(agent.variable, "").split(",")[0].strip()
    if named and not agent.names_home:
        return Path(named)
    return Path(named or home) / agent.folder


def build_arguments(hooks: Path, agent: str, event: str) -> list[str]:
    """Return the arguments that the interpreter is called with."""
    return ["-I", "-S", "-c", _START, str(hooks), agent, event]


def build_entries(agent: str, python: str, hooks: Path) -> dict[str, dict[str, object]]:
    """Return our entry for each event, in the agent's own form."""
    contract = AGENTS[agent]
    found: dict[str, dict[str, object]] = {}
    for event, matcher in contract.events:
        words = build_arguments(hooks, agent, contract.words.get(event, event))
        call = {"command": python, "args": words} if contract.executes else {"command": shlex.join([python, *words])}
        entry: dict[str, object] = {"hooks": [{"type": "command", **call, "timeout": contract.timeout}]}
        found[event] = entry if matcher is None else {"matcher": matcher, **entry}
    return found


def build_settings(wanted: Mapping[str, object]) -> dict[str, object]:
    """Return a settings file that holds nothing else."""
    return {"hooks": {event: [entry] for event, entry in wanted.items()}}


def insert_entries(text: str, wanted: Mapping[str, object]) -> SettingsWithHooks:
    """Add our entries to the settings, behind those that are there.

    Raises:
        NotJson: the text cannot be edited so that everything else stays as it is.
    """
    if not text.strip(jsonc.BYTE_ORDER_MARK + " \t\r\n"):
        put = [Insertion(len(text), json.dumps(build_settings(wanted), indent=2) + "\n")]
        return SettingsWithHooks(jsonc.apply_insertions(text, put), put)
    root = jsonc.parse_jsonc(text)
    if not isinstance(root.value, dict):
        raise NotJson("it holds no object")
    style = jsonc.style_of(text, root)
    hooks = root.member("hooks")
    if hooks is None:
        put = jsonc.plan_append(text, root, list(build_settings(wanted).items()), style)
    else:
        put = _insert_into_hooks(text, hooks, wanted, style)
    edited = jsonc.apply_insertions(text, put)
    if not jsonc.has_value(edited, _merge_entries(root.value, wanted)):
        raise NotJson("its layout is not understood")
    return SettingsWithHooks(edited, put)


def _insert_into_hooks(
    text: str, hooks: JsonNode, wanted: Mapping[str, object], style: jsonc.JsonStyle
) -> list[Insertion]:
    """Return what to put into an object of hooks.

    Raises:
        NotJson: it, or one of its events, has another form.
    """
    if not isinstance(hooks.value, dict):
        raise NotJson('its "hooks" is no object')
    put: list[Insertion] = []
    new: list[tuple[str | None, object]] = []
    for event, entry in wanted.items():
        node = hooks.member(event)
        if node is None:
            new.append((event, [entry]))
        elif isinstance(node.value, list):
            put += jsonc.plan_append(text, node, [(None, entry)], style)
        else:
            raise NotJson(f"its hooks of {event} are no list")
    if new:
        put += jsonc.plan_append(text, hooks, new, style)
    return sorted(put, key=lambda one: one.offset)


def _merge_entries(value: Mapping[str, Any], wanted: Mapping[str, object]) -> dict[str, object]:
    """Return the settings' value with our entries."""
    hooks = dict(value.get("hooks") or {})
    for event, entry in wanted.items():
        hooks[event] = [*hooks.get(event, []), entry]
    return {**value, "hooks": hooks}


def is_ours(handler: object, hooks: Path) -> bool:
    """Tell whether a handler calls the script in that folder."""
    if not isinstance(handler, dict):
        return False
    words = handler.get("args")
    line = handler.get("command")
    return (isinstance(words, list) and str(hooks) in words) or (
        isinstance(line, str) and f" {shlex.quote(str(hooks))} " in line
    )


def find_own_entries(value: object, hooks: Path) -> dict[str, list[object]]:
    """Return our entries in a settings value, by event; an entry that we share with others counts."""
    events = value.get("hooks") if isinstance(value, dict) else None
    found = {}
    for event, groups in events.items() if isinstance(events, dict) else ():
        own = [group for group in groups if _holds_ours(group, hooks)] if isinstance(groups, list) else []
        if own:
            found[event] = own
    return found


def _holds_ours(group: object, hooks: Path) -> bool:
    """Tell whether one of an entry's handlers calls the script in that folder."""
    handlers = group.get("hooks") if isinstance(group, dict) else None
    return isinstance(handlers, list) and any(is_ours(handler, hooks) for handler in handlers)


def remove_entries(text: str, hooks: Path, made: Sequence[str] = ()) -> str:
    """Remove our entries from the settings, wherever they stand now.

    Args:
        text: a settings file.
        hooks: our hook folder.
        made: keys that came with our entries (``hooks``, or events), removed where nothing else is in them.

    Raises:
        NotJson: the text cannot be read.
    """
    while True:
        root = jsonc.parse_jsonc(text)
        found = _find_next_own(root, hooks, made)
        if found is None:
            return text
        text = jsonc.remove_child(text, *found)


def _find_next_own(root: JsonNode, hooks: Path, made: Sequence[str]) -> tuple[JsonNode, int] | None:
    """Return container and place of the next thing to remove: a handler, an entry, or a key of ours."""
    events = root.member("hooks")
    if events is None or not isinstance(events.value, dict):
        return None
    for place, event in enumerate(events.children):
        if (mine := _find_own_in(event.node, hooks)) is not None:
            return mine
        if event.node.value == [] and event.key in made:
            return events, place
    if events.value == {} and "hooks" in made:
        return root, next(place for place, child in enumerate(root.children) if child.key == "hooks")
    return None


def _find_own_in(groups: JsonNode, hooks: Path) -> tuple[JsonNode, int] | None:
    """Return container and place of an event's first handler of ours, or of an entry that holds no other."""
    for number, group in enumerate(groups.children if isinstance(groups.value, list) else ()):
        handlers = group.node.member("hooks")
        if handlers is None or not isinstance(handlers.value, list):
            continue
        mine = [index for index, one in enumerate(handlers.children) if is_ours(one.node.value, hooks)]
        if mine:
            return (groups, number) if len(mine) == len(handlers.children) else (handlers, mine[0])
    return None


def list_new_keys(text: str, wanted: Mapping[str, object]) -> list[str]:
    """Return the keys that our entries bring along into a settings text.

    Raises:
        NotJson: the text cannot be read.
    """
    value = jsonc.parse_jsonc(text).value if text.strip(jsonc.BYTE_ORDER_MARK + " \t\r\n") else {}
    hooks = value.get("hooks") if isinstance(value, dict) else None
    if not isinstance(hooks, dict):
        return ["hooks", *wanted]
    return [event for event in wanted if event not in hooks]


# How agents' settings files change: our entries go in, and out again to the very bytes from before.
#
# What is written is recorded with its place. Where a file has changed since, only our entries are found, by the hook
# folder that they name. Nothing is written here.


class HostEnvironment(NamedTuple):
    """The environment, home folder and working folder in which agents are looked for."""

    env: Mapping[str, str]
    home: Path
    cwd: Path


class OwnHooks(NamedTuple):
    """Our side of an entry: the hook folder, and the Python that agents start."""

    folder: Path
    python: str


def find_agents(place: HostEnvironment) -> list[str]:
    """Return the agents that have a folder of their own here."""
    return [name for name, agent in AGENTS.items() if folder_of(agent, place.env, place.home).is_dir()]


def settings_path_of(agent: AgentHooks, place: HostEnvironment, *, project: bool) -> Path:
    """Return the settings file that takes our entries."""
    if not project:
        return folder_of(agent, place.env, place.home) / agent.user_file
    root = next((folder for folder in (place.cwd, *place.cwd.parents) if (folder / ".git").exists()), place.cwd)
    return root / agent.folder / agent.project_file


def list_candidates(place: HostEnvironment, known: Sequence[HookEntry]) -> Iterator[tuple[str, Path]]:
    """Yield settings files that may hold entries of ours, each once."""
    seen = set()
    for entry in known:
        seen.add(entry.path)
        yield entry.agent, entry.path
    for name, agent in AGENTS.items():
        for project in (False, True):
            path = settings_path_of(agent, place, project=project)
            if path not in seen and not (project and settings_files.leads_out(path, path.parents[1])):
                seen.add(path)
                yield name, path


def plan_change(name: str, path: Path, ours: OwnHooks, known: HookEntry | None) -> SettingsChange | Refusal:
    """Return how a settings file would change; before and after are the same where our entries are in it.

    ``known``: what is recorded of the file.
    """
    agent = AGENTS[name]
    wanted = build_entries(name, ours.python, ours.folder)
    paste = json.dumps(build_settings(wanted), indent=2)
    if reason := settings_files.find_obstacle(path):
        return Refusal(title=agent.title, path=path, reason=reason, paste=paste)
    try:
        before = settings_files.read(path)
        if before is not None and _has_all(before, wanted, ours.folder):
            return SettingsChange(title=agent.title, path=path, before=before, after=before)
        base = restore(before, known, ours.folder)
        edited = insert_entries(base or "", wanted)
        made = list_new_keys(base or "", wanted)
    except OSError as exc:
        return Refusal(title=agent.title, path=path, reason=f"it cannot be read: {exc.strerror}", paste=paste)
    except NotJson as exc:
        return Refusal(title=agent.title, path=path, reason=str(exc), paste=paste)
    entry = HookEntry(
        agent=name,
        path=path,
        created=base is None,
        folder_created=known.folder_created if known else not path.parent.exists(),
        made=made,
        insertions=[(one.offset, one.text) for one in edited.insertions],
        digest=settings_files.digest(edited.text),
    )
    return SettingsChange(
        title=agent.title, path=path, before=before, after=edited.text, entry=entry, notes=_notes_of(agent, edited.text)
    )


def _notes_of(agent: AgentHooks, text: str) -> list[str]:
    """Return what a person should know about a settings file."""
    value = jsonc.parse_jsonc(text).value
    notes = [agent.after] if agent.after else []
    if isinstance(value, dict) and value.get("disableAllHooks") is True:
        notes.append("This file switches all hooks off (disableAllHooks): nothing is recorded until it does not.")
    return notes


def _has_all(text: str, wanted: Mapping[str, object], hooks: Path) -> bool:
    """Tell whether exactly our present entries stand in a settings text."""
    if not text.strip(jsonc.BYTE_ORDER_MARK + " \t\r\n"):
        return False
    return find_own_entries(jsonc.parse_jsonc(text).value, hooks) == {event: [entry] for event, entry in wanted.items()}


def restore(text: str | None, known: HookEntry | None, hooks: Path) -> str | None:
    """Return the file without our entries; None where it should not exist at all.

    Raises:
        NotJson: it was changed since so that it cannot be read.
    """
    if text is None:
        return None
    if known is not None and settings_files.digest(text) == known.digest:
        before = jsonc.undo_insertions(text, [Insertion(*one) for one in known.insertions])
        if before is not None:
            return None if known.created else before
    if not text.strip(jsonc.BYTE_ORDER_MARK + " \t\r\n"):
        return text
    left = remove_entries(text, hooks, known.made if known else ())
    return None if known is not None and known.created and jsonc.parse_jsonc(left).value == {} else left


def render_diff(change: SettingsChange) -> str:
    """Return the change as a diff."""
    before, after = change.before or "", change.after or ""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        str(change.path) if change.before is not None else "(no file)",
        str(change.path) if change.after is not None else "(no file)",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
