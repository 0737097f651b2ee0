"""What do rules know of the past: the stored sessions' trials in order of time, and where each project is worked on?"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.advice.lesson_forms import LessonForm, key_of
from twiceshy.advice.project_rules import (
    NamedForm,
    ProjectSubject,
    collect_places,
    find_subject,
    index_forms,
    list_keys,
    name_form,
)
from twiceshy.advice.recipes import lesson_trials
from twiceshy.advice.recipes.rule_trials import read_named_trials, read_trials, update_named_trials
from twiceshy.advice.replay import ReplayAsLive, ReplaySession
from twiceshy.advice.rule_drafts import Draft
from twiceshy.archive.db import Store
from twiceshy.archive.reads import judgements as marks_of
from twiceshy.archive.reads import rules as reads
from twiceshy.base.config import Config
from twiceshy.commands.keys import call_keys
from twiceshy.records.lessons import Lesson
from twiceshy.records.rules import CallFacts
from twiceshy.stats.text.fingerprint import label


class Past(NamedTuple):
    """What rules are made of."""

    sessions: Sequence[ReplaySession]
    """In the order in which they began."""
    forms: Sequence[LessonForm]
    left_out: int
    """Forms of lessons that the gate has no means to check."""
    names: Mapping[bytes, NamedForm]
    places: Mapping[str, Sequence[str]]
    """By project, see ``commands.keys.call_keys.find_place``."""
    projects: Mapping[bytes, str]
    """By session its project's identity."""

    def find_subject(self, draft: Draft, call: CallFacts, salt: bytes) -> ProjectSubject | None:
        """Return what a rule for a project is about."""
        form = self.names.get(draft.key)
        if form is not None:
            return name_form(form)
        return find_subject(draft.kind, draft.key, self.projects.get(call.session, ""), call, salt)

    def list_lesson_keys(self, form: LessonForm, salt: bytes) -> list[bytes]:
        """Return the keys of a lesson's rule; none outside of the project that taught it."""
        if not _is_of_project(form.lesson, ""):
            of = {one.session for one in self.sessions if one.project == form.lesson.scope_of}
            places = {place for uid in of for place in self.places.get(self.projects.get(uid, ""), ())}
            subject = form.program if form.is_command else form.wrong.subject.lower()
            return [call_keys.key_of_place(call_keys.NAMED, place, subject, salt) for place in sorted(places)]
        return [key_of(form, salt)]

    def list_keys(self, call: CallFacts, subject: ProjectSubject, salt: bytes) -> list[bytes]:
        """Return the keys of a rule for the project of a call."""
        return list_keys(subject, self.places.get(self.projects.get(call.session, ""), ()), salt)


def read_past(store: Store, pause: Callable[[], None] = lambda: None) -> Past:
    """Bring the trials of lessons and names up to date, and return all that is known of the past."""
    forms, left_out = lesson_trials.collect_forms(store)
    lesson_trials.store_lesson_trials(store, forms, pause)
    names = index_forms(update_named_trials(store, pause))
    taught = lesson_trials.read_lesson_trials(store, forms)
    scopes = {form.id: form.lesson for form in forms}
    spots = marks_of.read_folders(store.connection)
    sessions = []
    for stored, found in read_trials(store):
        known, early = (
            [one for one in some if _is_of_project(scopes[one.key], stored.project)]
            for some in taught.get(stored.session, ([], []))
        )
        sessions.append(
            ReplaySession(
                stored.at,
                stored.calls,
                [*found, *known, *read_named_trials(store, stored.session, names)],
                early,
                stored.until,
                stored.project,
                stored.session,
            )
        )
    return Past(
        sessions,
        forms,
        left_out,
        names,
        collect_places((spot.project, spot.cwd) for spot in spots.values()),
        {uid: spot.project for uid, spot in spots.items()},
    )


def _is_of_project(lesson: Lesson, project: str) -> bool:
    """Tell whether a lesson speaks in a project: one that a single project taught speaks there only."""
    return lesson.scope not in {"file", "project"} or lesson.scope_of == project


def decide_as_live(store: Store, config: Config) -> ReplayAsLive:
    """Return what else decides live: the kinds of errors, the holdout, and what a person muted."""

    @cache
    def error_of(call: bytes) -> str:
        found = reads.read_call_facts(store.connection, [call]).get(call)
        return label(found.message) if found else ""

    share = round(config.advice_held_back_percent / 100 * 65536)

    def is_held(session: bytes, rule: bytes) -> bool:
        lot = blake2b(session + b"\0" + rule, key=store.salt[:64], digest_size=2).digest()
        return int.from_bytes(lot, "big") < share

    return ReplayAsLive(error_of, is_held, reads.read_muted(store.connection))
