"""Spark's Java is looked at before Spark is started, and what is missing is said."""

from pathlib import Path

import pytest

from twiceshy.base.errors import ToolMissing
from twiceshy.wings.fleet.cluster.java import check_java, read_java_version


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
