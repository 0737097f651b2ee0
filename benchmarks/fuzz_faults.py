"""Faults for ``fuzz_verbs``: what data, the environment, the disk and a thin installation can do to a verb.

Each fault is applied in the child process that then runs the verb, and is drawn from a seeded generator, so that a run
can be repeated by its number. A fault of the system is raised where Python meets it: in ``os``, ``open`` and
``sqlite3``, since a test cannot fill a real disk or break one.
"""

import builtins
import contextlib
import errno
import fcntl
import importlib.abc
import io
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

PAGE = 4096
ERRNOS = (
    errno.ENOSPC,
    errno.EACCES,
    errno.EROFS,
    errno.EIO,
    errno.EMFILE,
    errno.ENOTDIR,
    errno.ELOOP,
    errno.ENAMETOOLONG,
    errno.EPERM,
    errno.ESTALE,
    errno.EDQUOT,
    errno.ENOENT,
    errno.EAGAIN,
)
SQLITE_CODES = (
    ("database or disk is full", sqlite3.SQLITE_FULL),
    ("disk I/O error", sqlite3.SQLITE_IOERR),
    ("database disk image is malformed", sqlite3.SQLITE_CORRUPT),
    ("attempt to write a readonly database", sqlite3.SQLITE_READONLY),
    ("database is locked", sqlite3.SQLITE_BUSY),
    ("unable to open database file", sqlite3.SQLITE_CANTOPEN),
    ("file is not a database", sqlite3.SQLITE_NOTADB),
    ("out of memory", sqlite3.SQLITE_NOMEM),
    ("locking protocol", sqlite3.SQLITE_PROTOCOL),
)
LIBRARIES = (
    "re2",
    "hyperscan",
    "orjson",
    "platformdirs",
    "ruamel",
    "tomlkit",
    "tree_sitter",
    "tree_sitter_bash",
    "tree_sitter_go",
    "tree_sitter_javascript",
    "tree_sitter_python",
    "tree_sitter_typescript",
    "zstandard",
    "lightgbm",
    "numpy",
    "chromadb",
    "regex",
    "mcp",
    "anyio",
)
"""What is imported and is not of the standard library, the optional ones among it."""
_SURROGATE = "\udcff"
# A word of a command line cannot hold a zero byte.
TEXTS = (
    "",
    " ",
    _SURROGATE,
    "a" * 5000,
    "..",
    "/",
    "-",
    "--",
    "\u202e\u200b",
    "%s",
    "'",
    '"',
    "*",
    "[",
    "-1",
    "٣",
    "nan",
)
NUMBERS = ("0", "-1", str(2**31), str(2**63), str(-(2**63)), "9" * 400, "1e400", "nan", "inf", "0x10", "1_000", "", "٣")


class Scene(NamedTuple):
    """The folders of one run."""

    home: Path
    data: Path
    work: Path
    """The working folder, a repository."""


class Fault(NamedTuple):
    """A way to be unlucky."""

    name: str
    apply: Callable[[Random, Scene], str]
    """Do it, and return it in words."""


def _list_files(scene: Scene) -> list[Path]:
    """Return the files of the data folder that a verb may read, the databases five times."""
    found = sorted(path for path in scene.data.rglob("*") if path.is_file() and not path.is_symlink())
    return found + [path for path in found if path.suffix == ".db"] * 5


def damage_bytes(rng: Random, scene: Scene) -> str:
    """Overwrite parts of a file."""
    path = rng.choice(_list_files(scene))
    content = bytearray(path.read_bytes())
    if not content:
        content = bytearray(rng.randbytes(100))
    how = rng.choice(("cut", "empty", "page", "zeros", "flips", "flips", "first page", "noise", "header"))
    if how == "cut":
        content = content[: rng.randrange(len(content))]
    elif how == "empty":
        content = bytearray()
    elif how == "noise":
        content = bytearray(rng.randbytes(rng.randrange(1, 20_000)))
    elif how in {"page", "zeros", "first page"}:
        at = 0 if how == "first page" else rng.randrange(0, len(content), PAGE)
        end = min(at + PAGE, len(content))
        skip = 100 if how == "first page" else 0
        content[at + skip : end] = bytes(end - at - skip) if how == "zeros" else rng.randbytes(max(0, end - at - skip))
    elif how == "header":
        at = rng.randrange(min(100, len(content)))
        content[at] = rng.randrange(256)
    else:
        for _ in range(rng.choice((1, 5, 50, 500))):
            content[rng.randrange(len(content))] = rng.randrange(256)
    path.write_bytes(content)
    return f"{how} of {path.relative_to(scene.home)}"


def replace_file(rng: Random, scene: Scene) -> str:
    """Put something else where a file was."""
    path = rng.choice(_list_files(scene))
    how = rng.choice(("gone", "folder", "loop", "dangling", "no permission"))
    path.unlink()
    if how == "folder":
        path.mkdir()
    elif how == "loop":
        path.symlink_to(path)
    elif how == "dangling":
        path.symlink_to("/nowhere/at all")
    elif how == "no permission":
        path.touch(mode=0)
    return f"{how}: {path.relative_to(scene.home)}"


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def change_values(rng: Random, scene: Scene) -> str:
    """Put odd values into a column: what a foreign program, or a flipped bit that SQLite cannot see, leaves there."""
    name = rng.choice(("twiceshy.db", "twiceshy.db", "twiceshy.db", "bodies.db", "rules.db"))
    connection = sqlite3.connect(scene.data / name, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    tables = [
        (table, [(row[1], row[2]) for row in connection.execute(f"PRAGMA table_info({_quote(table)})")])
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    done = []
    for _ in range(rng.choice((1, 1, 3))):
        table, columns = rng.choice([one for one in tables if one[1]])
        column, kind = rng.choice(columns)
        odd: Iterable[object] = {
            "INTEGER": (0, -1, 2**63 - 1, -(2**63), 2**40, 7),
            "REAL": (float("inf"), -1e308, 1e308, 0.0),
            "BLOB": (b"", b"\xff\x00", b"{}", b"[]", b"null", b'{"a":1}', rng.randbytes(20)),
        }.get(kind, ("", "garbage", "null", "[]", '{"a": 1}', "9999-99-99T99:99:99Z", "0001-01-01T00:00:00Z", "\x00"))
        value: object = rng.choice([*odd, None])
        if kind == "TEXT" and rng.random() < 0.15:
            value = b"\xff\xfe broken"
        mark = "CAST(? AS TEXT)" if isinstance(value, bytes) and kind == "TEXT" else "?"
        where = f"WHERE rowid % {rng.choice((1, 2, 7))} = 0"
        try:
            connection.execute(f"UPDATE OR IGNORE {_quote(table)} SET {_quote(column)} = {mark} {where}", (value,))
            done.append(f"{table}.{column} = {str(value)[:20]!r}")
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                connection.execute(f"UPDATE OR IGNORE {_quote(table)} SET {_quote(column)} = {mark}", (value,))
                done.append(f"{table}.{column} = {str(value)[:20]!r}")
    if rng.random() < 0.1:
        connection.execute("INSERT INTO migration VALUES ('0999-later', '2031-01-01T00:00:00Z')")
        done.append("newer schema")
    elif rng.random() < 0.1:
        table = rng.choice(tables)[0]
        with contextlib.suppress(sqlite3.Error):
            connection.execute(f"DROP TABLE {_quote(table)}")
            done.append(f"no {table}")
    connection.close()
    return f"{name}: {', '.join(done)}"


def change_environment(rng: Random, scene: Scene) -> str:
    """Set odd variables."""
    file = scene.home / "a file"
    file.write_text("x")
    odd: dict[str, tuple[str, ...]] = {
        "TZ": (
            "XXX-99:99",
            ":/etc/passwd",
            "",
            "A" * 300,
            "UTC-24",
            "XXX+167:59:59",
            _SURROGATE,
            "Europe/Nowhere",
            "<+99>-24",
        ),
        "HOME": ("", "/", "relative", str(file), "/nowhere", "/proc/1/root", "a" * 5000, f"/{_SURROGATE}"),
        "TWICESHY_HOME": (
            "relative",
            str(file),
            "/nowhere/x",
            "/proc/x",
            "a" * 5000,
            f"/tmp/{_SURROGATE}",
            "~",
            "~nobody-known/x",
        ),
        "XDG_CONFIG_HOME": ("relative", str(file), "/nowhere", "", f"/{_SURROGATE}"),
        "XDG_DATA_HOME": ("relative", str(file), "/nowhere", ""),
        "CLAUDE_CONFIG_DIR": ("relative", str(file), "/nowhere", "", f"/{_SURROGATE}", "a" * 5000),
        "CODEX_HOME": (str(file), "/nowhere", "a" * 5000),
        "COLUMNS": ("0", "-5", "1", "9" * 30, "x", ""),
        "LINES": ("0", "-5", "x"),
        "TERM": ("", "dumb", "x" * 999),
        "PATH": ("", ".", "/nowhere", str(file)),
        "TMPDIR": ("/nowhere", str(file), "relative"),
        "LANG": ("C", "xx_YY", ""),
        "GIT_DIR": ("/nowhere", str(file)),
        "GIT_WORK_TREE": ("/nowhere",),
        "PYTHONHASHSEED": ("x",),
        "TWICESHY_ENABLED": ("maybe", "0", _SURROGATE),
        "TWICESHY_INGEST_PROCESSES": (*NUMBERS,),
        "TWICESHY_LEARN_CPU_BUDGET_S": (*NUMBERS,),
        "TWICESHY_MEMORY_RETENTION_DAYS": (*NUMBERS,),
        "TWICESHY_TELEMETRY_RETENTION_DAYS": (*NUMBERS,),
        "TWICESHY_TELEMETRY_MAX_DB_SIZE_MB": (*NUMBERS,),
        "TWICESHY_ADVICE_HELD_BACK_PERCENT": (*NUMBERS,),
        "TWICESHY_REPORT_SINCE": ("", "0d", "99999y", "2026-99-99", "x", "0001-01-01", "9999-12-31"),
        "TWICESHY_INGEST_AGENTS": ("x", ",,,", "claude-code,", _SURROGATE),
        "TWICESHY_TOOLS_RUFF": (str(file), "relative", "/nowhere", "/"),
        "TWICESHY_TOOLS_MINILM": (str(file), "relative", "/nowhere", "/"),
        "TWICESHY_TOOLS_SEMGREP": (str(file), "relative", "/nowhere", "/"),
    }
    done = []
    for name in rng.sample(sorted(odd), rng.choice((1, 1, 2, 4))):
        value = rng.choice(odd[name])
        os.environ[name] = value
        done.append(f"{name}={value[:30]!r}")
    if rng.random() < 0.1:
        del os.environ["HOME"]
        done.append("no HOME")
    if any(word.startswith("TZ=") for word in done):
        import time  # noqa: PLC0415  # TZ is read once

        time.tzset()
    return " ".join(done)


def change_settings(rng: Random, scene: Scene) -> str:
    """Write a file of settings with odd values."""
    from twiceshy.base.config import SETTINGS  # noqa: PLC0415  # the library may be the fault

    odd = (
        "1",
        "-1",
        "true",
        '"x"',
        "[]",
        "[1]",
        "{}",
        "1.5",
        "nan",
        "2031-01-01",
        str(2**63 - 1),
        '""',
        '"\\u0000"',
        "[[]]",
    )
    keys = [*SETTINGS, "unknown", "a.b", "home.x"]
    rows = [f"{rng.choice(keys)} = {rng.choice(odd)}" for _ in range(rng.choice((1, 1, 3)))]
    content = "\n".join(rows).encode()
    if rng.random() < 0.3:
        content = rng.choice(
            (b"\xff\xfe", b"[", b"a" * 10_000, b"[a\n" * 500, b"a = " + b"[" * 3000, b"\0", rng.randbytes(200))
        )
    place = rng.choice((Path(os.environ["XDG_CONFIG_HOME"]) / "twiceshy", scene.work / ".twiceshy"))
    name = rng.choice(("config.toml", "config.toml", "config.toml", "workflow.toml", "lessons.yaml"))
    place.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        (place / name).write_bytes(content)
    return f"{name} in {place.name}: {content[:40]!r}"


NEVER_RAISE = frozenset({"access", "isatty"})
"""Functions that answer no where the system refuses."""


def _fail_with(function: str, number: int) -> Callable[..., Any]:
    def fail(*given: object, **_: object) -> Any:
        if function in NEVER_RAISE:
            return False
        place = given[0] if given and isinstance(given[0], str | bytes | os.PathLike) else None
        raise OSError(number, os.strerror(number), place)

    return fail


CALLS = (
    "os.open",
    "os.read",
    "os.write",
    "os.stat",
    "os.lstat",
    "os.mkdir",
    "os.replace",
    "os.rename",
    "os.unlink",
    "os.link",
    "os.scandir",
    "os.listdir",
    "os.chmod",
    "os.fsync",
    "os.ftruncate",
    "os.pipe",
    "os.dup",
    "os.dup2",
    "os.fork",
    "os.getcwd",
    "os.utime",
    "os.rmdir",
    "os.access",
    "os.readlink",
    "os.symlink",
    "os.pread",
    "os.fdopen",
    "os.kill",
    "os.waitpid",
    "os.sched_getaffinity",
    "os.urandom",
    "os.isatty",
    "os.get_terminal_size",
    "io.open",
    "builtins.open",
    "fcntl.flock",
    "subprocess.Popen",
    "shutil.rmtree",
    "shutil.copyfile",
)


def fail_system_calls(rng: Random, _: Scene) -> str:
    """Let some function of the system fail, from its n-th call on or once."""
    modules = {"os": os, "io": io, "builtins": builtins, "fcntl": fcntl, "subprocess": subprocess, "shutil": shutil}
    done = []
    for name in rng.sample(CALLS, rng.choice((1, 1, 2))):
        module, function = name.split(".")
        number, first, always = rng.choice(ERRNOS), rng.choice((0, 0, 1, 2, 5, 20, 100)), rng.random() < 0.5
        real, fail = getattr(modules[module], function), _fail_with(function, number)
        count = 0

        def call(
            *given: Any, _real: Any = real, _fail: Any = fail, _first: int = first, _always: bool = always, **named: Any
        ) -> Any:
            nonlocal count
            count += 1
            if count == _first + 1 or (_always and count > _first):
                return _fail(*given)
            return _real(*given, **named)

        if isinstance(real, type):  # a class that is derived from, or asked for by isinstance, stays one
            patched: Any = _make_failing_class(real, fail)
        else:
            patched = call
        setattr(modules[module], function, patched)
        done.append(f"{name} {errno.errorcode[number]} after {first}{' on' if always else ''}")
    return ", ".join(done)


def _make_failing_class(real: type, fail: Callable[..., Any]) -> type:
    def initialise(_: object, *given: object, **__: object) -> None:
        fail(*given)

    return type(real.__name__, (real,), {"__init__": initialise})


def fail_database(rng: Random, __: Scene) -> str:
    """Let SQLite fail at its n-th statement or row."""
    words, code = rng.choice(SQLITE_CODES)
    first, at_rows = rng.choice((0, 1, 3, 8, 20, 60, 200)), rng.random() < 0.4
    count = 0

    def strike() -> None:
        nonlocal count
        count += 1
        if count > first:
            error = sqlite3.OperationalError(words)
            error.sqlite_errorcode = code
            raise error

    class Cursor(sqlite3.Cursor):
        def __next__(self) -> Any:
            strike()
            return super().__next__()

        def fetchone(self) -> Any:
            strike()
            return super().fetchone()

        def fetchall(self) -> Any:
            strike()
            return super().fetchall()

    class Connection(sqlite3.Connection):
        def execute(self, *given: Any) -> Any:
            if at_rows:
                return self.cursor(Cursor).execute(*given)
            strike()
            return super().execute(*given)

        def executemany(self, *given: Any) -> Any:
            strike()
            return super().executemany(*given)

    real = sqlite3.connect
    sqlite3.connect = lambda *given, **named: real(*given, **{"factory": Connection, **named})
    return f"sqlite {words} after {first} {'rows' if at_rows else 'statements'}"


def limit_resources(rng: Random, scene: Scene) -> str:
    """Run out of files, of file size or of memory, or run as somebody who owns nothing."""
    how = rng.choice(("files", "size", "size", "memory", "nobody", "nobody", "umask", "no folder"))
    if how == "files":
        most = rng.choice((3, 4, 5, 6, 8, 12, 20))
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        return f"{most} open files"
    if how == "size":
        most = rng.choice((0, 100, 4096, 100_000, 1_000_000))
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        return f"files of {most} bytes at most"
    if how == "memory":
        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        more = rng.choice((0, 1 << 20, 8 << 20, 32 << 20))
        resource.setrlimit(resource.RLIMIT_AS, (used + more, used + more))
        return f"{more >> 20} MB of memory more"
    if how == "umask":
        os.umask(rng.choice((0, 0o777, 0o277)))
        return "umask"
    if how == "no folder":
        place = scene.home / "left"
        place.mkdir()
        os.chdir(place)
        place.rmdir()
        return "working folder gone"
    if os.geteuid() == 0:
        whose = rng.choice(("nothing", "readable"))
        if whose == "readable":
            for path in (scene.home, *scene.home.rglob("*")):
                path.chmod(0o755 if path.is_dir() else 0o644)
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        return f"as nobody, {whose}"
    return "nothing"


def break_streams(rng: Random, scene: Scene) -> str:
    """Close standard streams, fill them, or give them an odd encoding."""
    how = rng.choice(
        (
            "no stdout",
            "no stdin",
            "no stderr",
            "none",
            "full",
            "full stderr",
            "pipe",
            "ascii",
            "latin",
            "utf-16",
            "stdin",
        )
    )
    ends = {"no stdout": (1,), "no stdin": (0,), "no stderr": (2,), "none": (0, 1, 2)}
    for number in ends.get(how, ()):
        os.close(number)
    if how in {"full", "full stderr", "pipe"}:
        number = 2 if how == "full stderr" else 1
        if how == "pipe":
            reading, target = os.pipe()
            os.close(reading)
        else:
            target = os.open("/dev/full", os.O_WRONLY)
        os.dup2(target, number)
        os.close(target)
    elif how == "stdin":
        path = scene.home / "input"
        path.write_bytes(
            rng.choice((rng.randbytes(300), b"\xff" * 50, b"{" * 5000, b"[" * 200_000, b"null", b"\0\0", b'{"id": 1}'))
        )
        source = os.open(path, os.O_RDONLY)
        os.dup2(source, 0)
        os.close(source)
    open_streams({"ascii": "ascii", "latin": "latin-1", "utf-16": "utf-16"}.get(how, "utf-8"))
    return how


def open_streams(encoding: str) -> None:
    """Open Python's streams as its start does: None in the place of a descriptor that is closed."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            setattr(sys, name, None)
            continue
        raw = io.FileIO(number, "r" if number == 0 else "w", closefd=False)
        buffer = io.BufferedReader(raw) if number == 0 else io.BufferedWriter(raw)
        errors = "strict" if number < 2 else "backslashreplace"
        setattr(sys, name, io.TextIOWrapper(buffer, encoding=encoding, errors=errors, line_buffering=number == 2))


class _Blocker(importlib.abc.MetaPathFinder):
    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> None:
        if fullname == self.name or fullname.startswith(self.name + "."):
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def miss_library(rng: Random, _: Scene) -> str:
    """Let a library be missing, as after an installation that broke off."""
    name = rng.choice(LIBRARIES)
    for module in [one for one in sys.modules if one.split(".")[0] in {"twiceshy", name}]:
        del sys.modules[module]
    sys.meta_path.insert(0, _Blocker(name))
    return f"no {name}"


FAULTS = (
    Fault("bytes", damage_bytes),
    Fault("files", replace_file),
    Fault("values", change_values),
    Fault("environment", change_environment),
    Fault("settings", change_settings),
    Fault("calls", fail_system_calls),
    Fault("database", fail_database),
    Fault("resources", limit_resources),
    Fault("streams", break_streams),
    Fault("library", miss_library),
)
