"""What an exit status alone tells: whether the one test, build or lint command of an unmasked line went well."""

import re

from twiceshy.facts import programs, shell
from twiceshy.facts.testlog.leaves import LEAVES
from twiceshy.records.testlog import Kind

NO_VERDICT = frozenset({124, 126, 127, 130, 137, 143})
"""A time limit, a program that is not there or a signal: the tool came to no judgement."""
SCRIPTS = re.compile(
    r"(?:(?:npm|pnpm|yarn|bun) (?:run(?:-script)? )?|mise r(?:un)? |make |just |task |rake |composer |deno task "
    r"|turbo (?:run )?|nx (?:run )?|gradlew? |mvnw? |poe |hatch run |cargo make )([\w:.-]+)\Z"
)
"""Names under which projects keep their own commands."""
SCRIPT_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("types", re.compile(r"(?:.*[:-])?(?:type-?check|types|tsc|check-types|mypy|pyright)(?:[:-].*)?\Z")),
    ("lint", re.compile(r"(?:.*[:-])?(?:lint|eslint|ruff|clippy|vet|format|fmt)(?:[:-].*)?\Z")),
    ("test", re.compile(r"(?:.*[:-])?(?:tests?|unit|spec|e2e|integration)(?:[:-].*)?\Z")),
    ("build", re.compile(r"(?:.*[:-])?(?:build|compile|assemble)(?:[:-].*)?\Z")),
)
HEADS: dict[str, tuple[str, Kind]] = {head: (leaf.tool, leaf.kind) for leaf in LEAVES for head in leaf.heads}
SILENT = frozenset(head for leaf in LEAVES if leaf.silent for head in leaf.heads)


def known(head: str) -> tuple[str, Kind] | None:
    """Tool and kind of a command's name; None where it is no test, build or lint command."""
    if head in HEADS:
        return HEADS[head]
    if script := SCRIPTS.match(head):
        return next(((head, kind) for kind, pattern in SCRIPT_KINDS if pattern.match(script.group(1))), None)
    return None


def by_status(command: str, exit_code: int) -> list[tuple[str, Kind]]:
    """The tools on which the status is a verdict: all of them for 0, the only worker otherwise."""
    parts = shell.line(command).parts
    if exit_code in NO_VERDICT or exit_code < 0 or shell.masked(command) or any(part.op == "||" for part in parts):
        return []
    tools = list(dict.fromkeys(tool for part in parts if (tool := known(part.head))))
    if exit_code:
        workers = [
            part for part in parts if part.level == programs.level("cargo") and part.head not in programs.FILTERS
        ]
        return tools if len(tools) == 1 and len(workers) == 1 else []
    return tools


def silent_worker(command: str) -> tuple[str, Kind] | None:
    """The tool of a line whose only work is one that says nothing when all is well; None for any other line."""
    parts = shell.line(command).parts
    workers = [
        part
        for part in parts
        if part.level == programs.level("cargo") and not (part.op == "|" and part.head in programs.FILTERS)
    ]
    if len(workers) == 1 and workers[0].head in SILENT:
        return known(workers[0].head)
    return None


def only_shows(command: str) -> bool:
    """Whether the line runs nothing that could be a test: it shows files, searches or tells of history."""
    heads = shell.commands(command)
    return bool(heads) and all(shows(head) for head in heads) and not LOG_FILE.search(command)


def shows(head: str) -> bool:
    """Whether a command of that name only shows what is there."""
    return (
        head in SHOWING or head in programs.TALKING or head in programs.PREPARING or head.startswith(SHOWING_FAMILIES)
    )


SHOWING = programs.FILTERS | frozenset({
    "ls", "find", "fd", "tree", "diff", "cmp", "stat", "file", "du", "df", "date", "whoami", "env", "printenv", "curl",
    "wget", "sqlite3", "psql", "man", "git log", "git show", "git diff", "git blame", "git grep", "git status",
    "git ls-files", "git ls-tree", "git cat-file", "git stash", "git reflog", "git rev-parse", "git branch",
    "claude", "codex exec", "gemini", "tldr", "ag", "ack", "glow", "mdcat", "ps", "pgrep", "basename", "dirname",
})  # fmt: skip
SHOWING_FAMILIES = ("gh ", "glab ", "entire ", "npm view", "npm info", "pip show", "codex", "rtk grep", "rtk read")
LOG_FILE = re.compile(r"\b(?:tail|cat|head)\b[^|;&\n]{0,200}\.(?:log|out|output)\b")
"""A log that is looked at is how a run in the background is seen to end."""
