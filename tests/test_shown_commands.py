"""Every command that a reader is shown works on the sample project, and finds something.

A command stands in the README, in the tutorial, in a how-to or as the example of a verb. Ids and paths of the pages are
replaced by ones that the sample has; a command that cannot run in this process says why in ``SKIPPED``.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from tests.everywhere import SCRATCH_VARIABLES

from twiceshy.base.config import load
from twiceshy.doors.cli.main import main
from twiceshy.doors.cli.verbs import list_verbs, load_leaf
from twiceshy.judgement import recipes as judge
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.logs import collect
from twiceshy.recipes.demo.sample_history import write_sample
from twiceshy.recipes.demo.sample_project import FILES
from twiceshy.recipes.look.whole_report import SEED

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "docs/tutorial.md", *(f"docs/howto/{path.name}" for path in (ROOT / "docs/howto").glob("*.md"))]
EDITED = "src/api/orders.ts"
SKIPPED = {
    "mcp": "a server: its own tests start it",
    "dashboard": "a server: tests/doors/web/dashboard",
    "serve": "a server: wings/team/tests/server",
    "run": "forks: its own tests start it",
    "sync": "needs a team's server: wings/team/tests/sync",
    "fleet": "needs the places of many people: tests/doors/cli/test_fleet_verb.py, wings/fleet/tests/recipes",
    "models rollback": "needs two trained models: wings/git/tests/file_recipes",
    "suggest": "writes files, and needs a mistake with a remedy: tests/doors/cli/test_suggest_verb.py",
    "train": "needs a history of hundreds of commits: wings/git/tests/file_recipes",
    "evaluate": "needs a history of hundreds of commits: wings/git/tests/file_recipes",
    "doctor --repair": "mends installed hooks: tests/doors/cli/test_recorder_verbs.py",
    "brief": "needs lessons about the task: tests/doors/cli/test_brief_verb.py",
    "remove": "needs installed hooks: tests/doors/cli/test_recorder_verbs.py",
    "doctor --simulate": "needs installed hooks: tests/doors/cli/test_recorder_verbs.py",
    "report --html": "writes where it is asked to: tests/doors/cli/test_write_page.py",
    "init --plugin": "writes where it is asked to: tests/doors/cli/test_recorder_verbs.py",
    "ingest chat.json": "needs a file that is no log: tests/logs/test_unclaimed_files.py",
    "ingest codeql.sarif": "needs the reports: tests/logs/collect/test_ingest_reports.py",
    "chunks": "needs a memory: wings/git/tests/chunks",
    "memory": "needs a repository and another tool's memory: wings/git/tests/memory_recipes, wings/git/tests/share",
}
"""Beginnings of commands that are not run here, each with the reason."""
EXPECTED_CODES = {"doctor": {0, 1}, "audit": {0, 1}}
"""Verbs that may find a problem; every other command ends with 0."""
EMPTY = re.compile(r"(Nothing|No (?!problem was found|habit clearly)|There is nothing|There are no|Too little|\s*$)")


def shown_lines() -> Iterator[tuple[str, str]]:
    """Yield each command with its place."""
    for page in PAGES:
        for block in re.findall(
            r"^```(?:sh)?\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        ):
            for line in block.splitlines():
                if match := re.match(r"(?:\$ )?((?:TWICESHY_\w+=\S+ )?twiceshy [a-z].*)", line):
                    yield match[1], page
    for verb in list_verbs().verbs:
        yield load_leaf(verb).EXAMPLE, f"{verb.name} --help"


def cut_command(line: str) -> str:
    """Return what is run of a line: no comment, and nothing behind a pipe."""
    words = shlex.split(line, comments=True)
    return shlex.join(words[: next((at for at, word in enumerate(words) if word in {"|", ">"}), len(words))])


SHOWN = {cut_command(line): place for line, place in shown_lines()}


def reason_to_skip(words: list[str]) -> str:
    """Return why a command is not run here; empty where it is."""
    for start, why in SKIPPED.items():
        asked = start.split()
        if words[: len(asked)] == asked or (words[0] == asked[0] and asked[-1].startswith("--") and asked[-1] in words):
            return why
    return ""


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project, read, judged and learned from once; a repository with its files; one recorded run."""
    folder = tmp_path_factory.mktemp("shown")
    variables = {name: str(folder / place) for name, place in SCRATCH_VARIABLES.items()}
    home = Path(variables["HOME"])
    config = replace(load({}, variables, folder), ingest_processes=1)
    write_sample(folder / "logs", seed=SEED, today=datetime.now(UTC).date())
    collect.ingest([folder / "logs"], config)
    judge.judge(config, processes=1)
    learn_lessons(config)
    repository = home / "web-shop"
    environment = {**os.environ, **variables}
    for name in (*FILES["web-shop"], "src/auth/tokens.py"):
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("def rotate():\n    return 1\n", encoding="utf-8")
    (repository / ".env").write_text("PASSWORD=hunter2-but-longer\n", encoding="utf-8")
    (repository / "notes.txt").write_text("mail to someone@example.test\n", encoding="utf-8")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.test", "-C", str(repository)]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "rotate refresh tokens on logout"]):
        subprocess.run([*git, *words], check=True, env=environment)
    (repository / EDITED).write_text("def rotate():\n    return eval(input())\n", encoding="utf-8")
    subprocess.run([*git, "add", "."], check=True, env=environment)
    record_runs(folder / "bin", repository, environment)
    return folder


def record_runs(programs: Path, repository: Path, environment: dict[str, str]) -> None:
    """Record a run of a program called npm: one teaches a limit."""
    programs.mkdir()
    (programs / "npm").write_text("#!/bin/sh\n", encoding="ascii")
    (programs / "npm").chmod(0o700)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    call = [sys.executable, "-m", "twiceshy", "run", "--wait-telemetry", "--quiet", "--", "npm", "test"]
    subprocess.run(call, check=True, env={**environment, "PATH": path}, cwd=repository)


@pytest.fixture(scope="session")
def known_ids(template: Path) -> dict[str, str]:
    """Ids of the sample, by their kind."""
    place = ["--json", "--home", str(template / SCRATCH_VARIABLES["TWICESHY_HOME"])]

    def answer(*words: str) -> dict[str, Any]:
        said = StringIO()
        with redirect_stdout(said):
            assert main([*place, *words]) == 0
        found: dict[str, Any] = json.loads(said.getvalue())
        return found

    lesson = answer("lessons", "list", "--state", "all")["lessons"][0]["id"]
    return {
        "s-": answer("sessions")["sessions"][0]["id"],
        "i-": answer("report")["overview"]["insights"]["insights"][0]["id"],
        "e-": answer("report", "errors")["errors"][0]["id"],
        "l-": lesson,
        "w-": lesson,
        "r-": answer("runs")["runs"][0]["id"],
    }


def fit_words(words: list[str], template: Path, ids: dict[str, str]) -> list[str]:
    """Replace ids and paths of the pages by the sample's."""
    fitted = []
    for word in words:
        if re.fullmatch(r"[seilrw]-(?:[0-9a-f]{3,}|…)", word):
            fitted.append(ids[word[:2]])
        elif re.fullmatch(r"src/(?:api/)?auth\.py", word):
            fitted.append(EDITED)
        elif word == "npm test":  # it ran in the repository that this one is a copy of
            fitted.append(f"cd {template / SCRATCH_VARIABLES['HOME'] / 'web-shop'} && npm test")
        elif word.startswith(("~/old-laptop", "/backup")):
            fitted.append(str(template / "logs"))
        else:
            fitted.append(word)
    asks = {"init", "remove", "forget"} & set(words[:1])
    return [*fitted, *(["--yes"] if asks else [])]


@pytest.mark.parametrize("line", sorted(SHOWN))
def test_a_shown_command_works_and_finds_something(  # noqa: PLR0917  # fixtures
    line: str,
    template: Path,
    known_ids: dict[str, str],
    scratch_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the words of the page, on a copy of the sample's store."""
    words = shlex.split(line)
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        monkeypatch.setenv(name, value if name != "TWICESHY_HOME" else str(scratch_home / "elsewhere"))
    words = words[1:]
    if why := reason_to_skip(words):
        pytest.skip(why)
    shutil.copytree(template / "home", scratch_home, dirs_exist_ok=True)
    monkeypatch.chdir(scratch_home / "web-shop")
    (scratch_home / ".claude").mkdir(exist_ok=True)
    shutil.copytree(template / "logs", scratch_home / ".claude" / "projects", dirs_exist_ok=True)

    try:
        code = main(fit_words(words, template, known_ids))
    except SystemExit as ended:  # argparse ends the process itself after --help
        code = int(ended.code or 0)
    said = capsys.readouterr()

    assert code in EXPECTED_CODES.get(words[0], {0}), said.err
    if os.environ.get("TWICESHY_ENABLED") != "0":
        assert not EMPTY.match(said.out), f"{SHOWN[line]}: {said.out}"


def test_each_skipped_command_is_shown() -> None:
    """A reason for what nobody is shown any more is stale."""
    skipped = {reason_to_skip(shlex.split(line)[1:]) for line in SHOWN}

    assert sorted(set(SKIPPED.values()) - skipped) == []


INSTALL = re.compile(r"(?:pipx? (?:install|upgrade)|uv tool (?:install|upgrade))[^`\n;,)]*twiceshy")


@pytest.mark.parametrize("folder", ["src", "wings", "docs", "changes", "README.md"])
def test_no_hint_installs_a_package_that_is_not_published(folder: str) -> None:
    """Twiceshy is installed from its checkout."""
    place = ROOT / folder
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.suffix in {".py", ".md", ".1"}]
    allowed = {ROOT / "docs" / "style.md"}
    named = {
        path.relative_to(ROOT).as_posix(): found
        for path in files
        if path not in allowed and (found := INSTALL.findall(path.read_text(encoding="utf-8")))
    }

    assert named == {}
