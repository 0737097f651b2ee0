"""Scrub the texts of commits: subjects, bodies, trailers, branches and paths."""

from collections.abc import Iterator, Sequence

from twiceshy.base.values import Scrubbed
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.commits import Commit, CommitFile, RawCommit, StoredCommit


def scrub_commits(commits: Sequence[RawCommit], scrubber: Scrubber) -> list[StoredCommit]:
    """Return the same commits with every text scrubbed; all texts are scanned at once."""
    texts: list[str] = []
    for one in commits:
        texts += [one.subject, one.body or "", one.branch or ""]
        texts += [text for trailer in one.trailers for text in trailer]
        texts += [text for file in one.files for text in (file.path, file.old_path or "")]
    clean = iter(scrubber.texts(texts))
    return [_rebuild_commit(one, clean) for one in commits]


def _rebuild_commit(one: RawCommit, clean: Iterator[Scrubbed]) -> StoredCommit:
    subject, body, branch = next(clean), next(clean), next(clean)
    return Commit(
        hash=one.hash,
        parents=one.parents,
        author=one.author,
        authored_at=one.authored_at,
        authored_offset_min=one.authored_offset_min,
        committed_at=one.committed_at,
        subject=subject,
        trailers=tuple((next(clean), next(clean)) for _ in one.trailers),
        patch_id=one.patch_id,
        files=tuple(
            CommitFile(
                path=next(clean),
                old_path=next(clean) or None,
                added=file.added,
                removed=file.removed,
                added_hashes=file.added_hashes,
            )
            for file in one.files
        ),
        body=None if one.body is None else body,
        tree=one.tree,
        branch=branch or None,
        amends=one.amends,
    )
