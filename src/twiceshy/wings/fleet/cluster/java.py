"""Is there a Java that Spark can run on? Asked before Spark is started, as its own answer is a stack of frames."""

import os
import re
import subprocess
from pathlib import Path
from typing import Final

from twiceshy.base.errors import ToolMissing
from twiceshy.base.toolbox import find_program

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
