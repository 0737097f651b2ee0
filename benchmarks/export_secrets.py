"""Planted secrets in exports: invented values wherever work has text, and what of them any export has in the clear.

``python -m benchmarks export_secrets [--share N] [--show]``. The kinds and forms of ``planted_secrets`` come in by its
surfaces, and as names of files, of branches and of authors. Then every kind of row is exported in every form there is,
and each file (Parquet and JSON as decoded text too, names included) is searched for each value, its last half and its
middle. Each text has a plain word beside its value; how many of those arrived tells that texts were exported. An export
that the gate stopped is told with its reason, and must leave nothing. At the end the gate alone looks at the texts, as
if redaction had seen none of them.
"""

import argparse
import json
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.logs.builders import a_session

from benchmarks.measure import scratch_environment, twiceshy
from benchmarks.memory_secrets import fits_name, word_of
from benchmarks.planted_secrets import (
    ECHOED,
    FORMS,
    KINDS,
    SURFACES,
    Case,
    list_pieces,
    make_cases,
    plant,
)
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy_data.recipes import list_forms
from twiceshy_data.rows import list_exports

NAMES = ("name of a file", "name of a branch", "name of an author")
"""Places of one line, which no surface has."""


MIT = (
    "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software and "
    "associated documentation files, to deal in it without restriction.\n"
)
"""Beginning of the licence by which rows to train on may leave."""


class Exported(NamedTuple):
    """What exports gave."""

    texts: Mapping[str, bytes]
    """All that lies in a file or folder, decoded too, by kind and form."""
    stopped: Mapping[str, str]
    """What the error said, by kind and form."""


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks export_secrets", description=__doc__)
    parser.add_argument("--share", type=int, default=1, help="take every N-th case")
    parser.add_argument("--show", action="store_true", help="print each text of which something is in the clear")
    args = parser.parse_args(argv)
    chosen = list(list_cases())[:: args.share]
    with tempfile.TemporaryDirectory(prefix="exported-") as name:
        exported = export_all(chosen, Path(name))
    for what, why in exported.stopped.items():
        print(f"  {what:<24} stopped: {why[-160:]}")
    clear: dict[Case, list[str]] = {}
    for what, text in exported.texts.items():
        found = [case for case in chosen if any(piece in text for piece in list_pieces(case.written))]
        words = sum(word_of(number).encode() in text for number in range(len(chosen)))
        print(f"  {what:<24} {len(found):>3} of {len(chosen)} in the clear; {words} plain words, {len(text)} bytes")
        for case in found:
            clear.setdefault(case, []).append(what)
    print(f"all: {len(clear)} of {len(chosen)} values in the clear in {len(exported.texts)} exports")
    alone = list_missed(chosen, RedactionLevel.STANDARD)
    print(f"by the gate alone, without redaction: {len(alone)} of {len(chosen)} in the clear")
    print(f"and at the strict level: {len(list_missed(chosen, RedactionLevel.STRICT))}")
    for case in [*clear, *alone] if args.show else ():
        print(
            f"\n{case.place} in {case.surface} ({case.planted.kind}), {clear.get(case)}: {case.written.text[-300:]!r}"
        )
    print(f"by place: {dict(Counter(case.surface for case in clear))}")


def list_cases() -> Iterator[Case]:
    """Yield the cases of ``planted_secrets`` but echoes, and every kind as a name of each sort."""
    number = 0
    for case in make_cases():
        number += 1
        if case.place != ECHOED:
            yield case
    for turn, place in enumerate(NAMES):
        for kind in KINDS:
            number += 1
            planted = plant(kind, number)
            written = list(FORMS.values())[turn](planted)
            text = written.text.splitlines()[1 if turn == 0 else 0]
            if fits_name(written._replace(text=text)):
                yield Case(place, place, planted, written._replace(text=text))


def export_all(chosen: Sequence[Case], scratch: Path) -> Exported:
    """Bring the cases in and export everything in every form."""
    environment = scratch_environment(scratch)
    texts: dict[str, list[str]] = {}
    for number, case in enumerate(chosen):
        join = " " if case.surface in NAMES else "\n"
        texts.setdefault(case.surface, []).append(f"{case.written.text}{join}{word_of(number)}")
    for surface, bring in SURFACES.items():
        if surface in texts:
            bring(scratch, environment, texts[surface])
    _bring_names(scratch, environment, texts)
    return _export(environment, scratch / "out")


def _bring_names(scratch: Path, environment: Mapping[str, str], texts: Mapping[str, Sequence[str]]) -> None:
    """Work in a repository whose files, branches and authors are named by the texts."""
    files, branches, authors = (texts.get(place, ()) for place in NAMES)
    shop = scratch / "shop"
    subprocess.run(["git", "init", "-q", str(shop)], env=dict(environment), check=True)
    log = a_session("names", cwd=str(shop)).prompt("go on")
    for number, name in enumerate(files):
        log.writes(f"{shop}/conf{number}/{name.replace('//', '/').strip('/')}", "a = 1\n")
    for number, author in enumerate(authors or ["kes"]):
        who = ["-c", f"user.name={author}", "-c", "user.email=dev@example.com"]
        (shop / "a.txt").write_text(f"{number}\n", "utf-8")
        for words in (["add", "-A"], [*who, "commit", "-qm", f"Set it {number}"]):
            subprocess.run(["git", *words], cwd=shop, env=dict(environment), check=True)
    folder = scratch / "named"
    folder.mkdir()
    log.write(folder / f"{log.session_id}.jsonl")
    for number, branch in enumerate(branches):
        other = a_session(f"branch{number}", cwd=str(shop)).prompt("go on").runs("make", "ok")
        for record in other.records:
            record["gitBranch"] = branch
        other.write(folder / f"{other.session_id}.jsonl")
    _call(environment, "ingest", str(folder))
    for repository in (shop, scratch / "project"):
        if repository.is_dir():
            (repository / "LICENSE").write_text(MIT, "utf-8")
            _call(environment, "backfill", "--all", str(repository))
    _call(environment, "learn")


def _export(environment: Mapping[str, str], out: Path) -> Exported:
    """Write every kind in every form, and read it again."""
    out.mkdir()
    texts, stopped = dict[str, bytes](), dict[str, str]()
    for kind in list_exports():
        for form in list_forms():
            what, place = f"{kind} as {form}", out / f"{kind}.{form}"
            words: list[str] = []
            words += ["--with-diffs"] if kind == "commits" else []
            if done := _call(environment, "export", kind, "--format", form, "--output", str(place), *words):
                stopped[what] = done
            texts[what] = b"\x00".join(_read(place))
    return Exported(texts, stopped)


def _read(place: Path) -> Iterator[bytes]:
    """Yield the bytes of a file or of all files of a folder, their names, and what they hold once decoded."""
    paths = [Path(folder, name) for folder, _, names in os.walk(place) for name in names] if place.is_dir() else [place]
    for path in paths:
        if path.is_file():
            yield os.fsencode(path.name)
            yield path.read_bytes()
            yield from _decode(path)


def _decode(path: Path) -> Iterator[bytes]:
    """Yield the texts of a file in which letters may be spelled otherwise."""
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq  # noqa: PLC0415  # only where such a file was written

        rows: list[object] = pq.read_table(path).to_pylist()
    elif path.suffix == ".json":
        rows = [json.loads(path.read_text("utf-8"))]
    elif path.suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    else:
        return
    for row in rows:
        yield from (text.encode("utf-8", "surrogatepass") for text in list_texts(row))


def list_texts(value: object) -> Iterator[str]:
    """Yield every text within a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield str(name)
            yield from list_texts(one)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for one in value:
            yield from list_texts(one)


def list_missed(chosen: Sequence[Case], level: RedactionLevel) -> list[Case]:
    """Return the cases that the gate alone lets through."""
    gate = OutgoingTexts(load_rules(), b"s" * 32, level)
    missed = []
    for case in chosen:
        (text,), left = gate.clean([case.written.text])
        if left is None and any(piece in text.encode() for piece in list_pieces(case.written)):
            missed.append(case)
    return missed


def _call(environment: Mapping[str, str], *words: str) -> str:
    """Run a verb of this checkout; return what it said where it failed."""
    done = subprocess.run(twiceshy(*words), env=dict(environment), capture_output=True, check=False)
    return done.stderr.decode(errors="replace").strip() or "failed" if done.returncode else ""
