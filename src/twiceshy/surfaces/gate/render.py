"""How each agent is told: one text in, the JSON out that its contract takes, with no key that it does not know.

Claude Code takes context before a call, a refusal with a reason, and context after a failure. Codex voids an answer
with one unknown key; before a call its versions before 0.142 take nothing but a refusal, so that they are told after it
(``decide.suits``). Gemini CLI takes a refusal before a call and context after it. What an agent has no place for is not
said.
"""

try:
    from _json import encode_basestring_ascii as quoted
except ImportError:
    from json import dumps as quoted

OVERRIDE = "To run it all the same, add the comment `# --ignore-usage-warning` to the command."


def rendered(agent: str, event: str, level: str, text: str, changed: str = "") -> str:
    """The answer; empty where the agent has no place for such words at this event.

    ``changed``: JSON of a whole input that takes the place of the call's, for Claude Code; the words may then be empty.
    """
    if level == "block":
        text = f"{text}\n{OVERRIDE}"
    if agent == "gemini-cli":
        return gemini_cli(event, level, text)
    return codex(event, level, text) if agent == "codex" else claude_code(event, level, text, changed)


def claude_code(event: str, level: str, text: str, changed: str) -> str:
    """For Claude Code, and agents that take the same; a changed input asks for no permission and gives none."""
    if level == "block" and event == "PreToolUse":
        return specific(event, f'"permissionDecision":"deny","permissionDecisionReason":{quoted(text)}')
    members = [f'"additionalContext":{quoted(text)}'] if text or not changed else []
    return specific(event, ",".join([*members, *([f'"updatedInput":{changed}'] if changed else [])]))


def codex(event: str, level: str, text: str) -> str:
    """For Codex CLI, which knows these keys and no others."""
    if level == "block" and event == "PreToolUse":
        return specific(event, f'"permissionDecision":"deny","permissionDecisionReason":{quoted(text)}')
    return specific(event, f'"additionalContext":{quoted(text)}')


def gemini_cli(event: str, level: str, text: str) -> str:
    """For Gemini CLI, which has its own names of events."""
    if event == "PreToolUse":
        return f'{{"decision":"deny","reason":{quoted(text)}}}' if level == "block" else ""
    return specific("AfterTool", f'"additionalContext":{quoted(text)}')


def specific(event: str, members: str) -> str:
    """The object around what an event takes."""
    return f'{{"hookSpecificOutput":{{"hookEventName":"{event}",{members}}}}}'
