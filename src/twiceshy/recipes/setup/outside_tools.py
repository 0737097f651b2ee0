"""List outside tools that are installed, and install one that is not."""

from pathlib import Path

from twiceshy.base import toolbox
from twiceshy.base.config import Config
from twiceshy.base.errors import ToolMissing
from twiceshy.records.upkeep import ToolLine


def list_tools(config: Config) -> list[ToolLine]:
    """Return every tool with its place."""
    return [_to_tool_line(name, config) for name in toolbox.TOOLS]


def _to_tool_line(name: str, config: Config) -> ToolLine:
    """Return one tool with its place."""
    tool = toolbox.get_tool(name)
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


def get_tool(name: str, config: Config, wheel: Path | None = None) -> ToolLine:
    """Install the tool from a wheel file, else by download, and return it.

    Raises:
        NotFound: there is no such tool.
        ToolMissing: it cannot be fetched.
        SourceError: the wheel is not the pinned one.
    """
    if wheel is None:
        toolbox.install(name, config)
    else:
        toolbox.add(name, wheel, config)
    return _to_tool_line(name, config)
