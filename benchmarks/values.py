"""Values, not only places: what recognised values replace elsewhere in their sessions, and what it costs.

``python -m benchmarks values [--show N] FOLDER ...`` reads every log below the folders, each session's values by the
rules, and looks for them in all its other texts. It prints how many places no rule had replaced, and with ``--show``
that many of them drawn at random with what stands around (a person judges them; nothing is kept). Then the speed of
both ways on the same texts: literals, as within one read, and hashes, as after an earlier one; and an ingest of the
folders into a scratch store with the share of its CPU time that the step took.
"""

import argparse
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.archive import session_secrets
from twiceshy.base import config
from twiceshy.base.errors import SourceError
from twiceshy.logs.base import Source
from twiceshy.logs.collect import ingest_logs
from twiceshy.logs.log_owner import find_logs
from twiceshy.logs.readers import READERS
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import TEXT_FIELDS, Scrubber, scrub_events_telling
from twiceshy.privacy.secrets.known_values import (
    HashedValue,
    SecretValue,
    ValueSearch,
    hash_value,
    make_literals,
    recover_literals,
)
from twiceshy.records.events import Session
from twiceshy.records.ingest import Cursor

SALT = b"benchmark" * 3
AROUND = 60
SPEED_MB = 20


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks values")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("folders", nargs="+", type=Path)
    given = parser.parse_args(argv)
    texts, values = read(given.folders)
    places = list(echoes(texts, values))
    report(texts, values, places)
    for kind, before, behind in random.Random(1).sample(places, min(given.show, len(places))):
        print(f"  {kind}: {before!r} <value> {behind!r}")
    speed(texts, values)
    share(given.folders)


def read(folders: list[Path]) -> tuple[dict[bytes, list[str]], dict[bytes, set[SecretValue]]]:
    """Scrubbed texts and recognised values, by session."""
    scrubber = Scrubber(load_rules(), SALT, RedactionLevel.STANDARD)
    texts: dict[bytes, list[str]] = {}
    values: dict[bytes, set[SecretValue]] = {}
    for folder in folders:
        for source in find_logs(folder, READERS, os.environ, Path.home()):
            if isinstance(source, Source):
                read_one(source, scrubber, texts, values)
    return texts, values


def read_one(
    source: Source, scrubber: Scrubber, texts: dict[bytes, list[str]], values: dict[bytes, set[SecretValue]]
) -> None:
    cursor, done = Cursor(), False
    while not done:
        try:
            batch = READERS[source.agent].read(source.path, cursor, salt=SALT, limit_bytes=2_000_000)
        except SourceError:
            return
        events, found = scrub_events_telling(batch.events, scrubber)
        for event in events:
            session = event.uid if isinstance(event, Session) else event.stamp.session
            own = (getattr(event, name) for name in TEXT_FIELDS[type(event)])
            texts.setdefault(session, []).extend(text for text in own if text)
        for session, some in found.items():
            values.setdefault(session, set()).update(some)
        cursor, done = batch.cursor, batch.done


def echoes(texts: dict[bytes, list[str]], values: dict[bytes, set[SecretValue]]) -> Iterator[tuple[str, str, str]]:
    """Kind of the value, and what stands before and behind each place that no rule had replaced."""
    for session, some in values.items():
        literals = {literal: b"\0%s\0" % mark for literal, mark in make_literals(some, SALT).items()}
        for after in ValueSearch(literals).replace(texts[session]).values():
            parts = after.split("\0")
            for place in range(1, len(parts) - 1, 2):
                yield parts[place][1:-8], parts[place - 1][-AROUND:], parts[place + 1][:AROUND]


def report(
    texts: dict[bytes, list[str]], values: dict[bytes, set[SecretValue]], places: list[tuple[str, str, str]]
) -> None:
    size = sum(len(text) for some in texts.values() for text in some)
    print(f"{len(texts):,} sessions, {size / 1e6:.0f} MB of text; {len(values)} sessions show values:")
    print(f"  {sum(map(len, values.values())):,} values, {len(places):,} places that no rule had replaced")
    print(f"  by kind: {dict(Counter(kind for kind, _, _ in places).most_common(12))}")


def speed(texts: dict[bytes, list[str]], values: dict[bytes, set[SecretValue]]) -> None:
    """MB a CPU second of both ways, on texts of sessions that show values, or of any."""
    some: list[str] = []
    for session in sorted(texts, key=lambda one: (one not in values, one)):
        some += texts[session]
        if sum(map(len, some)) > SPEED_MB * 1e6:
            break
    size = sum(map(len, some)) / 1e6
    for count in (1, 10, 100):
        shown = [SecretValue(b"Kq%07d-vexil%s" % (number, b"x" * (number % 12)), "password") for number in range(count)]
        literals = make_literals(shown, SALT)
        hashed = [HashedValue(len(one), hash_value(one, SALT), mark.decode()) for one, mark in literals.items()]
        at = time.process_time()
        ValueSearch(literals).replace(some)
        by_literal = size / (time.process_time() - at)
        at = time.process_time()
        recover_literals(some, hashed, SALT)
        by_hash = size / (time.process_time() - at)
        print(f"  {count} values: literals {by_literal:.0f} MB per CPU-s, hashes {by_hash:.1f}")


def share(folders: list[Path]) -> None:
    """The share of an ingest's CPU time, in one process, that goes into this step."""
    spent = [0.0]
    admit = session_secrets.SessionSecrets.admit

    def measured(self, parts):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # as the method
        at = time.process_time()
        try:
            return admit(self, parts)
        finally:
            spent[0] += time.process_time() - at

    session_secrets.SessionSecrets.admit = measured  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as home:
        settings = config.load({"ingest.processes": "1"}, {"TWICESHY_HOME": home}, Path(home))
        at = time.process_time()
        ingest_logs.ingest(folders, settings, now=lambda: datetime.now(UTC))
        total = time.process_time() - at
    session_secrets.SessionSecrets.admit = admit  # type: ignore[method-assign]
    print(f"  ingest: {total:.1f} CPU s, of them {spent[0]:.2f} here: {spent[0] / total:.1%}")
