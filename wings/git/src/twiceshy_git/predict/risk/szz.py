"""Which changes brought in what later fixes took out? Guarded SZZ, replayed.

Śliwerski, Zimmermann, Zeller (MSR 2005) ask ``git blame`` for each deleted line of a fix. Here the history is read
once: a line is that of the last commit before that put the same text into the same file, white space aside. That is
what blame says of lines with words of their own, at a twentieth of the cost. Comments, imports, tests, documents and
lines of few characters name nobody; a commit is not named that had few of the lines, has very many files, or says that
it only gave lines another shape.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from twiceshy.records.change_risk import FixLabel, TimedChange
from twiceshy.records.commits import CommitLines, FileLines, RawCommit
from twiceshy.stats.text.document_files import is_document, is_generated_path

# What kind of file is it, and in which language, by its path alone: every repository has that, without a grammar.


class FileKind(StrEnum):
    """What a file is to those who work on it."""

    CODE = "code"
    TESTS = "tests"
    DOCS = "docs"
    CONFIG = "config"
    """What is none of the others: build files, settings, data that steers."""
    GENERATED = "generated"
    """What a program wrote, or what comes from elsewhere."""


LANGUAGES: Final = (
    ("py", "pyi", "pyx"),
    ("js", "jsx", "mjs", "cjs", "vue", "svelte"),
    ("ts", "tsx", "mts", "cts"),
    ("go",),
    ("c", "h", "s", "inc"),
    ("cc", "cpp", "cxx", "hpp", "hh", "hxx", "m", "mm"),
    ("java", "groovy"),
    ("kt", "kts", "scala"),
    ("cs", "fs", "vb"),
    ("rs",),
    ("rb", "rake"),
    ("php", "phtml"),
    ("sh", "bash", "zsh", "pl", "pm", "awk", "ps1"),
    ("sql",),
    ("swift", "dart"),
    ("lua", "ex", "exs", "erl", "hs", "clj", "ml", "r", "jl"),
    ("html", "css", "scss", "less", "sass"),
)
"""File endings by language; its place is its number in tables, so append only."""
_NUMBERS: Final = {ending: number for number, endings in enumerate(LANGUAGES) for ending in endings}
_ELSEWHERE: Final = re.compile(
    r"(?:^|/)(?:third[_-]?party|vendored|external|bower_components)/|[._-](?:lock|sum)\Z|(?:^|/)(?:go\.sum|[^/]*-lock\.(?:json|yaml))\Z"
    r"|\.(?:snap|map|po|pot|svg|pdf|ipynb)\Z"
)
"""Beside what ``is_generated_path`` knows: code of others, lock files, and what programs draw or record."""
_TESTS: Final = re.compile(
    r"(?:^|/)(?:tests?|unittests?|testing|testsuite|__tests__|__mocks__|testdata|fixtures?|spec|e2e|[^/]*\.Tests?)/"
    r"|(?:^|/)(?:test[_-][^/]*|conftest|[^/]*[_-]tests?|[^/]*[.-](?:test|spec)|[a-z]\w*Tests?)\.\w+\Z"
)
"""Where tests lie and what they are called, in the languages above (guess, 2026-11-23)."""
_DOCS: Final = re.compile(
    r"(?:^|/)(?:docs?|documentation|man)/(?!.*\.(?:py|js|ts|go|c|h|sh)\Z)|\.[1-9](?:\.in)?\Z", re.IGNORECASE
)


def name_kind(path: str) -> FileKind:
    """Return what kind of file a path is.

    >>> [str(name_kind(path)) for path in ("lib/a.c", "app/test/a.c", "doc/a.rst", "meson.build", "go.sum")]
    ['code', 'tests', 'docs', 'config', 'generated']
    """
    if is_generated_path(path) or _ELSEWHERE.search(path):
        return FileKind.GENERATED
    if _TESTS.search(path):
        return FileKind.TESTS
    if is_document(path) or _DOCS.search(path):
        return FileKind.DOCS
    return FileKind.CODE if number_language(path) is not None else FileKind.CONFIG


def number_language(path: str) -> int | None:
    """Return the place of a file's language in ``LANGUAGES``; None where it is in none of them.

    >>> number_language("a/b.PY"), number_language("Makefile"), number_language(".c")
    (0, None, None)
    """
    stem, _, ending = path.rpartition("/")[2].rpartition(".")
    return _NUMBERS.get(ending.lower()) if stem else None


_SAYS_FIX: Final = re.compile(
    r"^(?:\S{1,20}: )*fix(?:\(|:|!)|\bfix(?:es|ed|ing)?\b|\bbugs?\b|\bregressions?\b|\bhotfix", re.IGNORECASE
)
_SAYS_ELSE: Final = re.compile(
    r"\b(?:typos?|lint(?:ing|er)?|format(?:ting)?|ci|docs?|documentation|readme|changelog|flaky|comments?|tests?"
    r"|spelling|white ?space|indent(?:ation)?|style|warnings?|refactor(?:ing)?|type ?hints?|bump)\b|\ARevert\b",
    re.IGNORECASE,
)
"""Fixes of what no user meets, and reverts, which say for themselves what they take back."""
_SAYS_SHAPE: Final = re.compile(
    r"\Astyle\b|\b(?:re-?|auto-?)format(?:s|ted|ting)?\b|\b(?:formatting|lint(?:ing)?|white ?space|indent(?:ation)?)\b"
    r"|\b(?:black|ruff|prettier|gofmt|clang-format|eslint --fix|pyupgrade|f-strings)\b"
    r"|\b(?:typos?|spelling|licen[cs]es?|copyright)\b|\A(?:\S+: )?rename",
    re.IGNORECASE,
)
"""Commits that write lines anew without a change of what they do: whose the fault in them is, nobody can tell."""
_MOST_FILES: Final = 10
"""Code files of a fix; larger ones do other things too (guess, 2026-11-23)."""
_MOST_LINES: Final = 120
"""Lines that a fix takes out of one file (guess, 2026-11-23)."""
_LONGEST_NOTHING: Final = 3
"""Characters of a line, without its white space, up to which it says nothing (guess, 2026-11-23)."""
_MOST_OF_ORIGIN: Final = 100
"""Files of a commit that can be named: more are imports, renames and formatters (guess, 2026-11-23)."""
_LEAST_SHARE: Final = 0.25
"""Of a fix's lines that a commit must have put there to be named (tuned on Open vSwitch and DPDK, 2026-11-23)."""
_NO_CODE: Final = re.compile(
    r"//|/\*|\*/|\*(?=\s|\Z)|<!--|--\s|;;|\"\"\"|'''|#(?!\s*(?:define|if|elif|else|endif|undef|pragma)|\[)"
    r"|import\b|from\s\S+\simport\b|(?:using|use|package|namespace)\s[\w.:\\*{}, ]+;?\Z"
    r"|(?:const|var|let)\b.{1,80}\brequire\("
)
"""How comments and imports begin, in the languages of ``file_kinds``."""


def is_fix(commit: RawCommit) -> bool:
    """Tell whether a change says that it fixes a fault, and is small enough to be no more than that."""
    if not _SAYS_FIX.search(commit.subject) or _SAYS_ELSE.search(commit.subject):
        return False
    return 0 < sum(name_kind(one.path) is FileKind.CODE for one in commit.files) <= _MOST_FILES


def list_touching(commits: Sequence[RawCommit], fixes: Collection[str]) -> list[str]:
    """Return the commits, as they are ordered, that touched a code file of a fix under any of its earlier names."""
    wanted: set[str] = set()
    found = []
    for one in reversed(commits):
        if one.hash in fixes:
            wanted.update(file.path for file in one.files if name_kind(file.path) is FileKind.CODE)
        touched = [file for file in one.files if file.path in wanted]
        wanted.update(file.old_path for file in touched if file.old_path)
        if touched:
            found.append(one.hash)
    return found[::-1]


def list_lost_lines(change: CommitLines) -> set[str]:
    """Return the lines of a fix whose loss says that they were wrong, without their white space."""
    return {line for file in change.files for line in _list_lost(file)}


def trace_fixes(
    history: Iterable[CommitLines], fixes: Collection[str], wanted: Collection[str]
) -> Iterator[tuple[str, Mapping[str, int]]]:
    """Yield each fix with how many of its lost lines each earlier commit had put there.

    ``history`` has parents first; ``wanted`` holds the lost lines of all the fixes.
    """
    origins = _Origins(wanted)
    for one in history:
        if one.commit in fixes:
            yield one.commit, origins.count(one)
        origins.learn(one)


def name_origins(traced: Mapping[str, int], commits: Mapping[str, RawCommit]) -> list[str]:
    """Return the commits that a fix says were bad: those that put a good part of its lost lines there."""
    least = sum(traced.values()) * _LEAST_SHARE
    return sorted(
        one for one, lines in traced.items() if lines >= least and one in commits and _may_be_bad(commits[one])
    )


def label_fixes(named: Mapping[str, Sequence[str]], changes: Iterable[TimedChange]) -> list[FixLabel]:
    """Return a label for each commit that a fix named, known from the fix on."""
    at = {one.commit.hash: one.at for one in changes if one.commit.hash in named}
    return [FixLabel(bad, fix, at[fix], "szz") for fix, names in named.items() if fix in at for bad in names]


def _may_be_bad(commit: RawCommit) -> bool:
    return len(commit.files) <= _MOST_OF_ORIGIN and not _SAYS_SHAPE.search(commit.subject)


class _Origins:
    """Which commits put the wanted lines into each file, as far as they are still there."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = wanted
        self._files: dict[str, dict[str, list[str]]] = {}

    def count(self, fix: CommitLines) -> Counter[str]:
        """Return how many of a fix's lost lines each commit had put there last."""
        found: Counter[str] = Counter()
        for file in fix.files:
            known = self._files.get(file.old_path, {})
            found.update(known[line][-1] for line in _list_lost(file) if known.get(line))
        return found

    def learn(self, change: CommitLines) -> None:
        """Take out the lost lines of each file, and put in its new ones; what is on both sides only moved."""
        for file in change.files:
            self._learn_file(change.commit, file)

    def _learn_file(self, commit: str, file: FileLines) -> None:
        lines = self._files.pop(file.old_path, {})
        if not file.path:
            return
        removed, added = self._count(file.removed), self._count(file.added)
        for line, times in (removed - added).items():
            if line in lines:
                del lines[line][-times:]
        for line, times in (added - removed).items():
            lines.setdefault(line, []).extend([commit] * times)
        self._files[file.path] = lines

    def _count(self, lines: Iterable[str]) -> Counter[str]:
        return Counter(one for one in map(_squeeze, lines) if one in self._wanted)


def _list_lost(file: FileLines) -> set[str]:
    whole = file.path and file.old_path and len(file.removed) <= _MOST_LINES
    if not whole or name_kind(file.old_path) is not FileKind.CODE:
        return set()
    back = {_squeeze(one) for one in file.added}
    lost = {_squeeze(one) for one in file.removed if not _NO_CODE.match(one.lstrip())}
    return {one for one in lost - back if len(one) > _LONGEST_NOTHING}


def _squeeze(line: str) -> str:
    return "".join(line.split())


# Which changes do later commits name as bad: by ``Fixes:`` trailers and by reverts?

_FIXES: Final = re.compile(r"^\s*Fixes:\s*(?:commit\s+)?([0-9a-f]{7,40})\b", re.IGNORECASE | re.MULTILINE)
_REVERTS: Final = re.compile(r"\bThis reverts commit ([0-9a-f]{7,40})\b", re.IGNORECASE)
_SHORT: Final = 7
"""Digits of the shortest name that git gives (by definition of its ``core.abbrev``)."""


def find_said_fixes(changes: Sequence[TimedChange], before: Sequence[str] = ()) -> Iterator[FixLabel]:
    """Yield a label for each earlier change that a later one names; names that fit two commits are left out.

    ``before``: the names of changes that came before these.
    """
    named = [[*_list_named(f"{one.commit.subject}\n{one.commit.body or ''}")] for one in changes]
    if not any(named):
        return
    names = [*before, *(one.commit.hash for one in changes)]
    places = {name: place for place, name in enumerate(names, -len(before))}
    starts: dict[str, list[str]] = {}
    for name in names:
        starts.setdefault(name[:_SHORT], []).append(name)
    for place, (one, found) in enumerate(zip(changes, named, strict=True)):
        for source, some in found:
            yield from (
                FixLabel(name, one.commit.hash, one.at, source)
                for name in _resolve(some, starts)
                if places[name] < place
            )


def _list_named(message: str) -> Iterator[tuple[str, list[str]]]:
    """Yield in which form a message names commits, and which."""
    for source, form in (("trailer", _FIXES), ("revert", _REVERTS)):
        if found := form.findall(message):
            yield source, found


def _resolve(names: Iterable[str], starts: dict[str, list[str]]) -> Iterator[str]:
    for name in dict.fromkeys(one.lower() for one in names):
        found = [one for one in starts.get(name[:_SHORT], ()) if one.startswith(name)]
        if len(found) == 1:
            yield found[0]
