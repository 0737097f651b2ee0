"""What other scanners' reports say of a file that is scored now, and whether it still is the file that they saw."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import StoreError
from twiceshy.facts.location import absolute, path_key
from twiceshy.flows.findings_files import KIND, Kept, unpacked
from twiceshy.flows.scanned_files import digest
from twiceshy.records.scored import OtherScanners, Reported
from twiceshy.store.db import Store, begun
from twiceshy.store.derived import all_of, text_of


def reports(store: Store) -> Iterator[Kept]:
    """All that are kept."""
    for one in all_of(store.connection, KIND):
        yield unpacked(one.value, text_of)


def counted(store: Store) -> OtherScanners:
    """How much there is."""
    found = [one for one in reports(store) if one.verdict is None]
    return OtherScanners(
        reports=len(found), findings=sum(len(one.findings) for one in found),
        tools=tuple(sorted({tool for one in found for tool in one.tools})),
    )  # fmt: skip


def reported(config: Config, root: Path, paths: Sequence[str]) -> tuple[Reported, ...]:
    """What reports say of these files, relative to ``root``; nothing without a store."""
    try:
        if not begun(config.home):
            return ()
        with Store.open(config.home, readonly=True) as store:
            wanted = {path_key(absolute(path, str(root)), store.salt): path for path in paths}
            now = {key: digest(root / path, store.salt) for key, path in wanted.items()}
            return tuple(one for kept in reports(store) for one in of_files(kept, wanted, now))
    except (OSError, StoreError):
        return ()


def of_files(kept: Kept, wanted: Mapping[bytes, str], now: Mapping[bytes, bytes]) -> Iterator[Reported]:
    """One report's findings in these files."""
    for finding, key in zip(kept.findings, kept.places, strict=False):
        if key in wanted:
            seen = kept.scanned.get(key, b"")
            yield Reported(
                path=wanted[key], finding=finding, source=finding.rule.split("/")[1], report=kept.path,
                written=kept.written, stale=not seen or seen != now[key],
            )  # fmt: skip
