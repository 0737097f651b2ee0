"""The fleet's secret: found where it was said, read in any form, never another than the one it began with."""

import base64
from pathlib import Path

import pytest

from twiceshy.base.errors import ConfigError, StoreCorrupt
from twiceshy.records.fleet import FleetWish
from twiceshy_fleet.lake.fleet_secret import VARIABLE, check_secret, find_secret, read_secret
from twiceshy_fleet.lake.manifest import FleetHead, prove_secret

SECRET = bytes(range(224, 256))


def put(path: Path, content: bytes, mode: int = 0o600) -> str:
    path.write_bytes(content)
    path.chmod(mode)
    return str(path)


def test_what_was_said_comes_first_then_the_variable_then_a_file_made_once(tmp_path: Path) -> None:
    """The file is its owner's only, and stays the same."""
    home = tmp_path / "data"

    assert find_secret("/srv/secret", home, {VARIABLE: "x"}) == "/srv/secret"
    assert find_secret("env:OTHER", home, {}) == "env:OTHER"
    assert find_secret("", home, {VARIABLE: "x"}) == f"env:{VARIABLE}"
    assert not home.exists()
    made = find_secret("", home, {})
    first = read_secret(made, {})
    assert (len(first), Path(made).stat().st_mode & 0o777) == (32, 0o600)
    assert read_secret(find_secret("", home, {}), {}) == first


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(SECRET, id="its bytes"),
        pytest.param(SECRET.hex().encode() + b"\n", id="hexadecimal digits"),
        pytest.param(base64.b64encode(SECRET), id="base64"),
        pytest.param(base64.urlsafe_b64encode(SECRET).rstrip(b"="), id="base64 for addresses"),
    ],
)
def test_every_form_is_read(written: bytes, tmp_path: Path) -> None:
    """From a file, from a variable, and from a file that a variable names."""
    path = put(tmp_path / "secret", written)

    assert read_secret(path, {}) == SECRET
    assert read_secret("env:A", {"A": path}) == SECRET
    if written != SECRET:
        assert read_secret("env:A", {"A": written.decode()}) == SECRET


@pytest.mark.parametrize("written", [b"", b"password", SECRET[:31].hex().encode(), SECRET + b"!", b"\xff" * 40])
def test_what_is_none_is_refused_and_not_repeated(written: bytes, tmp_path: Path) -> None:
    """The message says how to make one."""
    path = put(tmp_path / "secret", written)

    with pytest.raises(ConfigError, match="openssl rand -hex 32") as caught:
        read_secret(path, {})

    assert "password" not in str(caught.value)


def test_a_missing_one_is_refused(tmp_path: Path) -> None:
    """Nothing is made in its place."""
    with pytest.raises(ConfigError, match="Put back a copy"):
        read_secret(str(tmp_path / "none"), {})
    with pytest.raises(ConfigError, match="the variable A should hold"):
        read_secret("env:A", {})
    with pytest.raises(ConfigError, match="A should hold 32 bytes"):
        read_secret("env:A", {"A": "odd"})


def test_one_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """It says what to do."""
    path = put(tmp_path / "secret", SECRET, 0o640)

    with pytest.raises(ConfigError, match=f"chmod 600 {path}"):
        read_secret(path, {})


def test_another_secret_is_refused() -> None:
    """The first time, and with the same, nothing is said."""
    head = FleetHead(FleetWish(output="/out"), prove_secret(SECRET))

    check_secret(SECRET, None, "/out")
    check_secret(SECRET, head, "/out")
    with pytest.raises(StoreCorrupt, match=r"/out was begun with another secret\. Nothing was written"):
        check_secret(SECRET[::-1], head, "/out")
