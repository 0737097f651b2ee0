"""The sessions of the lesson demo are the same everywhere, and say what the page about it shows."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twiceshy.recipes.demo.lesson_story import write_session

START = datetime(2026, 11, 1, tzinfo=UTC)


def test_the_same_number_and_time_give_the_same_bytes(tmp_path: Path) -> None:
    """A lesson's id and words come from them, and the page shows these."""
    for number in range(10):
        write_session(tmp_path, number, START + timedelta(days=2 * number))
    digest = hashlib.sha256()
    for path in sorted(tmp_path.glob("*.jsonl")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")

    assert digest.hexdigest() == "e6c63acf1cfd86852763014af4f083b254b3d339f02b724acb930f03f211123f"


def test_each_session_has_values_of_its_own(tmp_path: Path) -> None:
    """Texts are filled, and the next call is of the same kind as the mistake."""
    release, deploy, request = write_session(tmp_path, 17, START)

    assert release.fix == "bonfire namespace list --mine, then release ephemeral-011"
    assert release.next_input["command"] == release.call
    assert deploy.fix.startswith(deploy.call.split()[1])
    assert request.error == "branch 'fix-17' not on remote, push it first"
    assert (deploy.next_tool, request.next_tool) == (deploy.subject, request.subject)
