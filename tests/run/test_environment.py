"""The command gets the environment, the signals and the mask of our caller, whatever Python changes for itself."""

import os
import subprocess
from pathlib import Path

import pytest
from tests.run.wrapping import Wrapped

LOCALES = [
    {},
    {"LANG": "C"},
    {"LC_CTYPE": "C"},
    {"LC_ALL": "C"},
    {"LC_ALL": "", "LANG": "POSIX"},
    {"LANG": "C.UTF-8"},
    {"LC_CTYPE": "C.UTF-8"},
    {"LANG": "de_DE.ISO-8859-1", "LC_CTYPE": ""},
    {"PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    {"LANG": "C", "PYTHONIOENCODING": "latin-1", "PYTHONHASHSEED": "7"},
]
OPTIONS = [
    [],
    ["--timeout", "60s"],
    ["--match", "never said", "--buffered"],
    ["--pty", "--idle-timeout", "60s"],
    ["--json"],
]


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
@pytest.mark.parametrize("locale", LOCALES, ids=str)
def test_the_environment_is_our_callers(
    wrapped: Wrapped, tmp_path: Path, locale: dict[str, str], options: list[str]
) -> None:
    """Python sets ``LC_CTYPE`` for itself in the C locale; the command, whose bytes may be Latin-1, gets none of it."""
    ours = {"PATH": os.environ["PATH"], "HOME": "/", "ODD": "\udcff = \udce9", **locale}
    ours |= {"TWICESHY_TELEMETRY_LEVEL": "none", "TWICESHY_TELEMETRY_BACKEND": "local"}
    wrapped.environment = ours
    script = ["sh", "-c", 'exec env -0 > "$0"']
    subprocess.run([*script, tmp_path / "direct"], env=ours, check=True)
    done = wrapped(*options, "--", *script, str(tmp_path / "wrapped"))

    assert done.returncode == 0
    assert (tmp_path / "wrapped").read_bytes().split(b"\0") == (tmp_path / "direct").read_bytes().split(b"\0")


def test_latin_1_is_counted_as_without_us(wrapped: Wrapped) -> None:
    """A program that reads bytes as the locale says finds what it finds without us."""
    wrapped.environment |= {"LANG": "C"}
    for name in ("LC_ALL", "LC_CTYPE"):
        wrapped.environment.pop(name, None)
    command = ["grep", "-c", "^.$"]
    direct = subprocess.run(command, input=b"\xe9\n", env=wrapped.environment, capture_output=True, check=False)
    done = wrapped("--", *command, data=b"\xe9\n")

    assert direct.stdout == b"1\n"
    assert done.stdout == direct.stdout


def test_mask_and_signals_are_our_callers(wrapped: Wrapped) -> None:
    """What files may be made with, which signals are blocked and which are ignored: as the caller has it."""
    script = ["sh", "-c", "umask; grep -E '^Sig(Blk|Ign)' /proc/self/status"]

    def change() -> None:
        os.umask(0o027)

    direct = subprocess.run(
        script, preexec_fn=change, env=wrapped.environment, capture_output=True, check=True
    )  # no thread runs here
    done = wrapped("--match", "never said", "--", *script, preexec_fn=change)

    assert done.stdout == direct.stdout
