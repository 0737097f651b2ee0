"""Look up what other scanners' reports say of a file being scored, and whether it changed since they saw it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.scans import StoredReport, read_reports
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreError
from twiceshy.commands.keys.gate_keys import make_absolute, path_key
from twiceshy.logs.findings_files import digest_file
from twiceshy.records.views import OtherScanners, ReportedFinding


def count_reports(store: Store) -> OtherScanners:
    """Count the stored reports and their findings, and list their tools."""
    found = [one for one in read_reports(store) if one.verdict is None]
    return OtherScanners(
        reports=len(found),
        findings=sum(len(one.findings) for one in found),
        tools=tuple(sorted({tool for one in found for tool in one.tools})),
    )


def find_reported(config: Config, root: Path, paths: Sequence[str]) -> tuple[ReportedFinding, ...]:
    """Return what reports say of these files, given relative to ``root``; nothing without a store."""
    try:
        if not has_store(config.home):
            return ()
        with Store.open(config.home, readonly=True) as store:
            wanted = {path_key(make_absolute(path, str(root)), store.salt): path for path in paths}
            now = {key: digest_file(root / path, store.salt) for key, path in wanted.items()}
            return tuple(one for kept in read_reports(store) for one in _select_findings(kept, wanted, now))
    except (OSError, StoreError):
        return ()


def _select_findings(
    kept: StoredReport, wanted: Mapping[bytes, str], now: Mapping[bytes, bytes]
) -> Iterator[ReportedFinding]:
    """Yield one report's findings in these files."""
    for finding, key in zip(kept.findings, kept.places, strict=False):
        if key in wanted:
            seen = kept.scanned.get(key, b"")
            yield ReportedFinding(
                path=wanted[key],
                finding=finding,
                source=finding.rule.split("/")[1],
                report=kept.path,
                written=kept.written,
                stale=not seen or seen != now[key],
            )
