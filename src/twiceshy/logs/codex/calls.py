"""Tool calls: what each of Codex's tools does, the command lines and the patches that their inputs hold."""

from collections.abc import Mapping
from typing import Final

from twiceshy.logs.edit_events import BEGIN, FilePatch, parse_patch
from twiceshy.logs.journal import Record
from twiceshy.records.events import Action

ACTIONS: Final[Mapping[str, Action]] = {
    "exec_command": Action.RUN,
    "shell": Action.RUN,
    "shell_command": Action.RUN,
    "container.exec": Action.RUN,
    "local_shell": Action.RUN,
    "bash": Action.RUN,
    "unified_exec": Action.RUN,
    "apply_patch": Action.EDIT,
    "Edit": Action.EDIT,
    "Write": Action.WRITE,
    "read_file": Action.READ,
    "view_image": Action.READ,
    "Read": Action.READ,
    "read_mcp_resource": Action.READ,
    "Grep": Action.SEARCH,
    "grep_files": Action.SEARCH,
    "list_dir": Action.SEARCH,
    "tool_search": Action.SEARCH,
    "list_mcp_resources": Action.SEARCH,
    "list_mcp_resource_templates": Action.SEARCH,
    "web_search": Action.WEB,
    "update_plan": Action.PLAN,
    "request_user_input": Action.ASK,
    "spawn_agent": Action.DELEGATE,
    "send_input": Action.DELEGATE,
    "write_stdin": Action.WAIT,
    "wait": Action.WAIT,
    "wait_agent": Action.WAIT,
    "close_agent": Action.WAIT,
}
VERBS: Final[Mapping[str, Action]] = {
    "read": Action.READ,
    "fetch": Action.READ,
    "get": Action.READ,
    "search": Action.SEARCH,
    "list": Action.SEARCH,
    "find": Action.SEARCH,
    "query": Action.SEARCH,
    "ask": Action.SEARCH,
}
"""First words of the names of MCP tools (those with a ``namespace``)."""
_WISHES: Final = {"sandbox_permissions": "require_escalated", "with_escalated_permissions": True}
"""Inputs by which a call asks to run outside of the sandbox: the newer and the older one."""
ASKS: Final = ('{"sandbox_permissions":"require_escalated"', '{"with_escalated_permissions":true')
"""How the inputs begin that ``put_wish_first`` returned for such a call."""
_SHELLS: Final = frozenset({"bash", "sh", "zsh", "/bin/bash", "/bin/sh", "/bin/zsh", "/usr/bin/bash", "/usr/bin/zsh"})


def put_wish_first(given: Record) -> Record:
    """Return the input with its wish to leave the sandbox first, since rows keep the beginning of an input only.

    >>> put_wish_first({"cmd": "ls", "with_escalated_permissions": True})
    {'with_escalated_permissions': True, 'cmd': 'ls'}
    """
    wish = {key: value for key, value in _WISHES.items() if given.get(key) == value}
    return {**wish, **given}


def find_patch(given: Record) -> list[FilePatch]:
    """Return the files of a patch in a call's input: its only text, or behind ``apply_patch`` in a command."""
    for value in given.values():
        parts = value if isinstance(value, list) else [value]
        for part in parts:
            if isinstance(part, str) and BEGIN in part[:2000] and (len(parts) == 1 or "apply_patch" in str(parts[0:3])):
                return parse_patch(part) if "apply_patch" in part[:200] or BEGIN in part[:40] else []
    return []


def command_of(given: Record) -> str | None:
    """Return the command line: of ``bash -lc SCRIPT`` the script; None where there is none."""
    command = given.get("cmd", given.get("command"))
    if isinstance(command, list) and command:
        words = [str(word) for word in command]
        if len(words) == 3 and words[0] in _SHELLS and words[1].startswith("-"):
            return words[2]
        return " ".join(words)
    return command if isinstance(command, str) else None
