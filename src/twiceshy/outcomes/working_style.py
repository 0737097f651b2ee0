"""Working style: churn, retries, batches half read, definitions written twice, switches, and signs of frustration.

Everything counted is an event with a proof, as in ``behaviour``. Of what an agent could have known only what the log
shows counts: a definition exists when its own text was read, found, or written in this session, in another file.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from twiceshy.outcomes.behaviour import WORD, ends_alike
from twiceshy.outcomes.definitions import Defined, definitions, language
from twiceshy.records.story import Changed, Moment, Story
from twiceshy.records.working_style import WorkingStyle

VERSION = 1
MOST_PROOFS = 3
CHURN = 3
"""Edits of one place from which on it is churned; two are an edit and its correction."""
MOST_LISTED = 12
"""Files in a list from which on nobody is expected to read them all (guess)."""
LEAST_LISTED = 2
MOST_LISTS = 20
"""Lists that are remembered (guess: older ones are not in mind)."""
ALIKE = 0.8
LEAST_WORDS = 3
MOST_PROMPTS = 8
"""Earlier prompts that one is compared with (guess)."""
NUMBERED = re.compile(r"^\s*\d+[\t→:|-]", re.MULTILINE)
FILE = re.compile(r"[\w@+~-]+\.[A-Za-z]\w{0,7}\Z")
LISTING = frozenset({"search"})
LISTERS = re.compile(r"\s*(?:ls|find|git ls-files|fd|tree|rg (?:-l|--files)|grep -[a-zA-Z]*l)\b")


def working_style(story: Story, text_of: Callable[[bytes], str] | None = None) -> WorkingStyle:
    """The counts of one session; ``text_of`` gives the text of a body, without it no definition is looked for."""
    watcher = _Watcher(text_of)
    for moment in story.moments:
        step = moment.step
        if step.kind == "call":
            watcher.call(moment)
        elif step.kind == "prompt" and moment.human:
            watcher.prompt(moment)
        elif step.kind == "mark" and step.name == "interrupt":
            watcher.interrupt(moment)
    watcher.end()
    return watcher.found


@dataclass(slots=True)
class _Batch:
    """Files that were named together."""

    files: frozenset[str]
    read: set[str] = field(default_factory=set)
    edited: set[str] = field(default_factory=set)
    told: bool = False


class _Watcher:
    """The counts so far and what they need to go on."""

    def __init__(self, text_of: Callable[[bytes], str] | None) -> None:
        self.found = WorkingStyle()
        self.text_of = text_of
        self.depth: dict[bytes, dict[bytes, int]] = defaultdict(dict)  # file: line put in, and how often its place was
        self.failed: dict[bytes | None, dict[tuple[str | None, ...], bytes]] = defaultdict(dict)
        self.batches: list[_Batch] = []
        self.known: dict[Defined, str] = {}
        self.twice: dict[Defined, tuple[str, Moment]] = {}  # with the file that had it first
        self.edited: list[str] = []
        self.prompts: list[frozenset[str]] = []
        self.interrupted = False

    def prove(self, kind: str, moment: Moment) -> None:
        proofs = self.found.proof.setdefault(kind, [])
        if len(proofs) < MOST_PROOFS:
            proofs.append(moment.step.uid.hex())

    def prompt(self, moment: Moment) -> None:
        words = frozenset(re.findall(r"\w+", moment.text.lower()))
        if len(words) >= LEAST_WORDS and any(alike(words, earlier) for earlier in self.prompts[-MOST_PROMPTS:]):
            self.found.repeated_prompts += 1
            self.prove("repeated-prompt", moment)
        self.prompts.append(words)
        self.failed.clear()  # a person may have changed what made it fail
        self.batch(moment.text[:4000])

    def interrupt(self, moment: Moment) -> None:
        if self.interrupted:
            self.found.interrupt_runs += 1
            self.prove("interrupts", moment)
        self.interrupted = True

    def call(self, moment: Moment) -> None:
        step = moment.step
        self.retry(moment)
        if step.failure is not None:
            return
        self.interrupted = False
        if moment.changed:
            for changed in moment.changed:
                self.change(moment, changed)
        elif step.action == "read" and step.path:
            self.read(step.path, moment.text)
        elif step.action in LISTING:
            self.learn_found(moment.text)
            self.batch(moment.text)
        elif step.action == "run" and LISTERS.match(moment.command):
            self.batch(moment.text)

    def retry(self, moment: Moment) -> None:
        step = moment.step
        if step.failure in {"rejected", "cascade", "interrupted"}:
            return
        failed = self.failed[step.run]
        key = (step.name, step.action, step.path, step.text if not moment.command else moment.command)
        if key in failed and any(key[2:]):
            self.found.retries += 1
            if step.failure:
                self.found.failed_retries += 1
                self.prove("retry", moment)
        if step.failure == "error":
            failed[key] = step.uid
        elif step.action in {"edit", "write", "run", "delegate"}:
            failed.clear()  # something was done that may help
        else:
            failed.pop(key, None)

    def batch(self, text: str) -> None:
        """Nothing; files that are named together are remembered."""
        names = {word.lstrip("@").removeprefix("./") for word in WORD.findall(text)}
        files = frozenset(name for name in names if FILE.match(posixpath.basename(name)))
        if LEAST_LISTED <= len(files) <= MOST_LISTED:
            self.batches.append(_Batch(files))
            del self.batches[:-MOST_LISTS]

    def read(self, path: str, text: str) -> None:
        for batch in self.batches:
            batch.read.update(name for name in batch.files if ends_alike(path, name))
        if self.text_of is not None and language(path):
            plain = NUMBERED.sub("", text) if NUMBERED.match(text) else text
            self.learn(path, definitions(path, plain))

    def learn_found(self, text: str) -> None:
        """Nothing; definitions in lines that a search shows with their files (``path:12:def name``) are known."""
        if self.text_of is None:
            return
        for line in text[:20_000].splitlines():
            path, colon, rest = line.partition(":")
            if colon and language(path):
                self.learn(path, definitions(path, re.sub(r"^\d+:", "", rest)))

    def learn(self, path: str, found: Iterable[Defined]) -> None:
        for one in found:
            self.known.setdefault(one, path)

    def change(self, moment: Moment, changed: Changed) -> None:
        self.found.edits += 1
        self.churn(moment, changed)
        self.switch(moment, changed.path)
        self.half_read(moment, changed)
        if self.text_of is not None and changed.after is not None and language(changed.path):
            self.define(moment, changed, self.text_of)

    def churn(self, moment: Moment, changed: Changed) -> None:
        lines = self.depth[changed.path_key]
        gone = set(changed.removed) - set(changed.added)
        deepest = max((lines.pop(line) for line in gone if line in lines), default=0) + 1
        for line in changed.added:
            lines[line] = max(deepest, lines.get(line, 0))
        if deepest == CHURN:
            self.found.churned += 1
            self.prove("churn", moment)

    def switch(self, moment: Moment, path: str) -> None:
        if self.edited and self.edited[-1] != path:
            self.found.file_switches += 1
            self.found.folder_switches += posixpath.dirname(self.edited[-1]) != posixpath.dirname(path)
            if path in self.edited:
                self.found.returns += 1
                self.prove("return", moment)
                self.edited.remove(path)
        if not self.edited or self.edited[-1] != path:
            self.edited.append(path)

    def half_read(self, moment: Moment, changed: Changed) -> None:
        for batch in self.batches:
            mine = {name for name in batch.files if ends_alike(changed.path, name)}
            if not mine or changed.created:
                continue
            unread = not mine & (batch.read | batch.edited)
            if not batch.told:
                self.found.batches += 1
                batch.told = True
                if unread and batch.read - mine:
                    self.found.partly_read += 1
                    self.prove("partly-read", moment)
            batch.edited |= mine

    def define(self, moment: Moment, changed: Changed, text_of: Callable[[bytes], str]) -> None:
        before = definitions(changed.path, text_of(changed.before)) if changed.before else frozenset()
        after = definitions(changed.path, text_of(changed.after)) if changed.after else frozenset()
        for one in before - after:
            if self.known.get(one) == changed.path:
                del self.known[one]
                self.twice.pop(one, None)  # it was moved
        for one in after - before:
            self.found.definitions += 1
            place = self.known.get(one)
            if place is not None and not ends_alike(place, changed.path) and not variants(place, changed.path):
                self.twice.setdefault(one, (place, moment))
        self.learn(changed.path, after)

    def end(self) -> None:
        """Nothing; what still stands twice was missed."""
        for _, moment in self.twice.values():
            self.found.missed += 1
            self.prove("existing", moment)


def variants(path: str, other: str) -> bool:
    """Whether two files are one for two systems: ``spawn_unix.go`` and ``spawn_other.go``."""
    first, second = posixpath.basename(path), posixpath.basename(other)
    stem = first.rpartition("_")[0]
    return posixpath.dirname(path) == posixpath.dirname(other) and stem != "" and stem == second.rpartition("_")[0]


def alike(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two prompts say nearly the same."""
    return len(words & others) >= ALIKE * len(words | others)
