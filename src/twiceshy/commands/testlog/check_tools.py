"""Which commands check something: a test runner, a build, a linter, a type checker, or a project's script for one."""

import re
from typing import NamedTuple

from twiceshy.commands.shell import programs
from twiceshy.commands.shell.command_heads import ShellPart
from twiceshy.commands.shell.task_calls import find_task, kind_of_task
from twiceshy.commands.testlog.all_parsers import PARSERS
from twiceshy.records.findings import CheckKind

_QUIET_HEADS: dict[str, tuple[str, CheckKind]] = {
    "python -m py_compile": ("py_compile", "build"),
    "python -m compileall": ("compileall", "build"),
    "tox": ("tox", "test"),
    "nox": ("nox", "test"),
    "ctest": ("ctest", "test"),
    "pylint": ("pylint", "lint"),
    "bandit": ("bandit", "lint"),
    "shellcheck": ("shellcheck", "lint"),
    "staticcheck": ("staticcheck", "lint"),
    "yamllint": ("yamllint", "lint"),
    "markdownlint": ("markdownlint", "lint"),
    "hadolint": ("hadolint", "lint"),
    "actionlint": ("actionlint", "lint"),
    "stylelint": ("stylelint", "lint"),
    "oxlint": ("oxlint", "lint"),
    "rubocop": ("rubocop", "lint"),
    "pre-commit run": ("pre-commit", "lint"),
    "vue-tsc": ("vue-tsc", "types"),
    "svelte-check": ("svelte-check", "types"),
    "make": ("make", "build"),
    "vite build": ("vite", "build"),
    "tsup": ("tsup", "build"),
}
"""Tools of which no form is known, so that their status is all there is."""
_HEADS: dict[str, tuple[str, CheckKind]] = _QUIET_HEADS | {
    head: (leaf.tool, leaf.kind) for leaf in PARSERS for head in leaf.heads
}
_NO_RUN = re.compile(r"[ \t](?:--help|--version|-V|--collect-only|--co|--list|--listTests|--dry-run)(?:[ \t]|\Z)")
"""With one of these a tool does not do its work."""
_TEST_NAME = re.compile(
    r"(?:\A|[/_.-])(?:tests?|check\w*|verify\w*|repro\w*|debug\w*|issue\w*|bug\w*)(?=[/_.-]|\d*\.|\Z)"
)
_RUNNERS = ("runtests.py", "run_tests.py")
"""Scripts that run a project's tests."""
_SCRIPT = re.compile(r"(?:^|\s)((?:[\w.~-]*/)*[\w.-]+\.(?:py|js|mjs|cjs|ts|rb|sh))(?=\s|\Z)")


_WORK = programs.level_of("cargo")
_WORDS: dict[str, CheckKind] = {
    **dict.fromkeys(("test", "tests"), "test"),
    **dict.fromkeys(("lint", "check", "analyze", "analyse", "vet"), "lint"),
    "typecheck": "types",
    **dict.fromkeys(("build", "compile"), "build"),
}
"""Words by which programs and scripts say that they check something."""
_OTHER_WORK = frozenset(
    [
        "git",
        "gh",
        "glab",
        "hub",
        "kubectl",
        "brew",
        "apt",
        "apt-get",
        "systemctl",
        "launchctl",
        "aws",
        "gcloud",
        "az",
        "ssh",
        "curl",
        "psql",
        "sqlite3",
        "redis-cli",
        "npm",
        "pnpm",
        "yarn",
        "pip",
        "uv",
        "conda",
        "node",
        "ruby",
        "perl",
        "tmux",
        "adb",
        "fly",
        "vercel",
        "wrangler",
        "ls",
        "find",
        "fd",
        "tree",
        "diff",
        "cmp",
        "stat",
        "file",
        "du",
        "man",
        "which",
        "rg",
        "ag",
        "ack",
        "less",
        "cp",
        "mv",
        "rm",
        "mkdir",
        "touch",
        "chmod",
        "tar",
        "zip",
        "unzip",
        "rsync",
        "scp",
        "kill",
        "pkill",
        "vim",
    ]
)
"""Programs to which such a word is something else: a file, a branch, a machine, a question."""
_ENDING = re.compile(r"\.(?:sh|bash|py|js|mjs|ts|rb)\Z")


class CheckTool(NamedTuple):
    """A tool that a line runs to check something."""

    tool: str
    kind: CheckKind
    script: str = ""
    """Of an interpreter, the script that it runs."""


def find_tool(part: ShellPart) -> CheckTool | None:
    """Return what a part of a line checks with; None where it is no test, build or lint command.

    Scripts with a tester's name are run to try something out.
    """
    if part.words and _NO_RUN.search(part.words):
        return None
    if part.head in _HEADS:
        return CheckTool(*_HEADS[part.head])
    if is_own_test(part):
        return CheckTool(part.words.partition(" ")[0], "test")
    if part.head.endswith((" <script>", ".py")):
        return _find_script(part)
    kind = kind_of_task(find_task(part.head, part.words))
    return _find_by_word(part) if kind is None else CheckTool(part.head, kind)


def _find_by_word(part: ShellPart) -> CheckTool | None:
    """Return what a program that nobody knows checks, by a word of its name or by what it is told to do."""
    program, *rest = part.head.split() or [""]
    if part.level != _WORK or program in _OTHER_WORK:
        return None
    words = part.words.split()
    place = next((at for at, word in enumerate(words) if word.rpartition("/")[2] == program), len(words))
    word = _find_word_of_name(program, "".join(words[place : place + 1]))
    if word:
        return CheckTool(part.head, _WORDS[word])
    said = [one for one in words[place + 1 :] if not one.startswith("-")][: 1 + len(rest)]
    found = next((one for one in said if one in _WORDS), "")
    return CheckTool(f"{program} {found}", _WORDS[found]) if found else None


def _find_word_of_name(program: str, path: str) -> str:
    """Return the word of a script's or an installed program's name that says what it checks; empty for none.

    A program of the project's own that has no ending, and what lies in the system's folder for trials, say nothing.
    """
    name = _ENDING.sub("", program)
    if path.startswith("/tmp/") or (name == program and "/" in path):  # noqa: S108  # it is only looked at
        return ""
    parts = {*re.split(r"[-_.]", name), "lint" if name.endswith("lint") else ""} - {"check", program}
    return next((word for word in _WORDS if word in parts), "")


def is_own_test(part: ShellPart) -> bool:
    """Tell whether a part runs a project's own program of the name ``test``, and not the shell's word."""
    return part.head == "test" and "/" in part.words.partition(" ")[0]


def _find_script(part: ShellPart) -> CheckTool | None:
    """Return what a script that is run checks, by its name."""
    found = _SCRIPT.search(part.words)
    if found is None:
        return None
    if found.group(1).endswith(_RUNNERS):
        return CheckTool("unittest", "test")
    return CheckTool(part.head, "test", found.group(1)) if _TEST_NAME.search(found.group(1)) else None
