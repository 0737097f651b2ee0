"""Which files of instructions and settings each agent reads: of a project, of its user there, of the user everywhere.

Where an agent has no row, a project's ``AGENTS.md`` is its file, as most agents read that.
Read in the agents' own documentation on 2026-11-22.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from twiceshy.base.foreign_files import read_foreign_text
from twiceshy.logs.hook_changes import AGENTS, folder_of
from twiceshy.records.suggestions import InstructionText

SHARED_FILES = ("CLAUDE.md", "AGENTS.md", "GEMINI.md")
"""Files of instructions that stand in a project."""
_OTHER_FILES = (".claude/CLAUDE.md", ".github/copilot-instructions.md", ".cursorrules", ".windsurfrules")
"""Others that are read and never written."""
_LARGEST = 1 << 18
"""Bytes of a file of instructions that is read; such files have some KB (guess, 2026-11-24)."""
_MOST_IMPORTS = 10
"""Files that such a file names as parts of itself (guess, 2026-11-24)."""
_IMPORT = re.compile(r"(?:^|\s)@((?:\./)?[\w.-]+(?:/[\w.-]+){0,8}\.md)\b")
"""How a file of instructions takes in another: ``@docs/testing.md``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionFiles:
    """The files that one agent reads."""

    project: str = "AGENTS.md"
    own: str = ""
    """In a project, of its user alone; empty where the agent knows none."""
    user: str = ""
    """In the agent's own folder: of the user everywhere."""
    settings: str = ""
    """In the agent's own folder: settings as JSON, in which a person may set what we propose."""
    project_settings: str = ""
    """In a project, of its user alone."""


_PLAIN = InstructionFiles()
INSTRUCTION_FILES: dict[str, InstructionFiles] = {
    "claude-code": InstructionFiles(
        project="CLAUDE.md",
        own="CLAUDE.local.md",
        user="CLAUDE.md",
        settings="settings.json",
        project_settings=".claude/settings.local.json",
    ),
    "codex": InstructionFiles(user="AGENTS.md"),  # its AGENTS.override.md replaces the project's file: no place for us
    "gemini-cli": InstructionFiles(project="GEMINI.md", user="GEMINI.md", settings="settings.json"),
}


def choose_project_file(agents: Sequence[str], root: Path) -> Path:
    """Return the file of a project for the agents of its sessions, the most frequent first.

    The only one that exists is taken whoever reads it; of several, the one that the first agent reads.
    """
    there = [name for name in SHARED_FILES if (root / name).is_file()]
    wanted = [INSTRUCTION_FILES.get(agent, _PLAIN).project for agent in agents] or [_PLAIN.project]
    if len(there) == 1:
        return root / there[0]
    return root / next((name for name in wanted if name in there), there[0] if there else wanted[0])


def find_own_file(agents: Sequence[str], root: Path, path: Path) -> Path | None:
    """Return the user's own file in a project of the agent that reads ``path``; None where it knows none."""
    readers = [*agents, *INSTRUCTION_FILES]
    for agent in readers:
        files = INSTRUCTION_FILES.get(agent, _PLAIN)
        if files.project == path.name:
            return root / files.own if files.own else None
    return None


def find_user_file(agents: Sequence[str], env: Mapping[str, str], home: Path) -> Path | None:
    """Return the file that the first agent with one reads everywhere; None where none has one."""
    for agent in agents:
        if name := INSTRUCTION_FILES.get(agent, _PLAIN).user:
            return folder_of(AGENTS[agent], env, home) / name
    return None


def find_settings_file(agent: str, root: Path | None, env: Mapping[str, str], home: Path) -> Path | None:
    """Return the JSON settings of an agent, of the user in a project or everywhere; None where it has none."""
    files = INSTRUCTION_FILES.get(agent, _PLAIN)
    if root is not None and files.project_settings:
        return root / files.project_settings
    return folder_of(AGENTS[agent], env, home) / files.settings if files.settings else None


def list_read_files(root: Path, env: Mapping[str, str], home: Path) -> list[Path]:
    """Return every file of instructions that an agent at work in a project may read, there or not."""
    own = [root / files.own for files in INSTRUCTION_FILES.values() if files.own]
    users = [
        folder_of(AGENTS[agent], env, home) / files.user for agent, files in INSTRUCTION_FILES.items() if files.user
    ]
    return [*(root / name for name in (*SHARED_FILES, *_OTHER_FILES)), *own, *users]


def read_instructions(root: Path | None, folder: Path, env: Mapping[str, str], home: Path) -> list[InstructionText]:
    """Return the texts that an agent at work in a folder of a project reads; what cannot be read is left out.

    ``root``: the project's folder; None where it is not here, so that only the user's own files are read.
    """
    paths = list_read_files(root or home / ".none", env, home)
    if root is None:
        return _read_texts(paths, None, home)
    below = [one for one in (folder, *folder.parents) if one != root and one.is_relative_to(root)]
    found = _read_texts([*paths, *(one / name for one in below for name in SHARED_FILES)], root, home)
    imports = dict.fromkeys(root / name for one in found for name in _IMPORT.findall(one.text))
    return [*found, *_read_texts([*imports][:_MOST_IMPORTS], root, home)]


def _read_texts(paths: Iterable[Path], root: Path | None, home: Path) -> list[InstructionText]:
    """Return the texts of those files that can be read, each once."""
    return [text for path in dict.fromkeys(paths) if (text := _read_text(path, root, home)) is not None]


def _read_text(path: Path, root: Path | None, home: Path) -> InstructionText | None:
    """Return a file's text; None where there is none, or it lies neither in the project nor in the home folder."""
    inside = root is not None and path.is_relative_to(root)
    try:
        text = read_foreign_text(path, _LARGEST, root if root is not None and inside else home)
    except (OSError, ValueError):
        return None
    return InstructionText(str(path.relative_to(root)) if root is not None and inside else str(path), text)
