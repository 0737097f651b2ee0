"""Run the scanners that are available on stored texts, each content once for each version of a scanner."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from twiceshy.archive.atomic_files import ScanCache
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.scans import make_entries, read_scans
from twiceshy.base import toolbox
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreError, ToolMissing
from twiceshy.base.plugins import load_plugins
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.findings import Scan, ScanRequest, SourceText
from twiceshy.score import lost_guards, refactor
from twiceshy.score.base import SCANNER_MAKERS
from twiceshy.score.edit_findings import ScanAnswer
from twiceshy.score.scanners.patterns import PatternScanner
from twiceshy.score.scanners.ruff import RuffScanner
from twiceshy.score.scanners.taint import TaintScanner

if TYPE_CHECKING:
    from twiceshy.score.base import Scanner

NEEDS: Mapping[str, str] = {"taint": "semgrep", "ruff": "ruff"}
"""The outside tool of a scanner."""


class Scanners:
    """All available scanners. Creating it is cheap except for loading the rules of redaction."""

    def __init__(self, config: Config, *, raw: bool = False) -> None:
        """Create scanners for stored texts.

        With ``raw`` they are for texts of a work tree, in which secrets are looked for too.
        """
        self.scrubber = Scrubber(
            load_rules(),
            _read_salt(config),
            RedactionLevel.STANDARD,
            cache=config.cache if config.cache.is_dir() else None,
        )
        engine, engine_version = _find_program("semgrep", config)
        ruff, ruff_version = _find_program("ruff", config)
        self.all: tuple[Scanner, ...] = (
            TaintScanner(engine, engine_version, self.scrubber.text),
            PatternScanner(
                self.scrubber.text,
                secrets=self.scrubber.detector.find_many if raw else None,
                secrets_version=load_rules().digest(RedactionLevel.STANDARD),
            ),
            RuffScanner(ruff, ruff_version, self.scrubber.text),
            *(maker.make_scanner(self.scrubber.text) for maker in load_plugins(SCANNER_MAKERS).found.values()),
        )
        names = [f"refactor {refactor.VERSION}", f"guards {lost_guards.version()}"]
        names += [f"{one.name} {one.version}" for one in self.all]
        self.version = blake2b("\0".join(names).encode(), digest_size=8).hexdigest()
        here = raw and config.salt.is_file()  # without a store nothing is written
        self.shelf = ScanCache(config.cache / "scans", self.version, _read_salt(config)) if here else None

    def answers(self, sources: Sequence[SourceText]) -> list[ScanAnswer]:
        """Return the scanners' answers for each text; for texts of a work tree, the cached ones if there are any."""
        if self.shelf is None:
            return self.ask(sources)
        kept = [self.shelf.get(source) for source in sources]
        new = [index for index, scans in enumerate(kept) if scans is None]
        fresh = dict(zip(new, self.ask([sources[index] for index in new]), strict=True))
        for index, answer in fresh.items():
            self.shelf.put(sources[index], answer.scans)
        if fresh:
            self.shelf.tidy()
        return [fresh.get(index) or ScanAnswer(scans or {}) for index, scans in enumerate(kept)]

    def ask(self, sources: Sequence[SourceText]) -> list[ScanAnswer]:
        """Scan each text now and return the answers."""
        found: list[dict[str, Scan]] = [{} for _ in sources]
        for scanner in self.all:
            handled = [index for index, source in enumerate(sources) if scanner.handles(source.path)]
            scans = scanner.scan([sources[index] for index in handled]) if handled else []
            for index, scan in zip(handled, scans, strict=True):
                found[index][scanner.name] = scan
        return [ScanAnswer(scans) for scans in found]

    def scan_stored(
        self, store: Store, texts: Iterable[ScanRequest], text_of: Callable[[bytes], str]
    ) -> "StoredAnswers":
        """Return the answers for stored texts; those that were scanned before are not scanned again.

        The scanner's name of ``texts`` is ignored.
        """
        wanted = list(dict.fromkeys(one._replace(scanner="") for one in texts))
        answers: dict[ScanRequest, dict[str, Scan]] = {one: {} for one in wanted}
        new: list[DerivedValue] = []
        for scanner in self.all:
            asked = [one._replace(scanner=scanner.name) for one in wanted if scanner.handles(one.path)]
            found = read_scans(store.connection, asked, scanner.version)
            scans = _scan_new(scanner, [one for one in asked if one not in found], text_of)
            new += make_entries(scans, scanner.version)
            for one, scan in (found | scans).items():
                answers[one._replace(scanner="")][scanner.name] = scan
        return StoredAnswers({one: ScanAnswer(scans) for one, scans in answers.items()}, new)


def _scan_new(
    scanner: "Scanner", asked: Sequence[ScanRequest], text_of: Callable[[bytes], str]
) -> dict[ScanRequest, Scan]:
    """Return the scanner's answers for stored texts that it has not scanned before."""
    sources = [SourceText(path=one.path, text=text_of(one.body), partial=one.partial) for one in asked]
    return dict(zip(asked, scanner.scan(sources) if sources else [], strict=True))


class StoredAnswers(NamedTuple):
    """Answers, and which of them are new and to be stored."""

    answers: Mapping[ScanRequest, ScanAnswer]
    new: list[DerivedValue]


def text_of(store: Store, body: bytes) -> str:
    """Return a stored text; empty if it cannot be read, which the store's own check reports."""
    try:
        return store.body(body)
    except StoreError:
        return ""


def _find_program(name: str, config: Config) -> tuple[Path | None, str]:
    """Return an outside program's path and version; None and an empty text if it is not available."""
    try:
        found = toolbox.find(name, config)
    except ToolMissing:
        return None, ""
    return (found.path, found.version) if found else (None, "")


def _read_salt(config: Config) -> bytes:
    """Return the store's salt, so that placeholders match those of the store; a random one without a store."""
    try:
        return config.salt.read_bytes()[:64]
    except OSError:
        return secrets.token_bytes(32)
