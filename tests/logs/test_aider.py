"""Aider's chat history: the document contract, and what is particular to this agent."""

from pathlib import Path
from typing import Any

import pytest
from tests.logs.contract import SALT, WHOLE
from tests.logs.document_contract import DocumentContract

from twiceshy.logs.readers import READERS
from twiceshy.records.events import Edit, Failure, Prompt, PromptKind, RawEvent, Reply, Session, ToolResult, Usage
from twiceshy.records.ingest import Cursor

READER = READERS["aider"]
START = (
    "\n# aider chat started at 2026-03-02 09:00:00\n\n> Aider v0.80.0\n> Main model: a-model with diff edit format\n\n"
)
REPLY = "I change it.\n\na.py\n```python\n<<<<<<< SEARCH\nx = 1\n=======\nx = 2\n>>>>>>> REPLACE\n```\n\n"
DONE = "> Tokens: 2.5k sent, 200 received. Cost: $0.01 message.\n> Applied edit to a.py\n> Commit abc1234 fix: x\n"


def events_of(text: str, folder: Path) -> list[RawEvent]:
    path = folder / ".aider.chat.history.md"
    path.write_text(text)
    return READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events


def of(kind: type, text: str, folder: Path) -> list[Any]:
    return [event for event in events_of(text, folder) if isinstance(event, kind)]


class TestAider(DocumentContract):
    reader = READER
    file_name = ".aider.chat.history.md"
    whole_json = False

    def document(self, steps: int) -> bytes:
        return (START + f"#### fix it\n\n{REPLY}{DONE}\n" * steps).encode()


PROMPTS: list[Any] = [
    pytest.param("#### /add a.py", PromptKind.BARE_COMMAND, id="command"),
    pytest.param("#### /run pytest", PromptKind.SHELL, id="the user's command"),
    pytest.param("#### /ask why?", PromptKind.COMMAND, id="command with words"),
    pytest.param("#### fix it  \n#### please", PromptKind.TYPED, id="typed"),
]


@pytest.mark.parametrize(("text", "kind"), PROMPTS)
def test_only_a_persons_words_count_as_such(text: str, kind: PromptKind, tmp_path: Path) -> None:
    """Lines that belong together are one prompt."""
    assert [kind] == [prompt.kind for prompt in of(Prompt, START + text + "\n", tmp_path)]


def test_a_message_says_what_it_cost(tmp_path: Path) -> None:
    """To the cent, where the line has it."""
    other = "> Tokens: 1k sent, 20 received.\n"

    assert [usage.cost for usage in of(Usage, f"{START}#### fix it\n\n{REPLY}{DONE}{other}", tmp_path)] == [0.01, None]


def test_what_the_client_says_may_have_lines_without_a_mark(tmp_path: Path) -> None:
    """Only the first has one; they are no words of the model, and the reply before them stands."""
    said = "> Tokens: 2.5k sent, 200 received.\nCost: $0.01 message.  \n> Applied edit to a.py  \n"

    assert len(of(Edit, f"{START}#### fix it\n\n{REPLY}{said}", tmp_path)) == 1
    assert [reply.text.split(".")[0] for reply in of(Reply, f"{START}#### fix it\n\n{REPLY}{said}", tmp_path)] == [
        "I change it"
    ]


def test_the_models_words_follow_the_clients(tmp_path: Path) -> None:
    """Behind two blanks, or a line without words."""
    for end in ("  \n", "\n\n"):
        assert [reply.text for reply in of(Reply, f"{START}#### a\n\n> note{end}It is done.\n", tmp_path)] == [
            "It is done."
        ]


def test_a_whole_text_is_an_edit(tmp_path: Path) -> None:
    """The second one of a file is compared with the first."""
    said = "a.py\n```\nx = 1\ny = 1\n```\n\n> Applied edit to a.py\n\n"
    first, second = of(Edit, f"{START}#### a\n\n{said}#### b\n\n{said.replace('y = 1', 'y = 2')}", tmp_path)

    assert (first.before, first.after, first.partial) == (None, "x = 1\ny = 1\n", True)
    assert (second.before, second.after, second.added, second.removed) == (first.after, "x = 1\ny = 2\n", 1, 1)


def test_a_patch_is_an_edit(tmp_path: Path) -> None:
    """Its lines are known, the file is not."""
    said = "```diff\n--- a.py\n+++ a.py\n@@ @@\n x = 1\n-y = 1\n+y = 2\n```\n\n> Applied edit to a.py\n"
    [edit] = of(Edit, f"{START}#### a\n\n{said}", tmp_path)

    assert (edit.added, edit.removed, edit.partial) == (1, 1, True)


def test_an_applied_edit_is_made_of_the_models_words(tmp_path: Path) -> None:
    """Blocks for that file; the rest of the file is not known."""
    [edit] = of(Edit, f"{START}#### fix it\n\n{REPLY}{DONE}", tmp_path)

    assert (edit.path, edit.before, edit.after, edit.partial, edit.added) == ("a.py", "x = 1\n", "x = 2\n", True, 1)


def test_an_edit_that_does_not_fit_failed(tmp_path: Path) -> None:
    """The client says so."""
    text = f"{START}#### fix it\n\n{REPLY}> The LLM did not conform to the edit format.\n"

    assert [result.failure for result in of(ToolResult, text, tmp_path)] == [Failure.ERROR]
    assert of(Edit, text, tmp_path) == []


def test_each_start_is_a_session(tmp_path: Path) -> None:
    """One page holds them all."""
    text = f"{START}#### one\n\nyes\n{START.replace('09:00', '10:00')}#### two\n\nno\n"
    sessions = of(Session, text, tmp_path)

    assert len({session.uid for session in sessions}) == 2
    assert [session.first_at.hour for session in sorted(sessions, key=lambda session: session.first_at)] == [9, 10]
    assert [reply.text for reply in of(Reply, text, tmp_path)] == ["yes", "no"]


def test_tokens_are_read_as_written(tmp_path: Path) -> None:
    """In thousands, and with what was cached."""
    text = f"{START}#### a\n\nb\n> Tokens: 2.5k sent, 1,200 cache hit, 300 received.\n"

    assert [(usage.input, usage.cache_read, usage.output) for usage in of(Usage, text, tmp_path)] == [(1300, 1200, 300)]


ARCHITECT = START.replace("diff edit", "architect edit") + "#### plan it\n\n"
PLAN = "1. First\n\n#### 2. Second\n> as said\n\n3. Third\n"
HANDED = "#### 1. First  \n####   \n#### #### 2. Second  \n#### > as said  \n####   \n#### 3. Third  \n"
SPENT = "> Tokens: 1k sent, 2k received.  \n\n"

HANDED_ON: list[Any] = [
    pytest.param(
        f"{ARCHITECT}Do x.\n\n{SPENT}#### Do x, and y\n", ["plan it", "Do x, and y"], id="more than the reply"
    ),
    pytest.param(f"{ARCHITECT}Do x.\nDo y.\n\n{SPENT}#### Do y.\n", ["plan it", "Do y."], id="a part of the reply"),
    pytest.param(f"{START}#### plan it\n\nDo x.\n\n{SPENT}#### Do x.\n", ["plan it", "Do x."], id="another mode"),
    pytest.param(f"{ARCHITECT}Do x.\n{START}#### Do x.\n", ["plan it", "Do x."], id="another chat"),
    pytest.param(f"{ARCHITECT}#### plan it\n", ["plan it\nplan it"], id="no reply before it"),
    pytest.param(
        f"{ARCHITECT}Do x.\n\n{SPENT}#### Do x.\n\nDone.\n\n#### Done it?\n", ["plan it", "Done it?"], id="one"
    ),
    pytest.param(f"{ARCHITECT}{PLAN}\n{SPENT}{HANDED}\n", ["plan it"], id="a reply with headings and quotes"),
]


@pytest.mark.parametrize(("text", "typed"), HANDED_ON)
def test_what_one_model_hands_to_another_is_no_persons(text: str, typed: list[str], tmp_path: Path) -> None:
    """Only where it repeats a whole reply in architect mode."""
    assert [one.text for one in of(Prompt, text, tmp_path) if one.kind is PromptKind.TYPED] == typed


def test_a_reply_that_was_handed_on_is_one_and_edits_follow_it(tmp_path: Path) -> None:
    """Its headings are no user's, and the editor's own reply has the change."""
    text = f"{ARCHITECT}{PLAN}\n{SPENT}{HANDED}\n{REPLY}{DONE}"

    prompts = of(Prompt, text, tmp_path)
    assert [prompt.kind for prompt in prompts] == [PromptKind.TYPED, PromptKind.SUBAGENT]
    assert [reply.text.split(".")[0] for reply in of(Reply, text, tmp_path)] == ["1", "I change it"]
    assert [edit.path for edit in of(Edit, text, tmp_path)] == ["a.py"]
