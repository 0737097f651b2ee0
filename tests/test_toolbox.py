"""toolbox: outside tools, found where they may be and unpacked only when they are what is pinned."""

import doctest
import hashlib
import stat
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from twiceshy.base import toolbox
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, SourceError, StoreUnwritable, ToolMissing
from twiceshy.base.toolbox import Tool, ToolLocation

PROGRAM = b"#!/bin/sh\necho scanner 1.4.2\n"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A small wheel with a program, its licence and something that nobody needs."""
    path = tmp_path / "scanner-1.4.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("scanner-1.4.2.data/scripts/scan", PROGRAM)
        archive.writestr("scanner-1.4.2.dist-info/licenses/LICENSE", "free")
        archive.writestr("scanner/large.bin", b"0" * 1000)
    return path


@pytest.fixture
def config(tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """An empty data folder, no program on the PATH, and a table whose tool ``semgrep`` is the small wheel."""
    tool = Tool(
        name="semgrep",
        what="scanning",
        distribution="scanner",
        version="1.4.2",
        wheels={"any": hashlib.sha256(wheel.read_bytes()).hexdigest()},
        members=("*.data/scripts/*", "*.dist-info/licenses/*"),
        entry="*.data/scripts/scan",
        program="twiceshy-test-scan",
        ask=("--version",),
    )
    monkeypatch.setattr(toolbox, "TOOLS", {"semgrep": tool})
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    return Config(home=tmp_path / "data", origins={"tools.semgrep": "flag"})


def program(path: Path, version: str) -> Path:
    path.write_text(f"#!/bin/sh\necho scanner {version}\n")
    path.chmod(0o755)
    return path


def test_a_tool_that_is_nowhere_is_none(config: Config) -> None:
    """Not found is an answer; only what cannot do without it makes it an error that says what to do."""
    assert toolbox.find("semgrep", config) is None
    with pytest.raises(ToolMissing, match="twiceshy tools install semgrep"):
        toolbox.require("semgrep", config)


def test_a_wheel_given_by_hand_is_unpacked_once(config: Config, wheel: Path) -> None:
    """Only what is needed, the program executable for its owner; a second time nothing is done."""
    found = toolbox.add("semgrep", wheel, config)
    wheel.unlink()

    assert toolbox.add("semgrep", wheel, config) == found == toolbox.find("semgrep", config)
    assert (found.source, found.version, found.path.read_bytes()) == ("unpacked", "1.4.2", PROGRAM)
    assert stat.S_IMODE(found.path.stat().st_mode) == 0o700
    folder = toolbox.folder_of(toolbox.TOOLS["semgrep"], config)
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["LICENSE", "scan"]
    assert [folder] == list(folder.parent.iterdir())


def test_another_file_is_refused(config: Config, wheel: Path) -> None:
    """What is not pinned is not unpacked, and nothing is left behind."""
    wheel.write_bytes(wheel.read_bytes() + b"x")

    with pytest.raises(SourceError, match="not a pinned wheel"):
        toolbox.add("semgrep", wheel, config)
    assert not config.home.exists()


@pytest.mark.parametrize("content", [b"", b"not a zip"])
def test_a_damaged_wheel_is_told(config: Config, wheel: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where its hash is the pinned one."""
    wheel.write_bytes(content)
    tool = replace(toolbox.TOOLS["semgrep"], wheels={"any": hashlib.sha256(content).hexdigest()})
    monkeypatch.setitem(toolbox.TOOLS, "semgrep", tool)

    with pytest.raises(SourceError, match="damaged"):
        toolbox.add("semgrep", wheel, config)
    assert list((config.home / "tools").iterdir()) == []


def test_a_member_that_leads_outside_is_refused(config: Config, tmp_path: Path) -> None:
    """A hash says that a file is the pinned one, not that it is harmless."""
    path = tmp_path / "evil.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../x.data/scripts/scan", PROGRAM)

    with pytest.raises(SourceError, match="leads outside"):
        toolbox.unpack(path, toolbox.TOOLS["semgrep"], tmp_path / "out")


@pytest.mark.parametrize(("version", "expected"), [("1.3.9", None), ("1.4.0", "1.4.0"), ("2.0", "2.0"), ("new", None)])
def test_a_program_on_the_path_must_be_new_enough(
    config: Config, tmp_path: Path, version: str, expected: str | None
) -> None:
    """Major and minor number decide; one that tells no version is not used."""
    program(tmp_path / "bin" / "twiceshy-test-scan", version)

    found = toolbox.find("semgrep", config)
    assert expected == (found.version if found else None)


def test_a_setting_wins_over_everything(config: Config, tmp_path: Path, wheel: Path) -> None:
    """Even over a newer one; where it names nothing, that is an error and not a fallback."""
    toolbox.add("semgrep", wheel, config)
    mine = program(tmp_path / "mine", "0.1")
    assert toolbox.find("semgrep", replace(config, tools_semgrep=mine)) == ToolLocation(
        tool="semgrep", path=mine, version="0.1", source="setting"
    )
    with pytest.raises(ToolMissing, match=r"names .*gone"):
        toolbox.find("semgrep", replace(config, tools_semgrep=tmp_path / "gone"))


def fake_pip(folder: Path, body: str) -> list[str]:
    path = folder / "fake-pip"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return [str(path)]


def test_installing_asks_pip_for_the_pinned_wheel_alone(
    config: Config, wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No dependencies, no source packages; what came is unpacked and the download is gone."""
    body = f'echo "$@" > {tmp_path}/asked\n/bin/cp {wheel} "$7"'
    monkeypatch.setattr(toolbox, "fetcher", lambda: fake_pip(tmp_path, body))

    assert toolbox.install("semgrep", config).source == "unpacked"
    asked = (tmp_path / "asked").read_text().split()
    assert asked[:6] == ["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest"]
    assert asked[7:] == ["scanner==1.4.2"]
    assert [path.name for path in (config.home / "tools").iterdir()] == ["semgrep-1.4.2"]


def test_a_failed_download_says_what_pip_said_and_another_way(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last line of pip, and how to bring the file by hand."""
    monkeypatch.setattr(toolbox, "fetcher", lambda: fake_pip(tmp_path, "echo no route >&2; exit 1"))

    with pytest.raises(ToolMissing, match=r"no route.*twiceshy tools add semgrep FILE\.whl"):
        toolbox.install("semgrep", config)
    assert list((config.home / "tools").iterdir()) == []


def test_a_download_without_end_is_given_up(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """A time limit is an error of the tool's, not a traceback."""

    def late(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("pip", 1)

    monkeypatch.setattr(toolbox, "fetcher", lambda: ["pip"])
    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(ToolMissing, match="Try again"):
        toolbox.install("semgrep", config)


def test_a_folder_that_cannot_be_made_is_told(config: Config, wheel: Path) -> None:
    """A file where the data folder should be."""
    config.home.write_text("x")

    with pytest.raises(StoreUnwritable, match="cannot be made"):
        toolbox.add("semgrep", wheel, config)


def test_an_unknown_tool_names_the_known_ones(config: Config) -> None:
    """A misspelt name is answered with the list."""
    with pytest.raises(NotFound, match="known are: semgrep"):
        toolbox.find("semgrap", config)


def test_every_tool_is_pinned() -> None:
    """Each has a setting, hashes of full length, and patterns that match its entry."""
    for name, tool in toolbox.TOOLS.items():
        assert name == tool.name
        assert Config().value(f"tools.{name}") == Path()
        assert tool.wheels
        assert all(len(digest) == 64 and int(digest, 16) for digest in tool.wheels.values())


def test_examples_in_the_module_hold() -> None:
    """Every doctest."""
    assert doctest.testmod(toolbox).failed == 0


def test_the_working_folder_has_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a pip.py there, nor a program behind an empty or relative folder of the PATH: it may be a clone."""
    (tmp_path / "pip.py").write_text("print('taken over')\n")
    program(tmp_path / "git", "1")
    program(tmp_path / "bin", "1").unlink()
    (tmp_path / "bin").mkdir()
    monkeypatch.chdir(tmp_path)

    said = subprocess.run([*toolbox.fetcher(), "--version"], capture_output=True, text=True, check=False).stdout
    assert said.startswith("pip ")
    for path in ("", ".", f":{tmp_path}/bin", f".:{tmp_path}/bin:", "bin/.."):
        assert toolbox.find_program("git", path) is None
    assert toolbox.find_program("git", f".:{tmp_path}") == str(tmp_path / "git")
