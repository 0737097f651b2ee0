"""The older commits that an index is made of, in a form that can be kept as bytes and read in parts.

Of 6,000 commits an answer looks at some eighty words and twenty commits, so only these are unpacked. Beside them stands
what every answer needs of all: lengths, authors, numbers of files, and the commits of each file.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from twiceshy.records.past_commits import PastCommit
from twiceshy.wings.git.predict.messages.examples import MessageExample
from twiceshy.wings.git.predict.messages.packed_index import PackedRecords, Postings, pack, unpack

_VERSION: Final = 3
_MOST_NAMES: Final = 120
"""Names of one diff that are kept, the most frequent (guess, 2026-11-24: a message names one or two)."""
_LONGEST_BODY: Final = 1000
"""Characters of a body that are kept (guess, 2026-11-24: a paragraph or two)."""
_FIELDS: Final = tuple(field.name for field in fields(PastCommit))


class PackedCommits:
    """Older commits with the words that they can be found by."""

    def __init__(self) -> None:
        self.postings, self.records = Postings(), PackedRecords()
        self.lengths: list[float] = []
        """Sum of the weights of each commit's words."""
        self.authors: list[str] = []
        self.sizes: list[int] = []
        """Files that each touched."""
        self.of_file: dict[str, list[int]] = {}
        """Path, old names too -> commits."""

    def add(self, commit: PastCommit, weights: Mapping[str, float], old_paths: tuple[str, ...] = ()) -> None:
        """Add one behind the others."""
        number = len(self.lengths)
        for word, weight in weights.items():
            self.postings.append(word, number, weight)
        self.lengths.append(sum(weights.values()))
        self.authors.append(commit.author)
        self.sizes.append(len(commit.paths))
        self.records.append([getattr(commit, name) for name in _FIELDS])
        for path in {*commit.paths, *old_paths}:
            self.of_file.setdefault(path, []).append(number)

    def read(self, number: int) -> PastCommit:
        """Return one commit."""
        return PastCommit(**dict(zip(_FIELDS, self.records[number], strict=True)))


def keep_commit(example: MessageExample) -> PastCommit:
    """Return what is kept of a commit."""
    names = Counter(token for token in example.tokens if len(token) > 1 and token[0] != "<")
    return PastCommit(
        commit=example.commit,
        author=example.author,
        at=example.at,
        subject=example.subject,
        numbered=example.numbered,
        body=example.body[:_LONGEST_BODY],
        paths=example.paths,
        names=tuple(name for name, _ in names.most_common(_MOST_NAMES)),
    )


def encode_commits(commits: PackedCommits, extra: Mapping[str, Any]) -> bytes:
    """Return them as bytes, with what the caller wants to find beside them."""
    authors = list(dict.fromkeys(commits.authors))
    number_of = {author: number for number, author in enumerate(authors)}
    plain = {
        "version": _VERSION,
        "fields": _FIELDS,
        "lengths": [round(length, 2) for length in commits.lengths],
        "authors": authors,
        "author_of": [number_of[author] for author in commits.authors],
        "sizes": commits.sizes,
        "of_file": commits.of_file,
        "extra": dict(extra),
    }
    return pack(commits.postings, (commits.records[at] for at in range(len(commits.records))), plain)


def decode_commits(raw: bytes) -> tuple[PackedCommits, dict[str, Any]] | None:
    """Return the commits and what was put beside them; None where the bytes are none of this version."""
    found = unpack(raw)
    if found is None:
        return None
    postings, records, plain = found
    try:
        if plain["version"] != _VERSION or tuple(plain["fields"]) != _FIELDS:
            return None
        commits = PackedCommits()
        commits.postings, commits.records = postings, records
        commits.lengths, commits.sizes, commits.of_file = plain["lengths"], plain["sizes"], plain["of_file"]
        commits.authors = [plain["authors"][number] for number in plain["author_of"]]
        return commits, dict(plain["extra"])
    except (KeyError, TypeError, IndexError):
        return None
