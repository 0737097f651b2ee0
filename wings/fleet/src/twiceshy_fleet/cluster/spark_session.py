"""Start Spark and end it, so that nothing of it reaches the terminal and nothing of it stays on the disk.

PySpark can be started in one line, but then its JVM writes to our stderr and lives as long as our process. Here the
JVM's own words go to a file in a private folder, from which a failed start is explained, and its end is waited for
before the folder is removed.
"""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from twiceshy.base.errors import ToolMissing, UsageError
from twiceshy.base.toolbox import find_program
from twiceshy_fleet.cluster.spark_faults import explain_start
from twiceshy_fleet.cluster.work_engine import EngineWish

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


# Which settings Spark is started with: ours where nobody has an opinion, the user's, and those that must hold.
#
# A fleet's work is long and its answers are short: nothing is shuffled, cached or shown. What must hold keeps one unit
# from being worked on twice at once, and keeps texts out of what Spark writes.

EXECUTOR_MB: Final = 512  # guess, 2026-11-23: Spark 4.3.0 takes no less than 450, and nothing of ours is in a JVM

_ALWAYS: Final = {
    "spark.speculation": "false",
    "spark.submit.deployMode": "client",
}
"""A second copy of a slow unit would write the same files at the same time; answers come back to this process."""
_QUIET: Final = {
    "spark.app.name": "twiceshy fleet",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "WARN",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.retainedJobs": "20",
    "spark.ui.retainedStages": "20",
    "spark.ui.retainedTasks": "200",
    "spark.sql.ui.retainedExecutions": "20",
    "spark.sql.maxPlanStringLength": "1000",
}
_LOCAL: Final = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "512m",
    "spark.executor.memory": f"{EXECUTOR_MB}m",
    "spark.executor.cores": "1",
    "spark.eventLog.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.executor.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
}
"""On this machine only: a cluster's administrator knows better how large an executor is and what is logged."""


def choose_settings(wish: EngineWish, folder: Path) -> dict[str, str]:
    """Return every setting that Spark is started with.

    Args:
        wish: what the user asked for; the user's settings go before ours.
        folder: a private one, for what Spark writes on this machine.

    Raises:
        UsageError: a setting of the user would make the work wrong.
    """
    _refuse(wish.settings)
    master = wish.master or f"local-cluster[{wish.workers or os.cpu_count() or 1},1,{EXECUTOR_MB}]"
    chosen = {
        **_QUIET,
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.artifact.isolation.enabled": "false",
    }
    if is_local(master):
        search = os.pathsep.join(place for place in sys.path if place)
        chosen |= {**_LOCAL, "spark.executorEnv.PYTHONPATH": search}
    return {**chosen, **wish.settings, **_ALWAYS, "spark.master": master}


def is_local(master: str) -> bool:
    """Tell whether Spark does all on this machine."""
    return master.startswith("local")


def choose_python(wish: EngineWish) -> str | None:
    """Return the Python that the executors run; None leaves it to the environment and to Spark."""
    if python := wish.settings.get("spark.pyspark.python"):
        return python
    return sys.executable if is_local(wish.master or "local") else None


def _refuse(settings: Mapping[str, str]) -> None:
    """Refuse what would make the work wrong.

    Raises:
        UsageError: with the setting, and why.
    """
    for key, value in settings.items():
        if not key.startswith("spark."):
            raise UsageError(
                f"{key!r} is no setting of Spark: they begin with 'spark.' (--spark spark.executor.cores=2)"
            )
        if key == "spark.master":
            raise UsageError(f"'spark.master' is not set here: say --master {value}")
        if key in _ALWAYS and value.strip().lower() != _ALWAYS[key]:
            raise UsageError(
                f"{key}={value} cannot be used: a shard must not be worked on twice at once, and its answer comes back "
                f"to this process. Leave it out."
            )


# Is there a Java that Spark can run on? Asked before Spark is started, as its own answer is a stack of frames.

_OLDEST: Final = 17  # https://spark.apache.org/docs/4.0.0/: "Java 17/21", read 2026-11-23
_ANSWER_TIMEOUT_S: Final = 60  # guess, 2026-11-23: a JVM answers in 0.1 s, on a machine out of memory in many
_VERSION: Final = re.compile(r'version "(?:1\.)?(\d+)')
_HELP: Final = (
    f"Install a JDK {_OLDEST} or newer (Debian and Ubuntu: apt install openjdk-{_OLDEST}-jre-headless; macOS: brew "
    f"install openjdk@{_OLDEST}), or set JAVA_HOME to one; `--engine processes` does without."
)


def check_java() -> str:
    """Return the place of the Java that Spark will run, once its version is good enough.

    Raises:
        ToolMissing: there is none, it does not run, or it is too old.
    """
    place = _find_java()
    if place is None:
        raise ToolMissing(f"Spark needs Java, and there is none. {_HELP}")
    try:
        done = subprocess.run(  # noqa: S603  # the program that Spark would run
            [place, "-version"], capture_output=True, timeout=_ANSWER_TIMEOUT_S, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise ToolMissing(f"{place} does not run: {exc}. {_HELP}") from exc
    version = read_java_version((done.stderr + done.stdout).decode("utf-8", "replace"))
    if version is None:
        raise ToolMissing(f"{place} does not tell its version (exit status {done.returncode}). {_HELP}")
    if version < _OLDEST:
        raise ToolMissing(f"Spark needs Java {_OLDEST} or newer; {place} is Java {version}. {_HELP}")
    return place


def read_java_version(said: str) -> int | None:
    """Return the major version that ``java -version`` says; None where it says none.

    >>> read_java_version('openjdk version "17.0.15" 2025-04-15'), read_java_version('java version "1.8.0_402"')
    (17, 8)
    """
    found = _VERSION.search(said)
    return int(found[1]) if found else None


def _find_java() -> str | None:
    """Return what Spark's own scripts would run: that of JAVA_HOME, else the one on the PATH."""
    home = os.environ.get("JAVA_HOME")
    if home:
        return str(Path(home) / "bin" / "java")
    return find_program("java", os.environ.get("PATH", os.defpath))


_END_TIMEOUT_S: Final = 60  # guess, 2026-11-23: an idle JVM ends in 1 s
_EXTRA: Final = "Install it: pip install './wings/fleet[fleet]' in the checkout; `--engine processes` does without."


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
