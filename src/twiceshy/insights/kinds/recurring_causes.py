"""One cause that recurs in one place: a machine's trouble, or the same error of the same command, in several sessions.

A test, a build or a linter that finds something does its job, a look that finds nothing too, and the rules of the
agent's own tools and the scripts that it writes to try something out are no trouble of the project. What is left is
grouped by what it is about: a known trouble with its subject (a module, a port), else the error's own words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.base.values import Quoted
from twiceshy.commands.calls.call_kinds import find_own_scripts, is_look, is_trifle, runs_own_script
from twiceshy.insights.kinds.call_shapes import count_next_steps, find_check_kinds, list_calls
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, Trouble, count_times, count_words, make_text_remedy
from twiceshy.insights.kinds.missing_programs import name_missing
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.refused_commits import find_refused_commits
from twiceshy.insights.kinds.repeated_costs import SOON_CALLS, find_success, has_red_check
from twiceshy.insights.kinds.what_instead import count_tries, say_fix, say_tries
from twiceshy.insights.remedies import cause_words
from twiceshy.insights.remedies.cause_words import CauseClass, FoundCause, ends_by_itself, find_cause
from twiceshy.insights.remedies.fix_episodes import read_work
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.insights import InsightKind, Remedy, RemedyKind
from twiceshy.records.rules import ProvenFix
from twiceshy.stats.text.foreign_names import quote_name, quote_words

_LEAST_KNOWN, _LEAST_KNOWN_SESSIONS = 3, 2
"""Of a known trouble. Guess of 2026-11-22: one session may be one bad day."""
_LEAST_CASES, _LEAST_SESSIONS = 4, 3
"""Of any other error. Guess of 2026-11-22: nobody knows what it means, so it has to come often."""
_FILE_ACTIONS = frozenset({"read", "search", "edit", "write", "plan", "ask", "web", "delegate"})
"""Of the agent's own tools, whose rules are no trouble of a project."""
_SOURCE_FOLDERS = frozenset({"src", "lib", "app", "apps", "packages", "test", "tests", "node_modules"})
"""Folders in which a missing module is a fault of the code at hand."""
_NO_TROUBLE = (
    "no message",
    "[Request interrupted",
    "nothing to commit",
    "no changes added",
    "CONFLICT (",
    "Automatic merge failed",
)

_KNOWN = {one.slug: one for one in cause_words.CAUSES}
_TOLD_IN_OUR_WORDS = frozenset({cause_words.REPLACED, "wrong-folder", "no-right", "no-port-right"})
"""Troubles whose error does not say what happened."""
_BY_SUBJECT = frozenset({cause_words.MISSING_MODULE, cause_words.ENVIRONMENT})
"""Troubles of the whole machine of which there are several: by module, by name of a value."""
_WITH_SUBJECT = {
    cause_words.ENVIRONMENT: "is not set",
    cause_words.MISSING_MODULE: "is not installed",
    cause_words.OPTION: "does not exist",
    cause_words.UNKNOWN_NAME: "does not exist",
}
"""What is said of the name that a trouble is about."""
_MOST_NAMED = 3
"""Commands that are named where several met one cause (guess, 2026-11-24)."""
_LEAST_ALONE = 0.5
"""Share of the lines that hold one command, from which they speak for the others. Guess of 2026-11-24: below it one
command would be blamed for what mostly others met."""
_LEAST_LOST = 0.5
"""Share of an unknown error's cases after which the same thing did not work soon. Guess of 2026-11-22: what the agent
gets over by itself needs no person."""


class _CauseKey(NamedTuple):
    """What tells causes apart."""

    slug: str
    subject: str
    """Of a known trouble what it is about; else the fingerprint in hex."""
    what: str
    """Command; empty where a trouble of the machine is the same for all."""


def find_recurring_causes(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each cause that came again in several sessions."""
    failures = list_calls(history, _may_tell)
    if failures:
        names = _list_names(history, [one for _, one in failures])
        groups: dict[_CauseKey, list[Place]] = defaultdict(list)
        for place, one in failures:
            if key := _find_key(one, names):
                groups[key].append(place)
        for key, places in groups.items():
            if _is_often(key, places) and (key.slug or _is_lost(history, places)):
                yield from _draft(history, key, places)
    yield from find_refused_commits(history)


def _may_tell(one: CallAttempt) -> bool:
    """Tell whether a call failed with words."""
    return (
        one.end is AttemptEnd.FAILED
        and bool(one.fingerprint)
        and bool(one.message)
        and not one.message.startswith(_NO_TROUBLE)
    )


def _is_often(key: _CauseKey, places: Sequence[Place]) -> bool:
    """Tell whether a cause came often enough, in enough sessions."""
    sessions = len({place.session for place in places})
    if key.slug:
        return len(places) >= _LEAST_KNOWN and sessions >= _LEAST_KNOWN_SESSIONS
    return len(places) >= _LEAST_CASES and sessions >= _LEAST_SESSIONS


def _is_lost(history: ProjectHistory, places: Sequence[Place]) -> bool:
    """Tell whether the agent mostly does not get over an error by itself."""
    lost = sum(find_success(history, place, SOON_CALLS) is None for place in places)
    return lost > _LEAST_LOST * len(places) or _find_fix(history, places) is not None


def _find_fix(history: ProjectHistory, places: Sequence[Place]) -> ProvenFix | None:
    """Return what got over most of these failures."""
    return history.fixes.find_shared([history.at(place).uid for place in places])


class _KnownNames(NamedTuple):
    """Names of a history that tell trouble from no trouble."""

    own: frozenset[str]
    """Scripts of the agent's own."""
    checking: frozenset[str]
    """Heads of commands that check something."""
    made: frozenset[str]
    """Missed modules that are the project's own."""
    root: str


def _list_names(history: ProjectHistory, failures: Sequence[CallAttempt]) -> _KnownNames:
    """Return the names of a history."""
    return _KnownNames(
        own=find_own_scripts(history.sessions),
        checking=frozenset(find_check_kinds(history)),
        made=_find_own_modules(history, failures),
        root=history.identity.partition(":")[2],
    )


def _find_key(one: CallAttempt, names: _KnownNames) -> _CauseKey | None:
    """Return what a failure is about; None where it is none that is told."""
    found = find_cause(one.message)
    if one.action in _FILE_ACTIONS:
        return _CauseKey(found.kind.slug, "", "") if found and found.kind.slug == cause_words.REPLACED else None
    if one.action == "run" and (name_missing(one) or _is_no_trouble(one, names.own, found is not None)):
        return None
    if found is not None:
        return _find_known_key(one, found, names)
    if one.head in names.checking or has_red_check(one):
        return None
    return _CauseKey("", one.fingerprint.hex(), "")


def _find_known_key(one: CallAttempt, found: FoundCause, names: _KnownNames) -> _CauseKey | None:
    """Return the key of a known trouble; None where it is a fault of the code at hand."""
    slug, subject = found.kind.slug, found.subject
    if slug == cause_words.FOREIGN_FOLDER:
        folder = _find_top_folder(subject, names.root)
        return _CauseKey(slug, folder, "") if folder and folder.partition("/")[0] not in _SOURCE_FOLDERS else None
    if slug == cause_words.MISSING_MODULE and _is_argument(one, subject, names.own):
        return _CauseKey(cause_words.UNKNOWN_NAME, subject, one.head)
    if slug == cause_words.MISSING_MODULE and (subject.startswith(".") or subject.partition(".")[0] in names.made):
        return None
    if slug == cause_words.UNKNOWN_NAME and one.action == "run" and not _is_argument(one, subject, names.own):
        return None
    return _pool_key(slug, subject, one.head or one.tool)


def _pool_key(slug: str, subject: str, what: str) -> _CauseKey:
    """Return the key under which commands that meet one cause are one."""
    if slug in cause_words.POOLED:
        return _CauseKey(slug, subject if slug in _BY_SUBJECT else "", "")
    return _CauseKey(slug, subject, what.partition(" ")[0] if slug in cause_words.OF_ONE_PROGRAM else what)


def _is_argument(one: CallAttempt, subject: str, own: frozenset[str]) -> bool:
    """Tell whether what is missed was typed as a word of the command."""
    return subject in one.command.split() and not runs_own_script(one, own)


def _is_no_trouble(one: CallAttempt, own: frozenset[str], known: bool) -> bool:
    """Tell whether a failed command looked, tried something out, or did its job."""
    if known:
        return is_look(one) and one.head.partition(" ")[0] not in {"curl", "wget"}
    return is_trifle(one) or runs_own_script(one, own)


def _find_top_folder(path: str, root: str) -> str:
    """Return the first two folders of a path of the project; empty for any other path."""
    if not root or not path.startswith(f"{root}/"):
        return ""
    folders = path[len(root) + 1 :].split("/")[:-1]
    return "/".join(folders[:2])


def _find_own_modules(history: ProjectHistory, failures: Iterable[CallAttempt]) -> frozenset[str]:
    """Return which of the modules that were missed stand in a path or command as a folder or file of the project."""
    missed = {
        found.subject.partition(".")[0]
        for one in failures
        if (found := find_cause(one.message)) and found.kind.slug == cause_words.MISSING_MODULE
    }
    if not missed:
        return frozenset()
    names = re.compile(rf"\b({'|'.join(re.escape(one) for one in sorted(missed))})(?:/|\.py\b)")
    calls = (one for session in history.sessions for one in session.attempts)
    return frozenset(name for one in calls for name in names.findall(f"{one.path} {one.command}"))


def _draft(history: ProjectHistory, key: _CauseKey, places: Sequence[Place]) -> Iterator[InsightDraft]:
    """Yield the draft of one cause; nothing where its words or its place cannot be quoted."""
    last, met = history.at(places[-1]), _list_met(history, places)
    cause, names = quote_words(last.message), [name for what in met[:_MOST_NAMED] if (name := quote_name(what))]
    if not cause or not names or not quote_name(met[0]):
        return
    sessions = len({place.session for place in places})
    over = key.slug in cause_words.STATES and _is_over(history, key, places)
    yield InsightDraft(
        kind=InsightKind.RECURRING_CAUSE,
        key=":".join(part for part in key if part),
        says=(
            f"{_join_names(names, len(met))} failed {count_times(len(places))} in {count_words(sessions, 'session')} "
            f"with {cause}{_say_ours(key)}{_WORKS_AGAIN if over else ''}"
        ),
        cases=tuple(CountedCase(place=place, until=find_success(history, place, SOON_CALLS)) for place in places),
        place=names[0],
        cause=cause,
        next_steps=count_next_steps(history, places),
        remedies=_list_remedies(history, key, met[0], places, over=over),
        trouble=None if over else _name_trouble(key, met[0]),
        over=over,
    )


def _list_met(history: ProjectHistory, places: Sequence[Place]) -> list[str]:
    """Return the commands that met a cause, the commonest first.

    Of a line with several commands nobody knows which one failed, so that it names none where most others do.
    """
    calls = [history.at(place) for place in places]
    alone = [one for one in calls if one.action != "run" or len(read_work(one.command)) == 1]
    told = alone if len(alone) >= _LEAST_ALONE * len(calls) else calls
    met = Counter(one.head or one.tool for one in told)
    return [what for what, _ in met.most_common()]


def _say_ours(key: _CauseKey) -> str:
    """Return our own words for a trouble whose error does not say what happened."""
    return f": {_KNOWN[key.slug].words}" if key.slug in _TOLD_IN_OUR_WORDS else ""


_WORKS_AGAIN = "; it worked again after that"


def _join_names(names: Sequence[Quoted], of: int) -> str:
    """Return the commands that met a cause, the commonest first, with how many there are besides."""
    more = of - len(names)
    listed = [*names, *([count_words(more, "other command")] if more else [])]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


def _is_over(history: ProjectHistory, key: _CauseKey, places: Sequence[Place]) -> bool:
    """Tell whether a state of the machine ended: after the last failure the same thing worked."""
    last = places[-1]
    met = {(history.at(place).tool, history.at(place).head) for place in places}
    lines = {history.at(place).command for place in places}
    module = key.slug in {cause_words.MISSING_MODULE, cause_words.FOREIGN_FOLDER}

    def shows_end(one: CallAttempt) -> bool:
        if one.end is not AttemptEnd.WORKED:
            return False
        if module:  # that something else ran says nothing of the module
            return one.command in lines or (bool(key.subject) and key.subject in one.command and not is_look(one))
        return (one.tool, one.head) in met

    return any(place > last and one.action != "prompt" and shows_end(one) for place, one in history.walk())


def _name_trouble(key: _CauseKey, what: str) -> Trouble | None:
    """Return what is the matter with the machine; None where it is the call that was wrong, or nobody knows."""
    known = _KNOWN.get(key.slug)
    if known is None or key.slug in cause_words.OF_THE_CALL:
        return None
    return Trouble(key.slug, what, _say_trouble(known, key, quote_name(what)))


def _say_trouble(known: CauseClass, key: _CauseKey, name: str) -> str:
    """Return in our words what is the matter."""
    subject = quote_name(key.subject)
    if known.slug == cause_words.MISSING_MODULE and subject:
        return f"The module {subject} is not installed"
    if known.slug == cause_words.FOREIGN_FOLDER and subject:
        return f"Files in {subject} need modules that are not installed"
    return f"{name} fails because {_say_words(known, key)}"


def _list_remedies(
    history: ProjectHistory, key: _CauseKey, what: str, places: Sequence[Place], *, over: bool
) -> tuple[Remedy, ...]:
    """Return the fix that is known, else what worked, else what is known of this trouble; of what is over, nothing.

    To stop and ask is said only where trying again failed in the cases themselves.
    """
    name = quote_name(what)
    failed = f"failed {count_times(len(places))} in {count_words(len({one.session for one in places}), 'session')}"
    known = _KNOWN.get(key.slug)
    because = f" because {_say_words(known, key)}" if known is not None else ""
    if (fix := _find_fix(history, places)) is not None and (found := say_fix(name, because, fix)):
        return found
    if over:
        return ()
    if known is not None and (found := _list_known(history, known, key, name, failed)):
        return found
    tries = count_tries(history, places)
    if found := say_tries(name, because, tries, forms=not ends_by_itself(history.at(places[-1]).message)):
        return found
    if known is None or not tries.failed:
        return ()  # of an error that nobody knows "stop" says nothing
    tried = f"{failed}; tried again {count_times(tries.again + tries.other)}"
    return make_text_remedy(f"Stop and ask when {name} fails{because}.", tried, RemedyKind.ASK)


def _say_words(known: CauseClass, key: _CauseKey) -> str:
    """Return in our words what is the matter."""
    subject = quote_name(key.subject)
    if known.slug in _WITH_SUBJECT and subject:
        return f"{subject} {_WITH_SUBJECT[known.slug]}"
    return known.words


def _list_known(
    history: ProjectHistory, known: CauseClass, key: _CauseKey, name: str, failed: str
) -> tuple[Remedy, ...]:
    """Return what is said of a known trouble; empty where nothing is known to help."""
    subject = quote_name(key.subject)
    if known.slug == cause_words.MISSING_MODULE and subject:
        return make_text_remedy(f"The module {subject} is not installed: what needs it fails.", failed)
    if known.slug == cause_words.FOREIGN_FOLDER and subject:
        return make_text_remedy(f"Files in {subject} need modules that are not installed: tests there fail.", failed)
    if known.slug in {cause_words.OPTION, cause_words.UNKNOWN_NAME}:
        if not subject or _has_worked(history, key):
            return ()
        return make_text_remedy(f"Never run {name} with {subject}: it does not exist.", failed)
    found: tuple[Remedy, ...] = ()
    if known.setting is not None:
        text = "The first push of a branch names it on the server."
        found = (Remedy(kind=RemedyKind.GIT_SETTING, text=text, evidence=failed, setting=known.setting),)
    if known.advice:
        found += make_text_remedy(f"When {name} fails because {known.words}, {known.advice}.", failed)
    return found


def _has_worked(history: ProjectHistory, key: _CauseKey) -> bool:
    """Tell whether the same command ever worked with the word that it does not know."""
    return any(
        one.end is AttemptEnd.WORKED and key.subject in one.command.split()
        for session in history.sessions
        for one in session.attempts
        if one.head == key.what
    )
