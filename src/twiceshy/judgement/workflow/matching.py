"""Matching: whether a command line runs what a pattern means, and whether a path is one that a glob means.

A pattern is written like the command: ``aud blueprint``. It means any simple command of the line that runs this
program with these words in this order. What only finds, times or limits the program does not matter (``uv run``,
``timeout 60``, ``python -m``, ``bash -c``, variables, folders and versions of the program's name), nor do options
between the words (``npm --prefix web test`` is ``npm test``). A word may be a glob: ``npm run test*``. Words that are
merely quoted are no command: ``echo "aud blueprint"`` runs nothing.

Globs of files are those of ``.gitignore`` without its negation: ``*`` and ``?`` stay in one folder, ``**`` does not,
a glob without ``/`` means a name in any folder, one that ends with ``/`` or names a folder means everything below it.
"""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import lru_cache

from twiceshy.commands.shell import command_heads, head_reader, programs

TEST_COMMANDS = (
    "pytest",
    "py.test",
    "python -m unittest",
    "python -m doctest",
    "python manage.py test",
    "tox",
    "nox",
    "hatch test",
    "jest",
    "vitest",
    "mocha",
    "ava",
    "karma start",
    "cypress run",
    "playwright test",
    "npm test",
    "npm t",
    "npm run test*",
    "yarn test*",
    "yarn run test*",
    "pnpm test*",
    "pnpm run test*",
    "bun test",
    "bun run test*",
    "deno test",
    "node --test",
    "go test",
    "gotestsum",
    "ginkgo",
    "cargo test",
    "cargo nextest",
    "ctest",
    "make test*",
    "make check",
    "just test*",
    "task test*",
    "rake test*",
    "rake spec",
    "rspec",
    "rails test",
    "phpunit",
    "pest",
    "composer test",
    "mix test",
    "gradle test",
    "gradle check",
    "gradlew test",
    "gradlew check",
    "mvn test",
    "mvn verify",
    "mvnw test",
    "mvnw verify",
    "dotnet test",
    "swift test",
    "dart test",
    "flutter test",
    "sbt test",
    "bazel test",
    "zig test",
    "zig build test",
    "stack test",
    "cabal test",
    "turbo test",
    "turbo run test*",
    "nx test",
    "nx run-many -t test",
    "bats",
)
"""Commands that run tests. The list is from general knowledge of these tools (2026-11), not from any log."""
SEARCH_COMMANDS = (
    "grep",
    "egrep",
    "fgrep",
    "rg",
    "ag",
    "ack",
    "find",
    "fd",
    "fdfind",
    "git grep",
    "git ls-files",
    "ast-grep",
    "semgrep",
    "aud query",
    "aud context",
)
_DEEPEST = 4
"""Lines within a line that are looked into. Guess of 2026-11-21, the same as in ``commands.shell``."""


@lru_cache(maxsize=2048)
def matches_command(command: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether the line runs what one of the patterns means.

    >>> matches_command("cd web && CI=1 timeout 60 npm --prefix . test 2>&1 | tail", ("npm test",))
    True
    >>> matches_command("git commit -m 'npm test'", ("npm test",))
    False
    """
    exact, globs = _group_by_program(patterns)
    return any(
        _matches_words(words, pattern)
        for words in _split_commands(command)
        for pattern in (*exact.get(words[0], ()), *globs)
    )


_Pattern = tuple[str, ...]


@lru_cache(maxsize=256)
def _group_by_program(patterns: tuple[str, ...]) -> tuple[dict[str, list[_Pattern]], list[_Pattern]]:
    """Return the patterns' words by program, as ``_split_commands`` names it, and those with a glob for it."""
    exact: dict[str, list[_Pattern]] = {}
    globs: list[_Pattern] = []
    for words in filter(None, map(str.split, patterns)):
        pattern = (command_heads.program_name(words[0]), *words[1:])
        if set(pattern[0]) & set("*?["):
            globs.append(pattern)
        else:
            exact.setdefault(pattern[0], []).append(pattern)
    return exact, globs


@lru_cache(maxsize=2048)
def _split_commands(command: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of each simple command of the line, from its program on, its wrappers included."""
    return tuple(found for words in _unwrap(command, 0) for found in words)


def _unwrap(command: str, depth: int) -> Iterator[list[tuple[str, ...]]]:
    if depth > _DEEPEST:
        return
    rows, inners = head_reader.read_rows(command)
    for _, raw, _ in rows:
        words, script = _peel(command_heads.strip_assignments(raw)[0])
        if script:
            yield from _unwrap(script, depth + 1)
        yield words
    for inner in inners:
        yield from _unwrap(inner, depth + 1)


def _peel(words: list[str]) -> tuple[list[tuple[str, ...]], str]:
    """Return the words from each wrapper's program on, and the script that a shell at its end runs."""
    found: list[tuple[str, ...]] = []
    while words:
        name = command_heads.program_name(words[0])
        found.append((name, *(command_heads.unquote(word) for word in words[1:])))
        if name in programs.SHELLS:
            return found, command_heads.split_shell_call(name, words)[1] or ""
        words = command_heads.unwrap_command(name, words) or []
    return found, ""


def _matches_words(words: tuple[str, ...], pattern: _Pattern) -> bool:
    """Tell whether a command's words are those of the pattern, in order, with at most options between them.

    >>> _matches_words(("git", "-C", "x", "commit", "-q"), ("git", "commit"))
    True
    >>> _matches_words(("git", "log", "commit"), ("git", "commit"))
    False
    """
    if not words or not pattern or not fnmatchcase(words[0], pattern[0]):
        return False
    place = 1
    for wanted in pattern[1:]:
        while place < len(words) and not fnmatchcase(words[place], wanted):
            if words[place][:1] != "-" and not (words[place - 1][:1] == "-" and "=" not in words[place - 1]):
                return False
            place += 1
        if place == len(words):
            return False
        place += 1
    return True


def is_absolute(path: str) -> bool:
    """Tell whether it is a path from the top of a disk or a home folder."""
    return path.startswith(("/", "~")) or path[1:3] == ":/"


@lru_cache(maxsize=65536)
def matches_glob(globs: tuple[str, ...], path: str) -> bool:
    """Tell whether one of the globs means the file.

    A relative glob never means a file outside the project's folder.

    >>> matches_glob(("src/**/*.py", "docs/"), "src/shop/cart.py"), matches_glob(("src/*.py",), "src/shop/cart.py")
    (True, False)
    >>> matches_glob(("*.md",), "docs/howto/run.md"), matches_glob(("**",), "/etc/hosts")
    (True, False)
    """
    return any(
        is_absolute(glob) == is_absolute(path) and _matches_segments(_split_glob(glob), path.split("/"))
        for glob in globs
    )


@lru_cache(maxsize=1024)
def _split_glob(glob: str) -> tuple[str, ...]:
    parts = glob.removeprefix("./").rstrip("/").split("/")
    return tuple(parts) if len(parts) > 1 else ("**", *parts)


def _matches_segments(wanted: tuple[str, ...], parts: Iterable[str]) -> bool:
    """Tell whether the glob means the path or a folder above it, by sets of places, so no glob takes long."""
    places = _skip_double_stars({0}, wanted)
    for part in parts:
        live = [place for place in places if place < len(wanted) and _matches_segment(part, wanted[place])]
        after = {place if wanted[place] == "**" else place + 1 for place in live}
        places = _skip_double_stars(after, wanted)
        if len(wanted) in places:
            return True
    return False


def _skip_double_stars(places: set[int], wanted: tuple[str, ...]) -> set[int]:
    """Return the places, and those behind each ``**``, which may stand for nothing."""
    for place in sorted(places):
        end = place
        while end < len(wanted) and wanted[end] == "**":
            end += 1
            places.add(end)
    return places


def _matches_segment(part: str, wanted: str) -> bool:
    return wanted == "**" or fnmatchcase(part, wanted)
