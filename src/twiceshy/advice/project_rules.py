"""Under which keys does the gate find what was counted for a project, and what is such a rule about?

It is counted under the project's identity. The gate knows folders only, so a rule stands under each of them.
"""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from twiceshy.advice.trials import PROBES, is_visible
from twiceshy.base.values import Quoted
from twiceshy.commands.keys import call_keys
from twiceshy.commands.telling.telling_line import says_cannot_work
from twiceshy.records.rules import CallFacts, Fate, RuleKind, Trial
from twiceshy.records.stories import Moment
from twiceshy.stats.text.foreign_names import quote_name
from twiceshy.stats.text.json_fields import parse_fields

# Which name did an error complain of, and in which call's text does it stand?
#
# An error mostly names what is wrong: ``unrecognized subcommand 'bun'``, ``No module named 'shop_app'``. Where that
# name stands in the call's own input, or in what was written shortly before, the next call with it is likely to end the
# same way, whatever else is in its command line. That is the narrowest class of calls that is wider than one command.

VERSION = 5
_SOON_CALLS = 6
"""Calls before a failure in which the name that it complains of is looked for. Guess of 2026-11-22."""
_SHORTEST, _LONGEST = 3, 50
"""Characters of a name. Guess of 2026-11-22: shorter ones stand everywhere."""
_FEWEST_SESSIONS, _FEWEST_CASES = 2, 3
"""Of a name in written text, before it is looked for: what is written is mostly right. As ``advice.policy``."""
_MOST_NAMES = 400
"""Names of one project that are looked for, those of most sessions first. Guess of 2026-11-22."""
_NAMES = re.compile(
    r"""['"`\u2018\u201c](?P<quoted>[\w@.-][\w./@:-]*)['"`\u2019\u201d]"""
    r"""|(?:not found|unknown (?:option|flag|command|skill|tool)|no such (?:option|command)|unrecognized arguments?"""
    r"""|no module named):? (?P<behind>[\w@-][\w./@:-]*)"""
    r"""|(?P<before>[\w.-]+): (?:command )?not found(?!:)""",
    re.IGNORECASE,
)
_SILENT = frozenset({"read", "search", "plan", "ask", "wait", "web"})
"""Actions of which nothing is said: what a missing path means, the agent's own tool says."""


class NamedFailure(NamedTuple):
    """An error that names what stands in a call's text."""

    subject: str
    """The program or tool of the call that failed."""
    name: str
    call: bytes
    """In whose text the name stands."""
    failed: bytes
    """The call that failed, mostly the same one."""
    cannot: bool
    """The error says that there is no such thing."""
    error: bytes


class NamedForm(NamedTuple):
    """Calls with a name in their text, of a program or tool in a project."""

    key: bytes
    """Under which its trials are counted."""
    kind: RuleKind
    project: str
    subject: str
    """Empty: whatever the call is."""
    name: str


def find_named_failures(moments: Iterable[Moment]) -> Iterator[NamedFailure]:
    """Yield each name that a failure complains of and that stands in its input or in a call's shortly before."""
    before: dict[bytes | None, deque[tuple[Moment, list[str]]]] = defaultdict(lambda: deque(maxlen=_SOON_CALLS + 1))
    for moment in moments:
        step = moment.step
        if step.kind != "call" or step.action in _SILENT:
            continue
        recent = before[step.run]
        recent.append((moment, list_moment_texts(moment)))
        if step.failure == "error" and step.message and step.action not in {"edit", "write"}:
            yield from _find_named(moment, step.message, recent)


def _find_named(failed: Moment, message: str, recent: Sequence[tuple[Moment, list[str]]]) -> Iterator[NamedFailure]:
    """Yield what a failure names; ``recent``: it and the calls before it, with their texts."""
    subject, cannot = call_keys.name_subject(failed.command, failed.step.name), says_cannot_work(message)
    for name in list_names(message):
        held = next((one for one, texts in reversed(recent) if _stands_in(name, texts)), None)
        if held is not None:
            error = failed.step.fingerprint or b""
            yield NamedFailure(subject, name, held.step.uid, failed.step.uid, cannot, error)


def list_names(message: str) -> list[str]:
    """Return the names that an error puts in quotes or behind words such as ``unknown option``, each once.

    >>> list_names("error: unrecognized subcommand 'bun'"), list_names("zsh: command not found: tox")
    (['bun'], ['tox'])
    """
    found = {}
    for one in _NAMES.finditer(message[:400]):
        name = (one["quoted"] or one["behind"] or one["before"]).rstrip(".:/")
        if _SHORTEST <= len(name) <= _LONGEST and not name.isdigit():
            found[name] = True
    return list(found)


def list_moment_texts(moment: Moment) -> list[str]:
    """Return the texts of a call's input, as the gate sees them."""
    if moment.step.action == "run" and moment.command:
        return [moment.command]
    return call_keys.list_texts(dict(parse_fields(moment.input)))


def _stands_in(name: str, texts: Iterable[str]) -> bool:
    return any(call_keys.has_name(text, name) for text in texts)


def collect_forms(found: Iterable[tuple[str, Sequence[NamedFailure]]], salt: bytes) -> dict[str, list[NamedForm]]:
    """Return by project the names to look for.

    Args:
        found: the project and the named failures of each session.
        salt: of the keys.
    """
    cases: Counter[tuple[str, RuleKind, str, str]] = Counter()
    sessions: Counter[tuple[str, RuleKind, str, str]] = Counter()
    for project, failures in found:
        mine = Counter((project, *of) for one in failures if (of := _class_of(one)) is not None)
        cases.update(mine)
        sessions.update(mine.keys())
    by_project: dict[str, list[NamedForm]] = defaultdict(list)
    for (project, kind, subject, name), n in sessions.most_common():
        written = kind is RuleKind.WRITTEN_NAME
        few = written and (n < _FEWEST_SESSIONS or cases[project, kind, subject, name] < _FEWEST_CASES)
        if not few and len(by_project[project]) < _MOST_NAMES:
            key = call_keys.key_of_place(call_keys.NAMED, project, f"{subject}\0{name}", salt)
            by_project[project].append(NamedForm(key, kind, project, subject, name))
    return by_project


def _class_of(one: NamedFailure) -> tuple[RuleKind, str, str] | None:
    """Return the kind of rule that a named failure speaks for, with its subject and name.

    None where a call complains of a name of its own that is there: its head and options say more.
    """
    if one.call != one.failed:
        return RuleKind.WRITTEN_NAME, "", one.name
    return (RuleKind.NAMED, one.subject, one.name) if one.cannot else None


def find_named_trials(
    moments: Iterable[Moment], failures: Iterable[NamedFailure], forms: Iterable[NamedForm]
) -> Iterator[Trial]:
    """Yield a trial for each call of a session whose text holds a name that is looked for.

    Of a name in written text only the first call counts: what is written again holds it again.
    """
    wrong = _group_errors(failures)
    wanted, written = list(forms), set[bytes]()
    for moment in filter(_counts, moments if wanted else ()):
        for form in _list_held(moment, wanted):
            if form.key not in written:
                bad = wrong.get((form.kind, form.subject, form.name), {})
                fate = Fate.FAILED if moment.step.uid in bad else Fate.FINE
                yield Trial(form.kind, form.key, moment.step.uid, fate, error=bad.get(moment.step.uid, b""))
                written |= {form.key} if form.kind is RuleKind.WRITTEN_NAME else set()


def _group_errors(failures: Iterable[NamedFailure]) -> Mapping[tuple[RuleKind, str, str], Mapping[bytes, bytes]]:
    """Return the error of each call in whose text a name stands that was complained of, by what a rule is about."""
    found: dict[tuple[RuleKind, str, str], dict[bytes, bytes]] = defaultdict(dict)
    for one in failures:
        if (of := _class_of(one)) is not None:
            found[of][one.call] = one.error
    return found


def _counts(moment: Moment) -> bool:
    """Tell whether a call is one of which something may be said, and whose end was seen."""
    step = moment.step
    probe = step.action == "run" and (call_keys.find_work(moment.command) or [""])[0] in PROBES
    return step.kind == "call" and step.action not in _SILENT and is_visible(step) and not probe


def _list_held(moment: Moment, wanted: Iterable[NamedForm]) -> Iterator[NamedForm]:
    """Yield the forms whose name stands in a call's text."""
    texts = list_moment_texts(moment)
    subject = call_keys.name_subject(moment.command if moment.step.action == "run" else "", moment.step.name)
    for form in wanted:
        if form.subject in {"", subject} and _stands_in(form.name, texts):
            yield form


def index_forms(forms: Mapping[str, Sequence[NamedForm]]) -> dict[bytes, NamedForm]:
    """Return the forms of all projects by the key of their trials."""
    return {form.key: form for some in forms.values() for form in some}


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
