"""Builders of attempts: sessions of one project, a day apart."""

from itertools import count

from twiceshy.records.attempts import AttemptCheck, AttemptEnd, CallAttempt, SessionAttempts

_number = count(1)
START, DAY = 1_700_000_000.0, 86_400.0
GREEN, RED = (AttemptCheck("pytest", "test", green=True),), (AttemptCheck("pytest", "test", green=False),)


def run(
    command: str,
    end: AttemptEnd = AttemptEnd.WORKED,
    *,
    message: str = "",
    folder: str = "",
    seconds: float | None = 10.0,
    checks: tuple[AttemptCheck, ...] = (),
) -> CallAttempt:
    """One command."""
    return CallAttempt(
        uid=next(_number).to_bytes(8, "big"),
        action="run",
        end=end,
        seconds=seconds,
        tool="Bash",
        command=command,
        folder=folder,
        message=message,
        fingerprint=message.encode()[:8],
        checks=checks,
    )


def fail(command: str, message: str = "", **rest: str) -> CallAttempt:
    """A command that failed without a word of a check."""
    return run(command, AttemptEnd.FAILED, message=message, **rest)  # type: ignore[arg-type]  # a builder


def red(command: str) -> CallAttempt:
    """A test run whose tests fail."""
    return run(command, AttemptEnd.FAILED, checks=RED, message="assert 1 == 2")


def touch(path: str, action: str = "edit") -> CallAttempt:
    """A read or an edit of a file."""
    return CallAttempt(uid=next(_number).to_bytes(8, "big"), action=action, tool=action.title(), path=path)


def session(*attempts: CallAttempt, day: float = 0.0, project: str = "shop") -> SessionAttempts:
    """A session whose calls are a minute apart."""
    began = START + day * DAY
    return SessionAttempts(
        session=next(_number).to_bytes(8, "big"),
        project=f"folder:/home/dev/{project}",
        project_name=project,
        agent="pi",
        model="m",
        first_at=began,
        last_at=began + 60.0 * len(attempts),
        attempts=tuple(one._replace(at=began + 60.0 * place) for place, one in enumerate(attempts)),
    )
