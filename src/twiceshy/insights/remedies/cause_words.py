"""Which trouble of the machine does an error tell of? A closed list, each with our own words for it.

An error's own words may stand in a report, quoted. Into a file that an agent obeys only words of ours go, so a remedy
names the trouble by this list, or not at all. What the list does not know is told only when it came very often.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from twiceshy.commands.telling.general_lines import GOES_ON
from twiceshy.records.insights import SettingChange


class CauseClass(NamedTuple):
    """One trouble of the machine."""

    slug: str
    shows: re.Pattern[str]
    """In the error's words; a group is what it is about: a module, a port."""
    words: str
    """Ours, behind a command: it fails ``because`` … ."""
    advice: str = ""
    """Ours: what helps whatever the case; empty where nothing is known to."""
    setting: SettingChange | None = None


def _cause(slug: str, shows: str, words: str, advice: str = "", setting: SettingChange | None = None) -> CauseClass:
    return CauseClass(slug, re.compile(shows, re.IGNORECASE), words, advice, setting)


MISSING_MODULE = "missing-module"
OPTION = "option"
FOREIGN_FOLDER = "module-in-folder"
UNKNOWN_NAME = "unknown-name"
ENVIRONMENT = "environment"
REPLACED = "agent-replaced"
STATES = frozenset(
    {
        *("network", "no-service", "login", "lock", "port", "disk", "memory", "no-port-right", "no-right", "migration"),
        *(REPLACED, MISSING_MODULE, FOREIGN_FOLDER, ENVIRONMENT),
    }
)
"""Troubles that are a state of the machine or the network: what is said of them ends with the next success."""
POOLED = frozenset({"network", "disk", "memory", "port", REPLACED, MISSING_MODULE, FOREIGN_FOLDER, ENVIRONMENT})
"""Troubles of the whole machine, whichever command meets them."""
OF_ONE_PROGRAM = frozenset({"no-service", "login", "lock", "no-port-right", "no-right", "migration"})
"""Troubles that all commands of one program share: one login of ``git``, one lock of ``apt``."""
OF_THE_CALL = frozenset({OPTION, UNKNOWN_NAME, "wrong-folder", "ignored-path", "behind"})
"""Troubles of a call, which another call would not have: no trouble of the machine. Lessons of usage are about them."""
CAUSES = (
    _cause(
        "network",
        r"could not resolve (?:host|proxy)|name or service not known|temporary failure in name resolution|"
        r"network is unreachable|no route to host|\bENOTFOUND\b|EAI_AGAIN|nodename nor servname|"
        r"(?:ssh: connect|failed to connect|connect to host).{0,60}timed out",
        "the host is unreachable",
    ),
    _cause(
        "no-service",
        r"ECONNREFUSED|connection refused|could not connect to server|cannot connect to the docker daemon|"
        r"is the server running",
        "the service is not started",
    ),
    _cause(
        "login",
        r"authentication failed|permission denied \(publickey|could not read (?:username|password)|bad credentials|"
        r"\b401\b.{0,20}unauthorized|unauthorized.{0,20}\b401\b|token (?:has |is )?expired|expired ?token|"
        r"not logged in|gpg failed to sign|invalid (?:api key|credentials)|please run .{0,30}\blogin\b|"
        r"access denied for user",
        "the login is not valid",
    ),
    _cause(
        "lock",
        r"unable to create (?!.*(?:not permitted|permission denied|read-only)).{0,200}\.lock|"
        r"\.lock['\"]?: file exists|database is locked|could not get lock|"
        r"another (?:git )?process seems to be running|waiting for file lock|resource temporarily unavailable",
        "another program holds the lock",
        "wait until that program has ended",
    ),
    _cause(
        "port",
        r"EADDRINUSE|address already in use|port \d+ is (?:already )?(?:in use|allocated)|port is already allocated",
        "the port is in use",
        "use another port",
    ),
    _cause("disk", r"no space left on device|ENOSPC|disk quota exceeded", "the disk is full"),
    _cause("memory", r"heap out of memory|cannot allocate memory|\bENOMEM\b", "the memory is full"),
    _cause(
        "no-upstream",
        r"has no upstream branch",
        "the branch is not known to the server",
        "set it with the first push",
        SettingChange("git", "push.autoSetupRemote", "true"),
    ),
    _cause(
        "protected-branch",
        r"\bGH0(?:06|13)\b|protected branch|repository rule violations",
        "the branch takes no direct push",
        "open a pull request",
    ),
    _cause(
        "behind",
        r"\[rejected\].{0,200}(?:fetch first|non-fast-forward)|updates were rejected",
        "the server has commits that are not here",
        "pull first",
    ),
    _cause(
        "ignored-path",
        r"paths are ignored by one of your \.gitignore",
        "a path is in `.gitignore`",
        "leave that path out",
    ),
    _cause(
        FOREIGN_FOLDER,
        r"cannot find (?:module|package) ['\"]?\S+?['\"]? from ['\"]([^'\"]+)['\"]",
        "a file needs a module that is not installed",
    ),
    _cause(
        MISSING_MODULE,
        r"(?:no module named|cannot find (?:module|package)) ['\"]?(?!node:)(@?[\w./-]+)|"
        r"could not resolve \"(@?[\w./-]+)\"",
        "the module is not installed",
    ),
    _cause(
        ENVIRONMENT,
        r"(?-i:\b([A-Z][A-Z0-9]*_[A-Z0-9_]{2,})\b)['\"`]?(?: environment variable)? (?:is |was |must be |has )?"
        r"(?:not (?:been )?set|missing|required|unset|be set)\b|"
        r"environment variable ['\"`]?(?-i:([A-Z][A-Z0-9_]{3,})\b).{0,30}(?:not set|missing|required|unset|be set)",
        "a value of the environment is not set",
    ),
    _cause(
        "migration",
        r"unapplied migration|pending migration",
        "the database is not ready",
    ),
    _cause(
        OPTION,
        r"(?:unknown (?:flag|option|argument)|unrecognized (?:arguments?|options?)|no such option|unexpected argument|"
        r"illegal option|invalid option|flag provided but not defined):?(?: --)? ['\"`]?(-{0,2}[\w-]+)",
        "it does not exist",
    ),
    _cause(
        "wrong-folder",
        r"\bstat \S+: directory not found|go\.mod file not found|could not read package\.json|"
        r"no package\.json|no configuration file provided|not a git repository|could not find a? ?pyproject|"
        r"could not find `?Cargo\.toml|directory prefix .{0,80} does not contain",
        "it ran in the wrong directory",
        "name the directory in the same command",
    ),
    _cause(
        "no-port-right",
        r"\b(?:listen|bind)\b.{0,80}(?:operation not permitted|permission denied)",
        "it may not open a port here",
    ),
    _cause(
        "no-right",
        r"\bEACCES\b|permission denied|operation not permitted|read-only file system",
        "it may not write there",
    ),
    _cause(
        REPLACED,
        r"ENOENT: no such file or directory, posix_spawn '/",
        "the program was changed while it ran",
    ),
    _cause(
        UNKNOWN_NAME,
        r"\AUnknown (?:skill|tool|agent(?: type)?|command): ([\w:.-]+)"
        r"|\b(?:relation|table|column|role|database) \"?([\w.]+)\"? does not exist",
        "it does not exist",
    ),
)
"""The more special first. Words as git 2.43, curl 8.5, CPython 3.11-3.13, Node 22, Go 1.25 and GNU programs say them;
list of 2026-11-22."""


_HINTS = re.compile(
    r"resolve|not known|unreachable|no route|EAI_AGAIN|nodename|timed out|refused|could not|cannot|daemon|running"
    r"|E(?:NOTFOUND|NOSPC|NOMEM|ACCES|ADDRINUSE|CONNREFUSED)\b|authent|denied|credential|unauthor|token|logged in|gpg"
    r"|login|lock|unavailable|in use|allocated|space left|quota|memory|upstream|protected|GH0|rule|rejected|ignored by"
    r"|no module|set\b|missing|required|migration|not exist|unknown|unrecognized|no such|unexpected|illegal|invalid"
    r"|not defined|directory|go\.mod|no package|no config|repository|permitted|read-only|posix_spawn",
    re.IGNORECASE,
)
"""One of these stands in every error of the list: most errors are passed over by one look."""


class FoundCause(NamedTuple):
    """A class of trouble, and what it is about."""

    kind: CauseClass
    subject: str


_HARMLESS = re.compile(r"\W*(?:warn(?:ing)?|notice|info|debug|hint)\b", re.IGNORECASE)
"""How a line begins that tells of a trouble and goes on: it is not why a run failed."""


@lru_cache(maxsize=4096)
def find_cause(message: str) -> FoundCause | None:
    """Return the trouble that an error tells of; None for any other error.

    >>> find_cause("fatal: Could not resolve host: example.com").kind.slug
    'network'
    >>> find_cause("could not resolve host: example.com, using the installed version instead")
    """
    if not _HINTS.search(message) or _HARMLESS.match(message) or GOES_ON.match(message):
        return None
    for one in CAUSES:
        if found := one.shows.search(message):
            return FoundCause(one, next((part for part in found.groups() if part), "").rstrip("."))
    return None


def is_state(message: str) -> bool:
    """Tell whether an error tells of a state of the machine or the network, which the next success ends.

    >>> is_state("database is locked"), is_state("unknown flag: --short")
    (True, False)
    """
    found = find_cause(message)
    return found is not None and found.kind.slug in STATES


_NO_ANSWER = re.compile(
    r"timed[ -]?out|\btimeout\b|ETIMEDOUT|unreachable|could ?n[o']t resolve|could not resolve", re.IGNORECASE
)
"""What is said where nothing answered, whatever was asked."""


def ends_by_itself(message: str) -> bool:
    """Tell whether an error is a state that another form of the call cannot mend: it works when the state has ended.

    >>> ends_by_itself("ssh: Operation timed out"), ends_by_itself("unknown flag: --short")
    (True, False)
    """
    return is_state(message) or _NO_ANSWER.search(message) is not None
