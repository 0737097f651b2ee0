# ruff: noqa: E501  # a form is one line, however long
"""Sentences of the agents' own tools: what follows them is the call's input, whatever it looks like."""

import re

REJECTED = "rejected by the user"
CASCADE = "Sibling tool call errored"
_REJECTED = (
    "The user doesn't want to ",
    "User rejected tool use",
    "Error: The user doesn't want to ",
    "rejected by user",
    "The user rejected ",
)
_REFUSALS = frozenset({"rejected", "dismissed"})
_CASCADED = re.compile(r"(?:Sibling tool call errored|Cancelled: parallel tool call)")
_SENTENCE = re.compile(
    r"(?:Error: )?(?:String to replace not found|Found \d+ match(?:es)? of the string|File has (?:not been read|been (?:modified|unexpectedly))"
    r"|File (?:content \(|does not exist|not found)|Path does not exist|No changes to make|Agent type '|Unknown skill"
    r"|InputValidationError|apply_patch verification failed|write_stdin failed|exec_command failed|Failed to edit"
    r"|Failed to apply|Failed to find (?:expected|context)|Permission to use |Invalid tool parameters|oldString not found"
    r"|Could not find the exact text|Could not find oldString|Found multiple matches for oldString|old_string not found|No replacement was performed"
    r"|The provided file path|shellId: \S+ was already|No task found with ID|Tool \S+ not found|No such tool"
    r"|MCP error -?\d+|Streamable HTTP error|\[Request interrupted|(?:EISDIR|ENOENT|EACCES|ENOTDIR): .* '|EISDIR: "
    r"|The (?:last )?command (?:<command>|timed out)|Command timed out|Request failed with status code"
    r"|Web ?[Ff]etch |maxFileReadTokens|\w+ requested permissions|\w+ \w+ is unable to fetch|This Bash command contains)"
)


def find_agent_line(text: str, failure: str = "") -> str:
    """Return what a client says of the call itself; empty where the text is no sentence of a client.

    ``failure`` is the kind that the log's structure names: a tool may print that a person refused it.
    """
    if failure in _REFUSALS and text.startswith(_REJECTED):
        return REJECTED
    if _CASCADED.match(text):
        return CASCADE
    return text.partition("\n")[0] if _SENTENCE.match(text) else ""
