"""What must be running? A command of the project failed since nothing answered, and worked at other times."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.commands.shell.command_forms import read_forms
from twiceshy.insights.project_facts.called_commands import FormUse, find_folder
from twiceshy.insights.project_facts.fact_words import ProjectFactDraft
from twiceshy.records.attempts import AttemptEnd, SessionAttempts
from twiceshy.records.project_facts import ProjectFactKind
from twiceshy.stats.text.foreign_names import quote_command

_FEWEST_CASES, _FEWEST_SESSIONS = 2, 2
"""Guess of 2026-11-22: once may be a restart."""
_NO_ANSWER = re.compile(
    r"ECONNREFUSED|[Cc]onnection refused|[Cc]annot connect to the Docker daemon|[Ii]s the docker daemon running"
    r"|[Cc]ould not connect to server|[Cc]an't connect to (?:local )?(?:MySQL|server)|actively refused"
)
_SERVICES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Docker", re.compile(r"[Dd]ocker")),
    ("PostgreSQL", re.compile(r":5432\b|[Pp]ostgre|\bpsql\b|port 5432")),
    ("Redis", re.compile(r":6379\b|[Rr]edis")),
    ("MySQL", re.compile(r":3306\b|[Mm]y[Ss][Qq][Ll]")),
    ("MongoDB", re.compile(r":27017\b|[Mm]ongo")),
    ("Elasticsearch", re.compile(r":9200\b|[Ee]lasticsearch")),
    ("RabbitMQ", re.compile(r":5672\b|[Rr]abbit")),
    ("Kafka", re.compile(r":9092\b|[Kk]afka")),
)
"""Services by their name or their usual port (as each one's documentation says, 2026-11-22)."""


class _Silence(NamedTuple):
    """One time that a service did not answer."""

    text: str
    call: bytes
    at: float | None
    session: bytes


def find_needed_services(sessions: Iterable[SessionAttempts], uses: Sequence[FormUse]) -> Iterator[ProjectFactDraft]:
    """Yield a draft for each service without which a command failed in two sessions, and which worked else."""
    works = {use.form.text for use in uses if use.began}
    groups: dict[str, list[_Silence]] = {}
    for session in sessions:
        for name, one in _find_silences(session):
            if one.text in works:
                groups.setdefault(name, []).append(one)
    for name, mine in groups.items():
        if len(mine) >= _FEWEST_CASES and len({one.session for one in mine}) >= _FEWEST_SESSIONS:
            yield _draft(name, mine)


def _find_silences(session: SessionAttempts) -> Iterator[tuple[str, _Silence]]:
    """Yield the services that did not answer in a session, each with its case."""
    for attempt in session.attempts:
        if attempt.end is not AttemptEnd.FAILED or not _NO_ANSWER.search(attempt.message):
            continue
        forms = read_forms(attempt.command, find_folder(attempt.folder, session.cwd, session.cwd) or "")
        name = next((name for name, sign in _SERVICES if sign.search(attempt.message)), "")
        if len(forms) == 1 and name:
            yield name, _Silence(forms[0].text, attempt.uid, attempt.at, session.session)


def _draft(name: str, silences: Sequence[_Silence]) -> ProjectFactDraft:
    """Return the fact of one service."""
    newest = sorted(silences, key=lambda one: one.at or 0.0, reverse=True)

    def say(draft: ProjectFactDraft) -> str:
        command = quote_command(draft.command)
        return f"{command} needs {name} running." if command else ""

    return ProjectFactDraft(
        kind=ProjectFactKind.SERVICE,
        key=name,
        command=newest[0].text,
        n=len(silences),
        sessions=len({one.session for one in silences}),
        cases=tuple((one.call, one.at) for one in newest),
        proof=newest[0].call,
        proof_at=newest[0].at,
        say=say,
    )
