"""outcomes.workflow.matching: commands and globs, what they mean and what they do not."""

import pytest

from twiceshy.judgement.workflow.matching import TEST_COMMANDS, is_absolute, matches_command, matches_glob

RUNS = [
    ("aud blueprint", "aud blueprint"),
    ("cd web && FOO=1 timeout 60 uv run aud --offline blueprint --json | head", "aud blueprint"),
    ("/usr/local/bin/aud blueprint", "aud blueprint"),
    ("aud blueprint", "./bin/aud blueprint"),
    ("npm --prefix web test", "npm test"),
    ("npm run test:unit", "npm run test*"),
    ("./run-tests.sh --all", "run-*"),
    ("bash -lc 'cd x && aud blueprint'", "aud blueprint"),
    ('x="$(aud blueprint)"; echo $x', "aud blueprint"),
    ("for f in a b; do aud query $f; done", "aud query"),
    ("python3.12 -m pytest -q", "pytest"),
    ("python -m unittest -v", "python -m unittest"),
]
NOT = [
    ('echo "aud blueprint"', "aud blueprint"),
    ("git commit -m 'aud blueprint'", "aud blueprint"),
    ("aud help blueprint", "aud blueprint"),
    ("aud", "aud blueprint"),
    ("git log commit", "git commit"),
    ("cat <<EOF\naud blueprint\nEOF", "aud blueprint"),
    ("pip install pytest", "pytest"),
    ("", "aud"),
    ("aud", ""),
    ("bash -c " * 40 + "aud", "aud blueprint"),
]
MEANT = [
    ("src/", "src/a/b.py"),
    ("src", "web/src/a.py"),
    ("src/**/*.py", "src/a.py"),
    ("src/**/*.py", "src/x/y/a.py"),
    ("./src/*.py", "src/a.py"),
    ("*.md", "docs/a.md"),
    ("**/gen/**", "a/gen/b/c"),
    ("/tmp/**", "/tmp/x/y"),
    ("[", "["),
]
NOT_MEANT = [
    ("src/*.py", "src/x/a.py"),
    ("src/", "srcs/a.py"),
    ("src/x", "web/src/x"),
    ("**", "/etc/hosts"),
    ("*.py", "C:/x/a.py"),
    ("[z-a]", "z"),
    ("*a" * 60, "a" * 2000 + "b"),
    ("**/" * 60 + "x", "a/" * 500 + "b"),
]


@pytest.mark.parametrize(("command", "pattern"), RUNS)
def test_a_line_runs_what_the_pattern_means_however_it_is_wrapped(command: str, pattern: str) -> None:
    """Folders, versions, wrappers, options, shells and substitutions do not hide a command."""
    assert matches_command(command, ("never", pattern))


@pytest.mark.parametrize(("command", "pattern"), NOT)
def test_a_line_does_not_run_what_it_only_speaks_of(command: str, pattern: str) -> None:
    """Quoted words, other subcommands and other programs are not the command."""
    assert not matches_command(command, (pattern,))


@pytest.mark.parametrize(("glob", "path"), MEANT)
def test_a_glob_means_the_path(glob: str, path: str) -> None:
    """Globs are those of .gitignore."""
    assert matches_glob(("never", glob), path)


@pytest.mark.parametrize(("glob", "path"), NOT_MEANT)
def test_a_glob_does_not_mean_the_path(glob: str, path: str) -> None:
    """Globs stay in their folder and in the project, and no glob takes long."""
    assert not matches_glob((glob,), path)


@pytest.mark.parametrize("command", ["pip install pytest", "grep -r jest src", "npm run build", "make", "go vet ./..."])
def test_commands_that_only_name_a_test_runner_are_no_tests(command: str) -> None:
    """Installing or searching for a runner is not running it."""
    assert not matches_command(command, TEST_COMMANDS)


@pytest.mark.parametrize(("path", "expected"), [("/a", True), ("~/a", True), ("C:/a", True), ("a/b", False)])
def test_absolute_paths_are_known_by_their_beginning(path: str, expected: bool) -> None:
    """Paths of every system that logs may name."""
    assert is_absolute(path) == expected
