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

from twiceshy.facts import programs, shell

TEST_COMMANDS = (
    "pytest", "py.test", "python -m unittest", "python -m doctest", "python manage.py test", "tox", "nox",
    "hatch test", "jest", "vitest", "mocha", "ava", "karma start", "cypress run", "playwright test", "npm test",
    "npm t", "npm run test*", "yarn test*", "yarn run test*", "pnpm test*", "pnpm run test*", "bun test",
    "bun run test*", "deno test", "node --test", "go test", "gotestsum", "ginkgo", "cargo test", "cargo nextest",
    "ctest", "make test*", "make check", "just test*", "task test*", "rake test*", "rake spec", "rspec", "rails test",
    "phpunit", "pest", "composer test", "mix test", "gradle test", "gradle check", "gradlew test", "gradlew check",
    "mvn test", "mvn verify", "mvnw test", "mvnw verify", "dotnet test", "swift test", "dart test", "flutter test",
    "sbt test", "bazel test", "zig test", "zig build test", "stack test", "cabal test", "turbo test", "turbo run test*",
    "nx test", "nx run-many -t test", "bats",
)  # fmt: skip
"""Commands that run tests. The list is from general knowledge of these tools (2026-11), not from any log."""
SEARCH_COMMANDS = (
    "grep", "egrep", "fgrep", "rg", "ag", "ack", "find", "fd", "fdfind", "git grep", "git ls-files", "ast-grep",
    "semgrep", "aud query", "aud context",
)  # fmt: skip
DEEPEST = 4  # as in `facts.shell`: a line in a line


@lru_cache(maxsize=2048)
def runs(command: str, patterns: tuple[str, ...]) -> bool:
    """Whether the line runs what one of the patterns means.

    >>> runs("cd web && CI=1 timeout 60 npm --prefix . test 2>&1 | tail", ("npm test",))
    True
    >>> runs("git commit -m 'npm test'", ("npm test",))
    False
    """
    exact, globs = by_program(patterns)
    return any(begins(words, pattern) for words in simple(command) for pattern in (*exact.get(words[0], ()), *globs))


Pattern = tuple[str, ...]


@lru_cache(maxsize=256)
def by_program(patterns: tuple[str, ...]) -> tuple[dict[str, list[Pattern]], list[Pattern]]:
    """The patterns' words by their program, named as in ``simple``, and those whose program is a glob."""
    exact: dict[str, list[Pattern]] = {}
    globs: list[Pattern] = []
    for words in filter(None, map(str.split, patterns)):
        pattern = (shell.program(words[0]), *words[1:])
        if set(pattern[0]) & set("*?["):
            globs.append(pattern)
        else:
            exact.setdefault(pattern[0], []).append(pattern)
    return exact, globs


@lru_cache(maxsize=2048)
def simple(command: str) -> tuple[tuple[str, ...], ...]:
    """The words of each simple command of the line, from its program on, with all that merely wraps it as well."""
    return tuple(found for words in _unwrapped(command, 0) for found in words)


def _unwrapped(command: str, depth: int) -> Iterator[list[tuple[str, ...]]]:
    if depth > DEEPEST:
        return
    text = shell.without_heredocs(command)[: shell.MOST_CHARACTERS].replace("\\\n", " ")
    inners: list[str] = []
    text = shell.lifted(text, inners)
    for _, raw in shell.simple_commands(text):
        words, _ = shell.stripped(raw)
        found = []
        while words:
            name = shell.program(words[0])
            found.append((name, *(shell.plain(word) for word in words[1:])))
            if name in programs.SHELLS:
                _, script = shell.shell(name, words)
                if script:
                    yield from _unwrapped(script, depth + 1)
                break
            words = shell.after_wrapper(name, words) or []
        yield found
    for inner in inners:
        yield from _unwrapped(inner, depth + 1)


def begins(words: tuple[str, ...], pattern: Pattern) -> bool:
    """Whether a command's words are those of the pattern, in order, with at most options between them.

    >>> begins(("git", "-C", "x", "commit", "-q"), ("git", "commit"))
    True
    >>> begins(("git", "log", "commit"), ("git", "commit"))
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


def absolute(path: str) -> bool:
    """Whether it is a path from the top of a disk or a home folder."""
    return path.startswith(("/", "~")) or path[1:3] == ":/"


@lru_cache(maxsize=65536)
def means(globs: tuple[str, ...], path: str) -> bool:
    """Whether one of the globs means the file; one that is relative never means a file outside the project's folder.

    >>> means(("src/**/*.py", "docs/"), "src/shop/cart.py"), means(("src/*.py",), "src/shop/cart.py")
    (True, False)
    >>> means(("*.md",), "docs/howto/run.md"), means(("**",), "/etc/hosts")
    (True, False)
    """
    return any(absolute(glob) == absolute(path) and _reaches(_segments(glob), path.split("/")) for glob in globs)


@lru_cache(maxsize=1024)
def _segments(glob: str) -> tuple[str, ...]:
    parts = glob.removeprefix("./").rstrip("/").split("/")
    return tuple(parts) if len(parts) > 1 else ("**", *parts)


def _reaches(wanted: tuple[str, ...], parts: Iterable[str]) -> bool:
    """Whether the glob means the path or a folder above it: sets of places, so that no glob takes long."""
    places = _skipped({0}, wanted)
    for part in parts:
        live = [place for place in places if place < len(wanted) and _fits(part, wanted[place])]
        after = {place if wanted[place] == "**" else place + 1 for place in live}
        places = _skipped(after, wanted)
        if len(wanted) in places:
            return True
    return False


def _skipped(places: set[int], wanted: tuple[str, ...]) -> set[int]:
    """The places, and those behind each ``**``, which may stand for nothing."""
    for place in sorted(places):
        end = place
        while end < len(wanted) and wanted[end] == "**":
            end += 1
            places.add(end)
    return places


def _fits(part: str, wanted: str) -> bool:
    return wanted == "**" or fnmatchcase(part, wanted)
