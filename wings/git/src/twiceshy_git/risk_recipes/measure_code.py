"""Measure the code of changes: what their files are made of before and after, and which faults come in.

Contents are read from git by their hashes, each version is looked at once, and the numbers of a change are kept in the
cache by the hashes of its contents: a rebase or a second look costs nothing. Nothing of a change is run.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.archive.atomic_files import KeptNumbers, read_salt
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError
from twiceshy.logs.changed_texts import ChangedTexts
from twiceshy.logs.git_objects import ChangedBlob, read_blobs, read_changed_blobs
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.findings import Finding, SourceText
from twiceshy.score.edit_findings import count_introduced
from twiceshy.score.generated_files import is_generated
from twiceshy.score.scanners.patterns import PatternScanner
from twiceshy.score.shape_change import FilePair, measure_shape_change
from twiceshy.score.source.code_shape import CodeShape, measure_code_shape
from twiceshy.score.source.languages import CODE_ENDINGS, language_of
from twiceshy_git.predict.risk.szz import FileKind, name_kind

VERSION: Final = 1
"""Of the numbers: they are measured again where it changes."""
_MOST_FILES: Final = 60
"""Files of a change that are looked at; more is an import or a sweep, of which a part says nothing (guess,
2026-11-23)."""
_LARGEST: Final = 400_000
"""Bytes of a file: of a larger one nothing is said (guess, 2026-11-23: written files have a tenth)."""
_REMEMBERED: Final = 4_000
"""Versions kept in memory: the one after a change is the one before the next (guess, 2026-11-23)."""
_MOST_VERSIONS: Final = 8_000
"""Versions of files that are looked at once: 10 to 25 ms each make that two minutes or three (guess, 2026-11-23). Those
of a longer history are looked at in later trainings."""
_MOST_CHANGES: Final = 60_000
"""Changes of a history that is looked at at all: half a minute of git (measured on DPDK, 2026-11-23)."""
_AT_ONCE: Final = 100
"""Changes whose contents are in memory at once (guess, 2026-11-23)."""
_HASH: Final = re.compile(r"[0-9a-f]{40,64}")
"""What is not committed has a word for a name."""
_KINDS: Final = (FileKind.CODE, FileKind.TESTS)


class _Version(NamedTuple):
    """What is known of one content under one name."""

    shape: CodeShape | None = None
    findings: tuple[Finding, ...] | None = None
    """None where no scanner could look."""


_ABSENT: Final = _Version(findings=())


def measure_changes(
    config: Config, repo: Path, commits: Sequence[str], *, most: int = _MOST_VERSIONS
) -> dict[str, Mapping[str, float]]:
    """Return the numbers of each commit's code by column; of one with none that anybody here reads, nothing.

    ``commits`` are the oldest first. The newest are looked at first, until ``most`` versions of files were; what is
    measured is kept. While some are not measured yet nothing is returned: a part would tell new changes from old ones.

    Raises:
        ToolMissing: there is no git.
    """
    kept = _open_kept(config, repo)
    if len(commits) > _MOST_CHANGES and any(kept.get(one) is None for one in commits):
        return {}
    new = [one for one in reversed(commits) if _HASH.fullmatch(one) and kept.get(one) is None]
    whole = _measure_new(CodeMeasurer(config), repo, new, kept, most)
    if whole:
        for one in new:
            kept.put(one, kept.get(one) or {})
    kept.save()
    return {one: numbers for one in commits if (numbers := kept.get(one))} if whole else {}


def measure_all(config: Config, repo: Path, commits: Sequence[str]) -> dict[str, Mapping[str, float]]:
    """Return the numbers of each commit's code, however many there are, and keep them; of one with none an empty row.

    Raises:
        ToolMissing: there is no git.
    """
    kept = _open_kept(config, repo)
    new = [one for one in reversed(commits) if kept.get(one) is None]
    _measure_new(CodeMeasurer(config), repo, new, kept, most=sys.maxsize)
    for one in new:
        kept.put(one, kept.get(one) or {})
    kept.save()
    return {one: kept.get(one) or {} for one in commits}


def keep_measured(config: Config, repo: Path, numbers: Mapping[str, Mapping[str, float]]) -> None:
    """Keep what was measured of commits elsewhere."""
    kept = _open_kept(config, repo)
    for one, row in numbers.items():
        kept.put(one, row)
    kept.save()


def _open_kept(config: Config, repo: Path) -> KeptNumbers:
    return KeptNumbers(config.cache / "risk" / f"code-{_name_repository(repo)}.json", VERSION)


def _measure_new(measurer: "CodeMeasurer", repo: Path, new: Sequence[str], kept: KeptNumbers, most: int) -> bool:
    """Keep the numbers of commits until enough versions were looked at; tell whether all of them were."""
    changes = read_changed_blobs(repo, new, CODE_ENDINGS)
    looked = 0
    with suppress(SourceError):  # a partial clone: what it lacks is not known
        while some := [(commit, _choose_files(files)) for commit, files in islice(changes, _AT_ONCE)]:
            if looked >= most:
                return False
            looked += sum(len(files) for _, files in some)
            _measure_some(measurer, repo, some, kept)
    return True


def _measure_some(
    measurer: "CodeMeasurer", repo: Path, changes: Sequence[tuple[str, list[ChangedBlob]]], kept: KeptNumbers
) -> None:
    """Keep the numbers of commits, by their hashes and by what they changed."""
    keys = [_name_files(files) for _, files in changes]
    new = {key: files for key, (_, files) in zip(keys, changes, strict=True) if kept.get(key) is None}
    measurer.read(repo, [one for files in new.values() for one in files])
    for key, files in new.items():
        kept.put(key, measurer.measure(files))
    for key, (commit, _) in zip(keys, changes, strict=True):
        kept.put(commit, kept.get(key) or {})


def measure_texts(config: Config, texts: ChangedTexts) -> dict[str, float]:
    """Return the numbers of a change that is not committed, such as what is staged."""
    measurer = CodeMeasurer(config)
    partial = {one.path for one in (*texts.before, *texts.after) if one.partial}
    before, after = ({one.path: one.text for one in side} for side in (texts.before, texts.after))
    old, new = dict.fromkeys(before, "before"), dict.fromkeys(after, "after")
    files = [ChangedBlob(path, old.get(path, ""), new.get(path, "")) for path in texts.paths if path not in partial]
    chosen = _choose_files(files)
    for side, name in ((before, "before"), (after, "after")):
        for path in {one.path for one in chosen} & {*side}:
            measurer.look(path, name, side[path])
    return measurer.measure(chosen)


def _choose_files(files: Sequence[ChangedBlob]) -> list[ChangedBlob]:
    """Return the files that are looked at; none where they are too many for a part to stand for all."""
    chosen = [one for one in files if name_kind(one.path) in _KINDS]
    return chosen if len(chosen) <= _MOST_FILES else []


def _name_files(files: Sequence[ChangedBlob]) -> str:
    """Return a key that is the same for the same contents under the same names."""
    rows = "\0".join(f"{one.path}\0{one.before}\0{one.after}" for one in files)
    return blake2b(rows.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def _name_repository(repo: Path) -> str:
    return blake2b(str(repo.resolve()).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


class CodeMeasurer:
    """Looks at contents, each once."""

    def __init__(self, config: Config) -> None:
        """Start with nothing; the scanner is made on first use, as most answers are kept."""
        self._config = config
        self._versions: dict[tuple[str, str], _Version] = {}

    @cached_property
    def _scanner(self) -> PatternScanner:
        cache = self._config.cache if self._config.cache.is_dir() else None
        salt = read_salt(self._config.salt) or b"0"  # no placeholder leaves this
        scrubber = Scrubber(load_rules(), salt, RedactionLevel.STANDARD, cache=cache)
        return PatternScanner(scrubber.text, secrets=scrubber.detector.find_many)

    def read(self, repo: Path, files: Sequence[ChangedBlob]) -> None:
        """Look at all contents of the files that were not looked at yet; those that git lacks stay unknown."""
        while len(self._versions) > _REMEMBERED:
            del self._versions[next(iter(self._versions))]
        new: dict[str, set[str]] = {}
        for one in files:
            for name in (one.before, one.after):
                if name and (one.path, name) not in self._versions:
                    new.setdefault(name, set()).add(one.path)
        with suppress(SourceError):  # a partial clone: what it lacks is not known
            for name, pieces in read_blobs(repo, [*new]):
                text = _join_pieces(pieces)
                for path in sorted(new[name]) if text is not None else ():
                    self.look(path, name, text or "")

    def look(self, path: str, name: str, text: str) -> None:
        """Look at a content that has a name."""
        if is_generated(path, text):
            return
        (scan,) = self._scanner.scan([SourceText(path=path, text=text)]) if self._scanner.handles(path) else [None]
        findings = scan.findings if scan is not None and not scan.unknown else None
        shape = measure_code_shape(path, text) if language_of(path) else None
        self._versions[path, name] = _Version(shape, findings)

    def measure(self, files: Sequence[ChangedBlob]) -> dict[str, float]:
        """Return the numbers of a change by column, of those of its files that both times could be looked at."""
        looked = [_Pair(one, self._find(one.path, one.before), self._find(one.path, one.after)) for one in files]
        numbers = measure_shape_change([FilePair(one.old.shape, one.new.shape) for one in looked if one.has_shapes()])
        scanned = [one for one in looked if one.has_findings()]
        if not scanned:
            return numbers
        before, after = (_list_findings(side) for side in ([one.old for one in scanned], [one.new for one in scanned]))
        return numbers | count_introduced(before, after)

    def _find(self, path: str, name: str) -> _Version:
        return self._versions.get((path, name), _Version()) if name else _ABSENT


class _Pair(NamedTuple):
    """A file with what is known of it before and after."""

    file: ChangedBlob
    old: _Version
    new: _Version

    def has_shapes(self) -> bool:
        """Tell whether each content that is there could be read."""
        return bool(self.file.before) == bool(self.old.shape) and bool(self.file.after) == bool(self.new.shape)

    def has_findings(self) -> bool:
        """Tell whether each content that is there could be scanned."""
        return self.old.findings is not None and self.new.findings is not None


def _list_findings(versions: Sequence[_Version]) -> list[Finding]:
    return [finding for one in versions for finding in one.findings or ()]


def _join_pieces(pieces: Iterator[bytes]) -> str | None:
    """Return a content as text; None where it is too large or no text."""
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > _LARGEST:
            return None
    return None if b"\0" in content else content.decode("utf-8", "replace")
