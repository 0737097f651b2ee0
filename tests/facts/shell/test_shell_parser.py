"""facts.shell_texts: a line as a shell reads it, words and here-documents."""

import time

import pytest

from twiceshy.facts.shell.shell_parser import MOST_CHARACTERS, expand_heredoc, parse_commands

WORDS = [
    ("quotes", """echo 'a b' "c d" e\\ f g'h'"i" """, ["echo", "a b", "c d", "e f", "ghi"]),
    ("nothing in quotes", "echo '' \"\"", ["echo", "", ""]),
    ("escapes in quotes", r'echo "a\"b \$c \\ \n"', ["echo", r'a"b $c \ \n']),
    ("no escapes in single quotes", r"echo 'a\'", ["echo", "a\\"]),
    ("a line that goes on", "echo a\\\n b", ["echo", "a", "b"]),
    ("what a shell puts in", 'echo $A "$A" ${A} `b` $(c) "x$(d)" *.py a? {a,b} $\'x\'', ["echo", *[None] * 10]),
    ("what stays as it is", "echo $ 5$ {} {a} ~/x a~b [x]", ["echo", "$", "5$", "{}", "{a}", "~/x", "a~b", "[x]"]),
    ("a comment", "echo a#b # c 'd", ["echo", "a#b"]),
    ("brackets in a substitution", 'echo "$(a "$(b \')\')" (c))" d', ["echo", None, "d"]),
    ("a here-document in a substitution", "echo \"$(cat <<'E'\nit's ) \"odd\nE\n)\" d", ["echo", None, "d"]),
    ("a backtick's own", "echo `a \\` b` c", ["echo", None, "c"]),
    ("a sum", "echo $((1<<2)) c", ["echo", None, "c"]),
]


@pytest.mark.parametrize(("line", "words"), [row[1:] for row in WORDS], ids=[row[0] for row in WORDS])
def test_words(line: str, words: list[str | None]) -> None:
    """As the program gets them; None where only a shell can tell."""
    (command,) = parse_commands(line)

    assert command.words == words


def test_operators() -> None:
    """What stands before each command; line ends are semicolons, and those after an operator nothing."""
    found = parse_commands("a &&\n b | c |& d || e; f &\ng\n\n(h; i) && j")

    assert [(one.op, one.words or one.bracket) for one in found] == [
        ("", ["a"]),
        ("&&", ["b"]),
        ("|", ["c"]),
        ("|", ["d"]),
        ("||", ["e"]),
        (";", ["f"]),
        ("&", ["g"]),
        (";", "("),
        ("", ["h"]),
        (";", ["i"]),
        ("", ")"),
        ("&&", ["j"]),
    ]


def test_redirections() -> None:
    """Output to files with its kind; numbers of streams are no files, input is only known to be there."""
    (command,) = parse_commands("make 2>&1 > out.txt 2>> 'err or' &> all >&2 >| x < in")

    assert command.words == ["make"]
    assert command.targets == [(">", "out.txt"), ("2>>", "err or"), (">", "all"), (">", "x")]
    assert (command.document, command.fed) == (None, True)


DOCUMENTS = [
    ("quoted", "cat <<'EOF'\n$x `y` \\\\\nEOF\n", "$x `y` \\\\\n"),
    ("bare, with nothing to put in", "cat <<EOF\ncosts 5$ \\$x \\\\ \\n\nEOF", "costs 5$ $x \\ \\n\n"),
    ("bare, with a variable", "cat <<EOF\n$x\nEOF", None),
    ("bare, with a command", "cat <<EOF\n`x`\nEOF", None),
    ("by a backslash", "cat <<\\E\n$x\nE", "$x\n"),
    ("tabs", "cat <<-E\n\t\tx\n\t y\n\tE\n", "x\n y\n"),
    ("blank before the end", "cat <<E\nx\n E\nE", "x\n E\n"),
    ("empty", "cat <<E\nE", ""),
    ("never ended", "cat <<'E'\nx\n", None),
    ("the end's word within", "cat <<'E'\nE.\nsay E\nE\n", "E.\nsay E\n"),
]


@pytest.mark.parametrize(("line", "text"), [row[1:] for row in DOCUMENTS], ids=[row[0] for row in DOCUMENTS])
def test_here_documents(line: str, text: str | None) -> None:
    """The text as the program reads it; None where it depends on more than the line."""
    (command,) = parse_commands(line)

    assert command.words == ["cat"]
    assert command.document is not None
    assert command.document.text == text


def test_several_here_documents_of_one_line() -> None:
    """They follow each other, and the line goes on behind them."""
    first, second, third = parse_commands("cat <<A && cat <<'B'\n1\nA\n2\nB\nls")

    assert [one.document and one.document.text for one in (first, second, third)] == ["1\n", "2\n", None]
    assert third.words == ["ls"]


@pytest.mark.parametrize("line", ["echo 'a", 'echo "a', "echo $(a", "echo `a", "echo ${a", "cat <", "x $(" * 40])
def test_what_no_shell_takes_is_nothing(line: str) -> None:
    """Rather than something wrong."""
    assert parse_commands(line) == []


def test_a_line_without_end_is_not_read() -> None:
    """One character below the bound is."""
    assert parse_commands("a" * (MOST_CHARACTERS + 1)) == []
    assert len(parse_commands("a" * MOST_CHARACTERS)) == 1


@pytest.mark.parametrize("part", ["(", "$(", "{", "{,", "`", '"', "${", "<<A ", "cat <<A > b\n", "a;", "\\", "$'\\"])
def test_time_grows_with_the_length_only(part: str) -> None:
    """Of lines made to be hard; the bound is far above what they take."""
    line = part * (MOST_CHARACTERS // len(part))
    started = time.process_time()

    parse_commands(line)

    assert time.process_time() - started < 20


def test_what_is_put_into_a_text() -> None:
    """A dollar before anything but a name is one."""
    assert expand_heredoc("$ $) 100$\n") == "$ $) 100$\n"
    assert expand_heredoc("a\\\nb") == "ab"
    assert expand_heredoc("${x}") is None
