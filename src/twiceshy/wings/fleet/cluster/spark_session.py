"""Start Spark and end it, so that nothing of it reaches the terminal and nothing of it stays on the disk.

PySpark can be started in one line, but then its JVM writes to our stderr and lives as long as our process. Here the
JVM's own words go to a file in a private folder, from which a failed start is explained, and its end is waited for
before the folder is removed.
"""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from twiceshy.base.errors import ToolMissing, UsageError
from twiceshy.wings.fleet.cluster.java import check_java
from twiceshy.wings.fleet.cluster.spark_faults import explain_start
from twiceshy.wings.fleet.cluster.spark_settings import choose_python, choose_settings, is_local
from twiceshy.wings.fleet.cluster.work_engine import EngineWish

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_END_TIMEOUT_S: Final = 60  # guess, 2026-11-23: an idle JVM ends in 1 s
_EXTRA: Final = "Install it: pip install '.[fleet]' in the checkout; `--engine processes` does without."


@contextmanager
def open_session(wish: EngineWish) -> "Iterator[SparkSession]":
    """Give a session of Spark; end it, its JVM and its files.

    Raises:
        ToolMissing: the extra or Java is missing or too old.
        UsageError: Spark does not start with these settings, or the process has a session already.
    """
    check_extra()
    if wish.master.startswith("sc://"):
        raise UsageError("Spark Connect is not supported: give the master itself (yarn, k8s://..., spark://...)")
    check_java()
    folder = Path(tempfile.mkdtemp(prefix="twiceshy-spark-"))
    try:
        with _keep_interrupt(), _ignore_warnings(), _set_environment(_choose_environment(wish, folder)):
            yield from _run_session(choose_settings(wish, folder), folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_extra() -> None:
    """Check that the libraries of the extra are here.

    Raises:
        ToolMissing: one is not.
    """
    from importlib.util import find_spec  # noqa: PLC0415  # only here

    lacking = [name for name in ("pyspark", "pyarrow", "pandas") if find_spec(name) is None]
    if lacking:
        raise ToolMissing(f"--engine spark needs {', '.join(lacking)}. {_EXTRA}")


def _run_session(settings: Mapping[str, str], folder: Path) -> "Iterator[SparkSession]":
    """Start the JVM and a session in it, give it, and end both."""
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415  # an extra
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415  # an extra
    from pyspark.sql import SparkSession  # noqa: PLC0415  # an extra

    if SparkContext._active_spark_context is not None:  # noqa: SLF001  # a process cannot have two
        raise UsageError("this process has a Spark session already: end it first")
    log = folder / "spark.log"
    gateway = None
    conf = SparkConf(loadDefaults=False).setAll(list(settings.items()))
    try:
        with log.open("wb") as words:
            try:
                gateway = launch_gateway(conf, {"stdout": words, "stderr": words})
                if is_local(settings["spark.master"]):
                    _lock_door(conf)
                context = SparkContext(gateway=gateway, conf=conf)
            except Exception as exc:
                raise explain_start(exc, log.read_text(encoding="utf-8", errors="replace")) from exc
        yield SparkSession(context)
    finally:
        _end(gateway)


def _lock_door(conf: Any) -> None:
    """Let only our own executors talk to the driver; set here, it stands on no command line."""
    conf.set("spark.authenticate", "true").set("spark.authenticate.secret", secrets.token_hex(32))


def _end(gateway: Any) -> None:
    """Stop the session and its JVM, and wait for that."""
    from pyspark import SparkContext  # noqa: PLC0415  # an extra

    context = SparkContext._active_spark_context  # noqa: SLF001  # where there is one
    if context is not None:
        with suppress(Exception):  # the JVM may be gone
            context.stop()
    SparkContext._active_spark_context = None  # noqa: SLF001  # as above: a JVM that is gone stops nothing
    SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001  # else the next session would ask a dead JVM
    if gateway is None:
        return
    with suppress(Exception):
        gateway.shutdown()
    process = getattr(gateway, "proc", None)
    if process is not None:
        process.stdin.close()
        try:
            process.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _choose_environment(wish: EngineWish, folder: Path) -> dict[str, str]:
    """Make the folders, and return what Spark's scripts and PySpark read from the environment."""
    for name in ("local", "warehouse", "home"):
        (folder / name).mkdir(mode=0o700)
    chosen = {"SPARK_LOG_DIR": str(folder)}
    if is_local(wish.master or "local"):
        _copy_home(folder / "home")
        chosen |= {"SPARK_LOCAL_DIRS": str(folder / "local"), "SPARK_HOME": str(folder / "home")}
        chosen |= dict.fromkeys(("SPARK_LOCAL_IP", "SPARK_LOCAL_HOSTNAME"), "127.0.0.1")
    if python := choose_python(wish):
        chosen["PYSPARK_PYTHON"] = python
    return chosen


def _copy_home(folder: Path) -> None:
    """Link Spark's own files into the folder: a local cluster works in its home, which may be read-only."""
    from pyspark.find_spark_home import _find_spark_home  # noqa: PLC0415  # an extra

    for entry in Path(_find_spark_home()).iterdir():
        if entry.name != "work":
            (folder / entry.name).symlink_to(entry)


@contextmanager
def _set_environment(wanted: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _ignore_warnings() -> Iterator[None]:
    """Ignore that PySpark warns of each pandas newer than itself: nothing here goes through pandas."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
        yield


@contextmanager
def _keep_interrupt() -> Iterator[None]:
    """Restore what Ctrl-C does: PySpark takes it over."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
