"""Tool calls as what a lesson compares: a tool's inputs by name, a command line by its simple commands."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from twiceshy.facts import shell
from twiceshy.facts.fingerprint import tool_class
from twiceshy.facts.shell_words import Simple, simple
from twiceshy.records.story import Moment

RUN = "run"


class Call(NamedTuple):
    """One call."""

    tool: str
    """As the agent calls it."""
    params: Mapping[str, object]
    """Its input; of a shell ``command`` only."""
    parts: tuple[Simple, ...] = ()
    """Of a shell."""

    @property
    def runs(self) -> bool:
        """Whether it is a command line."""
        return bool(self.parts)

    @property
    def command(self) -> str:
        """The command line; empty of any other tool."""
        return str(self.params.get("command", "")) if self.parts else ""


def call_of(moment: Moment) -> Call:
    """The call of a moment; an input that was stored in part gives the fields that are whole in it."""
    step = moment.step
    if step.action == RUN or moment.command:
        return Call(step.name, {"command": moment.command}, simple(moment.command))
    params = dict(fields(moment.input))
    if step.path:
        params.setdefault("path", step.path)
    return Call(step.name, params)


def fields(text: str) -> Mapping[str, object]:
    """The fields of an input in JSON, of one that was cut those before the cut."""
    for end in (len(text), text.rfind(',"'), text.rfind(',"', 0, max(text.rfind(',"'), 0))):
        if end <= 0:
            continue
        try:
            found = json.loads(text if end == len(text) else text[:end] + "}")
        except ValueError:
            continue
        return found if isinstance(found, dict) else {}
    return {}


def head_of(part: Simple) -> str:
    """Program and subcommand."""
    return shell.with_subcommand(part.program, list(part.words)) or part.program


def options_of(part: Simple) -> tuple[str, ...]:
    """Its options without their values."""
    return tuple(word.partition("=")[0] for word in part.words[1:] if len(word) > 1 and word[0] == "-")


def subject_of(call: Call) -> str:
    """The tool that a lesson is about, whatever each agent calls it."""
    return tool_class(call.tool)


def values_of(part: Simple) -> dict[str, object]:
    """What a check may ask of a simple command."""
    return {
        "program": part.program,
        "head": head_of(part),
        "options": list(options_of(part)),
        "words": list(part.words[1:]),
        "command": " ".join(part.words),
    }
