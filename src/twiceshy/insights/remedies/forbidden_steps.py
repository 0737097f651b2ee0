"""Steps that are never a remedy, whatever followed them: a closed list over the final text of a line or setting.

Logs are full of them, since they "work": a lock that is deleted lets the next command through, a forced push is taken,
a skipped check is green. So no evidence is asked: what matches here is not said, not even inside of a prohibition, as a
reader who skims sees only the command. A prohibition that is lost so costs less than one that is read the wrong way.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple


class _ForbiddenStep(NamedTuple):
    """A kind of step, in words, and what shows it."""

    kind: str
    pattern: re.Pattern[str]


def _match_words(words: str) -> str:
    """Return a pattern of whole words: no part of a path, an option or another name."""
    return rf"(?<![\w./-])(?:{words})(?![\w/-]|\.\w)"


def _forbid(kind: str, *patterns: str) -> _ForbiddenStep:
    return _ForbiddenStep(kind, re.compile("|".join(patterns), re.IGNORECASE))


_STEPS = (
    _forbid("more rights", _match_words("sudo|doas|su|pkexec|runas|gsudo|root|admin|administrator")),
    _forbid(
        "force",
        r"--force\b",
        r"\bforc(?:e|ed|ing)[ -]?push",
        _match_words("by force|forcibly|overwrite"),
        r"\bgit\s[^`]*(?<![\w-])-[a-z]*f[a-z]*(?![\w-])",
        r"\bgit\s+push\s[^`]*\s\+",
    ),
    _forbid(
        "throwing work away",
        r"\breset\b[^`]*--(?:hard|merge|keep)\b",
        r"\bgit\s+(?:clean|restore|filter-branch|filter-repo|update-ref|reflog\s+(?:expire|delete)|gc|prune)\b",
        r"\bgit\s+checkout\s+(?:[^`]*\s)?(?:--(?!\w)|\.(?![\w/])|-f\b)",
        r"\bgit\s+stash\s+(?:drop|clear|pop)\b",
        r"\bgit\s+(?:branch|tag)\s+[^`]*(?<!\w)-{1,2}d(?:elete)?\b",
        r"\bgit\s+push\s[^`]*(?:--(?:delete|mirror|prune)|\s:\w)",
        r"\bgit\s+worktree\s+remove\b",
        _match_words("discard|discards|throw away|revert all"),
    ),
    _forbid(
        "deleting",
        _match_words(
            "rm|rmdir|unlink|shred|srm|truncate|dd|del|erase|remove-item|delete|deletes|deleting|remove|removes|removing|"
            "wipe|purge|prune|uninstall|destroy|dropdb|flushall|flushdb|drop|trash"
        ),
        r"\bmkfs\b",
        r"(?<![\w-])-(?:delete|exec)\b",
        r"--(?:delete|purge|prune|volumes|remove-orphans)\b",
        r"\bdown\s[^`]*(?<![\w-])-v\b",
        r"\b(?:db|migrate|schema|cache)[:.\s](?:drop|reset|fresh|clear|clean|nuke)\b",
    ),
    _forbid(
        "locks",
        _match_words("unlock|force-unlock|break the lock|lock away|ignore the lock"),
        r"(?<![\w-])(?:mv|move|rename)(?![\w-]).*\.(?:lock|pid)\b",
        r"--(?:ignore|no)-lock\w*\b",
    ),
    _forbid(
        "skipping checks",
        r"--no-verif\w*",
        r"\bgit\s+commit\s[^`]*(?<![\w-])-[a-z]*n[a-z]*(?![\w-])",
        r"--no-(?:gpg-sign|check\w*|audit|fail\w*|ssl\w*)\b",
        r"--(?:insecure|trusted-host|allow-unauthenticated|skip\w*|ignore-\w+|disable-\w+|nodeps)\b",
        r"\b(?:HUSKY|SKIP|GIT_SSL_NO_VERIFY|NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY)\s*=",
        r"\b(?:sslverify|stricthostkeychecking|hookspath|gpgsign)\b",
        r"\|\|\s*(?:true|:|exit\s+0)",
        r"\bset\s\+e\b",
        r"(?<![\w-])curl\s[^`]*(?<![\w-])-[a-z]*k[a-z]*\b",
        _match_words("skip|disable|bypass|ignore|turn off|switch off"),
    ),
    _forbid(
        "wider permissions",
        _match_words("chmod|chown|chgrp|setfacl|icacls|takeown|umask|visudo|setenforce"),
        r"--(?:privileged|cap-add\w*|no-sandbox|yolo|full-auto|unsafe\w*|allow-\w+|dangerously\S*|approval-mode)\b",
        r"--break-system-packages\b",
        r"\b(?:danger-full-access|bypasspermissions|acceptedits|dangerously)\b",
        _match_words("permit|permits|grant|grants|all permissions|auto-approve"),
    ),
    _forbid("ending other programs", _match_words("kill|pkill|killall|taskkill|kill-port|fuser|xkill")),
)

_FORCING = frozenset({"more rights", "force", "skipping checks"})
"""Kinds that let a call through which was refused: its success says nothing of the call."""


def find_forbidden_step(text: str) -> str:
    """Return the kind of the first step in a text that is never a remedy; empty where there is none.

    >>> find_forbidden_step("Run `git push --force`."), find_forbidden_step("Never pipe `mypy` through `tail`.")
    ('force', '')
    """
    return next(_find_steps(text), "")


def forces_through(failed: str, other: str) -> bool:
    """Tell whether a command skips a check, forces or takes more rights where the one that failed did not.

    >>> forces_through("git commit -m x", "git commit --no-verify -m x"), forces_through("make -f a", "make -f b")
    (True, False)
    """
    return bool(_FORCING & (set(_find_steps(other)) - set(_find_steps(failed))))


def _find_steps(text: str) -> Iterator[str]:
    """Yield the kinds of step in a text."""
    plain = re.sub(r"""[\\"']+""", "", text)  # a shell reads su''do as the word that it is
    return (step.kind for step in _STEPS if step.pattern.search(plain))
