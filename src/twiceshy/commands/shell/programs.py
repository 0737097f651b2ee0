"""Programs: what ``commands.shell`` knows about single programs, as literal tables.

A program that is missing here is simply named by itself. Options are listed only where they take their value as the
next word, since that word would otherwise be taken for the subcommand.
"""

import sys
from typing import NamedTuple


class Wrapper(NamedTuple):
    """How much of a wrapper's own words stands before the command that it runs."""

    positional: int = 0
    """Words of its own before the command; -1 where its subcommand is itself the program: ``rtk git``."""
    valued: frozenset[str] = frozenset()


KEYWORDS = frozenset({"if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}", "esac", "in"})
HEADERS = frozenset({"for", "case", "select", "function"})
"""A command that begins so names no program: ``for x in a b c``."""
SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ash", "ksh", "fish"})
STANDARD_MODULES = frozenset(sys.stdlib_module_names)

TALKING = frozenset(
    {
        "",
        ".",
        ":",
        "[",
        "[[",
        "alias",
        "break",
        "cd",
        "clear",
        "continue",
        "declare",
        "echo",
        "exit",
        "export",
        "false",
        "hash",
        "let",
        "local",
        "popd",
        "printf",
        "pushd",
        "pwd",
        "read",
        "return",
        "set",
        "setopt",
        "shift",
        "shopt",
        "sleep",
        "source",
        "test",
        "trap",
        "true",
        "typeset",
        "ulimit",
        "umask",
        "unset",
        "wait",
        "yes",
    }
)
PREPARING = frozenset(
    {
        "cat",
        "chmod",
        "chown",
        "command",
        "cp",
        "git add",
        "git config",
        "kill",
        "killall",
        "ln",
        "lsof",
        "mkdir",
        "mv",
        "pkill",
        "rm",
        "rmdir",
        "tee",
        "touch",
        "type",
        "which",
    }
)
FILTERS = frozenset(
    {
        "awk",
        "bat",
        "batcat",
        "cat",
        "column",
        "cut",
        "egrep",
        "fgrep",
        "fmt",
        "fold",
        "gawk",
        "grep",
        "head",
        "jq",
        "less",
        "more",
        "nl",
        "perl -pe",
        "rg",
        "sed",
        "sort",
        "strings",
        "tac",
        "tail",
        "tee",
        "tr",
        "ts",
        "uniq",
        "wc",
        "yq",
        "python -m json.tool",
        "perl -ne",
        "xargs",
        "shuf",
        "rev",
        "paste",
        "od",
        "xxd",
        "hexdump",
    }
)
"""Programs that end with their own status, whatever the one before them did."""

WRAPPERS: dict[str, Wrapper] = {
    "builtin": Wrapper(),
    "caffeinate": Wrapper(valued=frozenset({"-t", "-w"})),
    "chronic": Wrapper(),
    "command": Wrapper(),
    "doas": Wrapper(valued=frozenset({"-u", "-C"})),
    "dotenv": Wrapper(valued=frozenset({"-e", "-f", "-v"})),
    "env": Wrapper(valued=frozenset({"-u", "-C", "-S", "--unset", "--chdir"})),
    "exec": Wrapper(valued=frozenset({"-a"})),
    "gtimeout": Wrapper(1, frozenset({"-k", "-s", "--kill-after", "--signal"})),
    "ionice": Wrapper(valued=frozenset({"-c", "-n", "-p"})),
    "nice": Wrapper(valued=frozenset({"-n"})),
    "nohup": Wrapper(),
    "npx": Wrapper(valued=frozenset({"-p", "--package", "-w", "--workspace"})),
    "bunx": Wrapper(valued=frozenset({"-p", "--package"})),
    "pnpx": Wrapper(),
    "setsid": Wrapper(),
    "stdbuf": Wrapper(valued=frozenset({"-i", "-o", "-e"})),
    "sudo": Wrapper(valued=frozenset({"-u", "-g", "-h", "-p", "-C", "-D", "--user", "--group"})),
    "time": Wrapper(valued=frozenset({"-f", "-o"})),
    "timeout": Wrapper(1, frozenset({"-k", "-s", "--kill-after", "--signal"})),
    "unbuffer": Wrapper(),
    "uvx": Wrapper(valued=frozenset({"--from", "--with", "-p", "--python"})),
    "watch": Wrapper(valued=frozenset({"-n", "--interval"})),
    "xargs": Wrapper(valued=frozenset({"-I", "-n", "-P", "-L", "-d", "-a", "-s", "-E"})),
    "xvfb-run": Wrapper(valued=frozenset({"-n", "-s", "-e", "-f"})),
}
_UV_RUN = Wrapper(
    valued=frozenset(
        {
            "--with",
            "--with-requirements",
            "--with-editable",
            "-p",
            "--python",
            "--extra",
            "--group",
            "--only-group",
            "--directory",
            "--project",
            "--env-file",
            "--package",
            "--index",
            "--no-group",
        }
    )
)
_RTK_WRAPS = ("bun", "cargo", "docker", "gh", "git", "go", "grep", "kubectl", "ls", "npm", "npx", "pnpm", "pytest")
RUNNERS: dict[str, dict[str, Wrapper]] = {
    "bundle": {"exec": Wrapper()},
    "bun": {"x": Wrapper()},
    "conda": {"run": Wrapper(valued=frozenset({"-n", "-p", "--name", "--prefix"}))},
    "direnv": {"exec": Wrapper(1)},
    "doppler": {"run": Wrapper(valued=frozenset({"-p", "-c", "--project", "--config"}))},
    "mise": {"exec": Wrapper(), "x": Wrapper()},
    "npm": {"exec": Wrapper(valued=frozenset({"-w", "--workspace", "--package"}))},
    "op": {"run": Wrapper(valued=frozenset({"--env-file"}))},
    "pdm": {"run": Wrapper()},
    "pipenv": {"run": Wrapper()},
    "pipx": {"run": Wrapper(valued=frozenset({"--spec", "--python"}))},
    "pnpm": {"exec": Wrapper(), "dlx": Wrapper()},
    "poetry": {"run": Wrapper()},
    "rtk": {"proxy": Wrapper(), "err": Wrapper(), "test": Wrapper(), **dict.fromkeys(_RTK_WRAPS, Wrapper(-1))},
    "rye": {"run": Wrapper()},
    "uv": {"run": _UV_RUN},
    "yarn": {"dlx": Wrapper(), "exec": Wrapper()},
}
"""Subcommands that run the program named after them, found or fetched."""

INTERPRETERS = frozenset(
    {
        "python",
        "pypy",
        "node",
        "ruby",
        "perl",
        "php",
        "tsx",
        "ts-node",
        "lua",
        "Rscript",
        "julia",
        "osascript",
        "elixir",
    }
)
INTERPRETED_TOO = frozenset({"bun", "deno"})
SCRIPT_ENDINGS = (".ts", ".js", ".mjs", ".cjs", ".tsx", ".jsx", ".mts", ".py")


class TaskRunner(NamedTuple):
    """How a program is told which of a project's own tasks to run."""

    verbs: frozenset[str] = frozenset()
    """Words that stand before the task's name: ``npm run test``."""
    only: frozenset[str] | None = None
    """Names that it takes without a verb; None: any that is not its own command."""
    own: frozenset[str] = frozenset()
    """Its own commands with the name of a task: ``mise fmt`` formats the settings of mise."""
    option: tuple[str, ...] = ()
    """Options whose value names the task: ``nx run-many -t test``."""


_RUN = frozenset({"run", "run-script"})
_BY_VERB = TaskRunner(frozenset({"run"}), frozenset())
_PHASES = TaskRunner(frozenset({"clean"}))
_NPM = frozenset({"test", "t", "tst", "start", "stop", "restart"})
TASK_RUNNERS: dict[str, TaskRunner] = {
    **dict.fromkeys(("make", "gmake", "just", "task", "go-task", "rake", "poe", "ant", "mage", "doit"), TaskRunner()),
    **dict.fromkeys(("invoke", "inv", "grunt", "gulp", "rush", "rushx", "bazel", "sbt", "lein", "meson"), TaskRunner()),
    **dict.fromkeys(("ng", "rails", "dart", "flutter", "stack", "cabal", "zig"), TaskRunner()),
    **dict.fromkeys(("gradle", "gradlew", "mvn", "mvnw"), _PHASES),
    **dict.fromkeys(("poetry", "uv", "pdm", "pipenv", "rye", "hatch", "lerna", "moon", "melos"), _BY_VERB),
    "npm": TaskRunner(_RUN, _NPM),
    "pnpm": TaskRunner(_RUN),
    "yarn": TaskRunner(_RUN),
    "bun": TaskRunner(_RUN, own=frozenset({"test", "build"})),
    "deno": TaskRunner(frozenset({"task"}), frozenset()),
    "composer": TaskRunner(_RUN),
    "mise": TaskRunner(frozenset({"run", "r"}), own=frozenset({"fmt", "test-tool"})),
    "turbo": TaskRunner(frozenset({"run"})),
    "nx": TaskRunner(frozenset({"run", "run-many", "affected"}), option=("-t", "--target", "--targets")),
    "cargo": TaskRunner(frozenset({"make", "xtask"}), frozenset()),
}
"""The one list of programs behind which a project keeps commands of its own, as each one's documentation says
(2026-11-24)."""
SCRIPTED = frozenset({"poetry", "uv", "pdm", "pipenv", "rye", "hatch"})
"""Those whose ``run`` runs programs too: only a name that says what it does is a task."""

SUBCOMMANDS: dict[str, int] = {
    **dict.fromkeys(TASK_RUNNERS, 1),
    "alembic": 1,
    "ansible": 1,
    "apt": 1,
    "apt-get": 1,
    "aws": 2,
    "az": 2,
    "brew": 1,
    "buf": 1,
    "bundle": 1,
    "changeset": 1,
    "codex": 1,
    "conda": 1,
    "dnf": 1,
    "docker": 1,
    "docker-compose": 1,
    "dotnet": 1,
    "drizzle-kit": 1,
    "entire": 1,
    "eslint": 0,
    "expo": 1,
    "firebase": 1,
    "fly": 1,
    "flyctl": 1,
    "gcloud": 2,
    "gh": 2,
    "git": 1,
    "glab": 2,
    "go": 1,
    "golangci-lint": 1,
    "helm": 1,
    "heroku": 1,
    "hugo": 1,
    "jj": 1,
    "kubectl": 1,
    "lefthook": 1,
    "mix": 1,
    "netlify": 1,
    "next": 1,
    "nix": 1,
    "ollama": 1,
    "pip": 1,
    "pipx": 1,
    "playwright": 1,
    "podman": 1,
    "pre-commit": 1,
    "prisma": 1,
    "pulumi": 1,
    "ruff": 1,
    "rustup": 1,
    "service": 0,
    "supabase": 1,
    "swift": 1,
    "systemctl": 1,
    "terraform": 1,
    "tmux": 1,
    "tofu": 1,
    "vercel": 1,
    "wrangler": 1,
    "yum": 1,
}
"""How many words after the program name what it does."""
DEEPER = frozenset(
    {
        *((program, verb) for program, runner in TASK_RUNNERS.items() for verb in runner.verbs if not runner.option),
        ("nx", "run"),
        ("docker", "compose"),
        ("podman", "compose"),
        ("uv", "pip"),
        ("docker", "buildx"),
        ("deno", "run"),
        ("yarn", "workspace"),
        ("uv", "tool"),
        ("cargo", "nextest"),
        ("docker", "container"),
        ("docker", "image"),
        ("git", "worktree"),
        ("prisma", "db"),
        ("prisma", "migrate"),
        ("supabase", "db"),
        ("npm", "pkg"),
        ("bundle", "exec"),
    }
)
"""Subcommands that say nothing without the next word."""
SHALLOWER = frozenset({("gh", "api"), ("gh", "search"), ("gh", "browse"), ("aws", "configure")})
_JS = frozenset({"--prefix", "-w", "--workspace", "-C", "--dir", "--filter", "-F", "--cwd", "--loglevel"})
_KUBE = frozenset({"-n", "--namespace", "--context", "--kubeconfig", "--kube-context", "-l", "-f"})
_COMPOSE = frozenset(
    {
        "-H",
        "--host",
        "--context",
        "-c",
        "--config",
        "-f",
        "--file",
        "-p",
        "--project-name",
        "--env-file",
        "--profile",
        "--project-directory",
    }
)
_PYTHON = frozenset({"-C", "--directory", "--project", "-p", "--python", "--config-file", "-P"})
_BUILD = frozenset({"-C", "-f", "-I", "-p", "--directory", "--file", "--makefile", "-d", "--justfile", "-s", "-pl"})
VALUED: dict[str, frozenset[str]] = {
    "aws": frozenset({"--profile", "--region", "--output", "--endpoint-url", "--query"}),
    "az": frozenset({"--subscription", "-o", "--output"}),
    "bun": _JS,
    "cargo": frozenset({"--manifest-path", "-Z", "--config", "-C", "--color"}),
    "docker": _COMPOSE,
    "docker-compose": _COMPOSE,
    "gcloud": frozenset({"--project", "--account", "--region"}),
    "gh": frozenset({"-R", "--repo"}),
    "git": frozenset({"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path"}),
    "go": frozenset({"-C"}),
    "gradle": _BUILD,
    "gradlew": _BUILD,
    "helm": _KUBE,
    "just": _BUILD,
    "kubectl": _KUBE,
    "make": _BUILD,
    "mise": frozenset({"-C", "--cd", "-E", "--env"}),
    "mvn": _BUILD,
    "mvnw": _BUILD,
    "npm": _JS,
    "pnpm": _JS,
    "podman": _COMPOSE,
    "poetry": _PYTHON,
    "systemctl": frozenset({"-H", "-M", "-t", "--type", "-n", "--state"}),
    "task": _BUILD,
    "tmux": frozenset({"-L", "-S", "-f"}),
    "turbo": _JS,
    "uv": _PYTHON,
    "yarn": _JS,
}


def level_of(name: str) -> int:
    """Return 0 for a command that talks or moves, 1 for one that prepares, 2 for one that works."""
    if name in TALKING:
        return 0
    return 1 if name in PREPARING else 2
