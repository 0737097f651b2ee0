"""commands.shell.command_heads: names of command lines."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.commands.shell import command_heads

HEADS = [
    ("plain", "ls -la", "ls"),
    ("empty", "", ""),
    ("comment only", "# nothing to do", ""),
    ("subcommand", "git status --short", "git status"),
    ("global option with value", "git -C ../api -c core.pager=cat log --oneline", "git log"),
    ("after cd", "cd /srv/app && npm test", "npm test"),
    ("environment", "CI=1 NODE_ENV=test npm run build", "npm run build"),
    ("environment in quotes", 'MSG="a b; c" make test', "make test"),
    ("timeout", "timeout -k 5 60s go test ./...", "go test"),
    ("sudo with user", "sudo -u postgres psql -c 'select 1; drop x'", "psql"),
    ("nice and time", "nice -n 10 time cargo build --release", "cargo build"),
    ("xargs", "xargs -0 -n 1 rm", "rm"),
    ("find feeds xargs", "find . -name '*.py' | xargs wc -l", "find"),
    ("comment first", "# build it\ncargo build", "cargo build"),
    ("module", "python -m pytest -x tests", "pytest"),
    ("module after option", "python3.11 -W error -m mypy src", "mypy"),
    ("module of the standard library", "python3 -m http.server 8000", "python -m http.server"),
    ("runner", "uv run --with x --python 3.12 pytest -q", "pytest"),
    ("runner's option before", "uv --directory api run pytest", "pytest"),
    ("npx", "npx --yes tsc --noEmit", "tsc"),
    ("exec", "pnpm --filter web exec vite build", "vite"),
    ("script of an interpreter", "python3 tools/gen.py --all", "python <script>"),
    ("interpreter with code", 'python3 -c "import x; print(1)"', "python -c"),
    ("interpreter with here-document", "python3 <<'PY'\nimport os; os.remove('x')\nPY", "python -"),
    ("node with code", "node -e 'console.log(1)'", "node -e"),
    ("shell script by its name", "bash scripts/deploy.sh prod", "deploy.sh"),
    ("script called directly", "./scripts/deploy.sh prod", "deploy.sh"),
    ("inside bash -c", 'bash -lc "cd web && npm run lint | tail -3"', "npm run lint"),
    ("inside eval", "eval 'git push'", "git push"),
    ("add then commit", 'git add -A && git commit -m "x"', "git commit"),
    ("add alone", "git add -A", "git add"),
    ("mkdir then copy", "mkdir -p out; go build ./...", "go build"),
    ("echo first", 'echo "=== run ==="; pytest', "pytest"),
    ("filter is never the work", "cat log.txt | grep ERROR", "cat"),
    ("pipe into a program", "echo '{}' | jq . | node check.js", "node <script>"),
    ("message with operators", 'git commit -m "a && b | c; d"', "git commit"),
    ("message from here-document", "git commit -m \"$(cat <<'EOF'\nfix: a | b && rm -rf /\nEOF\n)\"", "git commit"),
    ("here-document to a file, then work", "cat > a.py <<EOF\nimport x\nEOF\npython a.py", "python <script>"),
    ("substitution in an assignment", 'rev=$(git rev-parse HEAD)\necho "$rev"', "git rev-parse"),
    ("substitution in echo", 'echo "$(go version)"', "go version"),
    ("backticks", "echo `docker ps -q`", "docker ps"),
    ("loop", "for f in a b; do shellcheck $f; done", "shellcheck"),
    ("while loop", "while read x; do curl $x; done < list", "curl"),
    ("condition", "if [ -f x ]; then make -C web all; fi", "make all"),
    ("subshell", "(cd web && yarn build) && ls", "yarn build"),
    ("redirections", "2>/dev/null >out.txt terraform plan -out p", "terraform plan"),
    ("background", "npm run dev &", "npm run dev"),
    ("compose", "docker compose -f a.yml up -d", "docker compose up"),
    ("two levels", "gh pr create --title x", "gh pr create"),
    ("gh api", "gh api repos/o/n/pulls", "gh api"),
    ("target after assignment", "make V=1 test", "make test"),
    ("path as first word", "/usr/local/bin/python3.12 x.py", "python <script>"),
    ("Windows path", r"C:\Tools\git.exe status", "git status"),
    ("line continuation", "docker \\\n  build .", "docker build"),
    ("array", "files=(a b); pytest ${files[@]}", "pytest"),
    ("function definition", "f() { rg x; }; f", "rg"),
    ("wrapper alone", "time", "time"),
    ("variable as program", "$EDITOR notes", "$EDITOR"),
    ("unclosed quote", 'echo "abc', "echo"),
    ("rtk passes on", "rtk git status", "git status"),
]


@pytest.mark.parametrize(("command", "expected"), [row[1:] for row in HEADS], ids=[row[0] for row in HEADS])
def test_a_command_line_is_named_by_its_work(command: str, expected: str) -> None:
    """A line is counted under the program that does the work, as a person would group it."""
    assert command_heads.head(command) == expected


JOINED = [
    pytest.param("npm test -- x", "npm test", id="nothing but words"),
    pytest.param("true A=b\nacme", "true", id="a second line of an argument"),
    pytest.param("git commit -m fix; acme said so", "git commit", id="a sentence"),
    pytest.param("echo cat <<EOF\nacme\nEOF\nacme", "echo", id="a here-document in an argument"),
    pytest.param("/bin/bash -lc cd web && npm test", "npm test", id="a shell's script"),
    pytest.param("sh -c git add 'x; acme'", "git add", id="its quotes hold"),
    pytest.param("", "", id="nothing"),
]


@pytest.mark.parametrize(("words", "expected"), JOINED)
def test_joined_words_are_named_without_what_an_argument_says(words: str, expected: str) -> None:
    """Where quotes are gone nothing behind a sign of the shell is the command, but in a shell's own script."""
    assert command_heads.head_of_joined(words) == expected


def test_all_commands_of_a_line_are_listed_in_order() -> None:
    """Every simple command has its name in the list, those in substitutions after the one that holds them."""
    line = 'cd web && rev=$(git rev-parse HEAD) npm ci || echo "$(date)" | tee log'

    assert command_heads.command_names(line) == ["cd", "npm ci", "git rev-parse", "echo", "date", "tee"]


PIECES = st.sampled_from(
    [
        "a",
        " ",
        "'",
        '"',
        "`",
        "$(",
        "(",
        ")",
        "\\",
        "\n",
        "|",
        "&&",
        "||",
        ";",
        "<<EOF",
        "EOF",
        "#",
        ">",
        "<(",
        "bash -c ",
        "for x in",
        "do",
        "done",
        "x=",
        "-",
        "é",
        "\x00",
        "\x01",
        "\x02",
        "1",
        "sudo",
        "git",
        "uv run",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_any_text_is_taken(command: str) -> None:
    """No text makes the functions fail, and a name is one short line."""
    name = command_heads.head(command)

    assert len(name) <= command_heads.LONGEST_NAME
    assert "\n" not in name
    assert all(command_heads.command_names(command))


@pytest.mark.parametrize("piece", ["$(", "`", '"', "'", "(", "<<A\n", "\\", "#", "bash -c ", "a|", "x=$(", '"\\"'])
def test_long_hostile_lines_take_no_long(piece: str) -> None:
    """Time grows with the text and not with its square: repetition of any opener ends within the suite's patience."""
    command_heads.parse_line.cache_clear()

    assert isinstance(command_heads.head(piece * 20_000), str)


def test_examples_in_the_module_hold() -> None:
    """What its docstrings show is what it does."""
    assert doctest.testmod(command_heads).failed == 0
