"""Spark's errors are told as what they mean for a user."""

import pytest

from twiceshy.base.errors import ToolMissing, TwiceshyError, UsageError
from twiceshy_fleet.cluster.spark_faults import explain_job, explain_loss, explain_start

LOST = """An error occurred while calling o64.collectToPython.
: org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 3.0 failed 4 times, most recent
failure: Lost task 0.3 in stage 3.0 (TID 12) (127.0.0.1 executor 4):
ExecutorLostFailure (executor 4 exited caused by one
of the running tasks) Reason: Command exited with code 137
Driver stacktrace:
\tat org.apache.spark.scheduler.DAGScheduler.abortStage(DAGScheduler.scala:2800)
"""


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        pytest.param(
            "PythonException: ... ModuleNotFoundError: No module named 'twiceshy_fleet.cluster'",
            ToolMissing,
            "no twiceshy.*spark.archives",
            id="twiceshy is not there",
        ),
        pytest.param(
            "[PACKAGE_NOT_INSTALLED] Pandas >= 2.2.0 must be installed; however, it was not found.",
            ToolMissing,
            "no pandas",
            id="pandas is not there",
        ),
        pytest.param(
            "[PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.9 than that in driver: 3.11",
            ToolMissing,
            "another Python.*3.9",
            id="another Python",
        ),
        pytest.param(
            'java.io.IOException: Cannot run program "python3": error=2, No such file or directory',
            ToolMissing,
            "no 'python3'",
            id="no Python",
        ),
        pytest.param("Job 3 cancelled because SparkContext was shut down", TwiceshyError, "Spark ended", id="it ended"),
        pytest.param(
            "PythonException: Traceback\n  File x\nTypeError: an integer is required\n",
            TwiceshyError,
            "before it began: TypeError: an integer",
            id="a fault of ours",
        ),
    ],
)
def test_what_stops_all_work_is_told(text: str, kind: type[TwiceshyError], told: str) -> None:
    """With what helps."""
    fault = explain_job(text)

    assert type(fault) is kind
    with pytest.raises(kind, match=rf"(?s){told}"):
        raise fault


def test_a_job_whose_workers_end_concerns_its_own_items() -> None:
    """One line of many."""
    assert explain_job(LOST) is None
    assert explain_loss(LOST).startswith("Spark lost its workers: ExecutorLostFailure (executor 4 exited caused by one")
    assert explain_loss("") == "Spark lost its workers: no reason given"


@pytest.mark.parametrize(
    ("log", "kind", "told"),
    [
        pytest.param("java.lang.UnsupportedClassVersionError: org/apache/spark", ToolMissing, "JDK 17", id="old Java"),
        pytest.param(
            "WARNING: Using incubator modules\nException in main: either HADOOP_CONF_DIR must be set\n\tat x.y(Z)",
            UsageError,
            "HADOOP_CONF_DIR must be set. Look at --master",
            id="no configuration of the cluster",
        ),
        pytest.param("", UsageError, "it did not answer", id="no word"),
    ],
)
def test_a_failed_start_is_told_from_what_the_jvm_wrote(log: str, kind: type[TwiceshyError], told: str) -> None:
    """Without its frames."""
    fault = explain_start(RuntimeError("it did not answer"), log)

    assert type(fault) is kind
    assert told in str(fault)
