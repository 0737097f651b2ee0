"""A rollout's records as events.

What the model saw (``response_item``) is read; what was shown to the user (``event_msg``) repeats it and is passed
over, but for what stands nowhere else: tokens, interrupts, titles, and patches with their line numbers. A record has no
id of its own, and a fork copies its parent's records with new times, so that identity comes from the oldest session of
the file, the number of the turn and the words.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from twiceshy.logs.codex.calls import (
    ACTIONS,
    COMMIT,
    VERBS,
    ScriptCall,
    command_of,
    failure_of,
    find_patch,
    list_inner_calls,
    parse_output,
    put_wish_first,
    read_token_counts,
    split_output,
)
from twiceshy.logs.edit_events import apply, delete, parse_unified_diff, update, write
from twiceshy.logs.journal import UUID, Journal, Record, make_session_uid, parse_input, text_at, to_json
from twiceshy.logs.json_lines import to_count
from twiceshy.logs.log_files import EarlierPart, take_line
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind

# Records of a rollout that repeat others or say nothing: most of its lines, told by name before they are parsed.

SILENT: Final = frozenset(
    {
        "agent_message",
        "user_message",
        "exec_command_begin",
        "exec_command_end",
        "exec_command_output_delta",
        "task_started",
        "task_complete",
        "turn_started",
        "turn_complete",
        "web_search_begin",
        "web_search_end",
        "mcp_tool_call_begin",
        "mcp_tool_call_end",
        "patch_apply_begin",
        "context_compacted",
        "turn_diff",
        "plan_update",
        "collab_waiting_begin",
        "collab_waiting_end",
        "collab_agent_spawn_begin",
        "collab_agent_spawn_end",
        "collab_agent_interaction_begin",
        "collab_agent_interaction_end",
        "collab_close_begin",
        "collab_close_end",
        "dynamic_tool_call_request",
        "dynamic_tool_call_response",
        "agent_reasoning",
        "agent_reasoning_section_break",
        "item_started",
        "item_completed",
        "background_event",
        "session_configured",
        "view_image_tool_call",
        "agent_reasoning_raw_content",
        "thread_settings_applied",
    }
)
"""Kinds of ``event_msg`` whose content stands in a ``response_item`` too, or that say nothing."""
REPEATING: Final = frozenset({"world_state", "token_usage_record"})
"""Records of 0.169 that say again what the context and ``token_count`` say."""


AGENT: Final = "codex"
_META: Final = (
    "<environment_context>",
    "<user_instructions>",
    "# AGENTS.md instructions",
    "<turn_aborted>",
    "<user_action>",
    "<permissions instructions>",
    "<INSTRUCTIONS>",
    "<collaboration_mode>",
    "<model_switch>",
    "<hook_prompt",
)
_SUMMARY: Final = "Another language model started to solve this problem"
_REQUEST: Final = "## My request for Codex:"
"""Stands between what an editor says of its open files and the user's own words."""
_SHELL_COMMAND: Final = re.compile(r"<command>\s*(.*?)\s*</command>", re.DOTALL)


_CALL_ID: Final = re.compile(rb'"call_id":"([^"]{1,200})"')


class _PatchLineFilter:
    """A filter for the lines about patches: calls that hold one, their outputs, and their ends."""

    def __init__(self) -> None:
        self.natives: set[bytes] = set()

    def is_wanted(self, line: bytes) -> bool:
        """Tell whether this line, asked after those before it, is about a patch."""
        if line.find(b"call_output", 0, 110) > 0:
            found = _CALL_ID.search(line)
            return found is not None and found[1] in self.natives
        if (b"*** Begin Patch" in line or b"tools" in line or b"tool_uses" in line) and (
            found := _CALL_ID.search(line)
        ):
            self.natives.add(found[1])
            return True
        return line.find(b'"patch_apply_end"', 0, 120) > 0


class Rollout:
    """Takes a rollout's records into a journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.turn = 0
        """Messages of the user's side so far: stable in copies, unlike times and lines."""
        self.step = 0
        """Uses of tools so far in this turn: the same words are said again behind the next one."""
        self.totals: tuple[int, int, int] | None = None
        """Tokens so far: input with cached, cached, output."""
        self.cwd = ""
        self.kind = PromptKind.TYPED
        self.heading = True
        self.fresh_patches = 0
        """Patches whose edits were logged since the last call of a script: they may be the script's."""
        self.patched: set[bytes] = set()
        """Calls whose edits were logged with their places."""
        self.own: set[bytes] = set()
        """Calls of the client's own tools that have not ended."""
        self.earlier: EarlierPart | None = None

    def state(self) -> Record:
        """Return what the cursor keeps: numbers only."""
        return {"turn": self.turn, "step": self.step, "totals": self.totals}

    def go_on(self, earlier: EarlierPart, state: Record) -> None:
        """Learn what the part before the cursor said of session, folder and model."""
        self.earlier = earlier
        for line in earlier.head():
            if self.heading:
                take_line(self.journal, self.take, line)
        context = earlier.last(b'"type":"turn_context"')
        if context is not None:
            take_line(self.journal, self.take, context)
        self.journal.events.clear()
        self.journal.session.used = False
        self.journal.session.first = self.journal.session.last = None
        self.heading = False
        self.turn, self.step = to_count(state.get("turn")), to_count(state.get("step"))
        totals = state.get("totals")
        self.totals = tuple(totals) if totals else None

        def recall() -> None:
            before = Rollout(Journal(AGENT, self.journal.salt, ""))
            before.journal.session.root, before.cwd = self.journal.session.root, self.cwd
            for line in earlier.lines(_PatchLineFilter().is_wanted):
                take_line(before.journal, before.take, line)
            self.journal.learn_from(before.journal)
            self.patched |= before.patched
            self.fresh_patches += before.fresh_patches

        self.journal.recall = recall

    def take(self, record: Record) -> str:
        """Take one line."""
        self.journal.set_time(record.get("timestamp"))
        kind = record.get("type")
        payload = record.get("payload")
        if kind == "session_meta" and isinstance(payload, dict):
            self.session_meta(payload)
            return "session_meta"
        if kind is None and ("instructions" in record or "record_type" in record) and "payload" not in record:
            if self.heading and isinstance(record.get("id"), str):
                self.session_meta(record)
            return str(record.get("record_type") or "session_meta")
        self.heading = False
        if not isinstance(payload, dict):
            return self.bare(record, str(kind))
        if kind == "response_item":
            return self.item(payload)
        if kind == "event_msg":
            return self.event(payload)
        if kind == "turn_context":
            self.context(payload)
        elif kind == "compacted":
            self.compacted(payload)
        elif kind not in REPEATING:
            self.journal.keep_unknown(str(kind), record)
        return str(kind)

    def context(self, payload: Record) -> None:
        """Note folder and model of what follows."""
        self.cwd = text_at(payload, "cwd") or self.cwd
        self.journal.model = text_at(payload, "model") or self.journal.model
        self.journal.session.start_in(self.cwd)

    def compacted(self, payload: Record) -> None:
        """Mark that the history was summarised."""
        uid = self.journal.uid("compacted", str(self.turn), to_json(payload.get("replacement_history"))[:1000])
        self.journal.mark(uid, MarkKind.COMPACTION, "compacted", text_at(payload, "message") or "")

    def bare(self, record: Record, kind: str) -> str:
        """Take a record without an envelope."""
        if is_bare_item(record) or kind in ("reasoning", "message"):
            return self.item(record)
        self.journal.keep_unknown(kind, record)
        return kind

    def session_meta(self, meta: Record) -> None:
        """Take the file's own session, which comes first; the metas behind it are those it was forked from."""
        journal = self.journal
        native = text_at(meta, "id")
        if native is None or not self.heading:
            return
        if journal.session.version is None and not self.cwd:
            self._own_meta(meta, native)
        else:
            journal.scope = make_session_uid(AGENT, native)

    def _own_meta(self, meta: Record, native: str) -> None:
        journal = self.journal
        given = meta.get("source")
        parent = text_at(meta, "parent_thread_id")
        subagent = given.get("subagent") if isinstance(given, dict) else None
        if isinstance(subagent, dict) and isinstance(spawned := subagent.get("thread_spawn"), dict):
            parent = parent or text_at(spawned, "parent_thread_id")
        journal.name_session(parent or native if subagent else native)
        journal.scope = make_session_uid(AGENT, native)
        if subagent:
            journal.run = journal.run_id(native)
            self.kind = PromptKind.SUBAGENT
        elif given == "exec" or meta.get("originator") == "codex_exec":
            self.kind = PromptKind.SDK
        journal.session.version = text_at(meta, "cli_version")
        journal.session.entrypoint = text_at(meta, "originator") or (given if isinstance(given, str) else None)
        git = meta.get("git")
        journal.session.branch = text_at(git, "branch") if isinstance(git, dict) else None
        self.cwd = text_at(meta, "cwd") or ""
        journal.session.start_in(self.cwd)
        journal.session.real = bool(UUID(native) and text_at(meta, "timestamp"))

    def event(self, payload: Record) -> str:
        """Take what was shown to the user, where it stands nowhere else."""
        kind = str(payload.get("type"))
        name = f"event_msg/{kind}"
        journal = self.journal
        if kind in SILENT:
            return name
        if kind == "token_count":
            self.tokens(payload)
        elif kind == "patch_apply_end":
            self.patch_end(payload)
        elif kind == "turn_aborted":
            reason = text_at(payload, "reason") or kind
            uid = journal.uid("aborted", str(self.turn), str(payload.get("turn_id")))
            journal.mark(uid, MarkKind.INTERRUPT, reason, "")
        elif kind in ("error", "stream_error", "warning", "guardian_warning"):
            text = text_at(payload, "message") or to_json(payload)
            mark = MarkKind.NOTICE if "warning" in kind else MarkKind.API_ERROR
            journal.mark(journal.uid(kind, str(self.turn), text), mark, kind, text)
        elif kind == "thread_name_updated":
            journal.session.title = text_at(payload, "thread_name") or journal.session.title
            journal.session.used = True
        elif kind == "thread_rolled_back":
            text = to_json(payload)
            journal.mark(journal.uid(kind, str(self.turn), text), MarkKind.REWIND, kind, "")
        elif kind in ("entered_review_mode", "exited_review_mode"):
            text = to_json(payload)
            journal.mark(journal.uid(kind, str(self.turn), text), MarkKind.MODE, kind, "")
        elif kind == "tool_call":
            self.call(str(payload.get("name")), parse_input(payload.get("input")), payload.get("call_id"))
        else:
            journal.keep_unknown(name, payload)
        return name

    def tokens(self, payload: Record) -> None:
        """Add the growth of the session's totals, which alone adds up; counts are logged again without any."""
        info = payload.get("info")
        if not isinstance(info, dict):
            if "input_tokens" in payload:
                self._usage(
                    (to_count(payload["input_tokens"]), 0, to_count(payload.get("output_tokens"))), str(self.turn)
                )
            return
        total, last = read_token_counts(info.get("total_token_usage")), read_token_counts(info.get("last_token_usage"))
        if total is None:
            return
        if self.totals is None:
            grown = last or total
        else:
            grown = (total[0] - self.totals[0], total[1] - self.totals[1], total[2] - self.totals[2])
            if min(grown) < 0:
                grown = last or total
        self.totals = total
        if any(grown):
            self._usage(grown, repr(total))

    def _usage(self, counted: tuple[int, int, int], part: str) -> None:
        taken, cached, output = counted
        self.journal.usage(self.journal.uid("usage", part), taken=taken - cached, output=output, cache_read=cached)

    def item(self, item: Record) -> str:
        """Take one thing that the model saw or said."""
        kind = str(item.get("type"))
        name = f"response_item/{kind}"
        if kind == "message":
            return self.message(item, name)
        if kind == "reasoning":
            for part in (*(item.get("summary") or ()), *(item.get("content") or ())):
                self.think(text_at(part, "text"))
        elif kind in ("function_call", "custom_tool_call"):
            given = parse_input(item.get("arguments") if kind == "function_call" else item.get("input"))
            self.call(str(item.get("name")), given, item.get("call_id"), mcp="namespace" in item)
        elif kind in ("function_call_output", "custom_tool_call_output"):
            self.output(item.get("call_id"), item.get("output"))
        elif kind in _OTHER_CALLS:
            _OTHER_CALLS[kind](self, item)
        elif kind not in ("ghost_snapshot", "compaction", "compaction_summary", "context_compaction"):
            self.journal.keep_unknown(name, item)
        return name

    def local_shell(self, item: Record) -> None:
        """Take a command of the API's own shell tool."""
        self.call("local_shell", parse_input(item.get("action")), item.get("call_id") or item.get("id"))

    def tool_search(self, item: Record) -> None:
        """Take a search for tools."""
        self.call("tool_search", parse_input(item.get("arguments")), item.get("call_id"))

    def tools_found(self, item: Record) -> None:
        """Take what a search for tools found."""
        self.output(item.get("call_id"), to_json(item.get("tools")))

    def message(self, item: Record, name: str) -> str:
        """Take words of the user's side or of the model."""
        role = item.get("role")
        content = item.get("content")
        blocks = [{"text": content}] if isinstance(content, str) else content or []
        if role == "user":
            self.prompt(blocks)
        elif role == "assistant" and blocks:
            text = "\n".join(found for block in blocks if (found := text_at(block, "text")))
            if text:
                self.journal.reply(self.journal.uid("reply", str(self.turn), str(self.step), text), text)
        elif role not in ("developer", "system"):
            self.journal.keep_unknown(f"{name}/{role}", item)
        return f"{name}/{role}"

    def prompt(self, blocks: list[Record]) -> None:
        """Add the user's own words, apart from what the client put before them."""
        self.turn += 1
        self.step = 0
        added, own, images = [], [], 0
        for block in blocks:
            text = block.get("text")
            if block.get("type") == "input_image":
                images += 1
            elif isinstance(text, str) and text.lstrip().startswith(_META):
                added.append(text)
            elif isinstance(text, str) and text.strip() and not (text.startswith(("<image ", "</image>"))):
                own.append(text)
        uid, journal = self.journal.uid, self.journal
        if added:
            journal.prompt(uid("meta", str(self.turn)), PromptKind.META, "\n".join(added))
        if own or images:
            kind, text = self.classify_prompt("\n".join(own))
            journal.prompt(uid("prompt", str(self.turn), text), kind, text, images)

    def classify_prompt(self, text: str) -> tuple[PromptKind, str]:
        """Return who wrote these words, and the words."""
        bare = text.lstrip()
        if bare.startswith("<subagent_notification>"):
            return PromptKind.NOTIFICATION, text
        if bare.startswith("<skill>"):
            return PromptKind.SKILL, text
        if bare.startswith("<user_shell_command>"):
            found = _SHELL_COMMAND.search(text)
            return PromptKind.SHELL, found[1] if found else text
        if bare.startswith(_SUMMARY):
            return PromptKind.SUMMARY, text
        if bare.startswith("# ") and _REQUEST in text:
            text = text.partition(_REQUEST)[2].strip()
        return self.kind, text

    def think(self, text: str | None) -> None:
        """Add visible thinking."""
        if text:
            uid = self.journal.uid("thinking", str(self.turn), str(self.step), text)
            self.journal.reply(uid, text, thinking=True)

    def call(self, tool: str, given: Record, native: object, *, mcp: bool = False) -> None:
        """Add a use of a tool."""
        journal = self.journal
        self.step += 1
        call = journal.call_ids.open(native)
        inner = list_inner_calls(tool, given)
        if tool in ACTIONS and not mcp:
            self.own.add(call)
        if inner:
            journal.remember_call(call, tool, {"inner": inner})
            self.fresh_patches = 0
        self.add_call(call, tool, given, mcp=mcp)
        for number, one in enumerate(inner):
            self.add_call(_inner_id(call, number), one.tool, one.given)

    def add_call(self, call: bytes, tool: str, given: Record, *, mcp: bool = False) -> None:
        """Add a call of the model, or one that a script of its makes."""
        journal = self.journal
        action = ACTIONS.get(tool) or (VERBS.get(tool.strip("_").split("_")[0]) if mcp else None) or Action.OTHER
        if mcp and action in {Action.ASK, Action.PLAN}:
            action = Action.OTHER  # a server's tool of that name asks nobody, and answers for nobody
        files = find_patch(given) if action in (Action.EDIT, Action.RUN) else []
        command = path = query = None
        cwd = text_at(given, "workdir", "working_directory", "cwd") or self.cwd
        if files:
            journal.remember_call(call, tool, {"patch": files, "cwd": cwd})
            action, path = Action.EDIT, files[0].path
        elif action is Action.RUN:
            command = command_of(given)
        elif action in (Action.READ, Action.EDIT, Action.WRITE, Action.SEARCH):
            path = text_at(given, "path", "file_path", "dir_path")
        if action in (Action.SEARCH, Action.WEB):
            query = text_at(given, "query", "pattern", "question", "url")
        timeout = given.get("timeout_ms")
        journal.call(
            call,
            tool,
            action,
            put_wish_first(given),
            path=path,
            cwd=cwd,
            command=command,
            query=query,
            timeout_s=timeout / 1000 if action is Action.RUN and type(timeout) is int else None,
        )

    def web_search(self, item: Record) -> None:
        """Add a search of the web: call and result in one, mostly without an id."""
        self.step += 1
        given = parse_input(item.get("action"))
        call = self.journal.uid("web", str(self.turn), str(self.step), to_json(given))
        query = text_at(given, "query", "url")
        self.journal.call(call, "web_search", Action.WEB, given, query=query)
        failed = Failure.ERROR if item.get("status") == "failed" else None
        self.journal.result(call, "", failure=failed)

    def output(self, native: object, output: Any) -> None:
        """Add what a call gave back, and the edits that it made unless they were added already."""
        call = self.journal.call_ids.close(native)
        text, exit_code, duration = parse_output(output)
        failure = failure_of(text, exit_code)
        if failure in {Failure.REJECTED, Failure.INTERRUPTED} and (text != output or not self.is_own(call, native)):
            failure = Failure.ERROR  # what a tool printed, or a server answered, tells of no person
        self.own.discard(call)
        found = COMMIT.search(text) if exit_code == 0 and " changed" in text else None
        self.journal.result(
            call,
            text,
            failure=failure,
            exit_code=exit_code,
            duration_s=duration,
            commit=found[1] if found else None,
        )
        known = self.journal.find_call(call)
        if known and "inner" in known[1]:
            self.inner_results(call, text, output, known[1]["inner"], failed=failure is not None)
        elif failure is None and known and call not in self.patched:
            apply(self.journal, call, known[1]["patch"], known[1]["cwd"])

    def is_own(self, call: bytes, native: object) -> bool:
        """Tell whether a call that ends now is one of the client's own tools, looked for before the cursor too."""
        if call not in self.own and self.earlier is not None and isinstance(native, str):
            before = Rollout(Journal(AGENT, self.journal.salt, ""))
            before.journal.session, before.heading = self.journal.session, False
            for line in self.earlier.lines_with(native.encode()):
                take_line(before.journal, before.take, line)
            self.own |= before.own
        return call in self.own

    def inner_results(self, call: bytes, text: str, output: Any, inner: Sequence[ScriptCall], *, failed: bool) -> None:
        """Add what the calls inside a script gave back, where that is known."""
        if failed:
            return
        for number, found in enumerate(split_output(text, output, len(inner))):
            if found is not None:
                self.journal.result(
                    _inner_id(call, number),
                    found.text,
                    failure=found.failure,
                    exit_code=found.exit_code,
                    duration_s=found.duration_s,
                )
            files = find_patch(inner[number].given) if inner[number].tool == "apply_patch" else []
            if files and not self.fresh_patches and (found is None or found.failure is None):
                apply(self.journal, _inner_id(call, number), files, self.cwd)

    def patch_end(self, payload: Record) -> None:
        """Add the edits of a patch, with their line numbers."""
        call = self.journal.call_ids.find(payload.get("call_id"))
        changes = payload.get("changes")
        if payload.get("success") is not True or not isinstance(changes, dict):
            return
        self.patched.add(call)
        self.fresh_patches += 1
        for path, change in changes.items():
            kind, content = change.get("type"), change.get("content")
            if kind == "add":
                write(self.journal, call, path, content or "", created=True, cwd=self.cwd)
            elif kind == "delete":
                delete(self.journal, call, path, content, cwd=self.cwd)
            else:
                hunks = parse_unified_diff(change.get("unified_diff") or "")
                update(self.journal, call, path, hunks, moved_to=change.get("move_path"), cwd=self.cwd)


def _inner_id(call: bytes, number: int) -> bytes:
    """Return the 16 bytes of a call inside another one."""
    return blake2b(call + b"inner%d" % number, digest_size=16).digest()


def is_bare_item(record: Record) -> bool:
    """Tell whether this is a response item without an envelope, as versions of spring 2025 wrote them."""
    kind = record.get("type")
    if kind == "message":
        content = record.get("content")
        return (
            isinstance(content, list)
            and bool(content)
            and isinstance(content[0], dict)
            and content[0].get("type") in ("input_text", "output_text", "input_image")
        )
    return kind in ("function_call", "function_call_output", "local_shell_call") and "payload" not in record


_OTHER_CALLS: Final[Mapping[str, Callable[[Rollout, Record], None]]] = {
    "local_shell_call": Rollout.local_shell,
    "web_search_call": Rollout.web_search,
    "tool_search_call": Rollout.tool_search,
    "tool_search_output": Rollout.tools_found,
}
