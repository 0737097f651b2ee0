"""How answers are printed: what nobody sees is shown, whatever a drawing forgot, and nothing is printed past it."""

import ast

import pytest
from tests.house.graph import ROOT, SOURCE

from twiceshy.screens.terminal.page import Pen, print_text

LEAVES = [*SOURCE.glob("doors/cli/commands/*.py"), *ROOT.glob("wings/*/src/*/verbs/*.py")]
PAST_IT = {
    "redact.py": "a filter: its output is the text, and may be no terminal's",
    "run.py": "its own help",
    "sync.py": "the exact bytes that would leave",
    "workflow.py": "a patch, as it is unless a terminal reads it",
}


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("plain\n  two lines", "plain\n  two lines\n"),
        (f"{Pen(on=True).bold('a')} {Pen(on=True).dim('b')}", "\x1b[1ma\x1b[22m \x1b[2mb\x1b[22m\n"),
        ("a\x1b[2Jb", "a\\x1b[2Jb\n"),
        ("a\x1b]8;;https://example.test\x07b", "a\\x1b]8;;https://example.test\\x07b\n"),
        ("a\rb\u202ec\u200bd", "a\\x0db\\u202ec\\u200bd\n"),
        ("", "\n"),
    ],
    ids=["plain", "a pen's own", "a screen cleared", "a link", "unseen", "nothing"],
)
def test_what_nobody_sees_is_shown(text: str, printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    """But for what a pen writes; on both streams."""
    print_text(text)
    print_text(text, aside=True)

    assert capsys.readouterr() == (printed, printed)


def test_no_verb_prints_by_itself() -> None:
    """Those few that write to a stream are named with their reason."""
    found = set()
    for path in LEAVES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "print",
                "sys.stdout.write",
                "sys.stderr.write",
            }:
                found.add(path.name)

    assert found == set(PAST_IT)
