"""A PostgreSQL server of the tests' own: started once a session as a user that is not root, stopped at its end.

Its folder lies right below the temporary folder, as a socket's path may have 107 bytes; it listens on that socket only.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

MISSING = "PostgreSQL is not installed (no initdb on PATH or in /usr/lib/postgresql): its half is not tested"
LOGIN = "tws_server"
"""The role that a server of the tests logs in as."""
PATIENCE_S = 60


class PostgresqlServer:
    """One server with a folder of its own."""

    def __init__(self, programs: Path, *, durable: bool = False, settings: tuple[str, ...] = ()) -> None:
        """Make the folder and the files of a cluster; ``durable``: every commit waits for the disk."""
        self._programs = programs
        self._settings = (*settings, *(() if durable else ("fsync=off", "synchronous_commit=off")))
        self.folder = Path(tempfile.mkdtemp(prefix="tws-pg-", dir="/tmp" if Path("/tmp").is_dir() else None))
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody", "nogroup")
        words = ["-D", str(self.folder / "data"), "-A", "trust", "-N", "-U", "postgres", "--no-locale", "-E", "UTF8"]
        subprocess.run(self._as_nobody("initdb", *words), check=True, capture_output=True, cwd=self.folder)

    def _as_nobody(self, program: str, *words: str) -> list[str]:
        drop = ["--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        # It must not outlive a test run that was killed.
        before = ["setpriv", *drop, "--pdeathsig", "INT"] if drop or shutil.which("setpriv") else []
        return [*before, "env", f"HOME={self.folder}", str(self._programs / program), *words]

    def start(self) -> None:
        """Start it, and wait until it answers."""
        values = ("listen_addresses=", f"unix_socket_directories={self.folder}", "max_connections=60", *self._settings)
        words = [word for value in values for word in ("-c", value)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._as_nobody("postgres", "-D", str(self.folder / "data"), *words),
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )

        import psycopg  # noqa: PLC0415  # most test runs start without it

        give_up = time.monotonic() + PATIENCE_S
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > give_up or self._process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.05)
            else:
                return

    def url(self, database: str, role: str = "postgres") -> str:
        """The address of a database, as a role."""
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT breaks connections off and is clean, SIGKILL is a crash of the machine's kind."""
        if self._process is None:
            return
        children = [int(line.split()[0]) for line in _read_children(self._process.pid)] if how == signal.SIGKILL else []
        for pid in (self._process.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, how)
        self._process.wait(PATIENCE_S)
        self._process = None

    def remove(self) -> None:
        """End it and take its folder away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _read_children(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return []


def find_programs() -> Path | None:
    """The folder of PostgreSQL's programs, the newest where there are several."""
    there = shutil.which("initdb")
    if there:
        return Path(there).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def make_template(server: PostgresqlServer, name: str = "template_team") -> None:
    """Make a database with roles and tables, from which others are copied."""
    import psycopg  # noqa: PLC0415  # most test runs start without it

    from twiceshy_team.store.opening import migrate_team_store  # noqa: PLC0415  # as above

    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    migrate_team_store(server.url(name), LOGIN)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A running server with a migrated template; where there is none, the test is skipped and says so."""
    programs = find_programs()
    if programs is None:
        pytest.skip(MISSING)
    try:
        server = PostgresqlServer(programs)
    except subprocess.CalledProcessError as exc:
        pytest.fail(f"initdb: {exc.stderr.decode()}")
    try:
        server.start()
        make_template(server)
        yield server
    finally:
        server.remove()


_NUMBERS = count(1)


def make_database(server: PostgresqlServer) -> str:
    """Make a database with all tables; return its name."""
    import psycopg  # noqa: PLC0415  # as above

    name = f"team_{next(_NUMBERS)}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_team")
    return name


@pytest.fixture
def team_database(postgresql: PostgresqlServer) -> Iterator[str]:
    """The address of a fresh database, as the role that a server logs in as."""
    import psycopg  # noqa: PLC0415  # as above

    name = make_database(postgresql)
    yield postgresql.url(name, LOGIN)
    with psycopg.connect(postgresql.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def shared_team_database(postgresql: PostgresqlServer) -> str:
    """The address of one database for all tests that keep to teams of their own: a fresh one costs half a second."""
    return postgresql.url(make_database(postgresql), LOGIN)
