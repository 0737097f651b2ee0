"""Tool calls in the form that lessons compare: a tool's inputs by name, a command line by its simple commands."""

from collections.abc import Mapping
from typing import NamedTuple

from twiceshy.commands.shell import command_heads
from twiceshy.commands.shell.shell_words import SimpleCommand, parse_simple_commands
from twiceshy.records.stories import Moment
from twiceshy.stats.text.fingerprint import tool_class
from twiceshy.stats.text.json_fields import parse_fields

_RUN = "run"


class ToolInvocation(NamedTuple):
    """One tool call."""

    tool: str
    """As the agent calls it."""
    params: Mapping[str, object]
    """Its input; of a shell ``command`` only."""
    parts: tuple[SimpleCommand, ...] = ()
    """Of a shell."""

    @property
    def is_command_line(self) -> bool:
        """Whether the call is a command line."""
        return bool(self.parts)

    @property
    def command(self) -> str:
        """The command line; empty for any other tool."""
        return str(self.params.get("command", "")) if self.parts else ""


def call_of(moment: Moment) -> ToolInvocation:
    """Return the call of a moment; of an input that was stored in part, only the fields that are whole."""
    step = moment.step
    if step.action == _RUN or moment.command:
        return ToolInvocation(step.name, {"command": moment.command}, parse_simple_commands(moment.command))
    params = dict(parse_fields(moment.input))
    if step.path:
        params.setdefault("path", step.path)
    return ToolInvocation(step.name, params)


def head_of(part: SimpleCommand) -> str:
    """Return the program with its subcommand."""
    return command_heads.name_with_subcommand(part.program, list(part.words)) or part.program


def _options_of(part: SimpleCommand) -> tuple[str, ...]:
    """Return the options of a command without their values."""
    return tuple(word.partition("=")[0] for word in part.words[1:] if len(word) > 1 and word[0] == "-")


def subject_of(call: ToolInvocation) -> str:
    """Return the class of tool that a lesson is about, whatever each agent calls it."""
    return tool_class(call.tool)


def values_of(part: SimpleCommand) -> dict[str, object]:
    """Return the values of a simple command that a check may use, by name."""
    return {
        "program": part.program,
        "head": head_of(part),
        "options": list(_options_of(part)),
        "words": list(part.words[1:]),
        "command": " ".join(part.words),
    }
