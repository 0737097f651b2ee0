"""Signs: what is visible in a call before it is made that may predict that it will go wrong.

Only the call's input and what its session did before are used, never the result of this call. Which signs mean anything
is not decided here: ``advice.opportunity`` counts how calls with each of them went.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from twiceshy.advice.trials import EDITING, PROBES
from twiceshy.commands.keys.gate_keys import first_word, head_words_of, shorten_folder
from twiceshy.records.effects import Sign
from twiceshy.records.stories import Step

# The texts of files as a session left them, as far as its log shows, and whether an edit's old text matches them.
#
# A live check would look at the file itself; a replay only knows what was read and edited before. Where a command that
# changes files was run since, it knows less, and says so.

_CHANGES = re.compile(
    r"\b(?:fmt|format|prettier|black|ruff|sed\s+-i|perl|patch|tee|lint|fix|git\s+"
    r"(?:checkout|merge|rebase|stash|reset|pull|restore|apply|cherry-pick|revert|switch))\b|>\s*[\w/.]"
)
"""Commands that may change files (guess from the first half of the logs)."""
_NUMBERED = re.compile(r"^\s*\d+(?:\u2192|\t)(.*)$")
_OLD_NAMES, _NEW_NAMES = ("old_string", "oldText"), ("new_string", "newText")


def _find_text(given: Mapping[str, object], names: Sequence[str]) -> str | None:
    """Return the first of these inputs that is a text; None where none is."""
    return next((value for name in names if isinstance(value := given.get(name), str)), None)


class FileTexts:
    """The known texts of files."""

    def __init__(self) -> None:
        self.text: dict[str, str] = {}
        self.doubtful: set[str] = set()

    def fits(self, path: str, given: Mapping[str, object]) -> str | None:
        """Return how an old text fits: ``once``, ``absent``, ``twice``, ``same``; None where it is unknown.

        >>> texts = FileTexts()
        >>> texts.read("a", "x = 1")
        >>> texts.fits("a", {"old_string": "x = 2", "new_string": "y"})
        'absent'
        """
        old, new = _find_text(given, _OLD_NAMES), _find_text(given, _NEW_NAMES)
        if not old:
            return None
        if old == new:
            return "same"
        if path not in self.text:
            return None
        times = self.text[path].count(old)
        fit = "absent" if times == 0 else "once" if times == 1 or given.get("replace_all") else "twice"
        return f"{fit}, doubtful" if path in self.doubtful else fit

    def note_command(self, command: str) -> None:
        """Note that a command was run; where it may have changed files, all known texts become doubtful."""
        if _CHANGES.search(command):
            self.doubtful.update(self.text)

    def read(self, path: str, shown: str) -> None:
        """Note that the whole file was shown."""
        rows = [_NUMBERED.match(line) for line in shown.split("\n")]
        lines = [row.group(1) for row in rows if row is not None]
        self.text[path] = "\n".join(lines) if len(lines) * 2 > len(rows) else shown
        self.doubtful.discard(path)

    def note_edit(self, path: str, given: Mapping[str, object], after: Sequence[tuple[str, str]]) -> None:
        """Note that a file was edited or written with success."""
        for changed, text in after:
            self.text[changed] = text
            self.doubtful.discard(changed)
        if after:
            return
        old, new, whole = _find_text(given, _OLD_NAMES), _find_text(given, _NEW_NAMES), given.get("content")
        if isinstance(whole, str):
            self.text[path] = whole
            self.doubtful.discard(path)
        elif old and new is not None and path in self.text:
            self.text[path] = self.text[path].replace(old, new, -1 if given.get("replace_all") else 1)


GATE_KINDS = frozenset({"command", "head", "unread edit", "file unread", "retried edit", "rerun", "path"})
"""Kinds that the gate has rules of."""
_LONGEST_VALUE = 60
"""Characters of an input that counts as a name and not as a text (guess, 2026-11-21)."""
_MOST_IN_A_ROW = 3
"""Failures in a row that are counted: more are as many (guess, 2026-11-21)."""
_NAME = re.compile(r"[\w.@+%/-]*[\w@+%-]\.[A-Za-z]\w*")
_MANY_EDITS = 3
"""Edits since, from which they are many (guess, 2026-11-21)."""
_TEXTS = frozenset(
    {"description", "prompt", "content", "new_string", "old_string", "newText", "oldText", "pattern", "query", "title"}
)
"""Inputs that are written anew each time."""


class PendingCall(NamedTuple):
    """A call before it is made."""

    step: Step
    given: Mapping[str, object]
    """Its input."""
    path: str = ""
    """Key of the file that it is about."""
    blind: bool | None = None
    """Of an edit, whether its dialogue had not seen the file."""
    retry: bool | None = None
    """Of an edit after a failed one of the same file, whether it was not read in between."""


class _Dialogue:
    """What the main dialogue or one subagent did before."""

    def __init__(self) -> None:
        self.failed: dict[str, int] = {}  # head of a command: failures in a row, 0 after a success
        self.edits: dict[str, int] = {}  # edits since it was run
        self.in_a_row: Counter[str] = Counter()  # by tool
        self.own: dict[str, tuple[int, int]] = {}  # command: failures in a row, and number of the last edit before it
        self.last: Step | None = None

    def note_run(self, command: str, head: str, edits: int, *, failed: bool) -> None:
        """Note how a command with a visible result went, after so many edits."""
        times = self.own.get(command, (0, 0))[0]
        self.own[command] = (times + 1 if failed else 0, edits)
        self.failed[head] = self.failed.get(head, 0) + 1 if failed else 0
        self.edits[head] = 0


class Signs:
    """The signs of a session's calls, which are given in order."""

    def __init__(self, agent: str, project: str, folder: str) -> None:
        self.agent, self.project, self.folder = agent, project, folder
        self.dialogues: dict[bytes | None, _Dialogue] = defaultdict(_Dialogue)
        self.texts = FileTexts()
        self.folders: set[str] = set()
        self.visited: set[str] = set()
        self.heard: set[str] = set()
        self.edits = 0

    def of(self, asked: PendingCall) -> list[Sign]:
        """Return the call's signs; none for a command with a masked exit status, as its result is unknown."""
        step = asked.step
        if step.action in EDITING:
            return [*self._edit_signs(asked), *self._streak_signs(step), *self._path_signs(asked)]
        if step.action == "run":
            return [] if step.masked or first_word(step.text or "") in PROBES else list(self._command_signs(asked))
        found = [*self._streak_signs(step), *self._input_signs(asked)]
        if step.action in {"read", "search"}:
            found += self._path_signs(asked)
        return found

    def hear(self, text: str) -> None:
        """Note the names of files in a text, whoever wrote it: they are heard of from now on."""
        self.heard.update(name.rpartition("/")[2] for name in _NAME.findall(text))

    def prompt(self, text: str) -> None:
        """Note what a person said, which may be why something works now."""
        self.hear(text)
        for dialogue in self.dialogues.values():
            dialogue.last = None

    def note_call(self, asked: PendingCall, after: Sequence[tuple[str, str]], shown: str) -> None:
        """Note that the call was made.

        Args:
            asked: the call with what became of it.
            after: paths and whole texts of files as it left them.
            shown: the whole text of a file that it read.
        """
        step = asked.step
        dialogue = self.dialogues[step.run]
        failed = step.failure == "error"
        dialogue.in_a_row[step.name] = dialogue.in_a_row[step.name] + 1 if failed else 0
        dialogue.last = step
        self.hear(f"{step.path or ''} {step.text or ''}")
        if step.action == "run":
            if not step.masked:
                dialogue.note_run(step.text or "", step.head or "?", self.edits, failed=failed)
            self.texts.note_command(step.text or "")
        elif not failed:
            self._note_success(asked, after, shown)

    def _note_success(self, asked: PendingCall, after: Sequence[tuple[str, str]], shown: str) -> None:
        step = asked.step
        if step.path and step.action in {"read", *EDITING}:
            parts = step.path.split("/")
            self.folders.update("/".join(parts[:n]) for n in range(2, len(parts)))
            self.visited.add("/".join(parts[:-1]))
        if step.action in EDITING:
            self.texts.note_edit(step.path or "", asked.given, after)
            self.edits += 1
            for one in self.dialogues.values():
                one.edits = {head: n + 1 for head, n in one.edits.items()}
        elif step.action == "read" and step.path and shown and step.span == (None, None):
            self.texts.read(step.path, shown)

    def _edit_signs(self, asked: PendingCall) -> Iterator[Sign]:
        step = asked.step
        if asked.blind:
            yield "unread edit", self.agent
            yield "file unread", asked.path
        if asked.retry is not None:
            yield ("retried edit" if asked.retry else "read and retried edit"), self.agent
        fits = self.texts.fits(step.path or "", asked.given)
        if fits is not None and not fits.startswith("once"):
            yield "old text", "doubtful" if "doubtful" in fits else ""
        yield "edited file", asked.path

    def _streak_signs(self, step: Step) -> Iterator[Sign]:
        times = min(self.dialogues[step.run].in_a_row[step.name], _MOST_IN_A_ROW)
        if times:
            yield "failing action", f"{step.action} {times}"

    def _path_signs(self, asked: PendingCall) -> Iterator[Sign]:
        step = asked.step
        if not step.path:
            return
        whole = " whole" if step.span == (None, None) else ""
        yield "path", f"{asked.path or step.path}{whole}"
        short = _relative_to(step.path, self.folder)
        yield "path in project", f"{self.project} {step.action} {short}{whole}"
        yield "file name", f"{step.action} {short.rpartition('/')[2]}{whole}"
        parts = step.path.rpartition("/")
        if parts[2] not in self.heard:
            yield (
                "unheard path",
                f"{step.action} {'known' if parts[0] in self.visited | self.folders else 'new'} folder",
            )
        if step.action == "read" and step.path in self.folders:
            yield "folder read", self.agent

    def _input_signs(self, asked: PendingCall) -> Iterator[Sign]:
        tool = asked.step.name
        yield "parameters", f"{tool} {' '.join(sorted(asked.given))}"
        for name, value in asked.given.items():
            if isinstance(value, str) and name not in _TEXTS and 0 < len(value) <= _LONGEST_VALUE:
                yield "value", f"{tool} {name}={value}"

    def _command_signs(self, asked: PendingCall) -> Iterator[Sign]:
        step = asked.step
        command, head = step.text or "", step.head or "?"
        dialogue = self.dialogues[step.run]
        where = shorten_folder(self.folder)
        yield "command", f"{where} {' '.join(command.split())}"
        if words := head_words_of(command):
            yield "head", words
        before = dialogue.last
        if before is not None and before.failure == "error" and (before.action, before.text) == ("run", command):
            yield "rerun", self.agent
        if command in dialogue.own:
            times, edits = dialogue.own[command]
            yield "own state", f"{self.agent} {min(times, 2)} {min(self.edits - edits, _MANY_EDITS)}"
        state = self._state(dialogue, head)
        yield "command's state", f"{self.agent} {state}"
        yield "head's state", f"{head} {state}"
        yield "head's state in project", f"{self.project} {head} {state}"
        yield "head in project", f"{self.project} {head}"

    def _state(self, dialogue: _Dialogue, head: str) -> str:
        """Say how the last run of a command with this head went here, and whether files were edited since."""
        if head not in dialogue.failed:
            return f"first, {0 if not self.edits else 1 if self.edits < _MANY_EDITS else 2 if self.edits < 10 else 3}"
        times, edits = min(dialogue.failed[head], _MOST_IN_A_ROW), dialogue.edits[head]
        since = "no" if edits == 0 else "few" if edits < _MANY_EDITS else "many"
        return f"failed {times}, {since} edits" if times else f"worked, {since} edits"


def _relative_to(path: str, folder: str) -> str:
    """Return the path relative to the session's folder, where it lies in it."""
    return path.removeprefix(folder.rstrip("/") + "/") if folder else path
