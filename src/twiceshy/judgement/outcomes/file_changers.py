"""Can a command have changed a project's files? Only those that surely did not are told apart.

An edit tool says what it wrote, a shell does not. Where a file changed and no log says how, a person did it only if
nothing that an agent ran in between can have: so the list is of commands that only look, test or record.
"""

import re
from typing import Final

from twiceshy.commands.shell.command_heads import command_names
from twiceshy.commands.shell.shell_words import parse_simple_commands

_QUIET: Final = frozenset(
    (
        *("grep", "egrep", "fgrep", "rg", "ag", "ls", "cat", "bat", "head", "tail", "awk", "find", "fd", "wc", "test"),
        *("[", "[[", "stat", "file", "which", "type", "command", "diff", "cmp", "comm", "sort", "uniq", "cut", "tr"),
        *("less", "more", "tree", "du", "df", "ps", "pgrep", "env", "printenv", "echo", "printf", "pwd", "cd", "true"),
        *("false", "sleep", "wait", "date", "uname", "whoami", "jq", "yq", "basename", "dirname", "realpath", "export"),
        *("set", "sed", "pytest", "py.test", "mypy", "pyright", "tsc", "jest", "vitest", "nl", "mkdir", "xargs"),
        *("git status", "git diff", "git log", "git show", "git add", "git commit", "git push", "git fetch"),
        *("git rev-parse", "git ls-files", "git grep", "git branch", "git blame", "git remote", "git tag"),
        *("git config", "git rev-list", "git merge-base", "git cat-file", "git reflog", "git describe"),
        *("npm test", "npm run test", "yarn test", "pnpm test", "cargo test", "cargo check", "cargo build"),
        *("cargo clippy", "go test", "go build", "go vet", "make test", "ruff check", "gh pr", "gh run", "gh issue"),
    )
)
"""Commands that leave a project's texts as they are. List of 2026-11-23, a guess."""
_FORMATTERS: Final = frozenset(
    (
        *("prettier", "black", "ruff format", "gofmt", "gofumpt", "cargo fmt", "go fmt", "isort", "rustfmt"),
        *("clang-format", "dart format", "yapf", "shfmt", "stylua", "terraform fmt"),
    )
)
"""Commands that move white space and brackets only: whatever words a file has were there before. List of 2026-11-23."""
_WRITING: Final = re.compile(
    r"(?:^|\s)(?:-i\S*|--in-place\S*|--fix\S*|--write|-delete|-exec\S*|--update\S*|-u)(?=\s|$)"
)
_LONGEST: Final = 480
"""Characters from which on a stored command may be cut (``archive.reads.edits`` has the same). Guess of 2026-11-21."""


def may_change_files(command: str) -> bool:
    """Tell whether a command line may have brought new words into files of the project.

    >>> may_change_files("cd web && npm test 2>&1 | tail -5")
    False
    >>> may_change_files("npx prettier --write .")
    False
    >>> may_change_files("ruff check --fix ."), may_change_files("python make_api.py")
    (True, True)
    """
    if len(command) >= _LONGEST:
        return True
    if any(one.target and one.target != "/dev/null" for one in parse_simple_commands(command)):
        return True
    names = command_names(command)
    if not names or not all(_is_quiet(name) or name in _FORMATTERS for name in names):
        return True
    return _WRITING.search(command) is not None and not _FORMATTERS.issuperset(names)


def _is_quiet(name: str) -> bool:
    return name in _QUIET or name.partition(" ")[0] in _QUIET
