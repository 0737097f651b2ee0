"""What kind of command a run is: the words that group it, its category, the project around it, its shape without names.

Groups are equal words: ``npm test`` under ``run`` and ``cd web && npm test 2>&1 | tail -5`` in an agent's log are one.
"""

import os
import re
from collections.abc import Mapping, Sequence

from twiceshy.commands.keys import gate_keys
from twiceshy.commands.shell import command_heads, head_reader

_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh"})
_RECORDED_VARIABLES = (
    "CI",
    "NODE_ENV",
    "RAILS_ENV",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "DEBUG",
    "PYTHONUNBUFFERED",
    "TERM",
    "SHELL",
)
"""The variables that are kept; no other is ever read for the record."""
PROJECTS = (
    ("package.json", "nodejs"),
    ("Cargo.toml", "rust"),
    ("go.mod", "go"),
    ("pyproject.toml", "python"),
    ("setup.py", "python"),
    ("requirements.txt", "python"),
    ("pom.xml", "java"),
    ("build.gradle", "java"),
    ("build.gradle.kts", "java"),
    ("Gemfile", "ruby"),
    ("composer.json", "php"),
    ("main.tf", "terraform"),
    ("CMakeLists.txt", "cpp"),
    ("Makefile", "make"),
)
"""A file, and what its folder's project is when it is there; the first counts."""
_CATEGORIES = (
    ("test", r"\b(test|tests|pytest|tox|nox|jest|vitest|mocha|rspec|phpunit|ctest|unittest|playwright|cypress)\b"),
    ("lint", r"\b(lint|eslint|ruff|mypy|flake8|black|prettier|clippy|vet|fmt|format|typecheck|pyright|shellcheck)\b"),
    ("deploy", r"\b(deploy|apply|kubectl|helm|ansible-playbook|terraform|push|publish|release)\b"),
    ("install", r"\b(install|add|ci|sync|update|upgrade|pip|apt|apt-get|brew)\b"),
    ("build", r"\b(build|make|cmake|ninja|tsc|webpack|vite|gradle|mvn|compile|cargo|bundle|docker)\b"),
    ("run", r"\b(start|serve|run|dev|node|python|ruby|php)\b"),
)
_ERROR_LINE = re.compile(r"\b(error|errors|fail|failed|failure|fatal|panic|exception|traceback)\b", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w\]/.~-])(?:~|\.{1,2}|[\w.@+-]+)?(?:/[\w.@+-]+)+/?")
_UNPLAIN = re.compile(r"""[\s;&|<>()`'"\\#$\x00-\x1f]|^[^\w-]*$""")
"""What a shell's grammar would read something into, if it stood in a line without quotes."""
_SCRIPT_OPTION = re.compile(r"-[a-z]*c\Z")
_OPTION = re.compile(r"--?[\w.-]*\Z")
_SUFFIX = re.compile(r"\.[A-Za-z]\w{0,4}$")


def words_of(command: Sequence[str]) -> str:
    """Return the words that group a run; the script's for ``sh -c script``.

    >>> words_of(["bash", "-c", "cd web && CI=1 npm test 2>&1 | tail -5"]), words_of(["npm", "test"])
    ('npm test', 'npm test')
    """
    return words_in(script_of(command)) or " ".join(command)


def script_of(command: Sequence[str]) -> str:
    """Return the line that a shell is given to run; empty for another command.

    >>> script_of(["bash", "-c", "make && make check"]), script_of(["make"])
    ('make && make check', '')
    """
    given = len(command) == 3 and command[0].rpartition("/")[2] in _SHELLS and command[1] in {"-c", "-lc"}
    return command[2] if given else ""


def words_in(line: str) -> str:
    """Return the words of the one command of a line that does the work; empty for none or more than one."""
    return " ".join(_list_words(line))


def _list_words(line: str) -> list[str]:
    """Return the words of the one command of a line that does the work, each as the program gets it; else none."""
    working = [words for op, words, _ in head_reader.split_commands(line) if op != "|" and _is_working(words)]
    if len(working) != 1:
        return []
    words = list(working[0])
    while words and gate_keys.is_assignment(words[0]):
        words.pop(0)
    return [_unquote(word) for word in words]


def find_folder(line: str, folder: str) -> str:
    """Return where the command of a line runs that does the work, begun in a folder; empty where that is not known.

    >>> find_folder("cd web && npm test | tail -5", "/srv/shop"), find_folder("make", "/srv/shop/")
    ('/srv/shop/web', '/srv/shop')
    >>> find_folder("cd $DIR && make", "/srv/shop"), find_folder("cd - && make", "/srv/shop")
    ('', '')
    """
    for op, words, _ in head_reader.split_commands(line):
        if op != "|" and _is_working(words):
            break
        if words[:1] == ["cd"]:
            target = _unquote(words[1]) if len(words) == 2 else "-"
            if target.startswith(("-", "~", "$")) or "$" in target or "`" in target:
                return ""
            folder = gate_keys.make_absolute(target, folder)
    return gate_keys.make_absolute(folder + "/", "") if folder.startswith("/") else folder


def folder_of(command: Sequence[str], folder: str) -> str:
    """Return where a run's command does its work: ``sh -c 'cd web && ...'`` goes elsewhere first.

    >>> folder_of(["sh", "-c", "cd web && npm test"], "/shop"), folder_of(["npm", "test"], "/shop")
    ('/shop/web', '/shop')
    """
    script = script_of(command)
    return (find_folder(script, folder) if script else "") or folder


def loses_reader(line: str) -> bool:
    """Tell whether the command that does the work writes to a reader who leaves first.

    >>> loses_reader("make | head -5"), loses_reader("make | tail -5")
    (True, False)
    """
    return any(op == "|" and words[:1] == ["head"] for op, words, _ in head_reader.split_commands(line))


def _is_working(words: Sequence[str]) -> bool:
    """Tell whether these words do something that takes time, by ``commands.shell``."""
    parts = command_heads.parse_line(" ".join(words)).parts
    return bool(parts) and parts[0].level == 2


def _unquote(word: str) -> str:
    """Return the word without one pair of quotes around it."""
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"" else word


def head_of(command: Sequence[str]) -> str:
    r"""Return the name of the command that does the work; nothing within an argument is taken for a command.

    >>> head_of(["git", "add", "fix; acme\nacme"]), head_of(["sudo", "sh", "-c", "cd web && npm test"])
    ('git add', 'npm test')
    """
    if script := script_of(command):
        return command_heads.head(script)
    words = [_mask_word(at, word) for at, word in enumerate(command)]
    name = command_heads.head(" ".join(words))
    at = words.index(name) if name in words else -1
    if at < 0 or words[at] == command[at]:
        return name
    if at == 0:
        return command_heads.program_name(command[0])
    return command_heads.head(command[at]) if _SCRIPT_OPTION.match(command[at - 1]) else ""


def _mask_word(at: int, word: str) -> str:
    """Return a word in which a shell's grammar finds nothing: the word itself, or what stands for it."""
    if not _UNPLAIN.search(word):
        return word
    return f"{word.partition('=')[0]}=_" if gate_keys.is_assignment(word) else f"_{at}_"


def shape_of(command: Sequence[str]) -> str:
    """Return the command's name and the names of its options; every argument is ``…``.

    >>> shape_of(["pytest", "-x", "--maxfail=2", "tests/test_pay.py"])
    'pytest -x --maxfail=… …'
    """
    head, script = head_of(command), script_of(command)
    words = _list_words(script)
    if script and not words:
        return f"{command[0].rpartition('/')[2]} -c {head} …"
    head = head or command[0].rpartition("/")[2]
    shown = [_show_word(word) for word in _drop_head(words or command, head.split())]
    return " ".join([head, *(word for at, word in enumerate(shown) if word != "…" or shown[at - 1 : at] != ["…"])])


def _show_word(word: str) -> str:
    """Return the name of an option or of what is set; ``…`` for everything else."""
    name, equals, _ = word.partition("=")
    if not _OPTION.match(name) and not gate_keys.is_assignment(word):  # a path, a program or a sentence
        return "…"
    return f"{name}=…" if equals else name


def _drop_head(words: Sequence[str], head: Sequence[str]) -> Sequence[str]:
    """Return the words without those that the head says, and without what stands before them.

    >>> _drop_head(["/usr/bin/python3", "-c", "pass"], ["python", "-c"]), _drop_head(["env", "make", "x"], ["make"])
    (['pass'], ['x'])
    """
    kept: list[str] = []
    rest = list(words)
    for name in head:
        at = next((at for at, word in enumerate(rest) if word.rpartition("/")[2].rstrip("0123456789.") == name), None)
        if at is None:
            return words[1:]
        kept += rest[:at] if len(rest) < len(words) else []  # what stands before the program only starts it
        rest = rest[at + 1 :]
    return [*kept, *rest]


def category_of(words: str) -> str:
    """Return test, lint, deploy, install, build, run or unknown, by the first words.

    >>> category_of("npm run build"), category_of("cargo test --all"), category_of("ls")
    ('build', 'test', 'unknown')
    """
    start = " ".join(words.split()[:4]).replace("_", " ").replace("/", " ")
    return next((name for name, regex in _CATEGORIES if re.search(regex, start)), "unknown")


def project_type_of(folder: str) -> str:
    """Return what is built in the folder or in the nearest above it that tells; unknown where none does."""
    while True:
        for name, kind in PROJECTS:
            if os.path.lexists(f"{folder}/{name}"):  # a folder may have a million files: it is not listed
                return kind
        above = os.path.dirname(folder)  # noqa: PTH120
        if os.path.lexists(f"{folder}/.git") or above == folder:
            return "unknown"
        folder = above


def pick_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the few variables that are recorded."""
    return {name: variables[name] for name in _RECORDED_VARIABLES if name in variables}


def mask_paths(text: str) -> str:
    """Return the text with every path replaced by ``<path>``; the path's ending stays.

    >>> mask_paths("at src/pay/api.py:14, see https://example.test/a")
    'at <path>.py:14, see https://example.test/a'
    """

    def replace_path(found: re.Match[str]) -> str:
        ending = _SUFFIX.search(found[0])
        return "<path>" + (ending[0] if ending else "")

    return "".join(
        piece if "://" in piece else _PATH.sub(replace_path, piece) for piece in re.split(r"(\S+://\S+)", text)
    )


def compute_error_density(lines: Sequence[str]) -> float | None:
    """Return the share of lines that look like an error; None for no lines."""
    return sum(bool(_ERROR_LINE.search(line)) for line in lines) / len(lines) if lines else None
