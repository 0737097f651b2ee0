"""What sort of call is it: a look that may answer no, a script of the agent's own, or a command of the project?

Only the last can be in trouble. A search that finds nothing, a file that is not there to be read, and a script that was
written to try something out do their job when they fail. And only the last can be a remedy: who looked changed nothing.
"""

import re
from collections.abc import Iterable, Sequence

from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts

_READERS = frozenset(
    (
        *("grep", "egrep", "fgrep", "rg", "ag", "ack", "ls", "cat", "bat", "head", "tail", "sed", "awk"),
        *("find", "fd", "wc", "test", "[", "[[", "stat", "file", "which", "whereis", "type", "command"),
        *("diff", "cmp", "comm", "sort", "uniq", "cut", "tr", "xxd", "od", "strings", "nl", "less", "more"),
        *("tree", "du", "df", "ps", "pgrep", "lsof", "ss", "netstat", "env", "printenv", "echo", "printf"),
        *("pwd", "cd", "pushd", "popd", "true", "false", "sleep", "wait", "date", "uname", "hostname"),
        *("id", "whoami", "jq", "yq", "man", "read", "basename", "dirname", "realpath", "readlink"),
        *("md5sum", "shasum", "sha256sum", "nproc", "history", "export", "set"),
    )
)
"""Programs that look at something; a failure is their answer. List of 2026-11-22."""
_TOUCHERS = frozenset(
    (
        *("rm", "rmdir", "mkdir", "cp", "mv", "ln", "touch", "kill", "pkill", "killall", "chmod", "chown"),
        *("tee", "truncate", "trap"),
    )
)
"""Programs of the shell that change files or processes; that there was nothing to change is no trouble."""
_LOOKS = frozenset(
    (
        *("git status", "git diff", "git log", "git show", "git rev-parse", "git ls-files", "git show-ref"),
        *("git check-ignore", "git grep", "git branch", "git cat-file", "git merge-base", "git blame"),
        *("git remote", "git config", "git tag", "git ls-tree", "git describe", "git reflog"),
        *("git symbolic-ref", "git rev-list", "git shortlog", "git for-each-ref", "gh pr", "gh run"),
        *("gh issue", "gh auth", "gh repo", "docker ps", "docker logs", "docker inspect", "docker images"),
        *("docker info", "kubectl get", "kubectl describe", "kubectl logs", "pip show", "pip list"),
        *("pip index", "npm ls", "npm view", "npm list", "npm outdated", "npm audit", "brew list"),
        *("brew info", "cargo tree", "go list", "go doc", "go env", "go version", "python -c", "python -V"),
        *("node -e", "node -p", "perl -e", "ruby -e", "bun -e", "deno eval", "tmux list-windows"),
        *("tmux capture-pane", "tmux has-session", "systemctl status", "systemctl is-active"),
    )
)
"""Heads of commands that look, or try a line of code. List of 2026-11-22."""
_WRITING_GH = re.compile(r"\bgh (?:pr|run|issue|repo) (?:create|edit|merge|close|comment|ready|rerun|clone|fork)\b")
_RUN_WHAT_THEY_READ = frozenset(
    (
        *("python", "python3", "node", "bun", "deno", "ruby", "perl", "php", "lua", "Rscript", "osascript", "pwsh"),
        *("bash", "sh", "zsh", "dash", "ksh", "fish", "ssh", "psql", "mysql", "sqlite3", "mongosh", "redis-cli"),
    )
)
"""Programs that take a here-document as code. To any other it is a text, as a commit's message is."""
_OWN_SCRIPT = re.compile(r"[\w.-]+\.(?:py|sh|js|mjs|cjs|ts|rb|pl|bash)")
_OWN_TEST = re.compile(r"(?:\A|[\s;&|(])[\w.~-]*/(?:[\w.-]+/)*test(?=\s|\Z)")
"""A project's own program of that name, not the shell's word for conditions: ``bin/test``."""
_WRITTEN = re.compile(r">\s*(?:\./|/tmp/[^\s>]*/?)?([\w.-]+\.(?:py|sh|js|mjs|cjs|ts|rb|pl|bash))\b")
"""A script that a command writes into the project's own folder or the system's for such things."""


def is_look(attempt: CallAttempt) -> bool:
    """Tell whether a call looks at something, and so may answer no."""
    if attempt.action != "run":
        return attempt.action in {"read", "search", "ask", "plan", "web"}
    first = attempt.head.partition(" ")[0]
    two = " ".join(attempt.head.split()[:2])
    if two in _LOOKS or attempt.head in _LOOKS:
        return not _WRITING_GH.search(attempt.command)
    if first == "test" and _OWN_TEST.search(attempt.command):
        return False
    return not attempt.head or first in _READERS


def is_trifle(attempt: CallAttempt) -> bool:
    """Tell whether a call looks, or makes way with a program of the shell itself."""
    return is_look(attempt) or attempt.head.partition(" ")[0] in _TOUCHERS


def find_own_scripts(sessions: Iterable[SessionAttempts]) -> frozenset[str]:
    """Return the names of scripts that an agent wrote to try something out: not among the project's own files."""
    found: set[str] = set()
    for session in sessions:
        for one in session.attempts:
            if one.action in {"edit", "write"} and one.end is AttemptEnd.WORKED:
                folder, _, name = one.path.rpartition("/")
                if _OWN_SCRIPT.fullmatch(name) and (not folder or folder.startswith("/tmp")):  # noqa: S108  # no use
                    found.add(name)
            elif one.action == "run" and ">" in one.command:
                found.update(_WRITTEN.findall(one.command))
    return frozenset(found)


def runs_own_script(attempt: CallAttempt, own: frozenset[str]) -> bool:
    """Tell whether a command runs a script that the agent wrote, or code that stands in the command itself."""
    program = attempt.head.partition(" ")[0]
    if "<" in attempt.head or ("<<" in attempt.command and program in _RUN_WHAT_THEY_READ):
        return True
    return program in own or any(word.rpartition("/")[2] in own for word in attempt.command.split()[:4])


# Which calls follow one in its dialogue, and did one of them do the same thing?


def find_next_calls(
    attempts: Sequence[CallAttempt], number: int, most: int, end: int | None = None
) -> list[tuple[int, CallAttempt]]:
    """Return up to ``most`` calls of the same dialogue that follow, with their index; a prompt does not end them.

    ``end``: the index of the first that is not looked at.
    """
    run, found = attempts[number].subagent, list[tuple[int, CallAttempt]]()
    for index in range(number + 1, len(attempts) if end is None else end):
        one = attempts[index]
        if one.action != "prompt" and one.subagent == run:
            found.append((index, one))
            if len(found) == most:
                break
    return found


def is_same_call(one: CallAttempt, other: CallAttempt) -> bool:
    """Tell whether two calls are the same to the letter."""
    return one.action == other.action == "run" and one.command == other.command and one.folder == other.folder


def is_success_of(failed: CallAttempt, one: CallAttempt) -> bool:
    """Tell whether a call did what another one failed to do: the same program and subcommand, with success."""
    same = (one.tool, one.head, one.path) == (failed.tool, failed.head, failed.path)
    return same and one.end is AttemptEnd.WORKED
