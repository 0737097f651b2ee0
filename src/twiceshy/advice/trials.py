"""Which rules a session's calls would have matched, and how each call ended.

Rules are compiled from these trials and replayed on them, so that a replay measures what a rule would have done. What
an agent refuses by itself at no cost, as some refuse edits of unread files, is no trial of anything.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from twiceshy.commands.keys import call_keys, gate_keys
from twiceshy.commands.keys.gate_keys import first_word, head_words_of
from twiceshy.records.rules import WRONG_FATES, Fate, RuleKind, Trial, TrialTally
from twiceshy.records.stories import Step

VERSION = 8
_MOST_ERRORS = 3
"""Most frequent errors that a tally keeps (guess, 2026-11-21)."""
EDITING = frozenset({"edit", "write"})
PROBES = frozenset(
    {"ls", "test", "[", "[[", "which", "type", "command", "diff", "cmp", "grep", "rg", "find", "stat", "pgrep", "pkill"}
    | {"file", "kill", "ps", "lsof", "readlink", "tree", "du", "rm", "rmdir"}
)
"""Programs whose failure is an answer."""
KIND_OF_KEY = {
    call_keys.HEAD_HERE: RuleKind.HEAD_HERE,
    call_keys.PROGRAM_HERE: RuleKind.PROGRAM_HERE,
    call_keys.OPTION: RuleKind.OPTION,
}
UNREAD_WORDS = ("not been read", "must first read")
"""What such an agent says then."""


class TrialContext(NamedTuple):
    """What is known of a session besides its steps."""

    agent: str
    folder: str
    """``keys.place`` of the folder that it worked in; empty where that is not known."""
    blind: Mapping[bytes, bool]
    """Of each edit of an existing file, whether its dialogue had not seen the file."""
    retries: Mapping[bytes, bool]
    """Of each edit after a failed one of the same file, whether it was not read in between."""
    paths: Mapping[bytes, bytes]
    """Key of the file that a call is about."""
    corrected: frozenset[bytes]
    taken_back: frozenset[bytes]
    refuses_unread: bool = False
    """The agent's own tools refuse an edit of an unread file: saying so before costs lines and saves nothing."""
    project: str = ""
    """Its identity, under which what holds for a project is counted."""
    answered: frozenset[bytes] = frozenset()
    """Calls whose failure is their answer: tests that ran and are red, a linter that found something."""


def find_trials(steps: Iterable[Step], seen: TrialContext, salt: bytes) -> Iterator[Trial]:
    """Yield every trial of the session; ``steps`` are in order."""
    failed: dict[bytes | None, Step | None] = defaultdict(lambda: None)  # by dialogue: the last call, if it failed
    for step in steps:
        if step.kind != "call":
            if step.kind == "prompt":
                failed.clear()  # what a person said since may be why it works now
            continue
        fate = fate_of(step, seen)
        if fate is Fate.NOT_MADE:
            continue
        if step.action in EDITING:
            yield from _find_edit_trials(step, seen, fate, salt)
        elif step.action == "run":
            yield from _find_command_trials(step, seen, fate, failed[step.run], salt)
        elif step.action == "read" and step.uid in seen.paths:
            yield _make_trial(RuleKind.PATH, gate_keys.key_of_read(seen.paths[step.uid]), step, fate)
        failed[step.run] = step if step.failure == "error" else None


def fate_of(step: Step, seen: TrialContext) -> Fate:
    """Return how a call ended."""
    if step.failure == "error":
        return Fate.FAILED
    if step.failure is not None:
        return Fate.NOT_MADE
    if step.uid in seen.corrected:
        return Fate.CORRECTED
    return Fate.TAKEN_BACK if step.uid in seen.taken_back else Fate.FINE


def _make_trial(kind: RuleKind, key: bytes, step: Step, fate: Fate, *, applies: bool = True) -> Trial:
    """Build the record."""
    return Trial(kind, key, step.uid, fate, applies, step.fingerprint or b"" if fate is Fate.FAILED else b"")


def tally_trials(
    found: Iterable[Trial],
    places: Mapping[bytes, int] = MappingProxyType({}),
    minutes: Mapping[bytes, float] = MappingProxyType({}),
) -> list[TrialTally]:
    """Count the trials, in the order in which a rule would first have matched each.

    Args:
        found: of one session.
        places: of each call among the session's calls.
        minutes: that each call cost which went wrong.
    """
    groups: dict[tuple[RuleKind, bytes, bool], list[Trial]] = {}
    for one in found:
        groups.setdefault((one.kind, one.key, one.applies), []).append(one)
    tallies = []
    for (kind, key, applies), some in groups.items():
        wrong = [one for one in some if is_wrong(one)]
        errors = Counter(one.error for one in wrong if one.error).most_common(_MOST_ERRORS)
        first, last = some[0], (wrong or some)[-1]
        tallies.append(
            TrialTally(
                kind=kind,
                key=key,
                applies=applies,
                n=len(some),
                wrong=len(wrong),
                first_wrong=is_wrong(first),
                first=first.call,
                call=last.call,
                errors=dict(errors),
                at=places.get(first.call, 0),
                failed=sum(one.fate in WRONG_FATES for one in some),
                first_failed=first.fate in WRONG_FATES,
                minutes=round(minutes.get(first.call, 0.0), 2) if is_wrong(first) else 0.0,
            )
        )
    return tallies


def is_wrong(one: Trial) -> bool:
    """Tell whether a call went wrong, and not only answered no."""
    return one.fate in WRONG_FATES and not one.answered


def _find_edit_trials(step: Step, seen: TrialContext, fate: Fate, salt: bytes) -> Iterator[Trial]:
    """Yield an edit's trials: read or unread, for this file and for this agent's tool; and again after a failure."""
    refused = step.failure == "error" and seen.refuses_unread and message_has(step, UNREAD_WORDS)
    tool = gate_keys.key_of_tool(seen.agent, "edit", salt)
    if (blind := seen.blind.get(step.uid)) is not None and not refused:
        if step.uid in seen.paths:
            key = gate_keys.key_of_edit(seen.paths[step.uid])
            yield _make_trial(RuleKind.FILE_UNREAD, key, step, fate, applies=blind)
        yield _make_trial(RuleKind.UNREAD_EDIT, tool, step, fate, applies=blind)
    if (unread := seen.retries.get(step.uid)) is not None:
        yield _make_trial(RuleKind.RETRY_EDIT, tool, step, fate, applies=unread)
    if step.path and fate is not Fate.FAILED:  # what an edit tool refuses it says itself
        key = call_keys.key_of_file_kind(step.path, seen.project, salt)
        yield _make_trial(RuleKind.FILE_KIND, key, step, fate)


def message_has(step: Step, words: tuple[str, ...]) -> bool:
    """Tell whether the failure's message has one of these words."""
    return any(word in (step.message or "") for word in words)


def _find_command_trials(
    step: Step, seen: TrialContext, fate: Fate, before: Step | None, salt: bytes
) -> Iterator[Trial]:
    """Yield a command's trials: itself, wider classes of it, and whether it is the one that just failed."""
    command = step.text or ""
    if not command or first_word(command) in PROBES or (step.masked and fate is Fate.FINE):
        return  # behind a pipe nobody knows how it ended
    answered = step.uid in seen.answered
    for kind, key in _list_command_keys(command, seen, salt):
        yield _make_trial(kind, key, step, fate)._replace(answered=answered)
    if before is not None and before.action == "run":
        same = before.text == command
        yield _make_trial(RuleKind.RERUN, gate_keys.key_of_tool(seen.agent, "run", salt), step, fate, applies=same)


def _list_command_keys(command: str, seen: TrialContext, salt: bytes) -> Iterator[tuple[RuleKind, bytes]]:
    """Yield the classes that a command is in, with their keys."""
    if seen.folder and len(command) < gate_keys.LONGEST_COMMAND:
        yield RuleKind.COMMAND, gate_keys.key_of_command(command, seen.folder, salt)
    if head := head_words_of(command):
        yield RuleKind.HEAD, gate_keys.key_of_head(head, salt)
    words = call_keys.find_work(command)
    if words and words[0] not in PROBES:
        for key in call_keys.keys_of_command(command, seen.project, salt):
            yield KIND_OF_KEY[key[:1]], key


def is_visible(step: Step) -> bool:
    """Tell whether a call was made and anybody saw how it ended."""
    return step.failure in {None, "error"} and not (step.masked and step.failure is None)
