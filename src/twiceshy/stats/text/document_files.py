"""Documents and data by their names: what no compiler reads and no test runs, so that nothing asks for a test of it.

What steers programs is neither: a list of requirements, a build file, the settings of a package or of a compiler.
"""

import re

_ENDINGS = frozenset(
    {
        *(
            "md",
            "mdx",
            "markdown",
            "rst",
            "txt",
            "adoc",
            "asciidoc",
            "org",
            "tex",
            "bib",
            "pdf",
            "log",
            "diff",
            "patch",
        ),
        *("json", "jsonl", "ndjson", "json5", "csv", "tsv", "parquet", "po", "pot", "ipynb", "lock", "sum", "snap"),
        *("svg", "png", "jpg", "jpeg", "gif", "webp", "ico", "bmp", "woff", "woff2", "ttf", "mp3", "mp4", "wav"),
    }
)
"""Chosen by what such files hold, 2026-11-22; ``.json`` with ``_STEERS``."""
_NAMES = re.compile(
    r"(?:readme|changelog|changes|news|history|license|licence|copying|authors|contributors|contributing|maintainers"
    r"|notice|codeowners|todo|\.gitignore|\.gitattributes|\.gitkeep|\.editorconfig|\.mailmap)(?![a-z])"
)
_STEERS = re.compile(
    r"(?:requirements|constraints)[^/]*\.txt|cmakelists\.txt|(?:package|composer|deno|lerna|nx|turbo|project|angular"
    r"|manifest|app|bower|renovate|vercel|now|firebase|eslintrc|babelrc|\.babelrc|\.eslintrc|\.prettierrc|\.swcrc)\.json"
    r"|[tj]sconfig[^/]*\.json|[^/]*\.config\.json"
)
_CODE = re.compile(r"\.(?:py|pyi|js|jsx|mjs|cjs|ts|tsx|go|rs|java|kt|c|h|cc|cpp|cs|rb|php|sh|swift|scala|sql)\Z")


def is_document(path: str) -> bool:
    r"""Tell whether a file is a document or data by its name.

    >>> is_document("docs/Guide.MD"), is_document("LICENSE"), is_document("a/package.json"), is_document("notice.py")
    (True, True, False, False)
    """
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    if _STEERS.fullmatch(name) or _CODE.search(name):
        return False
    return name.rpartition(".")[2] in _ENDINGS or _NAMES.match(name) is not None


# Files that programs generate or others wrote, by where they lie and what they are called.

_GENERATED_PATHS = re.compile(
    r"(?:^|/)(?:dist|node_modules|vendor|__generated__)/|[.-](?:min|bundle)\.(?:[cm]?js|css)(?:\.map)?$"
    r"|[._](?:gen\.(?!(?:c|h|cc|cpp|hpp|py)$)|generated\.)\w+$"
    r"|(?:^|/)zz_generated[^/]*$|\.pb\.go$|_pb2(?:_grpc)?\.pyi?$"
)
"""``build/`` and ``out/`` are none: in many projects people keep there what builds; people write ``flow_gen.c`` and
``ofp-bundle.c``."""


def is_generated_path(path: str) -> bool:
    r"""Tell whether the path says that no person of this project wrote the file.

    >>> is_generated_path("web/dist/app.js"), is_generated_path("src/app.js"), is_generated_path("a/b_pb2.py")
    (True, False, True)
    """
    return _GENERATED_PATHS.search(path) is not None
