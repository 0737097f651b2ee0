"""Files that programs generate or others wrote, by where they lie and what they are called."""

import re

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
