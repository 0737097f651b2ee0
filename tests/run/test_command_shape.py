"""What kind of command a run is."""

from pathlib import Path

import pytest

from twiceshy.run import command_shape

WORDS = [
    pytest.param("", "", id="nothing"),
    pytest.param("cd web", "", id="nothing that works"),
    pytest.param("npm run build && npm test", "", id="two that work: nobody knows whose time it was"),
    pytest.param("npm test", "npm test", id="itself"),
    pytest.param("cd web && CI=1 npm test 2>&1 | tail -5", "npm test", id="with what stands around it"),
    pytest.param('pytest -k "a b"', "pytest -k a b", id="quotes are the shell's"),
]


@pytest.mark.parametrize(("line", "words"), WORDS)
def test_the_one_working_command_of_a_line_is_its_group(line: str, words: str) -> None:
    """So that a run and a line of an agent's log are one."""
    assert command_shape.words_in(line) == words


def test_a_shape_has_no_argument_of_the_users() -> None:
    """Only the program and the names of its options."""
    shown = command_shape.shape_of(["deploy-it", "--token=abc", "--to", "prod.example.test", "secret-project"])

    assert shown == "deploy-it --token=… --to …"
    assert "secret" not in command_shape.shape_of(["sh", "-c", "echo secret; ls secret"])


HIDDEN = [
    pytest.param(["true", "A=b\nacme"], "true A=…", id="a second line"),
    pytest.param(["true", "a; acme"], "true …", id="a semicolon"),
    pytest.param(["true", "a | acme -acme"], "true …", id="a pipe"),
    pytest.param(["true", "$(acme)"], "true …", id="a substitution"),
    pytest.param(["echo", "cat <<EOF\nacme\nEOF\nacme"], "echo …", id="a here-document"),
    pytest.param(["git", "add", "it's\nacme"], "git add …", id="a quote that nothing ends"),
    pytest.param(["env", "A=b acme", "make"], "make", id="a value with a blank"),
    pytest.param(["true", "conf/acme.env:12:KEY=x"], "true …", id="a line of grep"),
    pytest.param(["true", "https://acme/?key=x"], "true …", id="an address"),
    pytest.param(["true", "-;acme"], "true …", id="no option's name"),
    pytest.param(["sh", "-c", "git add 'x; acme -acme'"], "sh -c git add …", id="in a shell's script"),
    pytest.param(["sh", "-c", "make 'x; acme -acme'"], "make …", id="in a script of one command"),
    pytest.param(["sudo", "sh", "-c", "make 'x; acme'"], "make … -c …", id="a script behind another"),
    pytest.param(["timeout", "acme; acme"], "timeout …", id="in place of a program"),
    pytest.param(["/My acme/go.sh", "acme acme"], "go.sh …", id="a folder with a blank"),
]


@pytest.mark.parametrize(("command", "shape"), HIDDEN)
def test_no_part_of_an_argument_is_taken_for_a_command(command: list[str], shape: str) -> None:
    """What a person wrote into one never stands as the command's name: it leaves for a team's server."""
    assert command_shape.shape_of(command) == shape


SHAPES = [
    pytest.param(["python", "-c", "print(-1)"], "python -c …", id="a program in an argument"),
    pytest.param(["/usr/bin/python3", "-c", "x = 1; y = -secret"], "python -c …", id="its option once, by any path"),
    pytest.param(["env", "A=1", "python", "-c", "pass", "-v"], "python -c … -v", id="behind another"),
    pytest.param(["python3", "-m", "pytest", "-x"], "pytest -x", id="a module that is the command"),
    pytest.param(["npm", "--prefix", "web", "test"], "npm test --prefix …", id="an option within the head"),
    pytest.param(["bash", "-lc", "node -e '1'"], "node -e …", id="a shell's script"),
]


@pytest.mark.parametrize(("command", "shape"), SHAPES)
def test_a_shape_says_nothing_twice(command: list[str], shape: str) -> None:
    """And an argument with blanks stays one argument."""
    assert command_shape.shape_of(command) == shape


def test_only_listed_variables_are_kept() -> None:
    """Never one that nobody listed."""
    assert command_shape.pick_environment({"CI": "1", "AWS_SECRET_ACCESS_KEY": "x", "HOME": "/h"}) == {"CI": "1"}


@pytest.mark.parametrize(("name", "kind"), command_shape.PROJECTS)
def test_a_project_is_known_by_its_file(tmp_path: Path, name: str, kind: str) -> None:
    """From any folder below it."""
    (tmp_path / name).touch()
    (tmp_path / "a" / "b").mkdir(parents=True)

    assert command_shape.project_type_of(str(tmp_path / "a" / "b")) == kind


def test_a_repository_ends_the_search(tmp_path: Path) -> None:
    """What lies above it is another's."""
    (tmp_path / "package.json").touch()
    (tmp_path / "repo" / ".git").mkdir(parents=True)

    assert command_shape.project_type_of(str(tmp_path / "repo")) == "unknown"


def test_density_of_errors() -> None:
    """The share of lines that look like an error; none for no output."""
    assert command_shape.compute_error_density(["ok", "Error: x", "1 failed", "fine"]) == 0.5
    assert command_shape.compute_error_density([]) is None
