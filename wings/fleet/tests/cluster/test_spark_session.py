"""The user's settings of Spark go before ours, and what must hold goes before both."""

import sys
from pathlib import Path

import pytest

from twiceshy.base.errors import ToolMissing, UsageError
from twiceshy_fleet.cluster.spark_session import check_java, choose_python, choose_settings, read_java_version
from twiceshy_fleet.cluster.work_engine import EngineWish


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


# Spark's Java is looked at before Spark is started, and what is missing is said.


def make_java(folder: Path, said: str, status: int = 0) -> Path:
    """A home of Java whose program says that."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit {status}\n")
    program.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("said", "version"),
    [
        pytest.param('openjdk version "17.0.15" 2025-04-15', 17, id="of today"),
        pytest.param('openjdk version "21" 2023-09-19', 21, id="without a dot"),
        pytest.param('java version "1.8.0_402"', 8, id="of old"),
        pytest.param('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "17-ea"', 17, id="behind other words"),
        pytest.param("command not found", None, id="none"),
    ],
)
def test_javas_version_is_read(said: str, version: int | None) -> None:
    """The major one."""
    assert read_java_version(said) == version


def test_a_java_that_is_new_enough_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of JAVA_HOME goes before the PATH, as with Spark's own scripts."""
    home = make_java(tmp_path / "jdk", 'openjdk version "17.0.15"')
    monkeypatch.setenv("JAVA_HOME", str(home))

    assert check_java() == str(home / "bin" / "java")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        pytest.param('openjdk version "11.0.2"', "is Java 11", id="too old"),
        pytest.param("Segmentation fault", "does not tell its version", id="broken"),
    ],
)
def test_a_java_that_spark_cannot_use_is_named(
    said: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to install."""
    monkeypatch.setenv("JAVA_HOME", str(make_java(tmp_path / "jdk", said, 1)))

    with pytest.raises(ToolMissing, match=rf"{told}.*apt install openjdk-17"):
        check_java()


def test_a_java_home_without_java_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is somebody's wish: nothing else is run in its place."""
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    with pytest.raises(ToolMissing, match=r"does not run.*JAVA_HOME"):
        check_java()


def test_no_java_at_all_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And that there is an engine that needs none."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ToolMissing, match=r"there is none.*--engine processes"):
        check_java()
