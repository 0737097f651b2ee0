"""Write notes into a ref of the user's repository that another tool reads: the one place that does, when asked by name.

A commit that has a note keeps it. All are written by one process, or none.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from twiceshy.base.errors import StoreError
from twiceshy.wings.git.memory_repository.memory_git import ask_memory_git

_WHO: Final = "twiceshy <> {seconds} +0000"


def add_notes(repo: Path, ref: str, notes: Mapping[str, str], seconds: int) -> None:
    """Add notes to commits, by hash; ``seconds`` is the time of the commit that holds them.

    Raises:
        ToolMissing: there is no git.
        StoreError: git refused; nothing was changed.
    """
    if not notes:
        return
    message = b"Notes added by 'twiceshy memory write'"
    lines = [f"commit {ref}", f"committer {_WHO.format(seconds=seconds)}", f"data {len(message)}"]
    stream = "\n".join(lines).encode() + b"\n" + message + b"\n"
    if ask_memory_git(repo, "for-each-ref", "--format=%(objectname)", ref).strip():
        stream += f"from {ref}^0\n".encode()
    for commit, text in sorted(notes.items()):
        content = text.encode("utf-8", "backslashreplace")
        stream += f"N inline {commit}\ndata {len(content)}\n".encode() + content + b"\n"
    try:
        ask_memory_git(repo, "fast-import", "--quiet", "--done", given=stream + b"done\n")
    except StoreError as error:
        raise type(error)(f"the notes could not be written into {ref} of {repo}; nothing was changed.") from error
