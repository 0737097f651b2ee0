"""Become the brief: at a session's start and at a prompt this process turns into Python with all of twiceshy.

Copied beside ``hook.py`` and imported by it for these two events only. A second command in an agent's settings would
start Python once more at every prompt; here a look at one file's size tells whether this session had its brief, and
only if it had not is the time of a whole start spent. The process stays the same, so the agent sees one answer, and the
clock that was set goes on running.
"""

from time import time

if __name__ != "brief":
    from twiceshy.doors.gate import hook
else:
    import hook  # type: ignore[import-not-found,no-redef]  # the script beside this one

try:
    import posix as system
except ImportError:  # Windows
    import nt as system  # type: ignore[import-not-found,no-redef,unused-ignore]  # the branch of the other platform
try:
    from _json import encode_basestring_ascii as quoted
except ImportError:
    from json import dumps as quoted

DONE = 8
"""Bytes of a finished note of a brief: the same as in ``advice.recipes.brief_notes``."""
_MEMBERS = ("cwd", "prompt", "source", "model")
_LONGEST_MEMBER = 4_096
"""Characters of a member that are handed on: all of them fit into an empty pipe of POSIX kernels, even escaped."""


def start(home: str, python: str, call: tuple[str, str, str], given: hook.Payload) -> None:
    """Go on as the brief, in this process; return where there is nothing to do or the system cannot."""
    agent, event, session = call
    if not hasattr(system, "execve") or not hasattr(system, "fork"):  # Windows: no such turning
        return
    try:
        if system.stat(f"{home}/cache/brief/{session}.{event}").st_size >= DONE:
            return
    except OSError:
        pass
    if agent not in hook.import_beside("agents").BRIEFED_AGENTS:
        return
    members = [f'"{key}":{quoted(hook.text_of(given, key)[:_LONGEST_MEMBER])}' for key in _MEMBERS]
    reading, writing = system.pipe()
    system.write(writing, f"{{{','.join(members)}}}".encode())
    system.close(writing)
    system.dup2(reading, 0)
    _ignore_alarm()
    words = [home, agent, event, session, str(int(time() * 1000))]
    system.execve(python, [python, "-I", "-m", "twiceshy.doors.brief", *words], system.environ)


def _ignore_alarm() -> None:
    """Ignore a clock that runs out before the brief has set its own answer to it: it must kill nothing."""
    try:
        import _signal  # type: ignore[import-not-found]  # noqa: PLC0415  # built in; `signal` would import enum

        _signal.signal(_signal.SIGALRM, _signal.SIG_IGN)
    except (ImportError, AttributeError, OSError):
        pass
