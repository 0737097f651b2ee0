"""Every word that may stand in figures that are given away: literal lists, so that no foreign word can get in.

A name that is not here says nothing about the world, but may say something about the person: it counts as ``other``.
To add a word is safe where everybody knows it: a tool that ships with an agent, a program that anybody can install.
"""

import re
from functools import lru_cache

from twiceshy.stats.text.document_files import is_document

OTHER = "other"


def _take_words(text: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(text.split())


TOOLS = _take_words(
    """
    Agent AskUserQuestion Bash BashOutput Edit EnterPlanMode ExitPlanMode Glob Grep KillBash KillShell LS LSP Monitor
    MultiEdit NotebookEdit NotebookRead Read SendMessage Skill SlashCommand Task TaskCreate TaskGet TaskList TaskOutput
    TaskStop TaskUpdate TodoRead TodoWrite ToolSearch WebFetch WebSearch Workflow Write
    apply_patch close_agent container.exec exec_command read_mcp_resource list_mcp_resources request_user_input
    send_input shell shell_command spawn_agent tool_search update_plan view_image wait_agent web_search write_stdin
    glob google_web_search list_directory read_file read_many_files replace run_shell_command save_memory
    search_file_content web_fetch write_file write_todos
    ask_user bash create edit grep list_bash read_bash report_intent stop_bash str_replace_editor task view write_bash
    list patch question read skill todoread todowrite webfetch websearch write
    codebase_search delete_file edit_file file_search grep_search list_dir read_lints run_terminal_cmd search_replace
    todo_write
    """
)
"""Tools that ship with agents, as their logs name them (from their readers here, 2026-11-23)."""
ENDINGS = frozenset({"worked", "error", "rejected", "dismissed", "interrupted", "cascade", "not-found", "ended"})
"""How a call ended: ``records.events.Failure``, and what an exit status says of a command."""
PROGRAMS = _take_words(
    """
    alembic ansible apt apt-get awk aws az bandit bash bat bazel biome black brew bun bundle bunx cargo cat cd chmod
    clang clang-format clang-tidy cmake composer conda coverage cp ctest curl cut cypress date dbt deno df diff
    django-admin docker docker-compose dotnet du echo env eslint export fd file find firebase flake8 flask flutter fmt
    gcc gcloud gem gh git glab go gofmt gofumpt goimports golangci-lint gradle gradlew grep gunicorn head helm hexdump
    isort java javac jest jq just kill kotlinc kubectl ln ls lsof make manage.py markdownlint maturin mise mkdir mocha
    mongosh mvn mvnw mv mypy mysql next ninja nl node nox npm npx nx od openssl oxlint patch perl php phpunit pip
    pipenv pipx pkill playwright pnpm poetry pre-commit prettier prisma printf ps psql pwd pylint pyright pytest python
    rails rake rebar3 redis-cli rg rm rsync rspec rubocop ruby ruff runtests.py rustc rustfmt rustup scp sed semgrep
    setup.py sh shellcheck sleep sort sphinx-build sqlite3 ssh sudo swift tail tar tee terraform test tmux tofu touch
    tox tr tree tsc tsx turbo uniq unzip uv uvicorn uvx vite vitest vue-tsc wc webpack wget which xargs xcodebuild xxd
    yarn zig zip zsh
    """
)
"""Programs that anybody can install or that come with a system (by hand, 2026-11-23)."""
SUBCOMMANDS: dict[str, frozenset[str]] = {
    "git": _take_words(
        """
        add am apply bisect blame branch cat-file check-ignore checkout cherry-pick clean clone commit config diff
        fetch for-each-ref grep init log ls-files ls-remote ls-tree merge merge-base mv notes pull push rebase reflog
        remote reset restore rev-list rev-parse revert rm show stash status submodule switch tag worktree
        """
    ),
    "gh": _take_words("api auth issue pr release repo run search workflow"),
    "go": _take_words("build clean doc env fmt generate get install list mod run test tool version vet work"),
    "cargo": _take_words("add bench build check clean clippy doc fmt install nextest run test tree update"),
    "npm": _take_words("audit ci exec install ls outdated pack publish run start test update view"),
    "pnpm": _take_words("add build dev exec install lint run start test typecheck"),
    "yarn": _take_words("add build dev install lint run start test typecheck workspace"),
    "bun": _take_words("add build install run test x"),
    "mise": _take_words("exec install run tasks use"),
    "uv": _take_words("add lock pip run sync tool venv"),
    "poetry": _take_words("add install lock run"),
    "pip": _take_words("download freeze install list show uninstall"),
    "docker": _take_words("build compose cp exec images inspect logs ps pull push rm run start stop"),
    "kubectl": _take_words("apply delete describe exec get logs rollout"),
    "terraform": _take_words("apply destroy fmt init output plan validate"),
    "dotnet": _take_words("add build format restore run test"),
    "ruff": _take_words("check format"),
    "golangci-lint": _take_words("fmt run"),
    "python": _take_words("-c - <script>"),
    "manage.py": _take_words("check makemigrations migrate runserver shell test"),
    "make": _take_words("build check clean fmt format install lint test"),
    "just": _take_words("build check fmt format lint test"),
}
"""Their own subcommands, and the tasks that many projects have."""
TASKS = _take_words(
    "build check ci clean dev e2e fix fmt format lint serve start test test:unit type-check typecheck types"
)
"""Tasks behind ``run`` that many projects have; another name of a task is a project's own."""
COMMIT_TYPES = _take_words("build chore ci docs feat fix perf refactor revert style test")
"""Types of Conventional Commits 1.0 and of its usual list; ``plain`` is a subject without one."""
PLAIN = "plain"
FILE_KINDS = ("source", "test", "docs", "manifest", "lock", "ci", "settings")
LANGUAGES = _take_words(
    "any bash c c# c++ code css go html java javascript kotlin php python ruby rust scala shell sql swift typescript"
)
CATEGORIES = _take_words(
    """
    argument async build complexity correction duplicate error-handling import incorrect_parameter lint
    missing_parameter missing_prerequisite other parameter_format runtime security style syntax test type undefined
    unused workflow_sequence wrong_tool_selection
    """
)
"""What lessons are about."""
ACTIONS = _take_words("ask delegate edit other plan read run search wait web write")
"""Subjects of usage lessons that are a kind of call."""
RULES = {
    "flake8": r"[A-Z]\d{3}",
    "gosec": r"G\d{3}",
    "pylint": r"[CEFRW]\d{4}",
    "ruff": r"[A-Z]{1,4}\d{3,4}",
    "rustc": r"E\d{4}",
    "shellcheck": r"SC\d{4}",
    "staticcheck": r"(?:SA|ST|S|QF)\d{4}",
    "tsc": r"TS\d{4,5}",
    "typescript": r"TS\d{4,5}",
}
"""A linter's or compiler's own numbers, by the form that its rules' names have."""
LINTERS = _take_words(
    """
    asciicheck bodyclose contextcheck copyloopvar cyclop deadcode dupl durationcheck errcheck errname errorlint
    exhaustive forbidigo gochecknoglobals goconst gocognit gocritic gocyclo godot gofmt gofumpt goimports gosec gosimple
    govet ineffassign lll maintidx misspell mnd nakedret nestif nilerr nilnil nolintlint prealloc recvcheck revive
    staticcheck stylecheck tagliatelle testifylint tparallel typecheck unconvert unparam unused usestdlibvars usetesting
    wastedassign wrapcheck wsl
    """
)
"""Linters of Go whose name is the rule."""


# Which word of the shared vocabulary says what a log says: a foreign word never comes out.
#
# Each function ends in a word of ``shared_vocabulary`` or in a number that a linter gave a rule. What is unknown is
# ``other``: a tool, a program or a task that only one project has could name the project.

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
_TOOLS_BY_LOWER = {tool.lower(): tool for tool in sorted(TOOLS)}
_RULES = {name: re.compile(rf"{form}\Z") for name, form in RULES.items()}


def name_tool(tool: str) -> str:
    """Return the tool, if it ships with an agent.

    >>> name_tool("Bash"), name_tool("mcp__acme__query")
    ('Bash', 'other')
    """
    return tool if tool in TOOLS else OTHER


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
    return failure if failure in ENDINGS else OTHER


@lru_cache(_REMEMBERED)
def name_program(head: str) -> str:
    """Return the program, with its own subcommand or a task that many projects have.

    >>> name_program("git commit"), name_program("mise run test"), name_program("bun run acme:ship")
    ('git commit', 'mise run test', 'bun run')
    >>> name_program("./acme-deploy.sh"), name_program("git acme")
    ('other', 'git')
    """
    first, *rest = head.split(" ")
    if first not in PROGRAMS:
        return OTHER
    if not rest or rest[0] not in SUBCOMMANDS.get(first, ()):
        return first
    if rest[0] == "run" and len(rest) > 1 and rest[1] in TASKS:
        return f"{first} run {rest[1]}"
    return f"{first} {rest[0]}"


def name_commit_type(subject: str) -> str:
    """Return the type of a commit's subject.

    >>> name_commit_type("fix(acme)!: mend it"), name_commit_type("acme: mend it"), name_commit_type("Mend it")
    ('fix', 'other', 'plain')
    """
    found = _TYPE.match(subject)
    if found is None:
        return PLAIN
    return found[1] if found[1] in COMMIT_TYPES else OTHER


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
        return subject if subject in LANGUAGES else OTHER
    if subject in ACTIONS:
        return subject
    return _TOOLS_BY_LOWER[subject] if subject in _TOOLS_BY_LOWER else name_program(subject)


def name_category(category: str) -> str:
    """Return the lesson's category."""
    return category if category in CATEGORIES else OTHER


def name_rule(trigger: str | None) -> str:
    """Return the rule of a linter or compiler that shows a mistake; empty where a message does, or nobody knows it.

    >>> name_rule("gosec/G602"), name_rule("unparam"), name_rule("acme/secret-plan"), name_rule("keyerror: <s>")
    ('gosec/G602', 'unparam', '', '')
    """
    tool, _, rule = (trigger or "").partition("/")
    if not rule:
        return tool if tool in LINTERS else ""
    if tool in _RULES and _RULES[tool].match(rule):
        return f"{tool}/{rule}"
    return tool if tool in LINTERS else ""
