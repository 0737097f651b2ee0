"""Builders of histories: short sessions of calls, a minute apart."""

from itertools import count

from twiceshy.insights.kinds.project_history import ProjectHistory
from twiceshy.insights.remedies.fixes import FixBook
from twiceshy.judgement.outcomes.judged_work import NOTHING_JUDGED, JudgedWork
from twiceshy.records.attempts import AttemptCheck, AttemptEnd, CallAttempt, SessionAttempts

_number = count(1)
START = 1_700_000_000.0
DAY = 86_400.0
RED = (AttemptCheck("pytest", "test", green=False),)
GREEN = (AttemptCheck("pytest", "test", green=True),)
MUTE = (AttemptCheck("pytest", "test", green=True, said=False),)
"""Green by its exit status alone."""


def run(
    command: str = "git push",
    end: AttemptEnd = AttemptEnd.WORKED,
    *,
    message: str = "",
    seconds: float | None = 10.0,
    checks: tuple[AttemptCheck, ...] = (),
    head: str = "",
    subagent: str = "",
) -> CallAttempt:
    """One command; of a failure the message is its fingerprint."""
    return CallAttempt(
        uid=next(_number).to_bytes(8, "big"),
        action="run",
        end=end,
        seconds=seconds,
        tool="Bash",
        command=command,
        head=head or " ".join(command.split()[:2]),
        fingerprint=message.encode()[:8] if message else b"",
        message=message,
        checks=checks,
        subagent=subagent,
    )


def fail(command: str = "git push", message: str = "could not resolve host", **rest: object) -> CallAttempt:
    """A command that failed."""
    return run(command, AttemptEnd.FAILED, message=message)._replace(**rest)  # type: ignore[arg-type]  # a builder


def touch(path: str, action: str = "edit", end: AttemptEnd = AttemptEnd.WORKED) -> CallAttempt:
    """A read or an edit of a file."""
    return CallAttempt(
        uid=next(_number).to_bytes(8, "big"), action=action, end=end, seconds=1.0, tool=action.title(), path=path
    )


def prompt() -> CallAttempt:
    """A person's prompt."""
    return CallAttempt(uid=next(_number).to_bytes(8, "big"), action="prompt")


def session(*attempts: CallAttempt, day: float = 0.0, project: str = "shop", model: str = "m") -> SessionAttempts:
    """A session whose calls are a minute apart."""
    began = START + day * DAY
    timed = tuple(one._replace(at=began + 60.0 * place) for place, one in enumerate(attempts))
    return SessionAttempts(
        session=next(_number).to_bytes(8, "big"),
        project=f"folder:/{project}",
        project_name=project,
        agent="pi",
        model=model,
        first_at=began,
        last_at=began + 60.0 * len(attempts),
        attempts=timed,
    )


def history(*sessions: SessionAttempts, judged: JudgedWork = NOTHING_JUDGED) -> ProjectHistory:
    """The sessions of one project, in the order of their days."""
    return ProjectHistory(
        identity=sessions[0].project,
        name=sessions[0].project_name,
        sessions=sessions,
        judged=judged,
        fixes=FixBook(sessions),
    )


def spend_nothing(_session: bytes, _begin: float, _end: float) -> float | None:
    """A price list on which nothing stands."""
    return None


def spend_a_cent_a_second(_session: bytes, begin: float, end: float) -> float | None:
    """A price that is easy to add up."""
    return (end - begin) / 100 if end - begin < DAY else 1.0
