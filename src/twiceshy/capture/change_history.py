"""The changes behind one commit of a repository, with the lines that each file gained and lost.

Other branches are left out: what they hold may never have been part of the product.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from twiceshy.capture.git import NUMBERS, parse_commit, stream_records
from twiceshy.records.commits import RawCommit


def read_change_history(
    repo: Path, head: str, *, salt: bytes = b"", known: Collection[str] = (), paths: Collection[str] = ()
) -> Iterator[RawCommit]:
    """Yield the commits behind ``head`` and not behind ``known`` hashes, parents first; merges without files.

    ``paths``: pathspecs, where not all files are asked for.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository, or, after what could be read, all of it.
    """
    words = ["--topo-order", "--reverse", *NUMBERS]
    if paths:
        words += ["--full-history", "--sparse", "--", *paths]
    for record, _ in stream_records(repo, words, [head, *(f"^{one}" for one in sorted(known))]):
        yield parse_commit(record, salt, look_into=False)
