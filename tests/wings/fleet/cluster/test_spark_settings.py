"""The user's settings of Spark go before ours, and what must hold goes before both."""

import sys
from pathlib import Path

import pytest

from twiceshy.base.errors import UsageError
from twiceshy.wings.fleet.cluster.spark_settings import choose_python, choose_settings
from twiceshy.wings.fleet.cluster.work_engine import EngineWish


def test_nothing_asked_is_a_quiet_cluster_of_this_machine(tmp_path: Path) -> None:
    """It listens to this machine alone, shows no page and writes below one folder."""
    chosen = choose_settings(EngineWish(workers=3), tmp_path)

    assert chosen["spark.master"] == "local-cluster[3,1,512]"
    assert chosen["spark.driver.bindAddress"] == "127.0.0.1"
    assert (chosen["spark.ui.enabled"], chosen["spark.eventLog.enabled"]) == ("false", "false")
    assert all(chosen[key].startswith(str(tmp_path)) for key in ("spark.local.dir", "spark.sql.warehouse.dir"))
    assert str(Path(__file__).parents[4]) in chosen["spark.executorEnv.PYTHONPATH"]
    assert choose_python(EngineWish()) == sys.executable


def test_a_cluster_of_others_keeps_what_its_administrator_chose(tmp_path: Path) -> None:
    """How large an executor is, what is logged, which Python runs."""
    wish = EngineWish(master="yarn")
    chosen = choose_settings(wish, tmp_path)

    assert chosen["spark.master"] == "yarn"
    assert not {"spark.executor.memory", "spark.eventLog.enabled", "spark.driver.host"} & chosen.keys()
    assert not [key for key in chosen if "PYTHONPATH" in key]
    assert choose_python(wish) is None


def test_the_users_settings_win(tmp_path: Path) -> None:
    """Where the work stays right."""
    settings = {"spark.ui.enabled": "true", "spark.executor.memory": "2g", "spark.pyspark.python": "./env/bin/python"}
    wish = EngineWish(settings=settings)

    assert settings.items() <= choose_settings(wish, tmp_path).items()
    assert choose_python(wish) == "./env/bin/python"


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        pytest.param("spark.speculation", "true", "worked on twice", id="two of one shard"),
        pytest.param("spark.submit.deployMode", "cluster", "this process", id="a driver elsewhere"),
        pytest.param("spark.master", "yarn", "--master yarn", id="a flag of its own"),
        pytest.param("executor.memory", "1g", "they begin with 'spark.'", id="no setting"),
    ],
)
def test_settings_that_break_the_work_are_refused(key: str, value: str, told: str, tmp_path: Path) -> None:
    """With the reason."""
    with pytest.raises(UsageError, match=told):
        choose_settings(EngineWish(settings={key: value}), tmp_path)


def test_what_must_hold_may_be_said(tmp_path: Path) -> None:
    """Nobody is refused for being right."""
    assert (
        choose_settings(EngineWish(settings={"spark.speculation": "False"}), tmp_path)["spark.speculation"] == "false"
    )
