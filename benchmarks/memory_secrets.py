"""Planted secrets in a project's memory: invented values where work has text, and what of them travels.

``python -m benchmarks memory_secrets [--share N] [--show]``. The kinds and forms of ``planted_secrets`` go into
prompts, replies, commands, results, files, names of files and commit messages of a scripted repository with our hooks.
Then ``learn``, ``memory push`` with prompts and whole chats, and ``memory pull`` in a second clone with a data folder
of its own. Searched for each value, its last half and its middle: every object of both memories and of what the remote
got (with packed frames unpacked), their files (the tail before the push too), the names of refs, and the second data
folder whole. The first data folder, with the spool of the hooks, is counted apart: what is in the clear there was
missed by redaction. Each text has a plain word beside its value; how many of those arrived tells that texts travelled.
"""

import argparse
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import zstandard
from tests.capture.builders import Log, a_session

from benchmarks.measure import scratch_environment, twiceshy
from benchmarks.planted_secrets import FORMS, KINDS, Case, Written, list_pieces, plant, read_folder

PLACES = ("prompt", "reply", "command", "result", "file", "name of a file", "commit message")
STEPS = 12
"""Commits in one session (guess, 2026-11-23)."""
LONGEST_NAME = 200
"""Bytes of a part of a path: file systems take 255, and ours adds a word (POSIX, 2026-11-23)."""


class Found(NamedTuple):
    """What was found of the cases."""

    travelled: list[Case]
    """In the clear in a memory, in the remote or in what was pulled."""
    stored: list[Case]
    """In the clear in the first data folder."""
    arrived: int
    """Plain words that the second clone's memory holds."""


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks memory_secrets", description=__doc__)
    parser.add_argument("--share", type=int, default=1, help="take every N-th case")
    parser.add_argument("--show", action="store_true", help="print each text of which something is in the clear")
    args = parser.parse_args(argv)
    chosen = list(make_cases())[:: args.share]
    with tempfile.TemporaryDirectory(prefix="secrets-") as name:
        found = find_clear(chosen, Path(name))
    every, left = Counter(case.surface for case in chosen), Counter(case.surface for case in found.travelled)
    for place, count in every.items():
        print(f"  {place:<16} {left[place]:>3} of {count:>3} travelled in the clear")
    print(f"all: {len(found.travelled)} of {len(chosen)}; plain words that arrived: {found.arrived}")
    print(f"in the clear in the first data folder: {len(found.stored)} of {len(chosen)}")
    for case in dict.fromkeys([*found.travelled, *found.stored]) if args.show else ():
        what = "travelled" if case in found.travelled else "stayed here"
        print(f"\n{what}: {case.place} in {case.surface} ({case.planted.kind}): {case.written.text[-300:]!r}")


def make_cases() -> Iterator[Case]:
    """Yield every kind in every form, the places taking turns; what cannot be a file's name is passed over there."""
    number = 0
    for index, kind in enumerate(KINDS):
        for turn, (form, write) in enumerate(FORMS.items()):
            number += 1
            place = PLACES[(index + turn) % len(PLACES)]
            planted = plant(kind, number)
            written = write(planted)
            if place == "name of a file" and not fits_name(written):
                place = "file"
            yield Case(form, place, planted, written)


def fits_name(written: Written) -> bool:
    """Tell whether a file can be named by the text: one line, the value as it is."""
    parts = written.text.split("/")
    whole = "\n" not in written.text and not any("//" in one for one in written.spelled)
    return whole and max(len(part.encode()) for part in parts) < LONGEST_NAME and not {".", ".."} & {*parts}


def word_of(number: int) -> str:
    """Return the plain word that stands beside a value.

    >>> word_of(7)
    'ternaah'
    """
    return "tern" + "".join(chr(ord("a") + (number // 26**place) % 26) for place in (2, 1, 0))


def find_clear(chosen: Sequence[Case], scratch: Path) -> Found:
    """Work, push, pull, and return what lies where in the clear."""
    ann, bob = scratch / "ann", scratch / "bob"
    ours, theirs = begin_person(ann), begin_person(bob)
    origin = scratch / "origin.git"
    git(ours, scratch, "init", "-q", "--bare", "-b", "main", str(origin))
    git(ours, ann, "clone", "-q", str(origin), "shop")
    git(ours, ann / "shop", "checkout", "-q", "-b", "main")
    call_verb(ours, ann / "shop", "init", "--git", "--yes")
    _work(ann, ours, chosen)
    git(ours, ann / "shop", "push", "-q", "origin", "main")
    git(theirs, bob, "clone", "-q", str(origin), "shop")
    call_verb(ours, ann / "shop", "ingest", str(ann / "logs"))
    call_verb(ours, ann / "shop", "learn")
    mine = ann / "shop" / ".git" / "twiceshy"
    travelled = list(read_memory(mine, ours))  # the tail, before a push takes it into git
    call_verb(ours, ann / "shop", "memory", "push", "--yes")
    call_verb(theirs, bob / "shop", "memory", "pull")
    pulled = [*read_memory(bob / "shop" / ".git" / "twiceshy", theirs), *read_folder(bob / "store")]
    travelled += [*read_memory(mine, ours), *read_sent(origin, ours), *pulled]
    words = b"\x00".join(pulled)
    return Found(
        _choose_clear(chosen, travelled),
        _choose_clear(chosen, list(read_folder(ann / "store"))),
        sum(word_of(number).encode() in words for number in range(len(chosen))),
    )


def _choose_clear(chosen: Sequence[Case], texts: Sequence[bytes]) -> list[Case]:
    haystack = b"\x00".join(texts)
    return [case for case in chosen if any(piece in haystack for piece in list_pieces(case.written))]


def begin_person(folder: Path) -> dict[str, str]:
    """Make a person's folder, and return the environment in which the person works."""
    folder.mkdir()
    (folder / "logs").mkdir()
    (folder / "gitconfig").write_text("[user]\nname = kes\nemail = dev@example.com\n", "utf-8")
    return scratch_environment(folder) | {"TWICESHY_SHARE_PROMPTS": "true", "TWICESHY_SHARE_BODIES": "true"}


def _work(folder: Path, environment: Mapping[str, str], chosen: Sequence[Case]) -> None:
    """Write sessions that commit in the repository, the texts of each place taking turns."""
    numbered = [(number, case) for number, case in enumerate(chosen)]
    rows = list(
        zip_longest(
            *(
                [
                    f"{case.written.text}\n{word_of(number)} is done"
                    if place != "name of a file"
                    else f"{case.written.text} {word_of(number)}"
                    for number, case in numbered
                    if case.surface == place
                ]
                for place in PLACES
            ),
            fillvalue="go on",
        )
    )
    for first in range(0, len(rows), STEPS):
        log = a_session(f"work{first}", cwd=str(folder / "shop"))
        for number, row in enumerate(rows[first : first + STEPS], first):
            _take_step(log, folder / "shop", environment, dict(zip(PLACES, row, strict=True)), number)
        log.write(folder / "logs" / f"{log.session_id}.jsonl")


def _take_step(log: Log, shop: Path, environment: Mapping[str, str], texts: Mapping[str, str], number: int) -> None:
    """Say, call, write and commit once."""
    name = texts["name of a file"].replace("//", "/").strip("/")
    name = f"conf{number}/{name}"
    log.prompt(texts["prompt"]).says(texts["reply"]).runs(texts["command"], "ok").runs("make", texts["result"])
    log.writes(name, texts["file"] + "\n")
    (shop / name).parent.mkdir(parents=True, exist_ok=True)
    (shop / name).write_text(texts["file"] + "\n", "utf-8")
    message = f"Set it {number}\n\n{texts['commit message']}"
    when = dict(environment) | {"GIT_AUTHOR_DATE": log.time(), "GIT_COMMITTER_DATE": log.time()}
    git(when, shop, "add", "-A")
    git(when, shop, "commit", "-q", "-m", message)
    short = git(environment, shop, "rev-parse", "--short", "HEAD").decode().strip()
    log.runs(
        f"git commit -F - <<'EOF'\n{message}\nEOF", f"[main {short}] Set it {number}\n 1 file changed, 1 insertion(+)"
    )


def read_memory(folder: Path, environment: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the files of a memory, their names, and the objects of its repository."""
    for where, _, names in os.walk(folder):
        for name in names:
            yield os.fsencode(Path(where, name))
            yield from unpack((Path(where) / name).read_bytes())
    bare = folder / "memory.git"
    if bare.is_dir():
        yield from _read_objects(bare, environment, [])


def read_sent(origin: Path, environment: Mapping[str, str]) -> Iterator[bytes]:
    """Yield what the remote has besides the branches' own objects, and the names of its refs."""
    yield git(environment, origin, "for-each-ref")
    own = git(environment, origin, "rev-list", "--objects", "--branches").split(b"\n")
    yield from _read_objects(origin, environment, [line[:40] for line in own])


def _read_objects(bare: Path, environment: Mapping[str, str], passed: Sequence[bytes]) -> Iterator[bytes]:
    """Yield each object of a repository, reachable or not, but those passed over."""
    every = git(environment, bare, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split()
    asked = b"\n".join(sorted({*every} - {*passed}))
    said = subprocess.run(
        ["git", "-C", str(bare), "cat-file", "--batch"],
        input=asked,
        env=dict(environment),
        capture_output=True,
        check=True,
    ).stdout
    yield from unpack(said)


def unpack(content: bytes) -> Iterator[bytes]:
    """Yield the bytes, and what every zstandard frame in them holds."""
    yield content
    at = content.find(zstandard.FRAME_HEADER)
    while at >= 0:
        with suppress(zstandard.ZstdError):  # the four bytes stood there by chance
            yield zstandard.ZstdDecompressor().decompressobj().decompress(content[at:])
        at = content.find(zstandard.FRAME_HEADER, at + 1)


def git(environment: Mapping[str, str], folder: Path, *words: str) -> bytes:
    done = subprocess.run(["git", "-C", str(folder), *words], env=dict(environment), capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"git {words[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout


def call_verb(environment: Mapping[str, str], folder: Path, *words: str) -> None:
    """Run a verb of this checkout there."""
    done = subprocess.run(twiceshy(*words), env=dict(environment), cwd=folder, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace")[-500:]
        raise SystemExit(f"twiceshy {' '.join(words[:2])} ended with {done.returncode}: {said}")
