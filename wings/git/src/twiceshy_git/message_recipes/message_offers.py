"""Suggest the message of a change, from older commits of the same repository.

A commit that is there already is answered as it would have been: what was committed since is not looked at.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from twiceshy.archive.atomic_files import read_salt
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads.session_tasks import find_asked_words
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, SourceError, StoreError, UsageError
from twiceshy.logs.commit_words import Scrub
from twiceshy.logs.described_changes import read_described_changes, read_staged_description
from twiceshy.logs.git_program import ask_git
from twiceshy.logs.projects import find_project
from twiceshy.logs.repository_place import locate_repository
from twiceshy.records.commits import DescribedChange, PastCommit
from twiceshy.records.message_advice import MessageAdvice, NearMessage
from twiceshy_git.message_recipes.message_history import (
    KnownMessages,
    load_messages,
    make_gate,
    make_scrub,
    messages_path,
    read_kept_messages,
)
from twiceshy_git.message_recipes.message_models import load_message_model
from twiceshy_git.message_recipes.offer_notes import note_shown
from twiceshy_git.predict.messages.candidates import CONSULTED, LAST
from twiceshy_git.predict.messages.examples import MessageExample, explain_exclusion, make_example
from twiceshy_git.predict.messages.forms import write_prefix
from twiceshy_git.predict.messages.message_answer import FEW, answer_message
from twiceshy_git.predict.messages.message_ranker import MessageModel

# What a change is about, in the words of the person who asked an agent for it.
#
# It is looked for in the store: the newest session of the project that changed a file of the change, within a day. What
# is not there yet (`ingest` was not run) is not known.

_WITHIN: Final = timedelta(days=1)
"""Time within which the session ended (guess, 2026-11-24)."""


def find_session_task(config: Config, repo: Path, paths: Sequence[str], now: datetime) -> str:
    """Return the session's newest prompts, redacted; empty where there is none or the store cannot be read."""
    with suppress(StoreError):
        if paths and has_store(config.home):
            with Store.open(config.home, readonly=True) as store:
                identity = find_project(repo.resolve()).identity
                return "\n".join(find_asked_words(store.connection, identity, paths, now - _WITHIN))
    return ""


_NEAREST: Final = 3
"""Nearest commits that are shown (guess, 2026-11-24)."""
_UNANSWERED: Final = frozenset({"merge", "no change", "too large"})
"""Why a commit cannot be asked about."""


def suggest_message(
    config: Config, repo: Path, now: datetime, *, commit: str = "", task: str = "", top: int = 3
) -> MessageAdvice | None:
    """Return what people here would say of a commit, or of what is staged; None where nothing is staged.

    Raises:
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
        NotFound: there is no such commit.
        UsageError: the commit is a merge, or changes nothing.
    """
    place, salt = locate_repository(repo), read_salt(config.salt)
    scrub = make_scrub(config, salt)
    change = (
        _read_commit(repo, commit, salt, scrub)
        if commit
        else read_staged_description(repo, place.head, int(now.timestamp()), salt=salt, scrub=scrub)
    )
    if change is None:
        return None
    known = load_messages(config, repo, place, salt)
    asked = "" if commit or task else find_session_task(config, repo, [file.path for file in change.files], now)
    said = "\n".join(part for part in (_read_said(repo, task, scrub), asked) if part)
    found = _answer(known, load_message_model(config, place), change, said, top)
    found = _leave_out_secrets(found, make_gate(config, salt).clean_groups)
    if not commit:
        note_shown(config, place, found, now)
    return found


def offer_staged(config: Config, repo: Path, index: Path | None) -> MessageAdvice | None:
    """Return an offer for what is staged, by what was learned before; None where nothing is staged or known.

    It is what a hook asks: nothing of the history is read. ``index`` stands for what is staged, where git names one.

    Raises:
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    place, salt = locate_repository(repo), read_salt(config.salt)
    known = read_kept_messages(messages_path(config, place, salt))
    if known is None:
        return None
    now = int(datetime.now().astimezone().timestamp())
    change = read_staged_description(repo, place.head, now, salt=salt, index=index)
    if change is None:
        return None
    found = _answer(known, load_message_model(config, place), change, _read_said(repo, "", list), 1)

    def scrub(texts: list[str]) -> Sequence[str]:
        clean, left = make_gate(config, salt).clean(texts)  # only now are its rules loaded
        return [] if left else list(clean)

    return hide_secrets(found, scrub)


def hide_secrets(found: MessageAdvice, scrub: Scrub) -> MessageAdvice:
    """Return the advice without offers that are not likelier right than not, or that hold a secret of the change.

    The change was not scrubbed, as the rules take longer to load than all else; it is held in memory only. What is
    said of older commits passed the gate when it was kept, so only an offer with other words than those is looked at.
    """
    if not found.sure:
        return replace(found, offers=())
    old = {one.subject for one in found.nearest}
    written = [text for one in found.offers if one.subject not in old for text in (one.subject, *one.reasons)]
    return replace(found, offers=(), sure=False) if written and list(scrub(written)) != written else found


def _leave_out_secrets(
    found: MessageAdvice, clean_groups: Callable[[Sequence[Sequence[str]]], Sequence[object]]
) -> MessageAdvice:
    """Return the advice without offers that the gate of exports would change or hold back."""
    words = [[one.subject, one.body, *one.reasons] for one in found.offers]
    clean = [one for one, own, new in zip(found.offers, words, clean_groups(words), strict=True) if new == own]
    return replace(found, offers=tuple(clean), sure=found.sure and clean[:1] == list(found.offers[:1]))


def note_offered(config: Config, repo: Path, advice: MessageAdvice) -> None:
    """Note an offer of ``offer_staged`` that is before somebody's eyes now.

    Raises:
        SourceError: ``repo`` is in no git repository.
    """
    note_shown(config, locate_repository(repo), advice, datetime.now().astimezone())


def _read_commit(repo: Path, name: str, salt: bytes, scrub: Scrub) -> DescribedChange:
    """Return a commit as it is.

    Raises:
        NotFound: there is none of that name.
        UsageError: it is a merge, or changes nothing that can be described.
    """
    try:
        full = ask_git(repo, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").strip()
    except SourceError as error:
        raise NotFound(f"git knows no commit {name!r} here") from error
    found = next(iter(read_described_changes(repo, [full], salt=salt, scrub=scrub)), None)
    if found is None:
        raise NotFound(f"git cannot read the contents of {name!r}")
    reason = explain_exclusion(found)
    if reason in _UNANSWERED:
        raise UsageError(f"{name} cannot be described by what others did: {reason}")
    return found


def _read_said(repo: Path, task: str, scrub: Scrub) -> str:
    """Return what was said of the work: the task's words, and the branch's name."""
    branch = ask_git(repo, "symbolic-ref", "--quiet", "--short", "HEAD", accept=(0, 1)).strip()
    said = "\n".join(part for part in (task, branch) if part)
    return next(iter(scrub([said])), "") if said else ""


def _is_before(past: PastCommit, example: MessageExample) -> bool:
    return past.at <= example.at and past.commit != example.commit


def _answer(known: KnownMessages, model: MessageModel, change: DescribedChange, said: str, top: int) -> MessageAdvice:
    example, index = make_example(change), known.index
    near = [one for one in index.find(example, CONSULTED, last=LAST) if _is_before(one.past, example)]
    labels = known.habits.predict(example, near)
    found = answer_message(
        index, example, labels, model, said=said, near=near, top=top, is_current=known.habits.is_current
    )
    notes = []
    if len(index) < FEW:
        notes.append(f"{len(index)} commits are too few to know how people here write; this is a template")
    bodies = sum(bool(one.past.body) for one in near)
    if near and 2 * bodies > len(near):
        notes.append(f"{bodies} of the {len(near)} nearest commits have a body, too")
    return MessageAdvice(
        change=change.commit,
        offers=found.offers,
        sure=found.sure,
        prefix=write_prefix(labels, [one.past.subject for one in near if known.habits.is_current(one.past.subject)]),
        nearest=tuple(NearMessage(one.past.commit, one.past.subject) for one in near[:_NEAREST]),
        learned=len(index),
        written=change.subject,
        notes=tuple(notes),
    )
