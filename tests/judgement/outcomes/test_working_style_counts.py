"""outcomes.working_style: what is counted, and above all what is not."""

from collections.abc import Callable

import pytest
from tests.judgement.outcomes.agent import Agent

from twiceshy.judgement.outcomes.working_style_counts import count_working_style
from twiceshy.records.effects import WorkingStyle

Act = Callable[[Agent], object]


def style(*acts: Act) -> WorkingStyle:
    agent = Agent()
    agent.says("change it please")
    for act in acts:
        act(agent)
    return count_working_style(agent.story, lambda key: agent.bodies[key.hex()])


def edit(path: str, text: str) -> Act:
    return lambda agent: agent.edits(path, text)


def read(path: str, text: str = "x") -> Act:
    return lambda agent: agent.reads(path, text)


def said(text: str) -> Act:
    return lambda agent: agent.says(text)


def run(command: str, output: str = "", status: int = 0) -> Act:
    return lambda agent: agent.runs(command, output, status)


def interrupt(agent: Agent) -> object:
    return agent.marks("interrupt")


DEFINED = "def parse_dates(text):\n    return text\n"
COUNTED = [
    ("nothing", [], "churned", 0),
    ("an edit and its correction", [edit("a.py", "1\n"), edit("a.py", "2\n")], "churned", 0),
    (
        "other places of the file",
        [edit("a.py", "1\n"), edit("a.py", "1\n2\n"), edit("a.py", "1\n2\n3\n")],
        "churned",
        0,
    ),
    ("one place three times", [edit("a.py", "1\n"), edit("a.py", "2\n"), edit("a.py", "3\n")], "churned", 1),
    ("one place four times", [edit("a.py", f"{n}\n") for n in range(4)], "churned", 1),
    ("a command that failed once", [run("make", "no", 1)], "retries", 0),
    ("again after something was done", [run("make", "no", 1), edit("a.py", "1\n"), run("make", "no", 1)], "retries", 0),
    ("again after a person spoke", [run("make", "no", 1), said("try now"), run("make", "no", 1)], "retries", 0),
    ("again at once", [run("make", "no", 1), run("make", "no", 1)], "failed_retries", 1),
    ("again at once, and it worked", [run("make", "no", 1), run("make")], "failed_retries", 0),
    ("a new name", [read("a.py", DEFINED), edit("b.py", "def render_dates(x):\n    return x\n")], "missed", 0),
    ("a name never shown", [edit("b.py", DEFINED)], "missed", 0),
    ("the same file", [read("b.py", DEFINED), edit("b.py", DEFINED)], "missed", 0),
    ("a name that many files have", [read("a.py", "def main():\n"), edit("b.py", "def main():\n")], "missed", 0),
    ("in a test", [read("a.py", DEFINED), edit("tests/test_b.py", DEFINED)], "missed", 0),
    ("a definition that was read", [read("a.py", DEFINED), edit("b.py", DEFINED)], "missed", 1),
    (
        "a definition read with line numbers",
        [read("a.py", "     1\tdef parse_dates(text):"), edit("b.py", DEFINED)],
        "missed",
        1,
    ),
    ("a definition written before", [edit("a.py", DEFINED), edit("b.py", DEFINED)], "missed", 1),
    ("moved", [edit("a.py", DEFINED), edit("b.py", DEFINED), edit("a.py", "\n")], "missed", 0),
    (
        "all of those named were read",
        [said("look at a.py and b.py"), read("a.py"), read("b.py"), edit("a.py", "1\n"), edit("a.py", "2\n")],
        "partly_read",
        0,
    ),
    (
        "none of those named was read",
        [edit("a.py", "1\n"), said("a.py and b.py"), edit("a.py", "2\n")],
        "partly_read",
        0,
    ),
    (
        "one of those named was not read",
        [edit("a.py", "1\n"), said("a.py and b.py"), read("b.py"), edit("a.py", "2\n")],
        "partly_read",
        1,
    ),
    ("one file", [edit("a.py", "1\n"), edit("a.py", "2\n")], "file_switches", 0),
    ("to and fro", [edit("a.py", "1\n"), edit("b/b.py", "2\n"), edit("a.py", "3\n")], "file_switches", 2),
    (
        "to and fro between folders",
        [edit("a.py", "1\n"), edit("b/b.py", "2\n"), edit("a.py", "3\n")],
        "folder_switches",
        2,
    ),
    ("back", [edit("a.py", "1\n"), edit("b.py", "2\n"), edit("a.py", "3\n")], "returns", 1),
    ("another wish", [said("now the other one")], "repeated_prompts", 0),
    ("short words again", [said("go on"), said("go on")], "repeated_prompts", 0),
    ("the same wish", [said("Change it, please!")], "repeated_prompts", 1),
    ("one interrupt", [interrupt], "interrupt_runs", 0),
    ("work between interrupts", [interrupt, edit("a.py", "1\n"), interrupt], "interrupt_runs", 0),
    ("interrupts in a row", [interrupt, said("stop"), interrupt], "interrupt_runs", 1),
]


@pytest.mark.parametrize(("acts", "field", "expected"), [row[1:] for row in COUNTED], ids=[row[0] for row in COUNTED])
def test_only_what_the_log_proves_is_counted(acts: list[Act], field: str, expected: int) -> None:
    """Each count with a proof."""
    found = style(*acts)

    assert getattr(found, field) == expected


def test_without_texts_no_definition_is_looked_for() -> None:
    """The text of bodies is dear; a part of a session is watched without."""
    agent = Agent()
    agent.edits("a.py", DEFINED)

    assert count_working_style(agent.story).definitions == 0


def test_each_kind_has_its_first_proofs() -> None:
    """As hex of the events."""
    agent = Agent()
    agent.runs("make", "no", 1)
    again = agent.runs("make", "no", 1)

    assert count_working_style(agent.story).proof == {"retry": [again.hex()]}
