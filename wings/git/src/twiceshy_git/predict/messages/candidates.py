"""What may be offered for a change, and what is known of each?

Candidates are the messages of the nearest commits, as they are and with the new change's names and prefix, the author's
last ones, and the plain names of the files. Columns are numbers that mean the same in every repository, so that trees
grown on one history can rank another's.
"""

import math
from collections.abc import Container, Sequence
from typing import Final, NamedTuple

from twiceshy_git.predict.messages.examples import MessageExample
from twiceshy_git.predict.messages.forms import MessageLabels, parse_form
from twiceshy_git.predict.messages.retrieve import CommitIndex, NearCommit
from twiceshy_git.predict.messages.suggesters import fill_slots, list_code_words, name_files
from twiceshy_git.predict.messages.wording import measure_smooth_bleu, split_tokens

CONSULTED: Final = 20
"""Commits whose messages are candidates (guess, 2026-11-24)."""
_EDITED: Final = 10
"""Of these, the nearest whose messages are offered with other names too (guess, 2026-11-24)."""
LAST: Final = 3
"""Newest commits of the author that are candidates (guess, 2026-11-24: who writes a series writes the like again)."""
_SHARPNESS: Final = 3.0
"""Power of nearness in the vote (guess, 2026-11-23, as ``retrieve``)."""
_DAY_S: Final = 86_400
"""By definition."""
_NEVER: Final = 9.0
"""Age of a message that nobody wrote, in the logarithm that ages have: above twenty years (guess, 2026-11-24)."""
_COLUMNS: Final = """
nearness words files same_author rank share_of_best age_days commits_since best_nearness shared_files same_files
last_of_author old_files plain_files agreement agreement_rank replaced prefix_changed foreign code_words grounded
grounded_old length kind_fits scope_fits has_kind has_scope times asked_files asked_lines
"""
COLUMNS: Final = tuple(_COLUMNS.split())
"""What is known of a candidate."""


class MessageCandidate(NamedTuple):
    """One message that may be offered."""

    subject: str
    near: NearCommit | None
    """The commit whose message it follows; None for the plain names of the files."""
    replaced: tuple[tuple[str, str], ...]
    """Names of the old change that gave way to the new one's."""
    row: tuple[float, ...]
    """As ``COLUMNS``."""


class _Asked(NamedTuple):
    example: MessageExample
    labels: MessageLabels
    found: Sequence[NearCommit]
    said: frozenset[str]
    """Words of the change, in lower case."""
    commits: int
    """Commits that were learned."""


class _Draft(NamedTuple):
    subject: str
    near: NearCommit | None
    rank: int
    replaced: tuple[tuple[str, str], ...]
    prefix_changed: bool


def list_candidates(
    index: CommitIndex, example: MessageExample, labels: MessageLabels, near: Sequence[NearCommit] | None = None
) -> list[MessageCandidate]:
    """Return what may be offered for a change, each message once.

    ``labels``: the type and scope that fit; empty where the project has none. ``near``: the nearest commits, where not
    all that the index holds may be used.
    """
    found = index.find(example, CONSULTED, last=LAST) if near is None else near
    drafts = _list_drafts(found, example, labels)
    votes = _vote(drafts, found)
    order = sorted(range(len(drafts)), key=lambda at: -votes[at])
    places = {at: place for place, at in enumerate(order)}
    asked = _Asked(example, labels, found, frozenset(word.lower() for word in _list_names(example)), len(index))
    return [
        MessageCandidate(
            draft.subject,
            draft.near,
            draft.replaced,
            (*_measure_source(draft, asked), votes[at], float(places[at]), *_measure_text(draft, asked)),
        )
        for at, draft in enumerate(drafts)
    ]


def _list_drafts(found: Sequence[NearCommit], example: MessageExample, labels: MessageLabels) -> list[_Draft]:
    drafts: dict[str, _Draft] = {}
    for rank, one in enumerate(found):
        if rank < _EDITED:
            filled = fill_slots(one.past.subject, one.past.paths, example.paths)
            for subject in (filled.subject, _change_prefix(filled.subject, labels)):
                new = _Draft(subject, one, rank, filled.replaced, subject != filled.subject)
                if subject != one.past.subject:
                    drafts.setdefault(subject, new)
        drafts.setdefault(one.past.subject, _Draft(one.past.subject, one, rank, (), prefix_changed=False))
    plain = name_files(example.files)
    drafts.setdefault(plain, _Draft(plain, None, len(found), (), prefix_changed=False))
    return list(drafts.values())


def _change_prefix(subject: str, labels: MessageLabels) -> str:
    """Return the message with the type and scope that fit, where it has such."""
    form = parse_form(subject)
    prefix = form.prefix
    if labels.scope and form.scope:
        prefix = prefix.replace(form.scope, labels.scope)
    if labels.kind and form.kind and form.kind != labels.kind:
        prefix = prefix.replace(form.kind, labels.kind, 1)
    return prefix + form.sentence


def _vote(drafts: Sequence[_Draft], found: Sequence[NearCommit]) -> list[float]:
    """Return how much the messages of the nearest agree with each: the mean BLEU, weighted by nearness."""
    weights = [one.score**_SHARPNESS for one in found]
    total = sum(weights) or 1.0
    tokens = [split_tokens(one.past.subject) for one in found]
    votes = []
    for draft in drafts:
        own = split_tokens(draft.subject)
        votes.append(sum(w * measure_smooth_bleu(own, other) for w, other in zip(weights, tokens, strict=True)) / total)
    return votes


def _list_names(example: MessageExample) -> list[str]:
    return [*example.tokens, *(part for path in example.paths for part in split_tokens(path))]


def _measure_source(draft: _Draft, asked: _Asked) -> tuple[float, ...]:
    """Return what is known of the commit that a message is from."""
    near, best = draft.near, asked.found[0].score if asked.found else 0.0
    if near is None:
        return (0.0, 0.0, 0.0, 0.0, float(draft.rank), 0.0, _NEVER, _NEVER, best, 0.0, 0.0, 0.0, 0.0, 1.0)
    past, paths = near.past, asked.example.paths
    return (
        near.score,
        near.words,
        near.files,
        float(past.author == asked.example.author),
        float(draft.rank),
        near.score / best if best else 0.0,
        math.log1p(max(0, asked.example.at - past.at) / _DAY_S),
        math.log1p(asked.commits - near.number),
        best,
        float(len(set(past.paths) & set(paths))),
        float(set(past.paths) == set(paths)),
        float(near.last_of_author),
        math.log1p(len(past.paths)),
        0.0,
    )


def _measure_text(draft: _Draft, asked: _Asked) -> tuple[float, ...]:
    """Return what is known of the message itself, beside the change."""
    tokens = [token for token in split_tokens(draft.subject) if token[0].isalnum()]
    form, labels = parse_form(draft.subject), asked.labels
    old = {name.lower() for name in draft.near.past.names} if draft.near else set()
    code = list_code_words(draft.subject)
    return (
        float(len(draft.replaced)),
        float(draft.prefix_changed),
        float(sum(not stands_in(word, asked.said) for word in code)),
        float(len(code)),
        sum(token in asked.said for token in tokens) / max(1, len(tokens)),
        sum(token in old for token in tokens) / max(1, len(tokens)),
        float(len(tokens)),
        float(bool(labels.kind) and form.kind == labels.kind),
        float(bool(labels.scope) and form.scope == labels.scope),
        float(bool(form.kind)),
        float(bool(form.scope)),
        float(sum(one.past.subject == draft.subject for one in asked.found)),
        math.log1p(len(asked.example.files)),
        math.log1p(sum(file.changed_lines for file in asked.example.files)),
    )


def stands_in(word: str, said: Container[str]) -> bool:
    """Tell whether all parts of a name were said: in lower case, without signs."""
    return all(part in said for part in split_tokens(word) if part[0].isalnum())
