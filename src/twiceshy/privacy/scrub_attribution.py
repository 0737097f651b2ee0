"""Scrub the texts of who wrote what: paths, agents' words, ids, models and names."""

from collections.abc import Iterator

from twiceshy.base.values import Scrubbed
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.authorship import (
    CommitAttribution,
    FileAttribution,
    LineSpan,
    LineWriter,
    RawAttribution,
    StoredAttribution,
)


def scrub_attribution(found: RawAttribution, scrubber: Scrubber) -> StoredAttribution:
    """Return the same with every text scrubbed; all texts are scanned at once."""
    writers = list(dict.fromkeys(span.writer for file in found.files for span in file.spans))
    texts = [text for one in writers for text in (one.agent, one.native_id or "", one.model or "", one.person or "")]
    clean = iter(scrubber.texts([*texts, *(file.path for file in found.files)]))
    known = {one: _rebuild_writer(one, clean) for one in writers}
    return CommitAttribution(
        commit_hash=found.commit_hash,
        source=found.source,
        files=tuple(
            FileAttribution(
                path=next(clean),
                spans=tuple(LineSpan(one.first, one.last, known[one.writer]) for one in file.spans),
            )
            for file in found.files
        ),
    )


def _rebuild_writer(one: LineWriter[str], clean: Iterator[Scrubbed]) -> LineWriter[Scrubbed]:
    agent, native_id, model, person = (next(clean) for _ in range(4))  # as many as it has texts, by definition
    return LineWriter(
        kind=one.kind,
        agent=agent,
        session=one.session,
        native_id=native_id or None,
        chat=one.chat,
        model=model or None,
        person=person or None,
    )
