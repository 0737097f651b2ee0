"""Git as a child process that works on the memory's own repository, and on nothing else.

The user's settings, hooks and variables do not count there: memory is written the same way for everybody.
"""

import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from twiceshy.base.errors import StoreBusy, StoreError, StoreUnwritable
from twiceshy.base.git_door import NO_HOOKS, QUIET, start_git

SETTINGS: Final = (
    *QUIET,
    NO_HOOKS,
    "core.logAllRefUpdates=false",
    "core.packedRefsTimeout=5000",
    "pack.window=0",
    "pack.writeReverseIndex=false",
    "pack.threads=1",
    "repack.updateServerInfo=false",
    "repack.writeBitmaps=false",
    "transfer.unpackLimit=1",
)


@contextmanager
def stream_memory_git(folder: Path, *words: str, given: bytes = b"") -> Generator[IO[bytes], None, None]:
    """Give the output of a git command on the bare repository while it runs; leaving early ends it.

    Raises:
        ToolMissing: there is no git.
        StoreError: git refused, or the repository is damaged; raised at the end, after what could be read.
    """
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as question:
        question.write(given)
        question.seek(0)
        process = start_git(
            words, settings=SETTINGS, environment=_build_environment(folder), stdin=question, stderr=errors
        )
        whole, output = False, process.stdout
        if output is None:
            raise TypeError("the output was asked for")
        try:
            yield output
            whole = not output.read(1)
        finally:
            if not whole:
                process.kill()
            output.close()
            status = process.wait()
        if status:
            errors.seek(0)
            raise _build_refusal(folder, words[0], errors.read(20_000).decode("utf-8", "replace"))


def ask_memory_git(folder: Path, *words: str, given: bytes = b"") -> bytes:
    """Run a git command on the bare repository and return what it printed.

    Raises:
        ToolMissing: there is no git.
        StoreError: git refused, or the repository is damaged.
    """
    with stream_memory_git(folder, *words, given=given) as output:
        return output.read()


def _build_environment(folder: Path) -> dict[str, str]:
    """Return the environment for git: this repository, nobody's settings, no transport, English messages."""
    kept = {name: value for name, value in os.environ.items() if name[:4] != "GIT_" or name == "GIT_EXEC_PATH"}
    return kept | {
        "GIT_DIR": str(folder),
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _build_refusal(folder: Path, word: str, said: str) -> StoreError:
    """Return the error for what git said."""
    first = next((line for line in said.splitlines() if line.startswith(("fatal", "error"))), said.strip()[:300])
    if "Permission denied" in said or "Read-only file system" in said or "No space left" in said:
        return StoreUnwritable(
            f"{folder} cannot be written: {first}. Give it room and write permission, then try again."
        )
    if "cannot lock ref" in said or "Unable to create" in said:
        return StoreBusy(f"another program changes {folder}: {first}. Nothing was changed; try again.")
    return StoreError(f"git {word} failed in {folder}: {first}. See `twiceshy chunks verify`.")


# Write notes into a ref of the user's repository that another tool reads: the one place that does, when asked by name.
#
# A commit that has a note keeps it. All are written by one process, or none.

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
