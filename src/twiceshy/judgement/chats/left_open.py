"""What did a person refuse or decide in a session, and which of its calls were never done?"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from twiceshy.commands.shell.command_heads import command_names
from twiceshy.records.handoff import Decision, RefusedCall
from twiceshy.records.stories import Moment

_ANSWERED: Final = re.compile(r'"((?:[^"\\]|\\.){3,400})"="((?:[^"\\]|\\.){1,400})"')
_BY_PERSON: Final = re.compile(
    r"the user doesn't want|the user rejected|user (?:has )?(?:denied|declined)", re.IGNORECASE
)


def list_refusals(moments: Sequence[Moment]) -> tuple[RefusedCall, ...]:
    """Return the calls that were refused and not done later, the last one first."""
    done: set[tuple[str, str]] = set()
    found: list[RefusedCall] = []
    for moment in reversed(moments):
        step = moment.step
        if step.kind != "call":
            continue
        key = (step.action, moment.line or step.path or "")
        if step.failure is None:
            done.add(key)
        elif step.failure == "rejected" and key not in done:
            done.add(key)
            by_person = bool(moment.words or _BY_PERSON.search(moment.text[:200]))
            found.append(
                RefusedCall(
                    step.name, step.action, moment.line or step.path or step.text or "", moment.words, by_person
                )
            )
    return tuple(found)


def list_decisions(moments: Iterable[Moment]) -> tuple[Decision, ...]:
    """Return the agent's questions that a person answered, the last one first."""
    found = [
        Decision(question, answer)
        for moment in moments
        if moment.step.kind == "call" and moment.step.action == "ask" and moment.step.failure is None
        for question, answer in _ANSWERED.findall(moment.text)
    ]
    return tuple(reversed(found))


def is_request(moment: Moment) -> bool:
    """Tell whether a moment is a prompt that asks for something; a slash command alone says little."""
    step = moment.step
    return step.kind == "prompt" and step.run is None and (moment.human or step.name != "bare-command")


def list_after_commit(moments: Sequence[Moment]) -> list[str]:
    """Return the files of the project that were changed after the last commit that the log shows, each once."""
    last = max((place for place, one in enumerate(moments) if commits(one)), default=-1)
    paths = dict.fromkeys(file.path for one in moments[last + 1 :] for file in one.changed)
    return [path for path in paths if not path.startswith(("/", "~", "../"))]


def commits(moment: Moment) -> bool:
    """Tell whether a call made a commit, as far as the log shows."""
    step = moment.step
    if moment.commit:
        return True
    return step.action == "run" and step.failure is None and "git commit" in command_names(moment.line)
