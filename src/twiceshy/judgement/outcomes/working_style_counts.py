"""Working style counts: churn, retries, batches read in part, double definitions, switches, frustration.

Everything counted is an event with a proof, as in ``behaviour_counts``. Of what an agent could have known only what
the log shows counts: a definition exists when its own text was read, found, or written in this session, in another
file.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from twiceshy.commands.shell.shown_files import PATH_WORD, can_mean_same_file
from twiceshy.records.effects import WorkingStyle
from twiceshy.records.stories import ChangedFile, Moment, Story

# Definitions: names that a text defines at its top level, by kind, in the languages that agents write most.
#
# Only what a line's beginning proves is found; a language that is not known has none. Names that many files may rightly
# define (``main``, ``setup``, tests, dunders) are left out, since finding them twice says nothing.

_PYTHON = re.compile(r"^(?:async )?(?P<kind>def|class) (?P<name>\w+)", re.MULTILINE)
_SCRIPT = re.compile(
    r"^(?:export )?(?:default )?(?:async )?(?P<kind>function|class|interface|type|enum)\*? (?P<name>[\w$]+)",
    re.MULTILINE,
)
_ARROW = re.compile(
    r"^(?:export )?(?:const|let) (?P<name>[\w$]+)(?:: [^=\n]{1,200})? = (?:async )?(?:\([^()\n]{0,300}\)|\w+)"
    r"(?:: [^=\n]{1,200})? =>",
    re.MULTILINE,
)
_GO = re.compile(r"^(?P<kind>func|type) (?P<name>\w+)", re.MULTILINE)
_RUST = re.compile(r"^(?:pub(?:\([\w:]+\))? )?(?:async )?(?P<kind>fn|struct|enum|trait) (?P<name>\w+)", re.MULTILINE)
_LANGUAGES = {
    ".py": (_PYTHON,),
    ".js": (_SCRIPT, _ARROW),
    ".jsx": (_SCRIPT, _ARROW),
    ".ts": (_SCRIPT, _ARROW),
    ".tsx": (_SCRIPT, _ARROW),
    ".mjs": (_SCRIPT, _ARROW),
    ".go": (_GO,),
    ".rs": (_RUST,),
}
_FAMILIES = {".jsx": ".js", ".ts": ".js", ".tsx": ".js", ".mjs": ".js"}
_SHORTEST = 6
"""Characters of a name; shorter ones mean different things in different files. Guess of 2026-11-21."""
_COMMON = re.compile(
    r"main|setup|teardown|init|test_?\w*|Test\w*|__\w+__|\w*Props|default|handler|configure|register|render|create|Execute"
    r"|execute|Params|Result|Config|Options|Client|Server|Request|Response|Handler|Command|Service"
)
_TESTS = re.compile(
    r"(?:^|/)(?:tests?|__tests__|spec|testdata|fixtures)/|(?:^|/)(?:test_|conftest)|[._](?:test|spec)\."
)


class TopLevelDefinition(NamedTuple):
    """One definition, whatever file it stands in."""

    language: str
    kind: str
    name: str


def language_of(path: str) -> str | None:
    """Return the key of the file's language; None where definitions are not known, or where it is a test."""
    ending = path[path.rfind(".") :] if "." in path else ""
    return None if ending not in _LANGUAGES or _TESTS.search(path) else _FAMILIES.get(ending, ending)


def find_definitions(path: str, text: str) -> frozenset[TopLevelDefinition]:
    r"""Return the definitions of a text that stands in ``path``.

    >>> sorted(found.name for found in find_definitions("a.py", "def parse_date(x):\n    def inner_part(): ...\n"))
    ['parse_date']
    """
    key = language_of(path)
    if key is None:
        return frozenset()
    return frozenset(
        TopLevelDefinition(key, found.groupdict().get("kind") or "function", name)
        for pattern in _LANGUAGES[key if key in _LANGUAGES else ".js"]
        for found in pattern.finditer(text)
        if len(name := found["name"]) >= _SHORTEST and not _COMMON.fullmatch(name)
    )


VERSION = 2
_MOST_PROOFS = 3
"""Proofs that are kept of each kind. Guess of 2026-11-21: a reader opens no more."""
_CHURN = 3
"""Edits of one place from which on it is churned; two are an edit and its correction. Guess of 2026-11-21."""
_MOST_LISTED = 12
"""Files in a list from which on nobody is expected to read them all. Guess of 2026-11-21."""
_LEAST_LISTED = 2
"""Files in a list, by definition: one alone is none."""
_MOST_LISTS = 20
"""Lists that are remembered. Guess of 2026-11-21: older ones are not in mind."""
_ALIKE = 0.8
"""Share of words in common from which on two prompts say nearly the same. Guess of 2026-11-21."""
_LEAST_WORDS = 3
"""Different words below which two prompts are alike by chance. Guess of 2026-11-21."""
_MOST_PROMPTS = 8
"""Earlier prompts that one is compared with. Guess of 2026-11-21."""
_NUMBERED = re.compile(r"^\s*\d+[\t→:|-]", re.MULTILINE)
_FILE = re.compile(r"[\w@+~-]+\.[A-Za-z]\w{0,7}\Z")
_LISTING = frozenset({"search"})
_LISTERS = re.compile(r"\s*(?:ls|find|git ls-files|fd|tree|rg (?:-l|--files)|grep -[a-zA-Z]*l)\b")


def count_working_style(story: Story, text_of: Callable[[bytes], str] | None = None) -> WorkingStyle:
    """Return the counts of one session.

    ``text_of`` gives the text of a body; without it no definition is looked for.
    """
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
    """The counts so far, and what is needed to go on counting."""

    def __init__(self, text_of: Callable[[bytes], str] | None) -> None:
        self.found = WorkingStyle()
        self.text_of = text_of
        self.depth: dict[bytes, dict[bytes, int]] = defaultdict(dict)  # file: line put in, and how often its place was
        self.failed: dict[bytes | None, dict[tuple[str | None, ...], bytes]] = defaultdict(dict)
        self.batches: list[_Batch] = []
        self.known: dict[TopLevelDefinition, str] = {}
        self.twice: dict[TopLevelDefinition, tuple[str, Moment]] = {}  # with the file that had it first
        self.defined: dict[tuple[str, bytes], frozenset[TopLevelDefinition]] = {}
        self.edited: set[str] = set()
        self.last_edited: str | None = None
        self.prompts: list[frozenset[str]] = []
        self.interrupted = False

    def prove(self, kind: str, moment: Moment) -> None:
        proofs = self.found.proof.setdefault(kind, [])
        if len(proofs) < _MOST_PROOFS:
            proofs.append(moment.step.uid.hex())

    def prompt(self, moment: Moment) -> None:
        words = frozenset(re.findall(r"\w+", moment.text.lower()))
        if len(words) >= _LEAST_WORDS and any(_is_similar(words, earlier) for earlier in self.prompts[-_MOST_PROMPTS:]):
            self.found.repeated_prompts += 1
            self.prove("repeated-prompt", moment)
        self.prompts.append(words)
        self.failed.clear()  # a person may have changed what made it fail
        self.remember_batch(moment.text[:4000])

    def interrupt(self, moment: Moment) -> None:
        if self.interrupted:
            self.found.interrupt_runs += 1
            self.prove("interrupts", moment)
        self.interrupted = True

    def call(self, moment: Moment) -> None:
        step = moment.step
        self.count_retry(moment)
        if step.failure is not None:
            return
        self.interrupted = False
        if moment.changed:
            for changed in moment.changed:
                self.count_change(moment, changed)
        elif step.action == "read" and step.path:
            self.read(step.path, moment.text)
        elif step.action in _LISTING:
            self.learn_from_search(moment.text)
            self.remember_batch(moment.text)
        elif step.action == "run" and _LISTERS.match(moment.command):
            self.remember_batch(moment.text)

    def count_retry(self, moment: Moment) -> None:
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

    def remember_batch(self, text: str) -> None:
        """Remember files that are named together."""
        names = {word.lstrip("@").removeprefix("./") for word in PATH_WORD.findall(text)}
        files = frozenset(name for name in names if _FILE.match(posixpath.basename(name)))
        if _LEAST_LISTED <= len(files) <= _MOST_LISTED:
            self.batches.append(_Batch(files))
            del self.batches[:-_MOST_LISTS]

    def read(self, path: str, text: str) -> None:
        for batch in self.batches:
            batch.read.update(name for name in batch.files if can_mean_same_file(path, name))
        if self.text_of is not None and language_of(path):
            plain = _NUMBERED.sub("", text) if _NUMBERED.match(text) else text
            self.learn(path, find_definitions(path, plain))

    def learn_from_search(self, text: str) -> None:
        """Learn definitions from lines that a search shows with their files (``path:12:def name``)."""
        if self.text_of is None:
            return
        for line in text[:20_000].splitlines():
            path, colon, rest = line.partition(":")
            if colon and language_of(path):
                self.learn(path, find_definitions(path, re.sub(r"^\d+:", "", rest)))

    def learn(self, path: str, found: Iterable[TopLevelDefinition]) -> None:
        for one in found:
            self.known.setdefault(one, path)

    def count_change(self, moment: Moment, changed: ChangedFile) -> None:
        self.found.edits += 1
        self.count_churn(moment, changed)
        self.count_switch(moment, changed.path)
        self.count_half_read(moment, changed)
        if self.text_of is not None and changed.after is not None and language_of(changed.path):
            self.count_definitions(moment, changed, self.text_of)

    def count_churn(self, moment: Moment, changed: ChangedFile) -> None:
        lines = self.depth[changed.path_key]
        gone = set(changed.removed) - set(changed.added)
        deepest = max((lines.pop(line) for line in gone if line in lines), default=0) + 1
        for line in changed.added:
            lines[line] = max(deepest, lines.get(line, 0))
        if deepest == _CHURN:
            self.found.churned += 1
            self.prove("churn", moment)

    def count_switch(self, moment: Moment, path: str) -> None:
        if path == self.last_edited:
            return
        if self.last_edited is not None:
            self.found.file_switches += 1
            self.found.folder_switches += posixpath.dirname(self.last_edited) != posixpath.dirname(path)
            if path in self.edited:
                self.found.returns += 1
                self.prove("return", moment)
        self.edited.add(path)
        self.last_edited = path

    def count_half_read(self, moment: Moment, changed: ChangedFile) -> None:
        for batch in self.batches:
            mine = {name for name in batch.files if can_mean_same_file(changed.path, name)}
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

    def count_definitions(self, moment: Moment, changed: ChangedFile, text_of: Callable[[bytes], str]) -> None:
        before = self.define(changed.path, changed.before, text_of)
        after = self.define(changed.path, changed.after, text_of)
        for one in before - after:
            if self.known.get(one) == changed.path:
                del self.known[one]
                self.twice.pop(one, None)  # it was moved
        for one in after - before:
            self.found.definitions += 1
            place = self.known.get(one)
            if (
                place is not None
                and not can_mean_same_file(place, changed.path)
                and not _is_variant(place, changed.path)
            ):
                self.twice.setdefault(one, (place, moment))
        self.learn(changed.path, after)

    def define(self, path: str, body: bytes | None, text_of: Callable[[bytes], str]) -> frozenset[TopLevelDefinition]:
        """Return a body's definitions; what one edit made of a file the next one mostly begins with."""
        if body is None:
            return frozenset()
        if (found := self.defined.get((path, body))) is None:
            found = self.defined[path, body] = find_definitions(path, text_of(body))
        return found

    def end(self) -> None:
        """Count the definitions that still stand twice as missed."""
        for _, moment in self.twice.values():
            self.found.missed += 1
            self.prove("existing", moment)


def _is_variant(path: str, other: str) -> bool:
    """Tell whether two files are one for two systems: ``spawn_unix.go`` and ``spawn_other.go``."""
    first, second = posixpath.basename(path), posixpath.basename(other)
    stem = first.rpartition("_")[0]
    return posixpath.dirname(path) == posixpath.dirname(other) and stem != "" and stem == second.rpartition("_")[0]


def _is_similar(words: frozenset[str], others: frozenset[str]) -> bool:
    """Tell whether two prompts say nearly the same."""
    return len(words & others) >= _ALIKE * len(words | others)
