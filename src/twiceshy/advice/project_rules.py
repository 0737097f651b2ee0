"""Under which keys does the gate find what was counted for a project, and what is such a rule about?

It is counted under the project's identity. The gate knows folders only, so a rule stands under each of them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.advice.named_words import NamedForm
from twiceshy.commands.keys import call_keys
from twiceshy.records.rules import CallFacts, RuleKind
from twiceshy.stats.text.foreign_names import Quoted, quote_name

_LONGEST_NAME = 80
"""Characters of what a rule is about, as it is quoted. Guess of 2026-11-22."""
KINDS = frozenset(
    {
        RuleKind.HEAD_HERE,
        RuleKind.PROGRAM_HERE,
        RuleKind.OPTION,
        RuleKind.NAMED,
        RuleKind.WRITTEN_NAME,
        RuleKind.FILE_KIND,
    }
)
"""Kinds that are counted for a project."""


class ProjectSubject(NamedTuple):
    """What a rule for a project is about."""

    letter: bytes
    """Of its key."""
    subject: str
    """Behind the place, in its key."""
    condition: str = ""
    name: Quoted = Quoted("")
    about: Quoted = Quoted("")
    """The name that errors complain of."""


def collect_places(folders: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return by project the places in which its sessions worked; ``folders``: of each session project and folder."""
    found: dict[str, dict[str, None]] = {}
    for project, folder in folders:
        if place := call_keys.find_place(folder):
            found.setdefault(project, {})[place] = None
    return {project: tuple(places) for project, places in found.items()}


def name_form(form: NamedForm) -> ProjectSubject:
    """Return what a rule about a name is about."""
    subject, about = (quote_name(one, _LONGEST_NAME) for one in (form.subject, form.name))
    return ProjectSubject(call_keys.NAMED, form.subject, f"names:{form.name}", subject, about)


def find_subject(kind: RuleKind, key: bytes, project: str, call: CallFacts, salt: bytes) -> ProjectSubject | None:
    """Return what a rule is about, by a call that it was learned from; None where that cannot be told."""
    words = call_keys.find_work(call.command)
    for letter, subject in _list_subjects(kind, words, call.path):
        if call_keys.key_of_place(letter, project, subject, salt) == key:
            return ProjectSubject(letter, subject, name=quote_name(subject, _LONGEST_NAME))
    return None


def _list_subjects(kind: RuleKind, words: list[str], path: str) -> Iterable[tuple[bytes, str]]:
    """Return what a rule of a kind may be about."""
    head = call_keys.name_head(words)
    if kind is RuleKind.HEAD_HERE:
        return [(call_keys.HEAD_HERE, head)]
    if kind is RuleKind.PROGRAM_HERE:
        return [(call_keys.PROGRAM_HERE, words[0] if words else "")]
    if kind is RuleKind.OPTION:
        return [(call_keys.OPTION, f"{head} {one}") for one in call_keys.name_options(words)]
    return [(call_keys.FILE_KIND, call_keys.name_file_kind(path))] if path else []


def list_keys(subject: ProjectSubject, places: Sequence[str], salt: bytes) -> list[bytes]:
    """Return the keys under which the gate finds the rule in each of the project's places."""
    return [call_keys.key_of_place(subject.letter, place, subject.subject, salt) for place in places]
