# ruff: noqa: INP001  # a script, not a package
"""Tell which of the pinned packages has a known vulnerability, by a database that lies here: nothing is fetched.

``python docs/check_vulnerabilities.py DATABASE``: a folder or zip file of records in the OSV format, one JSON file
each, as the Python Packaging Advisory Database and OSV's own exports hold them. Ends with 1 where a pin is affected.
"""

import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).parents[1]


class Advisory(NamedTuple):
    """One record that affects one pin."""

    package: str
    version: str
    id: str
    summary: str


def read_pins(constraints: str) -> dict[str, str]:
    """Return the versions by normal name."""
    pairs = (line.split("==") for line in constraints.splitlines() if "==" in line)
    return {canonicalize_name(name.strip()): version.strip() for name, version in pairs}


def read_records(database: Path) -> Iterator[dict[str, Any]]:
    """Yield every record; a file that is no JSON object ends the check, as a clean answer would be worth nothing."""
    if database.is_dir():
        texts = ((str(path), path.read_bytes()) for path in sorted(database.rglob("*.json")))
    else:
        archive = zipfile.ZipFile(database)
        texts = ((name, archive.read(name)) for name in archive.namelist() if name.endswith(".json"))
    for name, text in texts:
        try:
            record = json.loads(text)
        except ValueError as error:
            raise SystemExit(f"{name} in {database} is no JSON: {error}. Get the database again.") from None
        if not isinstance(record, dict):
            raise SystemExit(f"{name} in {database} is no record of the OSV format.")
        yield record


def find_affected(pins: Mapping[str, str], records: Iterator[dict[str, Any]]) -> tuple[int, list[Advisory]]:
    """Return how many records were read, and those that affect a pin; one that was withdrawn affects none."""
    count, found = 0, []
    for record in records:
        count += 1
        for part in () if record.get("withdrawn") else record.get("affected", ()):
            package = part.get("package", {})
            name = canonicalize_name(str(package.get("name", "")))
            if package.get("ecosystem") == "PyPI" and name in pins and is_affected(Version(pins[name]), part):
                found.append(Advisory(name, pins[name], str(record["id"]), str(record.get("summary", ""))))
    return count, sorted(set(found))


def is_affected(version: Version, part: Mapping[str, Any]) -> bool:
    """Tell whether the version is listed, or lies in a range of versions; ranges of commits say nothing of one."""
    if any(parse(text) == version for text in part.get("versions", ())):
        return True
    return any(
        is_inside(version, block.get("events", ()))
        for block in part.get("ranges", ())
        if block.get("type") in ("ECOSYSTEM", "SEMVER")
    )


def is_inside(version: Version, events: list[Mapping[str, str]]) -> bool:
    """Tell whether the version is introduced and not yet fixed: events in the order of their versions, as OSV wants."""
    inside = False
    for event in events:
        if "introduced" in event:
            inside = inside or event["introduced"] == "0" or is_at_least(version, event["introduced"])
        elif "fixed" in event:
            inside = inside and not is_at_least(version, event["fixed"])
        elif "last_affected" in event:
            last = parse(event["last_affected"])
            inside = inside and (last is None or version <= last)
    return inside


def is_at_least(version: Version, text: str) -> bool:
    """Tell whether the version is the other one or later; False for what is no version."""
    other = parse(text)
    return other is not None and version >= other


def parse(text: str) -> Version | None:
    """Return the version; None for what is none."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def main(words: list[str]) -> int:
    """Check, and print what was found."""
    if len(words) != 1:
        raise SystemExit("usage: check_vulnerabilities.py DATABASE (a folder or zip file of OSV records)")
    pins = read_pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    count, found = find_affected(pins, read_records(Path(words[0])))
    if not count:
        raise SystemExit(f"{words[0]} holds no record: nothing was checked.")
    for one in found:
        sys.stdout.write(f"{one.package} {one.version}: {one.id} {one.summary}".rstrip() + "\n")
    sys.stdout.write(f"{count} records, {len(pins)} pins, {len(found)} known vulnerabilities\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
