"""Keep what was offered as a message, and see what people made of it.

A line is added where a message was offered for what is staged and was likelier right than not; where only the nearest
commits were shown, nothing was offered. The lines lie beside the repository's messages and go with them.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from twiceshy.archive import atomic_files
from twiceshy.archive.atomic_files import read_salt
from twiceshy.base.config import Config
from twiceshy.logs.commit_dates import read_first_parents
from twiceshy.logs.described_changes import read_described_changes
from twiceshy.logs.repository_place import RepositoryPlace
from twiceshy.records.message_advice import MessageAdvice
from twiceshy_git.message_recipes.message_history import make_scrub, messages_path
from twiceshy_git.predict.messages.examples import MessageExample, make_example
from twiceshy_git.predict.messages.offer_verdicts import (
    LaterCommit,
    MadeOffer,
    OfferVerdict,
    find_answered,
    judge_offer,
)

_ENDING: Final = ".offered"
_LARGEST: Final = 1 << 20
"""Bytes of the file, behind which nothing is added until `learn` shortens it (guess, 2026-11-24: 5,000 offers)."""
_KEPT: Final = 2000
"""Newest offers that are kept (guess, 2026-11-24)."""
_NEWEST: Final = 6000
"""Newest commits in which an offer's commit is looked for (guess, 2026-11-24)."""


def note_shown(config: Config, place: RepositoryPlace, advice: MessageAdvice, now: datetime) -> None:
    """Note what was offered for what is staged, where it was likelier right than not."""
    if advice.sure and advice.offers and place.head is not None:
        path = messages_path(config, place, read_salt(config.salt))
        note_offer(path, MadeOffer(int(now.timestamp()), place.head, advice.offers[0].subject))


def note_offer(path: Path, offer: MadeOffer) -> None:
    """Add a line beside the kept messages ``path``; where it cannot be written, nothing is noted."""
    line = json.dumps(offer, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    with suppress(OSError):
        file = os.open(path.with_suffix(_ENDING), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            if os.fstat(file).st_size < _LARGEST:
                os.write(file, line)
        finally:
            os.close(file)


def read_offers(path: Path) -> list[MadeOffer]:
    """Return the newest offers noted beside the kept messages ``path``, oldest first; damaged lines are passed over."""
    raw = atomic_files.read(path.with_suffix(_ENDING)) or b""
    found = []
    for line in raw.splitlines()[-_KEPT:]:
        with suppress(ValueError, TypeError):
            at, head, subject = json.loads(line)
            found.append(MadeOffer(int(at), str(head), str(subject)))
    return found


def shorten_offers(path: Path) -> None:
    """Keep the newest offers only.

    Raises:
        StoreUnwritable: the file cannot be written.
    """
    raw = atomic_files.read(path.with_suffix(_ENDING)) or b""
    lines = raw.splitlines(keepends=True)
    if len(lines) > _KEPT:
        atomic_files.write(path.with_suffix(_ENDING), b"".join(lines[-_KEPT:]))


def judge_offers(config: Config, repo: Path, place: RepositoryPlace) -> dict[str, OfferVerdict]:
    """Return what became of each offer whose commit is in the history, by commit.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository.
    """
    salt = read_salt(config.salt)
    offers = read_offers(messages_path(config, place, salt))
    if not offers or place.head is None:
        return {}
    later = [LaterCommit(*one) for one in read_first_parents(repo, place.head, _NEWEST)]
    answered = find_answered(offers, later)
    changes = read_described_changes(repo, list(answered), salt=salt, scrub=make_scrub(config, salt))
    return judge_examples(answered, map(make_example, changes))


def judge_examples(answered: Mapping[str, MadeOffer], written: Iterable[MessageExample]) -> dict[str, OfferVerdict]:
    """Return what became of the offers behind some commits."""
    return {
        one.commit: judge_offer(answered[one.commit].subject, one.subject) for one in written if one.commit in answered
    }


def count_verdicts(verdicts: Mapping[str, OfferVerdict]) -> dict[str, int]:
    """Return how often each verdict was given, by its name; nothing where there was none."""
    told = Counter(verdicts.values())
    return {one.value: told[one] for one in OfferVerdict} if told else {}
