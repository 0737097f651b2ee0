"""commands.telling.unframed_text: what programs wrote, without what agents and runners put around it."""

import pytest

from twiceshy.commands.telling import find_telling_line
from twiceshy.commands.telling.unframed_text import unframe_text

ROWS = [
    ("no frame", "a\nb", ("a\nb", None, False)),
    ("a place is no prefix", "src/a.go:4:2: x", ("src/a.go:4:2: x", None, False)),
    ("JSON of another kind", '{"name": "a"}', ('{"name": "a"}', None, False)),
    ("broken JSON", '{"output": "a', ('{"output": "a', None, True)),
    ("a status before it", "Exit code 2\na", ("a", 2, True)),
    ("a status alone", "Exit code 137", ("", 137, True)),
    ("JSON", '{"output": "a", "metadata": {"exit_code": 3}}', ("a", 3, True)),
    ("JSON of another agent", '{"returncode": 3, "output": "a"}', ("a", 3, True)),
    ("tags", "<returncode>4</returncode>\n<output>\na\n</output>", ("a", 4, True)),
    ("a status behind it", "a\n\nCommand exited with code 5", ("a", 5, True)),
    ("colours and carriage returns", "\x1b[31ma\x1b[0m\r\nb\rc", ("a\nb\nc", None, False)),
    ("a task's echo", "[lint] $ ruff\n[lint] a", ("$ ruff\na", None, False)),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_frames_go_and_the_rest_stays(text: str, expected: tuple[str, int | None, bool]) -> None:
    """The text, the status that the frame named, and whether there was one."""
    assert tuple(unframe_text(text)) == expected


def test_of_a_long_output_both_ends_stay() -> None:
    """The middle goes."""
    text = unframe_text("begin " + "x" * 100_000 + " end").text

    assert len(text) < 40_000
    assert (text[:5], text[-3:]) == ("begin", "end")


NOTICES = [
    "direnv: loading ~/shop/.envrc\ndirenv: export +AWS_PROFILE\n",
    "Now using node v22.1.0 (npm v10.7.0)\n",
    "/home/dev/.zshrc:12: command not found: brew\n",
    "/home/dev/.oh-my-zsh/plugins/git/git.plugin.zsh:3: no such file or directory: x\n\n",
    "bash: warning: setlocale: LC_ALL: cannot change locale (en_US.UTF-8)\n",
    "[oh-my-zsh] plugin 'nvm' not found\nmise WARN  missing: node@22\nRestored session: Mon Mar  2 09:00:01 CET 2026\n",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_what_the_shell_says_of_itself_is_no_message(notice: str) -> None:
    """The command's own word is found behind it; where it said none, there is none."""
    assert find_telling_line(f"Exit code 1\n{notice}The signing agent did not answer in time") == (
        "The signing agent did not answer in time"
    )
    assert find_telling_line(f"Exit code 1\n{notice}") == "no message (exit status 1)"


def test_a_message_may_stand_behind_a_line_that_says_nothing() -> None:
    """Of a short output; a list of names is no message."""
    assert find_telling_line("Exit code 1\nshop/api\nNothing could be signed here") == "Nothing could be signed here"
    assert find_telling_line("Exit code 1\na.txt\nb.txt") == "no message (exit status 1)"
    assert find_telling_line("Exit code 1\nfatal: direnv: x") == "fatal: direnv: x"
