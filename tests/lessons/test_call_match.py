"""lessons.call_match: a rule that a person made of an edit speaks of such edits, and of nothing wider."""

from typing import Any

import pytest
from tests.lessons.builders import a_lesson

from twiceshy.base.values import Scrubbed
from twiceshy.lessons.call_match import match_lesson
from twiceshy.records.lessons import Trigger

SAID = a_lesson(
    category="correction",
    description=Scrubbed('In .py files "httpx", not "requests", as the user said and an edit did'),
    trigger=Trigger(common_mistakes=("requests",)),
)
CALLS: list[tuple[dict[str, Any], bool, str]] = [
    ({"command": "pip install requests"}, False, "a command"),
    ({"command": "git commit -m 'fewer requests'"}, False, "a word in a command"),
    ({"file_path": "notes.md", "content": "import requests"}, False, "another language"),
    ({"file_path": "a.py", "new_string": "requests_total = 3", "old_string": ""}, False, "a longer name"),
    (
        {"file_path": "a.py", "new_string": "import requests\nx = 1", "old_string": "import requests"},
        False,
        "there before",
    ),
    ({"file_path": "a.py"}, False, "a file that is read"),
    ({"file_path": "a.py", "new_string": "import requests", "old_string": "import os"}, True, "put in again"),
    ({"path": "b/c.py", "content": "from requests import get"}, True, "a new file"),
]


@pytest.mark.parametrize(("given", "heard", "why"), CALLS, ids=[row[2] for row in CALLS])
def test_a_rule_of_an_edit_is_as_narrow_as_the_edit(given: dict[str, Any], heard: bool, why: str) -> None:
    """Who wants another library in Python files said nothing of commands, texts and longer names."""
    assert (match_lesson(SAID, given) is not None) == heard, why
