"""Which settings Spark is started with: ours where nobody has an opinion, the user's, and those that must hold.

A fleet's work is long and its answers are short: nothing is shuffled, cached or shown. What must hold keeps one unit
from being worked on twice at once, and keeps texts out of what Spark writes.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from twiceshy.base.errors import UsageError
from twiceshy.wings.fleet.cluster.work_engine import EngineWish

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
