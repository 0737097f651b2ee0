"""Outside tools: which are here, and getting one that is not."""

from pathlib import Path

from twiceshy import toolbox
from twiceshy.config import Config
from twiceshy.errors import ToolMissing
from twiceshy.records.health import Check, State
from twiceshy.records.tools import ToolLine


def listed(config: Config) -> list[ToolLine]:
    """Every tool, and where it is."""
    return [line(name, config) for name in toolbox.TOOLS]


def line(name: str, config: Config) -> ToolLine:
    """One tool, and where it is."""
    tool = toolbox.known(name)
    problem, found = "", None
    try:
        found = toolbox.find(name, config)
    except ToolMissing as error:
        problem = str(error)
    return ToolLine(
        name=name,
        what=tool.what,
        pinned=tool.version,
        size_mb=tool.size_mb,
        path=found.path if found else None,
        version=found.version if found else "",
        source=found.source if found else "",
        problem=problem,
    )


def got(name: str, config: Config, wheel: Path | None = None) -> ToolLine:
    """The tool, now here: from a wheel file, else fetched.

    Raises:
        NotFound: there is no such tool.
        ToolMissing: it cannot be fetched.
        SourceError: the wheel is not the pinned one.
    """
    if wheel is None:
        toolbox.install(name, config)
    else:
        toolbox.add(name, wheel, config)
    return line(name, config)


def check(config: Config) -> Check:
    """For ``doctor``: what cannot be done for want of a tool. None of them is a must."""
    lines = listed(config)
    wrong = [found.problem for found in lines if found.problem]
    if wrong:
        return Check(
            name="tools", state=State.PROBLEM, words="; ".join(wrong), advice="Correct the setting or remove it."
        )
    missing = [found.name for found in lines if found.path is None]
    here = ", ".join(f"{found.name} {found.version}" for found in lines if found.path is not None)
    if missing:
        return Check(
            name="tools",
            state=State.NOTE,
            words=f"{here + '; ' if here else ''}not here: {', '.join(missing)}",
            advice="What each is for: twiceshy tools list",
        )
    return Check(name="tools", state=State.OK, words=here)
