"""The verb of who runs a server: what it prints, and what it refuses before anybody is let in."""

import json
import re
from pathlib import Path

import pytest

from twiceshy.doors.cli.main import main

TOKEN = re.compile(r"tws_[A-Za-z0-9_-]{43}")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "team.db"
    monkeypatch.setenv("TWICESHY_DATABASE", str(path))
    return path


def call(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a call that goes well prints."""
    assert main(["serve", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("database")
def test_a_team_is_made_in_three_calls(capsys: pytest.CaptureFixture[str]) -> None:
    """And what its member does is printed with the token, which is shown once."""
    call(capsys, "team", "add", "shop")
    call(capsys, "member", "add", "Ann")
    made = call(capsys, "token", "add", "Ann", "--scopes", "write", "--days", "0")
    listed = call(capsys, "token")

    assert len(TOKEN.findall(made)) == 1
    assert "Ann may write with it until it is revoked." in made
    assert "twiceshy config set sync.token_file" in made
    assert TOKEN.search(listed) is None
    assert re.search(r"[0-9a-f]{8}  Ann +[0-9a-f]{8}  write +never +never", listed)


@pytest.mark.usefixtures("database")
def test_tokens_are_rotated_and_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    """By the digits that the list shows."""
    call(capsys, "team", "add", "shop")
    call(capsys, "member", "add", "Ann")
    call(capsys, "token", "add", "Ann")
    (first,) = json.loads(call(capsys, "token", "--json"))["tokens"]
    rotated = call(capsys, "token", "rotate", first["digest"][:8])
    second = json.loads(call(capsys, "token", "--json"))["tokens"][1]
    call(capsys, "token", "revoke", second["digest"][:8])

    assert f"{first['digest'][:8]} holds no longer." in rotated
    assert call(capsys, "token").count("revoked") == 2


@pytest.mark.usefixtures("database")
def test_what_is_not_there_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty list names the next call."""
    assert "twiceshy serve team add NAME" in call(capsys, "team")
    call(capsys, "team", "add", "shop", "--level", "counts")
    assert "twiceshy serve member add NAME" in call(capsys, "member")
    assert "twiceshy serve token add MEMBER" in call(capsys, "token")
    assert re.search(r"shop +counts", call(capsys, "team"))
    assert re.search(r"shop +full", call(capsys, "team", "level", "full"))
    assert "The tables are up to date." in call(capsys, "migrate")
    assert re.match(r"[A-Za-z0-9_-]{43}\n", call(capsys, "key"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["token", "add", "Ann"], "say which team", id="no team yet"),
        pytest.param(["team", "drop", "shop"], "say `team`", id="no such word for a team"),
        pytest.param(["member", "drop"], "say `member`", id="no such word for a member"),
        pytest.param(["token", "drop"], "say `token`", id="no such word for a token"),
        pytest.param(["token", "add", "Ann", "--scopes", "all"], "--scopes all is not", id="no such scope"),
        pytest.param(["init", "--password-file", "x"], "--login", id="a password of nobody"),
        pytest.param(["init", "--login", "x", "--password-file", "/none"], "cannot be read", id="no password"),
        pytest.param(["--host", "0.0.0.0"], "unencrypted", id="plain to everybody"),
        pytest.param(["--certificate", "a"], "belong together", id="half a certificate"),
        pytest.param(["--certificate", "/none", "--key", "/none"], "no certificate", id="no certificate"),
        pytest.param(["--host", "192.0.2.1", "--behind-proxy"], "cannot be used", id="an address of nobody here"),
        pytest.param(["--host", "no host.invalid", "--behind-proxy"], "no address of this machine", id="no address"),
    ],
)
@pytest.mark.usefixtures("database")
def test_what_cannot_be_done_is_told(capsys: pytest.CaptureFixture[str], words: list[str], says: str) -> None:
    """On one line, before anything is made or served."""
    assert main(["serve", *words]) != 0
    assert says in capsys.readouterr().err


def test_a_database_must_be_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """None is taken by default."""
    monkeypatch.delenv("TWICESHY_DATABASE", raising=False)

    assert main(["serve"]) == 2
    assert "say which database" in capsys.readouterr().err
