"""Rollbacks: which of a session's changes were undone, by git, by a copy made before, or by an undoing edit.

Everything is read from the log, so a change that somebody rolled back outside it is found only where a later edit
shows the file as it was before. Temporary changes are found too, but are no rollback of the work: what an agent put in
and removed again within one turn, while other work of that turn stayed, has a slug that ends in ``-same-turn``, as it
may have been a try or a probe. Where a person asked for it or had objected to the work, an edit that puts old lines
back is a rollback however small it is; where nobody did, nobody can tell.
"""

import math
import posixpath
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from twiceshy.commands.shell.shell_words import SimpleCommand, parse_simple_commands
from twiceshy.judgement.outcomes import change_ledger
from twiceshy.judgement.outcomes.change_ledger import CommandCall, Ledger, LedgerCommit, LedgerEntry, matches_path
from twiceshy.judgement.outcomes.session_changes import SessionChange, find_changes
from twiceshy.judgement.outcomes.turns import is_turn_start, load_signs
from twiceshy.records.outcomes import Rollback
from twiceshy.records.stories import ChangedFile, Moment, Story

_MOST_COMPARED = 100
"""Earlier edits of a file that an edit is compared with. Guess of 2026-11-21: what was undone was done lately."""
SAME_TURN = "-same-turn"
REMOVED = "removed-again"
"""Lines that were put in and taken out in a later turn whose words do not ask for it: maybe moved, or replaced."""
UNASKED = "undo-edit-unasked"
"""Old lines that were put back in a later turn whose words do not ask for it."""
NOT_ROLLED_BACK = (SAME_TURN, REMOVED, UNASKED, change_ledger.STILL_STASHED)
"""Ends of slugs of what may be no more than the way the work went."""
UNDECIDED = (UNASKED, change_ledger.STILL_STASHED)
"""Slugs of what may be a rollback or not: whether the work was rolled back is unknown then."""
_TRIES = frozenset({"git-apply", "git-checkout", "git-clean", "git-reset", "git-restore", "git-show", "git-stash"})
"""What an agent does on its way, too; to revert a commit or to push an older one is a decision about the work."""
_SAME_CONTENT = 0.95
"""Confidence where the whole text is what it was before. Guess of 2026-11-21."""
_SAME_AGAIN = 0.9
"""Share of the lines that are there again. Guess of 2026-11-21."""
_MOVED = 0.5
"""Share of the lines that an edit took out and that stand elsewhere before the next turn, from which on they were
moved. Guess of 2026-11-22: names change where code moves."""
_SAME_LINES = 0.85
"""Confidence where the lines are. Guess of 2026-11-21: lines that were moved look alike."""
_ASKED_WITHIN = 2000
"""Characters of a prompt in which a person asks for lines to be removed. Guess of 2026-11-21."""
_DID_NOT_RUN = frozenset({"rejected", "interrupted", "cascade"})
_GIT_FAILED = re.compile(r"^(?:error|fatal): ", re.MULTILINE)
_HOOK_FAILED = re.compile(r"pre-commit script failed|hook .{0,60}failed|hook declined", re.IGNORECASE)
"""A commit that a hook stopped, where a filter has hidden its status."""
_CONFLICT = re.compile(r"^(?:CONFLICT \(|Unmerged paths:)", re.MULTILINE)
_MADE = re.compile(r"^\[[^\]\n]{1,200}? ([0-9a-f]{7,40})\] ", re.MULTILINE)


class ChangeHistory(NamedTuple):
    """The changes of a session as its log shows them."""

    works: tuple[SessionChange, ...]
    commits: tuple[LedgerCommit, ...]
    commit_of: dict[SessionChange, int]
    """Index in ``commits`` of the one that has a change; those that went into none are left out."""
    rollbacks: tuple[Rollback, ...]
    at: dict[bytes, int]
    """For each call that rolled something back the index of its moment."""
    gone: frozenset[SessionChange]


@dataclass(slots=True)
class _LogReading:
    """What is known up to a moment."""

    ledger: Ledger = field(default_factory=Ledger)
    by_file: defaultdict[bytes, list[LedgerEntry]] = field(default_factory=lambda: defaultdict(list))
    copies: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Of a copy its original and how many changes there were when it was made."""
    turn: int = 0
    asked_back: bool = False
    """The words of this turn ask for something to be undone."""
    conflict: bool = False
    """In this turn git reported a conflict, and whoever resolves one chooses among lines."""
    begins: list[int] = field(default_factory=list)
    """Index of the first moment of each turn."""
    turns: dict[int, int] = field(default_factory=dict)
    """For the index of each changing call's moment its turn."""


def trace_changes(story: Story, objections: Collection[bytes] = ()) -> ChangeHistory:
    """Return what was changed, committed and rolled back; ``objections`` are prompts known to correct the work."""
    reading = _LogReading()
    for index, moment in enumerate(story.moments):
        if is_turn_start(moment):
            reading.turn += 1
            reading.begins.append(index)
            words, signs = moment.text[:_ASKED_WITHIN], load_signs().by_slug
            asks = signs["asks-back"].is_in(words)
            red = signs["checks-are-red"].is_in(words) or signs["shows-failure"].is_in(words)
            reading.conflict = False
            # who says that a check is red wants it mended, and no line of it taken back
            reading.asked_back = asks or (moment.step.uid in objections and not red)
        if moment.step.kind == "call":
            _process_call(reading, moment, index)
    ledger = reading.ledger
    change_ledger.close_open_stashes(ledger)
    ledger.rollbacks = [
        _name_own_try(reading, one) for one in ledger.rollbacks if not _cancel_if_put_back(reading, one)
    ]
    return ChangeHistory(
        works=tuple(held.work for held in ledger.held),
        commits=tuple(ledger.commits),
        commit_of={held.work: held.commit for held in ledger.held if held.commit is not None},
        rollbacks=tuple(ledger.rollbacks),
        at=dict(ledger.at),
        gone=frozenset(held.work for held in ledger.held if held.gone),
    )


def _cancel_if_put_back(reading: _LogReading, rollback: Rollback) -> bool:
    """Drop a rollback whose lines were there again before the next turn; tell whether it was one.

    That happens where work was split into commits, and where an edit moved code, which may stand at its new place
    before it is taken from the old one.
    """
    by = reading.ledger.at[rollback.by]
    begin, end = _find_turn(reading, by)
    moving = rollback.why in {"undo-edit", UNASKED, "deleted"}  # a renamed file is written before the old one goes
    start, least = (begin, _MOVED) if moving else (by, _SAME_AGAIN)
    gone = [held for held in reading.ledger.held if held.gone and held.work.call in rollback.calls]
    lines = _lines_of(gone)
    later = (held for held in reading.ledger.held if start <= held.work.index < end and not (moving and held.gone))
    if not lines or len(lines & _lines_of(later)) < least * len(lines):
        return False
    for held in gone:
        held.gone = False
    return True


def _find_turn(reading: _LogReading, index: int) -> tuple[int, float]:
    """Return where the turn of a moment begins and where the next one does."""
    place = bisect_right(reading.begins, index)
    end = reading.begins[place] if place < len(reading.begins) else math.inf
    return (reading.begins[place - 1] if place else 0), end


def _name_own_try(reading: _LogReading, rollback: Rollback) -> Rollback:
    """Return what git took back of this turn alone under a slug of its own, where other work of the turn stayed.

    An agent that resets a file and does it anew has tried; a turn of which nothing is left was rolled back.
    """
    if rollback.why not in _TRIES:
        return rollback
    start, end = _find_turn(reading, reading.ledger.at[rollback.by])
    here = [held for held in reading.ledger.held if start <= held.work.index < end]
    if not {held.work.call for held in here}.issuperset(rollback.calls):
        return rollback
    stays = any(not held.gone and not held.work.scratch for held in here)
    return replace(rollback, why=rollback.why + SAME_TURN) if stays else rollback


def _lines_of(entries: Iterable[LedgerEntry]) -> set[bytes]:
    """Return the lines that these changes added."""
    return {line for held in entries if held.work.changed for line in held.work.changed.added}


def _process_call(reading: _LogReading, moment: Moment, index: int) -> None:
    if moment.changed:
        for found in find_changes(moment, index):
            if found.changed is not None:
                _process_change(reading, found, found.changed)
        return
    if moment.step.action == "run" and moment.command and moment.step.failure not in _DID_NOT_RUN:
        reading.conflict = reading.conflict or _CONFLICT.search(moment.text) is not None
        _process_command_line(reading, moment, index)


def _process_command_line(reading: _LogReading, moment: Moment, index: int) -> None:
    commands = parse_simple_commands(moment.command)
    where = CommandCall(moment.step.uid, index, _hash_of(moment), moment.text)
    for place, command in enumerate(commands):
        if _is_successful(moment, commands, place):
            _process_command(reading, command, where, commands[place - 1] if command.op == "|" and place else None)
    if written := find_changes(moment, index, commands):
        reading.turns[index] = reading.turn
        reading.ledger.add(written)


def _hash_of(moment: Moment) -> str:
    found = _MADE.search(moment.text)
    return moment.commit or (found.group(1) if found else "")


def _is_successful(moment: Moment, commands: tuple[SimpleCommand, ...], place: int) -> bool:
    """Tell whether this command of the line did what it says, as far as the line's result shows."""
    failed = moment.step.failure is not None or moment.exit_code not in {None, 0}
    git = commands[place].program == "git"
    if git and "stash" in commands[place].words[1:4] and "CONFLICT" in moment.text:
        return True  # its changes are in the files, with marks of the conflict
    if git and "commit" in commands[place].words[1:4]:
        return bool(_hash_of(moment)) or not (failed or _HOOK_FAILED.search(moment.text))
    if git and _GIT_FAILED.search(moment.text):
        return False
    # A later command may be the one that failed, where the line went on to it.
    return not failed or place + 1 < len(commands)


def _process_command(
    reading: _LogReading, command: SimpleCommand, where: CommandCall, piped: SimpleCommand | None
) -> None:
    name, ledger = command.program, reading.ledger
    paths = [posixpath.join(command.folder, word) for word in command.words[1:] if not word.startswith("-")]
    if name == "git":
        change_ledger.apply_git(ledger, command, where, piped)
    elif name in {"rm", "unlink"}:
        _process_delete(reading, paths, where)
    elif name in {"cp", "mv"} and len(paths) == 2:
        _process_copy(reading, paths[0], paths[1], where)
    elif name == "patch" and ("-R" in command.words or "--reverse" in command.words) and piped is not None:
        reverse = command._replace(words=("git", "apply", "-R"))
        change_ledger.apply_git(ledger, reverse, where, piped)


def _process_delete(reading: _LogReading, paths: list[str], where: CommandCall) -> None:
    ledger = reading.ledger
    paths = [path for path in paths if posixpath.normpath(path) not in {".", "/"}]
    chosen = [held for held in ledger.find_created(paths) if not held.work.scratch]
    _roll_back(reading, where, "deleted", change_ledger.SURE, chosen)


def _process_copy(reading: _LogReading, source: str, target: str, where: CommandCall) -> None:
    """Roll back what was changed between making a copy of a file and putting the copy back."""
    ledger = reading.ledger
    if (kept := reading.copies.get(source)) is not None and (
        matches_path(kept[0], target) or matches_path(target, kept[0])
    ):
        chosen = [held for held in ledger.held[kept[1] :] if not held.gone and matches_path(target, held.work.path)]
        _roll_back(reading, where, "copied-back", change_ledger.SURE, chosen)
    else:
        reading.copies[target] = (source, len(ledger.held))


def _roll_back(
    reading: _LogReading, where: CommandCall, why: str, confidence: float, chosen: list[LedgerEntry]
) -> None:
    """Mark the changes gone, those of this turn under a slug of their own."""
    for same_turn in (False, True):
        some = [held for held in chosen if (reading.turns.get(held.work.index) == reading.turn) == same_turn]
        slug = ("undo-edit" if why in {UNASKED, REMOVED} else why) + SAME_TURN if same_turn else why
        reading.ledger.roll_back(where.call, where.place, slug, confidence, some)


def _process_change(reading: _LogReading, new: SessionChange, changed: ChangedFile) -> None:
    """Record one file changed by an editing tool, and what the edit undoes."""
    earlier = [held for held in reading.by_file[changed.path_key][-_MOST_COMPARED:] if not held.gone]
    where = CommandCall(new.call, new.index, "", "")
    reading.turns[new.index] = reading.turn
    if changed.deleted and any(held.work.created for held in earlier):
        _roll_back(reading, where, "deleted", change_ledger.SURE, earlier)
    elif not reading.conflict:
        _process_undoing(reading, new, changed, earlier)
    held = LedgerEntry(new)
    reading.ledger.put(held)
    reading.by_file[changed.path_key].append(held)


def _process_undoing(
    reading: _LogReading, new: SessionChange, changed: ChangedFile, earlier: list[LedgerEntry]
) -> None:
    """Roll back what the edit undoes, or what was gone before it."""
    where = CommandCall(new.call, new.index, "", "")
    earlier = _list_present(reading.ledger, earlier)
    if (first := _find_same_text(earlier, changed.before)) is not None:
        # It was gone before this edit: rolled back outside the log, or by a command that was not understood.
        reading.ledger.roll_back(new.call, new.index, "gone-before-edit", _SAME_CONTENT, earlier[first:])
    elif (first := _find_same_text(earlier, changed.after)) is not None:
        _roll_back(reading, where, "undo-edit" if reading.asked_back else UNASKED, _SAME_CONTENT, earlier[first:])
    else:
        restored, removed = _find_undone(earlier, changed)
        _roll_back(reading, where, "undo-edit" if reading.asked_back else UNASKED, _SAME_LINES, restored)
        _roll_back(reading, where, "undo-edit" if reading.asked_back else REMOVED, _SAME_LINES, removed)


def _list_present(ledger: Ledger, earlier: list[LedgerEntry]) -> list[LedgerEntry]:
    """Return the changes that the file must show: not those in a stash, or committed before another branch came."""
    return [
        held for held in earlier if held.stash is None and (held.commit is None or held.commit >= ledger.branch_since)
    ]


def _find_same_text(earlier: list[LedgerEntry], text: bytes | None) -> int | None:
    """Return the index of the first earlier change before which the file had this text; None where it never had.

    None too where the last change left the file with that very text.
    """
    if text is None or not earlier:
        return None
    last = earlier[-1].work.changed
    if last is None or last.after is None or last.after == text:
        return None
    for place, held in enumerate(earlier):
        changed = held.work.changed
        if changed is not None and changed.before == text and changed.before != changed.after:
            return place
    return None


def _find_undone(earlier: list[LedgerEntry], new: ChangedFile) -> tuple[list[LedgerEntry], list[LedgerEntry]]:
    """Return earlier changes that this one reverts, putting old lines back; and those whose lines it only removes."""
    added, removed = Counter(new.added), Counter(new.removed)
    restored: list[LedgerEntry] = []
    taken_out: list[LedgerEntry] = []
    for held in reversed(earlier):
        old = held.work.changed
        if old is None or not old.added or old.created or removed.keys().isdisjoint(old.added):
            continue
        put_in, took_out = Counter(old.added) - Counter(old.removed), Counter(old.removed) - Counter(old.added)
        if not put_in or not put_in <= removed or not took_out <= added:
            continue
        rest = sum((added - took_out - removed).values())
        if took_out or not rest:
            (restored if took_out else taken_out).append(held)
            removed, added = removed - put_in, added - took_out
    return restored, taken_out
