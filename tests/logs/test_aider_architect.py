"""Which stretches of an Aider page are one model's prompt to another."""

from typing import Any

import pytest

from twiceshy.logs.aider import mark_repeats

MODE = {"kind": "client", "lines": ["> Model: m with architect edit format"]}
ASKED = {"kind": "user", "lines": ["#### plan it"]}
SAID = {"kind": "model", "lines": ["Do x."]}
HANDED = {"kind": "user", "lines": ["#### Do x.  "]}

PAGES: list[Any] = [
    pytest.param([ASKED, SAID, HANDED], ["user", "model", "user"], id="no mode"),
    pytest.param([MODE, HANDED], ["client", "user"], id="nothing said before"),
    pytest.param(
        [MODE, {"kind": "start", "lines": [""]}, SAID, HANDED], ["client", "start", "model", "user"], id="ended"
    ),
    pytest.param([MODE, ASKED, SAID, HANDED], ["client", "user", "model", "editor"], id="handed on"),
    pytest.param(
        [{"kind": "user", "lines": ["#### /architect plan it"]}, SAID, MODE, HANDED],
        ["user", "model", "client", "editor"],
        id="by a command, the client between",
    ),
]


@pytest.mark.parametrize(("stretches", "kinds"), PAGES)
def test_a_repeated_reply_is_the_editors(stretches: Any, kinds: list[str]) -> None:
    """Only while the chat has the mode."""
    assert [one["kind"] for one in mark_repeats(stretches)] == kinds


def test_a_reply_of_several_stretches_is_one() -> None:
    """Its number of stretches is kept, so that what follows keeps its uids."""
    heading = {"kind": "user", "lines": ["#### Two"]}
    handed = {"kind": "user", "lines": ["#### Do x.  ", "#### #### Two  ", "#### Do x.  "]}

    reply = mark_repeats([MODE, ASKED, SAID, heading, SAID, handed])[2]

    assert (reply["lines"], reply["count"]) == (["Do x.", "#### Two", "Do x."], 3)
