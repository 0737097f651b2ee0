"""Planted secrets and a fleet: what of them is in its output, in Spark's files, and in any file while it runs.

``python -m benchmarks fleet_secrets [--share N] [--engine processes|spark] [--show]``. The kinds and forms of
``planted_secrets`` come in by an organisation's logs: in prompts, replies, commands, outputs, edits, titles, branches
and folders, in lines that are broken, in files that no reader can read, in names of files; and by its repositories: in
contents, messages, the address of a remote, and one repository whose pack is damaged. Then ``fleet plan``, ``run``
(twice), ``status`` and ``report`` work on them. A watcher reads every file below the temporary folder, Spark's folders
among them, each time it changes, and the command line of every process. Afterwards every file is read that is left:
Parquet cell by cell, each shard's store cell by cell and as it lies on the disk, free pages with it. In all of that,
and in what was printed, each value, its last half and its middle are searched, and the fleet's own secret, too.

Spark's event log is on, and nothing that it writes is packed. Its jobs have one stage each, so nothing is shuffled: the
bytes that its event log tells of shuffles are told here.
"""

import argparse
import io
import json
import os
import re
import subprocess
import tarfile
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import zstandard
from tests.logs.builders import Log, a_session

from benchmarks.measure import scratch_environment, twiceshy
from benchmarks.planted_secrets import ADDS, ECHOED, Case, list_pieces, make_cases
from twiceshy.archive.database_texts import is_database, read_cells
from twiceshy.privacy.secrets.secret_triggers import list_match_libraries, make_finder

SECRET = b"\x91\x02\xfe\x77" * 8
"""The fleet's own: no text, so that it is found wherever it is."""
_SPARK = {
    "spark.eventLog.enabled": "true",
    "spark.eventLog.compress": "false",
    "spark.broadcast.compress": "false",
    "spark.shuffle.compress": "false",
    "spark.shuffle.spill.compress": "false",
    "spark.rdd.compress": "false",
}
_PAUSE_S = 0.05  # guess, 2026-11-23: between two looks at the temporary folders
_LARGEST = 64 << 20  # guess, 2026-11-23: bytes of a file that are read while it changes


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks fleet_secrets", description=__doc__)
    parser.add_argument("--share", type=int, default=1, help="take every N-th case")
    parser.add_argument("--engine", choices=("processes", "spark"), default="processes")
    parser.add_argument("--show", action="store_true", help="print each text of which something is in the clear")
    args = parser.parse_args(argv)
    cases = [case for case in make_cases() if case.place != ECHOED][:: args.share]
    with tempfile.TemporaryDirectory(prefix="fleet-secrets-") as name:
        found = sweep(cases, Path(name), args.engine)
    for where, (size, clear) in found.items():
        print(f"{where:<36} {len(clear):>4} of {len(cases)} values in the clear ({size / 1e6:.1f} MB)")
        for case in clear if args.show else ():
            print(f"    {case.place} in {case.surface} ({case.planted.kind}): {case.written.text[-200:]!r}")


def sweep(cases: Sequence[Case], folder: Path, engine: str) -> dict[str, tuple[int, list[Case]]]:
    """Bring the cases in, work on them, and return for each place its bytes and the cases of which something is there.

    The last place is called by the fleet's own secret: a case stands for each time that it was found.
    """
    planted = plant_inputs(cases, folder / "in")
    search = PieceSearch(planted)
    environment = prepare_environment(folder)
    watcher = Watcher(folder / "tmp", search)
    watcher.start()
    try:
        printed = "".join(run_all(folder, environment, engine))
    finally:
        watcher.stop()
    places = {
        "what was printed": [printed.encode()],
        "the output": read_everything(folder / "out"),
        "Spark's event log": read_everything(folder / "events"),
        "left in temporary folders": read_everything(folder / "tmp"),
        "the data folder": (text for text in read_everything(folder / "store", but="fleet.secret")),
    }
    found = {"temporary files while it ran": (watcher.size, search.name(watcher.found))}
    for where, texts in places.items():
        size, numbers = search.find_in(texts)
        found[where] = (size, search.name(numbers))
    return found


def prepare_environment(folder: Path) -> dict[str, str]:
    """Return an environment whose temporary folder is watched."""
    for name in ("tmp", "events", "store"):
        (folder / name).mkdir(mode=0o700)
    (folder / "secret").touch(mode=0o600)
    (folder / "secret").write_text(SECRET.hex(), "ascii")
    kept = {name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ}
    return {**scratch_environment(folder), **kept, "TMPDIR": str(folder / "tmp"), "SPARK_LOCAL_IP": "127.0.0.1"}


def run_all(folder: Path, environment: Mapping[str, str], engine: str) -> Iterator[str]:
    """Yield what each verb printed."""
    out = str(folder / "out")
    places = ["--logs", str(folder / "in" / "logs"), "--repositories", str(folder / "in" / "git"), "--team-at", "1"]
    settings = {**_SPARK, "spark.eventLog.dir": (folder / "events").as_uri()}
    spark = [word for name, value in settings.items() for word in ("--spark", f"{name}={value}")]
    options = ["--engine", engine, "--workers", "2", *(spark if engine == "spark" else [])]
    secret = ["--secret", str(folder / "secret")]
    yield _call(environment, "plan", out, *places, *secret)
    for _ in range(2):
        yield _call(environment, "run", out, *options)
    yield _call(environment, "status", out)
    yield _call(environment, "status", out, "--json")
    for by in ("team", "repository", "agent", "model"):
        yield _call(environment, "report", out, "--by", by)


def _call(environment: Mapping[str, str], *words: str) -> str:
    done = subprocess.run(twiceshy("fleet", *words), env=dict(environment), capture_output=True, check=False)
    text = (done.stdout + done.stderr).decode(errors="replace")
    if done.returncode not in {0, 1} or "Traceback" in text:
        raise SystemExit(f"twiceshy fleet {words[0]} ended with {done.returncode}: {text[-1500:]}")
    return text


def plant_inputs(cases: Sequence[Case], folder: Path) -> list[Case]:
    """Write logs and repositories that hold the cases; return those that a place took."""
    by_surface: dict[str, list[Case]] = {}
    for case in cases:
        by_surface.setdefault(case.surface, []).append(case)
    logs = folder / "logs" / "birds" / "maria"
    for surface, held in by_surface.items():
        if surface in ADDS:
            log = a_session(surface, cwd="/home/maria/shop").prompt("go on")
            for case in held:
                ADDS[surface](log, case.written.text)
            _write(log, logs / "-home-maria-shop" / f"{log.session_id}.jsonl")
    _plant_titles(by_surface.get("title and branch", []), logs / "-home-maria-shop")
    _plant_commits(by_surface.get("commit", []), folder / "git" / "birds")
    _plant_broken(by_surface.get("hook payload", []), logs / "broken")
    _plant_unreadable(by_surface.get("report", []), logs / "unreadable")
    _plant_names(by_surface.get("recorded run", []), folder)
    return list(cases)


def _write(log: Log, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    log.write(path)


def _plant_titles(cases: Sequence[Case], folder: Path) -> None:
    for number, case in enumerate(cases):
        text = case.written.text
        log = a_session(f"title{number}", cwd=f"/home/maria/{text}").prompt("go on").runs("make", "ok")
        log.add({"type": "ai-title", "aiTitle": text, "sessionId": log.session_id})
        for record in log.records:
            record["gitBranch"] = text.replace("\n", " ")
        _write(log, folder / f"{log.session_id}.jsonl")


def _plant_commits(cases: Sequence[Case], folder: Path) -> None:
    """Contents, messages and remotes; every second repository's pack is damaged after."""
    for number in range(2):
        project = folder / f"shop{number}"
        project.mkdir(parents=True)
        _git(project, "init", "-q")
        for place, case in enumerate(cases[number::2]):
            (project / "a.txt").write_text(f"{place}\n{case.written.text}\n", "utf-8")
            _git(project, "add", "-A")
            _git(project, "commit", "-qm", f"Set it\n\n{case.written.text}")
            if place == 0:
                _git(project, "remote", "add", "origin", f"https://kes:{case.planted.value}@git.birds.org/b/s{number}")
        _git(project, "gc", "-q")
    for pack in (folder / "shop1").rglob("*.pack"):
        pack.chmod(0o600)
        content = pack.read_bytes()
        pack.write_bytes(content[: len(content) // 2])


def _git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=kes", "-c", "user.email=dev@example.com"]
    kept = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    subprocess.run(["git", *who, *words], cwd=folder, env=kept, check=True, capture_output=True)


def _plant_broken(cases: Sequence[Case], folder: Path) -> None:
    """Lines that are no records: bare texts, cut records, bytes that are no UTF-8."""
    log = a_session("broken", cwd="/home/maria/shop").prompt("go on").runs("make", "ok")
    path = folder / f"{log.session_id}.jsonl"
    _write(log, path)
    with path.open("ab") as file:
        for case in cases:
            text = case.written.text.encode()
            file.write(text + b"\n" + json.dumps({"type": "user", "x": case.written.text}).encode()[:-2] + b"\n")
            file.write(b"\xff\xfe" + text + b"\n")
            file.write(json.dumps({"type": case.written.text, case.written.text: 1}).encode() + b"\n")


def _plant_unreadable(cases: Sequence[Case], folder: Path) -> None:
    """Files that look like an agent's and cannot be read: a damaged database, cut documents."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = "\n".join(case.written.text for case in cases).encode()
    (folder / "opencode.db").write_bytes(b"SQLite format 3\0" + texts * 2)
    (folder / "session-2026-01-01T10-00-aaaaaaaa.json").write_bytes(b'{"sessionId": "a", "messages": [' + texts)
    (folder / "run.traj").write_bytes(b'{"trajectory": [' + texts)
    (folder / "cut.jsonl.gz").write_bytes(b"\x1f\x8b\x08" + texts)


def _plant_names(cases: Sequence[Case], folder: Path) -> None:
    """Names of logs and of folders; a value stands behind its name, as nothing else tells what it is."""
    for number, case in enumerate(cases):
        log = a_session(f"name{number}", cwd="/home/maria/shop").prompt("go on")
        name = re.sub(r"[/\0]", "", f"{case.planted.name}={case.planted.value}")[:150]
        above = folder / "logs" / "trees"
        _write(log, above / name / f"{log.session_id}.jsonl" if number % 2 else above / f"{name}.jsonl")
    os.mkfifo(folder / "logs" / "trees" / f"TOKEN={cases[0].planted.value}.jsonl") if cases else None


class PieceSearch:
    """Finds pieces of many values at once, and the fleet's own secret."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        own = [SECRET, SECRET.hex().encode()]
        owners = {piece: number for number, case in enumerate(cases) for piece in list_pieces(case.written)}
        self.owners = [*owners.values(), *(-1 for _ in own)]
        escaped = [b"".join(b"\\x%02x" % byte for byte in piece) for piece in (*owners, *own)]
        self.finder = make_finder(escaped, list_match_libraries()[0])

    def find(self, text: bytes) -> set[int]:
        """Return the numbers of the cases of which something is in a text; -1 is the fleet's own secret."""
        return {self.owners[rule] for _, rule in self.finder.hits(text)}

    def find_in(self, texts: Iterable[bytes]) -> tuple[int, set[int]]:
        """Return how many bytes there were, and as ``find``."""
        size, found = 0, set[int]()
        for text in texts:
            size += len(text)
            found |= self.find(text)
        return size, found

    def name(self, numbers: Iterable[int]) -> list[Case]:
        """Return the cases.

        Raises:
            SystemExit: the fleet's own secret is among them.
        """
        if -1 in (found := sorted(numbers)):
            raise SystemExit("the fleet's own secret is in the clear")
        return [self.cases[number] for number in found]


class Watcher(threading.Thread):
    """Reads every file below a folder whenever it changed, and every process' command line."""

    def __init__(self, folder: Path, search: PieceSearch) -> None:
        super().__init__(daemon=True)
        self.folder = folder
        self.search = search
        self.size = 0
        self.found: set[int] = set()
        self.places: Counter[str] = Counter()
        self._seen: dict[tuple[int, int], tuple[int, int]] = {}
        self._over = threading.Event()

    def run(self) -> None:
        """Look again and again until stopped."""
        while not self._over.is_set():
            for path in _list_files(self.folder):
                self.look(path)
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                self.take(path, str(path.name))
            time.sleep(_PAUSE_S)

    def stop(self) -> None:
        """Stop, and wait for the last look."""
        self._over.set()
        self.join()

    def look(self, path: Path) -> None:
        """Read a file if it is not as it was; a worker's salt is where it must be, and is left out."""
        try:
            status = path.stat()
        except OSError:
            return
        key, state = (status.st_dev, status.st_ino), (status.st_size, status.st_mtime_ns)
        if path.name == "salt" or self._seen.get(key) == state or status.st_size > _LARGEST:
            return
        self._seen[key] = state
        self.take(path, path.name)

    def take(self, path: Path, name: str) -> None:
        """Search a file's bytes."""
        try:
            content = path.read_bytes()
        except OSError:
            return
        self.size += len(content)
        if found := self.search.find(content):
            self.found |= found
            self.places[name] += 1


def _list_files(folder: Path) -> Iterator[Path]:
    for above, _, names in os.walk(folder):
        for name in names:
            path = Path(above) / name
            if path.is_file() and not path.is_symlink():
                yield path


def read_everything(folder: Path, but: str = "") -> Iterator[bytes]:
    """Yield every name and every file's bytes, and what is packed in it, unpacked."""
    for path in _list_files(folder):
        yield os.fsencode(path.relative_to(folder))
        if path.name != but:
            yield from read_unpacked(path)


def read_unpacked(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes; of Parquet and of databases every cell, of a packed store every file."""
    yield path.read_bytes()
    if path.suffix == ".parquet":
        yield from _read_parquet(path)
    elif path.name.endswith(".tar.zst"):
        yield from _read_archive(path)
    elif is_database(path):
        yield from (bytes(cell.content) for cell in read_cells(path))


def _read_parquet(path: Path) -> Iterator[bytes]:
    from pyarrow import parquet  # noqa: PLC0415  # an extra

    for row in parquet.read_table(path).to_pylist():
        yield b"\0".join(one if isinstance(one, bytes) else str(one).encode("utf-8", "replace") for one in row.values())


def _read_archive(path: Path) -> Iterator[bytes]:
    unpacked = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(path.read_bytes())).read()
    with tarfile.open(fileobj=io.BytesIO(unpacked)) as archive, tempfile.TemporaryDirectory() as name:
        archive.extractall(name, filter="data")
        for inner in sorted(Path(name).iterdir()):
            yield from read_unpacked(inner)
