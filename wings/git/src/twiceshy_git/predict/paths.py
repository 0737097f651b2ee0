"""What the name of a file says: its words, its folder, what kind of file it is, and which source a test belongs to."""

from functools import lru_cache
from typing import NamedTuple

from twiceshy.stats.text.text_words import deduplicate, split_words

CODE, TEST, DOCS, SETTINGS, OTHER = range(5)
_DOC_ENDINGS = frozenset({"md", "rst", "txt", "adoc", "markdown", "html", "1", "rdoc", "textile"})
_SETTINGS_ENDINGS = frozenset(
    {"toml", "yml", "yaml", "json", "ini", "cfg", "lock", "xml", "gradle", "properties", "mod", "sum", "conf", "env"}
)
_OTHER_ENDINGS = frozenset(
    {"png", "jpg", "jpeg", "gif", "svg", "ico", "pdf", "zip", "gz", "jar", "woff", "woff2", "csv"}
)
_TEST_FOLDERS = frozenset({"test", "tests", "spec", "specs", "__tests__", "testing", "e2e", "testdata", "fixtures"})
_TEST_WORDS = ("test", "tests", "spec", "specs")


class PathParts(NamedTuple):
    """The parts of a path."""

    words: tuple[str, ...]
    """Distinct words of the whole path, without the ending."""
    base_words: tuple[str, ...]
    """Those of the file's own name."""
    base: str
    """File name, lower case, with its ending."""
    stem: str
    """File name, lower case, without endings and without the words that mark a test: `test_tokens.py` has `tokens`."""
    folder: str
    """Empty at the top."""
    kind: int
    """CODE, TEST, DOCS, SETTINGS or OTHER."""
    depth: int


@lru_cache(maxsize=100_000)
def parse_path(path: str) -> PathParts:
    """Return what the path says.

    >>> name = parse_path("tests/auth/test_refreshTokens.py")
    >>> name.stem, name.folder, name.kind == TEST, name.base_words
    ('refreshtokens', 'tests/auth', True, ('testrefreshtokens', 'test', 'refresh', 'token'))
    """
    folder, _, base = path.rpartition("/")
    lower = base.lower()
    first, _, endings = lower.lstrip(".").partition(".")
    ending = endings.rpartition(".")[2]
    bare = base.lstrip(".").partition(".")[0]
    return PathParts(
        words=deduplicate(split_words(f"{folder} {bare}")),
        base_words=deduplicate(split_words(bare)),
        base=lower,
        stem=_strip_test_words(first) or first,
        folder=folder,
        kind=_classify_path(folder.lower(), first, endings, ending),
        depth=path.count("/"),
    )


def _strip_test_words(stem: str) -> str:
    for word in _TEST_WORDS:
        stem = stem.removeprefix(f"{word}_").removeprefix(f"{word}-")
        stem = stem.removesuffix(f"_{word}").removesuffix(f"-{word}").removesuffix(word)
    return stem.removeprefix("test")


def _classify_path(folder: str, first: str, endings: str, ending: str) -> int:
    parts = set(folder.split("/"))
    marked = first.startswith(("test_", "test-")) or first.endswith(
        ("_test", "-test", "test", "tests", "_spec", "spec")
    )
    if parts & _TEST_FOLDERS or marked or endings.startswith(("test.", "spec.")):
        return TEST
    if ending in _DOC_ENDINGS or parts & {"doc", "docs"} or first in {"readme", "changelog", "changes", "license"}:
        return DOCS
    if ending in _SETTINGS_ENDINGS or not ending:
        return SETTINGS
    return OTHER if ending in _OTHER_ENDINGS else CODE
