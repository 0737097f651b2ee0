"""What may be offered as a message without understanding the change; each is also a candidate of everything better.

A suggester is asked about a change before it learns what was written about it: that is what a user gets.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final, NamedTuple, Protocol

from twiceshy.records.commits import DescribedFile
from twiceshy_git.predict.messages.examples import MessageExample, normalise_message

_FEW_FILES = 2
"""Files that are named one by one (guess, 2026-11-23: a third makes the line too long)."""


class Suggested(NamedTuple):
    """A message for a change, and where it is from."""

    subject: str
    like: str = ""
    """The commit whose message it follows; empty for none."""
    score: float = 0.0
    """Only comparable within one suggester."""


class Suggester(Protocol):
    """Offers messages for changes, and learns from what was written."""

    def suggest(self, example: MessageExample) -> Suggested:
        """Return the best message for a change. What stands in the example's message is not looked at."""
        ...

    def learn(self, example: MessageExample) -> None:
        """Take in what was written."""
        ...


class ConstantMessage:
    """The project's most frequent message."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()
        self._newest: dict[str, str] = {}
        self._best = ""

    def suggest(self, example: MessageExample) -> Suggested:  # noqa: ARG002  # as a Suggester
        """Return the newest wording of the most frequent message."""
        return Suggested(self._newest.get(self._best, ""))

    def learn(self, example: MessageExample) -> None:
        """Count it; of equally frequent ones the newer counts."""
        shape = normalise_message(example.subject)
        self._times[shape] += 1
        self._newest[shape] = example.subject
        if self._times[shape] >= self._times[self._best]:
            self._best = shape


class FilesMessage:
    """The names of the files, as a person in a hurry writes."""

    def suggest(self, example: MessageExample) -> Suggested:
        """Return ``Update a.py``, ``Add b.py`` or ``Update 3 files in src/x``."""
        return Suggested(name_files(example.files))

    def learn(self, example: MessageExample) -> None:
        """Ignore it: nothing can be learned."""


class LastMessage:
    """This author's newest message about the same files."""

    def __init__(self) -> None:
        self._of_file: dict[tuple[str, str], MessageExample] = {}
        self._newest: dict[str, MessageExample] = {}

    def suggest(self, example: MessageExample) -> Suggested:
        """Return it; without one, the author's newest message, and else nothing."""
        known = [self._of_file.get((example.author, path)) for path in example.paths]
        found = max((one for one in known if one), key=lambda one: one.at, default=self._newest.get(example.author))
        return Suggested(found.subject, found.commit) if found else Suggested("")

    def learn(self, example: MessageExample) -> None:
        """Note it as the newest."""
        self._newest[example.author] = example
        self._of_file.update({(example.author, path): example for path in example.paths})


def name_files(files: Sequence[DescribedFile]) -> str:
    """Return what happened to which files, in one line."""
    verbs = {name_act(file) for file in files}
    verb = verbs.pop() if len(verbs) == 1 else "Update"
    names = [PurePosixPath(file.path).name for file in files]
    if len(names) <= _FEW_FILES:
        return f"{verb} {' and '.join(names)}"
    folder = _find_common_folder([file.path for file in files])
    return f"{verb} {len(names)} files{f' in {folder}' if folder else ''}"


def name_act(file: DescribedFile) -> str:
    """Return what happened to a file, as an order: ``Add``, ``Update``, ``Rename`` or ``Remove``."""
    if file.gone:
        return "Remove"
    if not file.old_path:
        return "Add"
    return "Update" if file.old_path == file.path else "Rename"


def _find_common_folder(paths: Sequence[str]) -> str:
    parts = [PurePosixPath(path).parent.parts for path in paths]
    shared = []
    for row in zip(*parts, strict=False):
        if len(set(row)) > 1:
            break
        shared.append(row[0])
    return "/".join(shared)


def make_plain_suggesters() -> Mapping[str, Suggester]:
    """Return a fresh one of each, by name."""
    return {"constant": ConstantMessage(), "files": FilesMessage(), "last": LastMessage()}


# Names in an older message that belong to its change: they give way to the names of the new one, or count against it.
#
# A name is replaced where the older change had exactly one in that role and the new one has exactly one too: the file,
# its name with or without its ending, the folder around it. Which word of a sentence is a name is not guessed: only
# what stands in the older change's own paths is one. A part of a message that no role explains stays, and is counted.

_SHORTEST: Final = 3
"""Letters of a name that is replaced (guess, 2026-11-24: shorter ones are words of any sentence)."""
_CODE: Final = re.compile(r"`[^`]+`|[\w$]*[._/\\][\w./$\\-]*\w|\w*[a-z]\w*[A-Z]\w*|\w+\(\)|[A-Z]{2,}\w*|\w*\d\w*")
"""What looks like a name of code or a number inside a sentence."""


class FilledMessage(NamedTuple):
    """An older message with the names of the new change."""

    subject: str
    replaced: tuple[tuple[str, str], ...]
    """Old and new name of each slot."""


def fill_slots(subject: str, old_paths: Sequence[str], new_paths: Sequence[str]) -> FilledMessage:
    """Return a message in which names of the old files are those of the new ones.

    >>> fill_slots("Add type hints to `test_a.py`", ["tests/test_a.py"], ["tests/test_b.py"]).subject
    'Add type hints to `test_b.py`'
    """
    replaced = []
    for old, new in _pair_roles(old_paths, new_paths):
        changed = re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", lambda _, name=new: name, subject)  # type: ignore[misc]  # a name bound now
        if changed != subject:
            replaced.append((old, new))
            subject = changed
    return FilledMessage(subject, tuple(replaced))


def list_code_words(subject: str) -> list[str]:
    """Return what looks like a name of code or a number in a message, without quotes and brackets.

    >>> list_code_words("Fix `parse_all` of fetchModule.ts in v1.2 of the HTTP part")
    ['parse_all', 'fetchModule.ts', 'v1.2', 'HTTP']
    """
    return [found.strip("`()") for found in _CODE.findall(subject)]


def _pair_roles(old_paths: Sequence[str], new_paths: Sequence[str]) -> list[tuple[str, str]]:
    """Return the names that give way, the longest first, so that a path goes before its parts."""
    pairs: dict[str, str] = {}
    for old, new in zip(_list_roles(old_paths), _list_roles(new_paths), strict=True):
        if len(old) == len(new) == 1:
            name, partner = next(iter(old)), next(iter(new))
            if len(name) >= _SHORTEST and name != partner and partner:
                pairs.setdefault(name, partner)
    return sorted(pairs.items(), key=lambda pair: -len(pair[0]))


def _list_roles(paths: Sequence[str]) -> tuple[set[str], ...]:
    places = [PurePosixPath(path) for path in paths]
    return (
        set(paths),
        {place.name for place in places},
        {place.stem for place in places},
        {place.stem.removeprefix("test_").removesuffix("_test") for place in places},
        {place.parent.as_posix() for place in places},
        {place.parent.name for place in places},
        {place.parent.parent.name for place in places},
    )
