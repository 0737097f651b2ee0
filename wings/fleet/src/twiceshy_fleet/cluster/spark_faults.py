"""What Spark's own errors mean for a user: are they about the installation, the cluster, or one item?

Spark tells everything as the text of a Java exception with its frames; here are the few words in it that matter.
"""

import re
from typing import Final

from twiceshy.base.errors import ToolMissing, TwiceshyError, UsageError

ENDED: Final = "Spark ended in the middle of the work: start it again; what is done stays done."

_ON_EXECUTORS: Final = (
    "Give them an environment with it: --spark spark.archives=fleet.tar.gz#fleet --spark "
    "spark.pyspark.python=./fleet/bin/python, or install the fleet wing with its extra `fleet` where they run."
)
_MODULE: Final = re.compile(r"No module named '([\w.]+)'")
_PACKAGE: Final = re.compile(r"(Pandas|PyArrow) >= \S+ must be installed", re.IGNORECASE)
_PYTHONS: Final = re.compile(r"(?:Python in worker has different version|PYTHON_VERSION_MISMATCH)[^\n]*")
_NO_PYTHON: Final = re.compile(r'Cannot run program "([^"]+)"')
_JAVA_TOO_OLD: Final = "UnsupportedClassVersionError"
_ENDS: Final = ("SparkContext was shut down", "Application has been killed", "Answer from Java side is empty")
_LOST: Final = re.compile(
    r"(ExecutorLostFailure[^\n]*|Python worker exited unexpectedly[^\n]*|Worker .* was lost[^\n]*)"
)
_RAISED: Final = re.compile(r"(?!\w*PythonException)[\w.]*(Error|Exception): ")
_FRAME: Final = re.compile(r"^\s*(at |\.\.\. \d+ more|Traceback|File \")")
_MOST_WORDS: Final = 300  # characters; guess, 2026-11-23


def explain_start(error: Exception, log: str) -> TwiceshyError:
    """Return what a failed start is about, from what the JVM wrote."""
    if _JAVA_TOO_OLD in log:
        return ToolMissing("Spark needs a newer Java: install a JDK 17 or newer, or set JAVA_HOME to one.")
    lines = [line.strip() for line in (log or str(error)).splitlines() if line.strip() and not _FRAME.match(line)]
    telling = [line for line in lines if re.search(r"Exception|Error|must be|cannot|ERROR|Failed", line)] or lines
    said = (telling[-1] if telling else str(error))[:_MOST_WORDS]
    return UsageError(f"Spark does not start: {said}. Look at --master and --spark; `--engine processes` does without.")


def explain_job(text: str) -> TwiceshyError | None:
    """Return why no item can be worked on, from the text of a failed job; None: it is about this job only."""
    if found := _PYTHONS.search(text):
        return ToolMissing(f"the executors run another Python than this one: {found[0][:_MOST_WORDS]}. {_ON_EXECUTORS}")
    if found := _MODULE.search(text) or _PACKAGE.search(text):
        return ToolMissing(f"the executors' Python has no {found[1].lower()}. {_ON_EXECUTORS}")
    if found := _NO_PYTHON.search(text):
        return ToolMissing(f"the executors have no {found[1]!r}: name their Python, --spark spark.pyspark.python=PATH")
    if any(word in text for word in _ENDS):
        return TwiceshyError(ENDED)
    if "PythonException" in text and not _LOST.search(text):
        lines = [line.strip() for line in text.splitlines() if line.strip() and not _FRAME.match(line)]
        said = next(filter(_RAISED.match, lines), "no reason given")
        return TwiceshyError(f"a worker of Spark failed before it began: {said[:_MOST_WORDS]}")
    return None


def explain_loss(text: str) -> str:
    """Return how the workers of a job were lost, as the reason of a ``LostItem``."""
    found = _LOST.findall(text)
    said = re.sub(
        r"\s+", " ", found[-1] if found else text.strip().splitlines()[0] if text.strip() else "no reason given"
    )
    return f"Spark lost its workers: {said[:_MOST_WORDS]}"
