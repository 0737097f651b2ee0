"""Scanning: which scanners there are here, and what they say of stored texts, each content once for each version."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from twiceshy import toolbox
from twiceshy.config import Config
from twiceshy.errors import StoreError, ToolMissing
from twiceshy.flows.scan_shelf import ScanShelf
from twiceshy.privacy.policy import Level, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.scores import Layer, Scan, Source
from twiceshy.score import refactor
from twiceshy.score.scanners.patterns import Patterns
from twiceshy.score.scanners.ruff import Ruff
from twiceshy.score.scanners.taint import Taint
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived
from twiceshy.store.scans import Asked, entries, known

if TYPE_CHECKING:
    from twiceshy.score.base import Scanner

LAYERS: Mapping[str, Layer] = {"taint": Layer.TAINT, "patterns": Layer.PATTERN, "ruff": Layer.PATTERN}
"""What each scanner is a part of."""
NEEDS: Mapping[str, str] = {"taint": "semgrep", "ruff": "ruff"}
"""The outside tool of a scanner."""


class Answer(NamedTuple):
    """What all scanners say of one text."""

    scans: Mapping[str, Scan]
    """By scanner."""

    def layers(self) -> set[Layer]:
        """Those that looked at it."""
        return {LAYERS[name] for name, scan in self.scans.items() if not scan.unknown}

    def unknown(self) -> list[str]:
        """``scanner: reason``; another language than the scanner's is no reason to tell."""
        return [f"{name}: {scan.unknown}" for name, scan in self.scans.items() if scan.unknown not in {"", "language"}]


class Scanners:
    """All that are here. Making it is cheap but for the rules of redaction."""

    def __init__(self, config: Config, *, raw: bool = False) -> None:
        """Scanners for stored texts, or, with ``raw``, for those of a work tree, in which secrets are looked for."""
        self.scrubber = Scrubber(
            load_rules(), salt(config), Level.STANDARD, cache=config.cache if config.cache.is_dir() else None
        )
        engine, engine_version = program("semgrep", config)
        ruff, ruff_version = program("ruff", config)
        self.all: tuple[Scanner, ...] = (
            Taint(engine, engine_version, self.scrubber.text),
            Patterns(
                self.scrubber.text, secrets=self.scrubber.detector.find_many if raw else None,
                secrets_version=load_rules().digest(Level.STANDARD),
            ),
            Ruff(ruff, ruff_version, self.scrubber.text),
        )  # fmt: skip
        names = [f"refactor {refactor.VERSION}", *(f"{one.name} {one.version}" for one in self.all)]
        self.version = blake2b("\0".join(names).encode(), digest_size=8).hexdigest()
        here = raw and config.salt.is_file()  # without a store nothing is written
        self.shelf = ScanShelf(config.cache / "scans", self.version, salt(config)) if here else None

    def answers(self, sources: Sequence[Source]) -> list[Answer]:
        """What they say of each text; of those of a work tree that were seen before, what was said then."""
        if self.shelf is None:
            return self.asked(sources)
        kept = [self.shelf.get(source) for source in sources]
        new = [index for index, scans in enumerate(kept) if scans is None]
        fresh = dict(zip(new, self.asked([sources[index] for index in new]), strict=True))
        for index, answer in fresh.items():
            self.shelf.put(sources[index], answer.scans)
        if fresh:
            self.shelf.tidy()
        return [fresh.get(index) or Answer(scans or {}) for index, scans in enumerate(kept)]

    def asked(self, sources: Sequence[Source]) -> list[Answer]:
        """What they say of each text now."""
        found: list[dict[str, Scan]] = [{} for _ in sources]
        for scanner in self.all:
            handled = [index for index, source in enumerate(sources) if scanner.handles(source.path)]
            scans = scanner.scan([sources[index] for index in handled]) if handled else []
            for index, scan in zip(handled, scans, strict=True):
                found[index][scanner.name] = scan
        return [Answer(scans) for scans in found]

    def stored(self, store: Store, texts: Iterable[Asked], text_of: Callable[[bytes], str]) -> "Stored":
        """What they say of stored texts; of those that were scanned before, what was said then.

        The scanner's name of ``texts`` is not looked at.
        """
        wanted = list(dict.fromkeys(one._replace(scanner="") for one in texts))
        answers: dict[Asked, dict[str, Scan]] = {one: {} for one in wanted}
        new: list[Derived] = []
        for scanner in self.all:
            asked = [one._replace(scanner=scanner.name) for one in wanted if scanner.handles(one.path)]
            found = known(store.connection, asked, scanner.version)
            fresh = [one for one in asked if one not in found]
            sources = [Source(path=one.path, text=text_of(one.body), partial=one.partial) for one in fresh]
            scans = dict(zip(fresh, scanner.scan(sources) if sources else [], strict=True))
            new += entries(scans, scanner.version)
            for one, scan in (found | scans).items():
                answers[one._replace(scanner="")][scanner.name] = scan
        return Stored({one: Answer(scans) for one, scans in answers.items()}, new)


class Stored(NamedTuple):
    """Answers, and which of them are to be kept."""

    answers: Mapping[Asked, Answer]
    new: list[Derived]


def text_of(store: Store, body: bytes) -> str:
    """A stored text; empty where it cannot be read: the store's own check tells of that."""
    try:
        return store.body(body)
    except StoreError:
        return ""


def program(name: str, config: Config) -> tuple[Path | None, str]:
    """Where an outside program is, and its version; None where it is not here."""
    try:
        found = toolbox.find(name, config)
    except ToolMissing:
        return None, ""
    return (found.path, found.version) if found else (None, "")


def salt(config: Config) -> bytes:
    """The store's, where there is one: then placeholders are those of the store."""
    try:
        return config.salt.read_bytes()[:64]
    except OSError:
        return secrets.token_bytes(32)
