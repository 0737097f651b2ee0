"""What the gate knows of each agent: how long it waits for a command, and the JSON in which it takes advice.

The only script of this folder that names agents. An answer has no key that its agent does not know.

Claude Code takes context before a call, a refusal with a reason, and context after a failure. Codex voids an answer
with one unknown key; before a call its versions before 0.142 take nothing but a refusal, so that they read it after the
call (``early`` in the settings of the rules). Gemini CLI takes a refusal before a call and context after it. What an
agent has no place for is not said.
"""

try:
    from _json import encode_basestring_ascii as quoted
except ImportError:
    from json import dumps as quoted

DEFAULT_TIMEOUT_S = {"claude-code": 120.0}
"""Seconds that an agent gives a command when it does not say (as its documentation says of the Bash tool)."""
TIMEOUT_VARIABLES = {"claude-code": "BASH_DEFAULT_TIMEOUT_MS"}
"""The environment variable in which a user changes that."""
MOST_TIMEOUT_MS = {"claude-code": 600_000}
"""Milliseconds that it gives at most, for agents that let a hook change a call's input (same source)."""
EARLY_AGENTS = {"claude-code"}
"""Agents that take words before a call, whatever their version; the others read them after it."""
BRIEFED_AGENTS = {"claude-code", "codex", "gemini-cli"}
"""Agents whose form of a brief is known."""
OVERRIDE = "To run it all the same, add the comment `# --ignore-usage-warning` to the command."
OVERRIDE_BY_PERSON = "Only the user can let it pass: by `--ignore-usage-warning` in a prompt."
"""Of what has no command that a comment could stand in: an edit, a read."""


def render_advice(agent: str, event: str, level: str, text: str, changed: str = "", *, action: str = "run") -> str:
    """Return the answer; empty where the agent has no place for such words at this event.

    ``changed``: JSON of a whole input that takes the place of the call's, for Claude Code; the words may then be empty.
    ``action``: what the call does.
    """
    if level == "block":
        text = f"{text}\n{OVERRIDE if action == 'run' else OVERRIDE_BY_PERSON}"
    if agent == "gemini-cli":
        return _render_gemini_cli(event, level, text)
    return _render_codex(event, level, text) if agent == "codex" else _render_claude_code(event, level, text, changed)


def _render_claude_code(event: str, level: str, text: str, changed: str) -> str:
    """Render for Claude Code and agents like it; a changed input neither asks for nor gives permission."""
    if level == "block" and event == "PreToolUse":
        return _wrap_output(event, f'"permissionDecision":"deny","permissionDecisionReason":{quoted(text)}')
    members = [f'"additionalContext":{quoted(text)}'] if text or not changed else []
    return _wrap_output(event, ",".join([*members, *([f'"updatedInput":{changed}'] if changed else [])]))


def _render_codex(event: str, level: str, text: str) -> str:
    """Render for Codex CLI, which knows these keys and no others."""
    if level == "block" and event == "PreToolUse":
        return _wrap_output(event, f'"permissionDecision":"deny","permissionDecisionReason":{quoted(text)}')
    return _wrap_output(event, f'"additionalContext":{quoted(text)}')


def _render_gemini_cli(event: str, level: str, text: str) -> str:
    """Render for Gemini CLI, which has its own names of events."""
    if event == "PreToolUse":
        return f'{{"decision":"deny","reason":{quoted(text)}}}' if level == "block" else ""
    return _wrap_output("AfterTool", f'"additionalContext":{quoted(text)}')


def _wrap_output(event: str, members: str) -> str:
    """Return the object around what an event takes."""
    return f'{{"hookSpecificOutput":{{"hookEventName":"{event}",{members}}}}}'
