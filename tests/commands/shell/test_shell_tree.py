"""commands.shell.shell_tree: a whole line as the grammar reads it, words and here-documents."""

import sys
import time

import pytest

from twiceshy.commands.shell import shell_tree
from twiceshy.commands.shell.shell_tree import MOST_CHARACTERS, ShellCommand, expand_heredoc, parse_commands


def read(line: str) -> list[ShellCommand]:
    found = parse_commands(line)
    assert found is not None
    return found


WORDS = [
    ("quotes", """echo 'a b' "c d" e\\ f g'h'"i" """, ["echo", "a b", "c d", "e f", "ghi"]),
    ("nothing in quotes", "echo '' \"\"", ["echo", "", ""]),
    ("escapes in quotes", r'echo "a\"b \$c \\ \n"', ["echo", r'a"b $c \ \n']),
    ("no escapes in single quotes", r"echo 'a\'", ["echo", "a\\"]),
    ("a line that goes on", "echo a\\\n b", ["echo", "a", "b"]),
    ("what a shell puts in", 'echo $A "$A" ${A} `b` $(c) "x$(d)" *.py a? {a,b} $\'x\'', ["echo", *[None] * 10]),
    ("what stays as it is", "echo $ 5$ {} {a} ~/x a~b [x]", ["echo", "$", "5$", "{}", "{a}", "~/x", "a~b", "[x]"]),
    ("a comment", "echo a#b # c 'd", ["echo", "a#b"]),
    ("brackets in a substitution", 'echo "$(a "$(b \')\')" "c)")" d', ["echo", None, "d"]),
    ("a here-document in a substitution", "echo \"$(cat <<'E'\nit's ) \"odd\nE\n)\" d", ["echo", None, "d"]),
    ("a backtick's own", "echo `a \\` b` c", ["echo", None, "c"]),
    ("a sum", "echo $((1<<2)) c", ["echo", None, "c"]),
]


@pytest.mark.parametrize(("line", "words"), [row[1:] for row in WORDS], ids=[row[0] for row in WORDS])
def test_words(line: str, words: list[str | None]) -> None:
    """As the program gets them; None where only a shell can tell."""
    (command,) = read(line)

    assert command.words == words


def test_operators() -> None:
    """What stands before each command; line ends are semicolons, and those after an operator nothing."""
    found = read("a &&\n b | c |& d || e; f &\ng\n\n(h; i) && j")

    assert [(one.op, one.words or one.bracket) for one in found] == [
        ("", ["a"]),
        ("&&", ["b"]),
        ("|", ["c"]),
        ("|", ["d"]),
        ("||", ["e"]),
        (";", ["f"]),
        ("&", ["g"]),
        (";", "("),
        (";", ["h"]),
        (";", ["i"]),
        ("", ")"),
        ("&&", ["j"]),
    ]


def test_redirections() -> None:
    """Output to files with its kind; numbers of streams are no files, input is only known to be there."""
    (command,) = read("make 2>&1 > out.txt 2>> 'err or' &> all >&2 >| x < in")

    assert command.words == ["make"]
    assert command.targets == [(">", "out.txt"), ("2>>", "err or"), (">", "all"), (">", "x")]
    assert (command.reads_document, command.fed) == (False, True)


DOCUMENTS = [
    ("quoted", "cat <<'EOF'\n$x `y` \\\\\nEOF\n", "$x `y` \\\\\n"),
    ("bare, with nothing to put in", "cat <<EOF\ncosts 5$ \\$x \\\\ \\n\nEOF", "costs 5$ $x \\ \\n\n"),
    ("bare, with a variable", "cat <<EOF\n$x\nEOF", None),
    ("bare, with a command", "cat <<EOF\n`x`\nEOF", None),
    ("by a backslash", "cat <<\\E\n$x\nE", "$x\n"),
    ("tabs", "cat <<-E\n\t\tx\n\t y\n\tE\n", "x\n y\n"),
    ("empty", "cat <<E\nE", ""),
    ("the end's word within", "cat <<'E'\nsay E\nE\n", "say E\n"),
    ("blanks first", "cat <<'E'\n\n  x\nE", "\n  x\n"),
]


@pytest.mark.parametrize(("line", "text"), [row[1:] for row in DOCUMENTS], ids=[row[0] for row in DOCUMENTS])
def test_here_documents(line: str, text: str | None) -> None:
    """The text as the program reads it; None where it depends on more than the line."""
    (command,) = read(line)

    assert command.words == ["cat"]
    assert command.reads_document
    assert command.document == text


def test_a_here_document_on_each_of_several_lines() -> None:
    """They follow each other, and the line goes on behind them, with a pipe in between."""
    found = read("cat <<A | sort > x\n1\nA\ncat <<'B' > y\n2\nB\nls")

    assert [one.document for one in found] == ["1\n", None, "2\n", None]
    assert [(one.op, one.words, one.targets) for one in found] == [
        ("", ["cat"], []),
        ("|", ["sort"], [(">", "x")]),
        (";", ["cat"], [(">", "y")]),
        (";", ["ls"], []),
    ]


REFUSED = ["echo 'a", 'echo "a', "echo $(a", "echo `a", "echo ${a", "cat <", "x $(" * 40, "a; ; b", "cat <<'E'\nx\n"]


@pytest.mark.parametrize("line", REFUSED)
def test_of_what_no_shell_takes_nothing_is_known(line: str) -> None:
    """Rather than something wrong."""
    assert parse_commands(line) is None


@pytest.mark.parametrize("line", ["cat <<E\nx\n E\nE", "cat <<'E'\nE.\nx\nE\n"])
def test_of_a_text_that_the_grammar_ends_too_early_nothing_is_known(line: str) -> None:
    """It takes a line for the last one that only begins like it, or stands behind blanks."""
    assert parse_commands(line) is None


def test_of_what_lies_too_deep_nothing_is_known() -> None:
    """A line that a machine made."""
    assert parse_commands("$(" * 200 + "a" + ")" * 200) is None
    assert parse_commands("$(" * 10 + "a" + ")" * 10) is not None


def test_without_the_grammar_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a platform for which there is no wheel."""
    monkeypatch.setitem(sys.modules, "tree_sitter_bash", None)
    shell_tree._load_parser.cache_clear()

    assert parse_commands("ls") is None
    shell_tree._load_parser.cache_clear()


def test_conditions_are_known() -> None:
    """What stands in one, and the command behind it."""
    found = read("if a; then b; fi && for x in y; do c | d; done > e; f() { g; }; h")

    assert [(one.op, one.words, one.conditional) for one in found if one.words] == [
        ("", ["a"], True),
        (";", ["b"], True),
        ("&&", ["c"], True),
        ("|", ["d"], True),
        (";", ["g"], True),
        (";", ["h"], False),
    ]
    assert [one.targets for one in found if one.targets] == [[(">", "e")]]


def test_commands_in_substitutions_stand_in_the_one_that_holds_them() -> None:
    """In words, values, texts in quotes and redirections, but not those deeper down."""
    (one, two) = read('A=$(a $(b)) x "y `c`" < <(d); B=$(e)')

    assert [[inner.words for inner in line] for line in one.inner] == [[["a", None]], [["c"]], [["d"]]]
    assert (two.words, [[inner.words for inner in line] for line in two.inner]) == ([], [[["e"]]])
    assert one.raw == ["x", '"y \x010\x02"']


def test_a_line_without_end_is_not_read() -> None:
    """One character below the bound is."""
    assert parse_commands("a" * (MOST_CHARACTERS + 1)) is None
    assert len(parse_commands("a" * MOST_CHARACTERS) or ()) == 1


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


def test_a_line_of_endless_pipes_is_not_read() -> None:
    """The parser would take a minute to find that it is none; a table in a document is read."""
    assert parse_commands("a | " * 10_000) is None
    assert parse_commands("a | a") is not None
    assert parse_commands("cat <<E\n" + "| a | b |\n" * 1_000 + "E\n") is not None
