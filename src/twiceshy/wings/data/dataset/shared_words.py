"""Which word of the shared vocabulary says what a log says: a foreign word never comes out.

Each function ends in a word of ``shared_vocabulary`` or in a number that a linter gave a rule. What is unknown is
``other``: a tool, a program or a task that only one project has could name the project.
"""

import re
from functools import lru_cache

from twiceshy.stats.text.document_files import is_document
from twiceshy.wings.data.dataset import shared_vocabulary as words
from twiceshy.wings.data.dataset.shared_vocabulary import OTHER

_NOT_FOUND = frozenset({126, 127})
"""Exit statuses of a shell for a command that is not there or cannot be run (POSIX)."""
_ENDED = frozenset({124, 130, 137, 143})
"""Exit statuses of a command that was ended: `timeout`'s own, and 128 + signal (POSIX)."""
_REMEMBERED = 4096
"""Names of which the answer is remembered: most calls repeat a few (guess, 2026-11-23)."""
_TYPE = re.compile(r"([a-z]+)(?:\([^()]*\))?!?: ")
_TEST = re.compile(r"(?:^|/)(?:tests?|__tests__|specs?|e2e)/|(?:^|/)test_[^/]*$|[._-](?:test|spec)s?\.\w+$|_test\.\w+$")
_LOCKS = re.compile(
    r"(?:^|/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|cargo\.lock|poetry\.lock|uv\.lock|go\.sum"
    r"|gemfile\.lock|composer\.lock|pipfile\.lock|packages\.lock\.json|npm-shrinkwrap\.json)$"
)
_MANIFESTS = re.compile(
    r"(?:^|/)(?:package\.json|cargo\.toml|pyproject\.toml|setup\.(?:py|cfg)|go\.mod|gemfile|composer\.json|pipfile|pom\.xml"
    r"|build\.gradle(?:\.kts)?|requirements[^/]*\.txt|[^/]*\.csproj)$"
)
_CI = re.compile(r"(?:^|/)(?:\.github/workflows/|\.circleci/|\.gitlab-ci\.yml$|jenkinsfile$|azure-pipelines\.ya?ml$)")
_SETTINGS = re.compile(r"\.(?:toml|ya?ml|ini|cfg|conf|env|properties|json5?)$|(?:^|/)(?:makefile|dockerfile|justfile)$")
_TOOLS_BY_LOWER = {tool.lower(): tool for tool in sorted(words.TOOLS)}
_RULES = {name: re.compile(rf"{form}\Z") for name, form in words.RULES.items()}


def name_tool(tool: str) -> str:
    """Return the tool, if it ships with an agent.

    >>> name_tool("Bash"), name_tool("mcp__acme__query")
    ('Bash', 'other')
    """
    return tool if tool in words.TOOLS else OTHER


def name_ending(failure: str | None, exit_code: int | None) -> str:
    """Return how a call ended; None: the agent was told that it worked.

    >>> name_ending(None, None), name_ending("error", 127), name_ending("rejected", None)
    ('worked', 'not-found', 'rejected')
    """
    if failure is None:
        return "worked"
    if failure == "error" and exit_code in _NOT_FOUND:
        return "not-found"
    if failure == "error" and exit_code in _ENDED:
        return "ended"
    return failure if failure in words.ENDINGS else OTHER


@lru_cache(_REMEMBERED)
def name_program(head: str) -> str:
    """Return the program, with its own subcommand or a task that many projects have.

    >>> name_program("git commit"), name_program("mise run test"), name_program("bun run acme:ship")
    ('git commit', 'mise run test', 'bun run')
    >>> name_program("./acme-deploy.sh"), name_program("git acme")
    ('other', 'git')
    """
    first, *rest = head.split(" ")
    if first not in words.PROGRAMS:
        return OTHER
    if not rest or rest[0] not in words.SUBCOMMANDS.get(first, ()):
        return first
    if rest[0] == "run" and len(rest) > 1 and rest[1] in words.TASKS:
        return f"{first} run {rest[1]}"
    return f"{first} {rest[0]}"


def name_commit_type(subject: str) -> str:
    """Return the type of a commit's subject.

    >>> name_commit_type("fix(acme)!: mend it"), name_commit_type("acme: mend it"), name_commit_type("Mend it")
    ('fix', 'other', 'plain')
    """
    found = _TYPE.match(subject)
    if found is None:
        return words.PLAIN
    return found[1] if found[1] in words.COMMIT_TYPES else OTHER


@lru_cache(_REMEMBERED)
def name_kind_of_file(path: str) -> str:
    """Return what kind of file it is, by its path alone.

    >>> [name_kind_of_file(path) for path in ("src/a.py", "tests/a.py", "a_test.go", "README.md", "uv.lock")]
    ['source', 'test', 'test', 'docs', 'lock']
    >>> [name_kind_of_file(path) for path in ("web/package.json", ".github/workflows/ci.yml", "ruff.toml")]
    ['manifest', 'ci', 'settings']
    """
    low = path.replace("\\", "/").lower()
    for kind, form in (("lock", _LOCKS), ("manifest", _MANIFESTS), ("ci", _CI), ("test", _TEST)):
        if form.search(low):
            return kind
    if _SETTINGS.search(low):
        return "settings"
    return "docs" if is_document(low) else "source"


def name_subject(kind: str, subject: str) -> str:
    """Return what a lesson is about: a language, a kind of call, a tool or a program.

    >>> name_subject("mistake", "go"), name_subject("usage", "git add"), name_subject("usage", "acme-cli")
    ('go', 'git add', 'other')
    """
    if kind == "mistake":
        return subject if subject in words.LANGUAGES else OTHER
    if subject in words.ACTIONS:
        return subject
    return _TOOLS_BY_LOWER[subject] if subject in _TOOLS_BY_LOWER else name_program(subject)


def name_category(category: str) -> str:
    """Return the lesson's category."""
    return category if category in words.CATEGORIES else OTHER


def name_rule(trigger: str | None) -> str:
    """Return the rule of a linter or compiler that shows a mistake; empty where a message does, or nobody knows it.

    >>> name_rule("gosec/G602"), name_rule("unparam"), name_rule("acme/secret-plan"), name_rule("keyerror: <s>")
    ('gosec/G602', 'unparam', '', '')
    """
    tool, _, rule = (trigger or "").partition("/")
    if not rule:
        return tool if tool in words.LINTERS else ""
    if tool in _RULES and _RULES[tool].match(rule):
        return f"{tool}/{rule}"
    return tool if tool in words.LINTERS else ""
