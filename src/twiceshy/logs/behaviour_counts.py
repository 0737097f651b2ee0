"""Behaviour counts: what one session did blindly, what it repeated, and what time failures cost.

Everything counted is an event with a proof. What a dialogue has seen is kept a dialogue: a subagent starts with an
empty context, so what its parent read does not count for it, nor the other way round. A file counts as seen when it
was read (with a reading tool, shown by ``cat``, ``sed``, ``head`` and the like, or named with ``@`` in a prompt),
written or edited with success before. A failed read or edit shows nothing.

After a compaction the model has a summary, and maybe some files that its client put back without a word in the log. So
whether an edit of a file seen only before was blind is not known, unless the client refused it as unread: such an edit
is blind, whatever the log shows.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from twiceshy.commands.shell.shown_files import (
    EDIT_ACTIONS,
    PATH_WORD,
    SHOW_COMMAND,
    can_mean_same_file,
    is_edit_of_existing,
    is_refused_as_unread,
)
from twiceshy.records.stories import Behaviour, Count, Step

VERSION = 5
LONGEST_WASTE_S = 1800.0
"""Guess of 2026-11-21: what takes longer was not waiting for this one thing."""
_MOST_PROOFS = 4
"""Proofs that are kept of each kind. Guess of 2026-11-21: a reader opens no more."""
_CHARACTERS_A_TOKEN = 4
"""Characters of a token: a rule of thumb for English and code. Guess of 2026-11-21."""


def count_behaviour(steps: Iterable[Step]) -> Behaviour:
    """Return the counts of one session; ``steps`` are in order."""
    return _process_steps(steps).found


class EditFlags(NamedTuple):
    """What the counts of ``Behaviour`` say of all edits, here edit by edit, by the uid of the edit's call."""

    blind: dict[bytes, bool]
    """Of each edit of an existing file, whether its dialogue had not seen the file; absent where nobody can tell."""
    unread_retry: dict[bytes, bool]
    """Of each edit after a failed one of the same file, whether it was not read in between."""


def flag_edits(steps: Iterable[Step]) -> EditFlags:
    """Return which edits were blind, and which repeated a failed one unread; ``steps`` are in order."""
    return _process_steps(steps).sight


class _Dialogue:
    """What the main dialogue or one subagent has seen and where it failed."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.shown: dict[str, set[str]] = defaultdict(set)  # last part of a path: the words that ended in it
        self.compacted: list[tuple[set[str], dict[str, set[str]]]] = []  # both, as they were at each compaction
        self.reads: dict[tuple[str, tuple[int | None, int | None]], int] = {}
        self.searches: set[tuple[str, str | None, str | None]] = set()
        self.failed_edit: dict[str, bool] = {}  # path: whether it was read since
        self.retrying: dict[str, float] = {}  # path: when an edit failed that had failed before
        self.failed_runs: dict[str, int] = {}  # command: number of the call that failed
        self.open: dict[tuple[str, str], tuple[float, Step, Count]] = {}  # failures waiting for their success
        self.number = 0

    def show(self, text: str) -> None:
        for word in PATH_WORD.findall(text):
            self.shown[word.rpartition("/")[2]].add(word.lstrip("@"))

    def has_seen(self, path: str) -> bool | None:
        """Tell whether the dialogue has seen the file; None where that was before its compaction only."""
        if _is_among(path, self.seen, self.shown):
            return True
        return None if any(_is_among(path, seen, shown) for seen, shown in self.compacted) else False

    def compact(self) -> None:
        self.compacted.append((self.seen, self.shown))
        self.seen, self.shown = set(), defaultdict(set)
        self.reads.clear()
        self.searches.clear()

    def forget(self, path: str) -> None:
        """Forget that a file was seen."""
        name = path.rpartition("/")[2]
        for seen, shown in ((self.seen, self.shown), *self.compacted):
            seen.discard(path)
            shown.pop(name, None)


def _is_among(path: str, seen: set[str], shown: dict[str, set[str]]) -> bool:
    return path in seen or any(can_mean_same_file(path, word) for word in shown.get(path.rpartition("/")[2], ()))


class _SessionCounts:
    """The counts so far, and what is needed to go on counting."""

    def __init__(self) -> None:
        self.found = Behaviour()
        self.dialogues: dict[bytes | None, _Dialogue] = defaultdict(_Dialogue)
        self.before: dict[str, Count] = {}  # edits of the turn before this one, by file
        self.turn: dict[str, Count] = {}
        self.sight = EditFlags({}, {})

    def prompt(self, step: Step) -> None:
        self.found.prompts += 1
        self.before, self.turn = self.turn, {}
        main = self.dialogues[None]
        if step.text and "@" in step.text:
            main.show(step.text)
        for dialogue in self.dialogues.values():
            dialogue.open.clear()  # from here on the time is the user's

    def mark(self, step: Step) -> None:
        if step.name == "interrupt":
            self.found.interrupts += 1
            self.prove("interrupt", step)
        elif step.name == "compaction":
            for dialogue in self.dialogues.values():
                dialogue.compact()

    def call(self, step: Step) -> None:
        found = self.found
        found.calls += 1
        dialogue = self.dialogues[step.run]
        dialogue.number += 1
        if step.failure == "error":
            found.failures += 1
        elif step.failure == "rejected":
            found.rejections += 1
            self.prove("rejected", step)
        if step.failure == "cascade":
            return
        count = None
        if step.action in EDIT_ACTIONS:
            count = self.edit(dialogue, step)
        elif step.action == "run":
            count = self.run(dialogue, step)
        elif step.action == "read":
            self.read(dialogue, step)
        elif step.action == "search":
            self.search(dialogue, step)
        self.add_waste(dialogue, step, count)

    def edit(self, dialogue: _Dialogue, step: Step) -> Count | None:
        path = step.path or (step.edited[0] if step.edited else None)
        if path is None:
            return None
        count = None
        if is_edit_of_existing(step):
            count = self.judge_sight(dialogue, step, path)
            self.count_retry(dialogue, step, path)
        if step.failure == "error":
            dialogue.failed_edit[path] = False
        elif step.failure is None:
            dialogue.failed_edit.pop(path, None)
            if (since := dialogue.retrying.pop(path, None)) is not None and step.at is not None:
                self.found.retry.seconds += _spend(since, step.at)
            for changed in (path, *step.edited):
                dialogue.seen.add(changed)
                self.mark_reedited(changed, count)
            self.forget_contents((path, *step.edited))
        return count

    def judge_sight(self, dialogue: _Dialogue, step: Step, path: str) -> Count | None:
        """Count an edit of an existing file as blind or not; return None where nobody can tell."""
        if is_refused_as_unread(step):
            dialogue.forget(path)
        seen = dialogue.has_seen(path)
        if seen is None:
            return None
        self.sight.blind[step.uid] = not seen
        count = self.found.seen if seen else self.found.blind
        _tally(count, step)
        if not seen:
            count.barred += is_refused_as_unread(step)
            self.prove("blind", step)
        return count

    def count_retry(self, dialogue: _Dialogue, step: Step, path: str) -> None:
        read_since = dialogue.failed_edit.get(path)
        if read_since is None or step.failure == "rejected":
            return
        _tally(self.found.retry_read if read_since else self.found.retry, step)
        self.sight.unread_retry[step.uid] = not read_since
        if not read_since and step.failure:
            self.prove("retry", step)
            if step.at is not None:
                dialogue.retrying.setdefault(path, step.at)

    def mark_reedited(self, path: str, count: Count | None) -> None:
        """Mark an edit of the turn before, once, when its file is edited again in this turn."""
        if (earlier := self.before.pop(path, None)) is not None:
            earlier.reedited += 1
        if count is not None:
            self.turn[path] = count

    def forget_contents(self, paths: tuple[str, ...]) -> None:
        """Forget the reads of changed files and all searches: repeating them is no waste."""
        for dialogue in self.dialogues.values():
            dialogue.searches.clear()
            if dialogue.reads:
                dialogue.reads = {key: size for key, size in dialogue.reads.items() if key[0] not in paths}

    def run(self, dialogue: _Dialogue, step: Step) -> Count:
        command, head = step.text or "", step.head or "?"
        count = self.found.commands.setdefault(head, Count())
        _tally(count, step)
        if step.failure != "rejected" and (failed := dialogue.failed_runs.pop(command, None)) is not None:
            direct = failed + 1 == dialogue.number
            _tally(self.found.rerun if direct else self.found.rerun_changed, step)
            if direct and step.failure:
                self.prove("rerun", step)
        if step.failure == "error":
            dialogue.failed_runs[command] = dialogue.number
        elif step.failure is None and SHOW_COMMAND.search(command):
            dialogue.show(command)
        dialogue.searches.clear()
        return count

    def read(self, dialogue: _Dialogue, step: Step) -> None:
        if step.path is None or step.failure:
            return
        self.found.reads += 1
        dialogue.seen.add(step.path)
        if step.path in dialogue.failed_edit:
            dialogue.failed_edit[step.path] = True
        key = (step.path, step.span)
        if dialogue.reads.get(key) == step.size and step.size:
            self.found.repeated_reads += 1
            self.found.repeated_tokens += step.size // _CHARACTERS_A_TOKEN
            self.prove("repeated-read", step)
        dialogue.reads[key] = step.size

    def search(self, dialogue: _Dialogue, step: Step) -> None:
        if step.failure:
            return
        self.found.searches += 1
        key = (step.name, step.text, step.path)
        if key in dialogue.searches and step.text:
            self.found.repeated_searches += 1
            self.prove("repeated-search", step)
        dialogue.searches.add(key)

    def add_waste(self, dialogue: _Dialogue, step: Step, count: Count | None) -> None:
        """Add the seconds from a thing's first failure to its next success to the counts they belong to."""
        thing = step.head if step.action == "run" else step.path
        if not thing:
            if step.failure == "error":
                self.count_error(step)
            return
        key = ("edit" if step.action in EDIT_ACTIONS else step.action, thing)
        if step.failure == "error":
            error = self.count_error(step)
            if step.at is not None and key not in dialogue.open:
                dialogue.open[key] = (step.at, step, count or error)
        elif step.failure is None and (waiting := dialogue.open.pop(key, None)) and step.at is not None:
            seconds = _spend(waiting[0], step.at)
            self.found.wasted_s += seconds
            error = self.found.errors[_fingerprint_of(waiting[1])]
            error.seconds += seconds
            if waiting[2] is not error:
                waiting[2].seconds += seconds

    def count_error(self, step: Step) -> Count:
        error = self.found.errors.setdefault(_fingerprint_of(step), Count())
        error.n += 1
        return error

    def prove(self, kind: str, step: Step) -> None:
        proofs = self.found.proof.setdefault(kind, [])
        if len(proofs) < _MOST_PROOFS:
            proofs.append(step.uid.hex())


def _spend(begin: float, end: float) -> float:
    """Return the seconds from a failure to the next success; 0 for so many that something else went on."""
    seconds = max(end - begin, 0.0)
    return seconds if seconds <= LONGEST_WASTE_S else 0.0


def _process_steps(steps: Iterable[Step]) -> _SessionCounts:
    session = _SessionCounts()
    for step in steps:
        if step.kind == "call":
            session.call(step)
        elif step.kind == "prompt":
            session.prompt(step)
        else:
            session.mark(step)
    return session


def _tally(count: Count, step: Step) -> None:
    """Count one more try, and whether it failed or was rejected."""
    count.n += 1
    if step.failure == "error":
        count.failed += 1
    elif step.failure == "rejected":
        count.rejected += 1
    elif step.failure is None and step.masked:
        count.unknown += 1


def _fingerprint_of(step: Step) -> str:
    """Return the key of a failure's error in ``Behaviour.errors``."""
    return step.fingerprint.hex() if step.fingerprint else ""
