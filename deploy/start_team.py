# ruff: noqa: INP001, T201, S603  # a script, not a package; it prints, and starts programs of this machine
"""Start a team's server with a PostgreSQL of its own on this machine, as ``make team`` does; Ctrl-C ends both.

The database listens on a socket in its own folder only. Its folder stays, so that the next start goes on with it:
remove it to begin anew. As root, PostgreSQL runs as nobody, since it refuses root. Without PostgreSQL's programs the
server gets an SQLite file instead.
"""

import argparse
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

LOGIN = "twiceshy_server"
PATIENCE_S = 60
SERVE = (sys.executable, "-m", "twiceshy", "serve")
MEMBERS = ("ann", "ben")


def find_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest where there are several."""
    if there := shutil.which("initdb"):
        return Path(there).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def as_nobody(programs: Path, name: str, *words: str) -> list[str]:
    """Return the call of one of PostgreSQL's programs, by a user that is not root."""
    drop = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    return [*drop, "env", f"HOME={tempfile.gettempdir()}", str(programs / name), *words]


def make_folder(folder: Path, owner: str) -> bool:
    """Make the folder for one user only; tell whether it is new. One that others may enter is refused."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077 or folder.owner() != owner:
            sys.exit(f"{folder} is not a folder of {owner} alone. Name another with --folder, or remove it.")
        return False
    shutil.chown(folder, owner)
    return True


@contextmanager
def start_database(programs: Path, folder: Path) -> Iterator[str]:
    """Start PostgreSQL, with roles and tables; yield the address for the server's own role."""
    me = "nobody" if os.geteuid() == 0 else Path("~").expanduser().owner()
    if make_folder(folder, me):
        words = ["-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale"]
        subprocess.run(as_nobody(programs, "initdb", *words), check=True, stdout=subprocess.DEVNULL, cwd="/")
    settings = [word for one in ("listen_addresses=", f"unix_socket_directories={folder}") for word in ("-c", one)]
    log = subprocess.DEVNULL
    words = ["-D", str(folder / "data"), *settings]
    process = subprocess.Popen(
        as_nobody(programs, "postgres", *words), stdout=log, stderr=log, cwd="/", process_group=0
    )
    try:
        wait_for(programs, folder)
        socket = f"?host={folder}"
        made = subprocess.run(
            [programs / "createdb", "-h", folder, "-U", "postgres", "twiceshy"],
            check=False,
            capture_output=True,
            text=True,
        )
        if made.returncode and "already exists" not in made.stderr:
            sys.exit(made.stderr)
        call(f"postgresql://postgres@/twiceshy{socket}", "init", "--login", LOGIN)
        yield f"postgresql://{LOGIN}@/twiceshy{socket}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_S)


def wait_for(programs: Path, folder: Path) -> None:
    """Wait until PostgreSQL answers."""
    ends = time.monotonic() + PATIENCE_S
    while subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False).returncode:
        if time.monotonic() > ends:
            sys.exit(f"PostgreSQL in {folder} did not start. Remove the folder to begin anew.")
        time.sleep(0.1)


def call(database: str, *words: str) -> str:
    """Run one action of ``twiceshy serve``; return what it prints."""
    environment = {**os.environ, "TWICESHY_DATABASE": database}
    found = subprocess.run([*SERVE, *words], check=False, env=environment, stdout=subprocess.PIPE, text=True)
    if found.returncode:
        sys.exit(found.returncode)
    return found.stdout


def make_team(database: str) -> None:
    """Make a team with two members where there is none, and print their tokens."""
    if "ours" in call(database, "team"):
        print("The team `ours` and its members are there already; a new one: twiceshy serve token add ann.")
        return
    call(database, "team", "add", "ours")
    for name in MEMBERS:
        call(database, "member", "add", name)
        print(f"{name}: {call(database, 'token', 'add', name).splitlines()[0]}")
    print(f"key of the team, for its members: {call(database, 'key').splitlines()[0]}")


def serve(database: str, words: Sequence[str]) -> int:
    """Serve until Ctrl-C."""
    process = subprocess.Popen([*SERVE, *words], env={**os.environ, "TWICESHY_DATABASE": database})
    try:
        return process.wait()
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def end_once(*_: object) -> None:
    """End with the first signal; further ones would break off what ends the programs."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    sys.exit(0)


def main() -> int:
    """Start both, and end both."""
    parser = argparse.ArgumentParser(description=__doc__)
    folder = Path(tempfile.gettempdir()) / f"twiceshy-team-{os.geteuid()}"
    parser.add_argument("--folder", type=Path, default=folder, help=f"of the database ({folder})")
    parser.add_argument("words", nargs="*", help="for `twiceshy serve`, after --")
    args = parser.parse_args()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, end_once)
    programs = find_programs()
    if programs is None:
        print("PostgreSQL is not installed (Debian: apt-get install postgresql): an SQLite file will do.")
        database = str(args.folder.with_suffix(".db"))
        make_team(database)
        return serve(database, args.words)
    with start_database(programs, args.folder) as database:
        print(f"database: {database}", flush=True)
        make_team(database)
        return serve(database, args.words)


if __name__ == "__main__":
    sys.exit(main())
