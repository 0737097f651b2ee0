"""Session changes: what a session changed, by editing tools and by commands that visibly write, in order.

Agents without an editing tool write with ``cat > FILE``, ``sed -i`` and scripts. What such a command names as written
counts as changed, without lines; what only a program's insides decide (a formatter, a code generator) does not. Paths
of commands stay as they are spelled, with the folder that a ``cd`` of the same line went to before them.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from twiceshy.facts.shell.shell_words import SimpleCommand, parse_simple_commands
from twiceshy.records.stories import ChangedFile, Moment

_WRITERS = frozenset({"cat", "echo", "printf", "tee", "sed", "perl", "awk", "jq", "envsubst", "python"})
"""Programs whose output, sent to a file, is text that the agent meant to write."""
_IN_PLACE = re.compile(r"-(?:[a-zA-Z]*i|-in-place)(?:$|[.'=])|-[nE]*i")
_SCRIPTED = re.compile(
    r"""open\(\s*['"]([^'"]{1,300})['"]\s*,\s*(?:mode\s*=\s*)?['"][wax]|"""
    r"""Path\(\s*['"]([^'"]{1,300})['"]\s*\)\.write_(?:text|bytes)\(|"""
    r"""writeFileSync\(\s*['"]([^'"]{1,300})['"]"""
)
"""Files that a script inside the command line says that it writes."""
_NAMED = re.compile(r"""^\s*(\w+)\s*=\s*(?:Path\(\s*)?['"]([^'"]{1,300})['"]\s*\)?\s*$""", re.MULTILINE)
_WRITTEN = re.compile(r"""open\(\s*(\w+)\s*,\s*(?:mode\s*=\s*)?['"][wax]|\b(\w+)\.write_(?:text|bytes)\(""")
_SCRIPT = re.compile(r"(?:-[a-z0-9]*e|-f|--expression)\Z")
"""Options of sed and perl before a script."""
SCRATCH_FOLDERS = ("/tmp/", "/private/tmp/", "/var/tmp/", "/dev/")  # noqa: S108  # names to leave out, nothing is written
UNKNOWN_PATH = ""
"""The path of files that a command found for itself."""
_OUTPUT_FETCHERS = frozenset({"write_stdin"})
"""Tools that wait for a command that is already running; their own input is not its command line."""
_DOCUMENTS = (".md", ".mdx", ".rst", ".txt", ".adoc")
NOTES_FOLDER = re.compile(r"(?:^|/)\.claude/(?:plans|projects)/")
"""Where an agent keeps plans and notes of its own."""
_PLAIN = re.compile(r"[\w@%+=:,./~-]+\Z")


def join_output(moments: Sequence[Moment]) -> tuple[Moment, ...]:
    """Return the moments, each background command with the output that a later call fetched for it."""
    found = list(moments)
    waiting: int | None = None
    for index, moment in enumerate(found):
        step = moment.step
        if step.kind != "call":
            continue
        if step.action == "run" and moment.command and step.failure is None and moment.exit_code is None:
            waiting = index
        elif waiting is not None and step.name in _OUTPUT_FETCHERS and moment.text:
            before = found[waiting]
            found[waiting] = before._replace(
                text=(before.text + "\n" + moment.text).strip(),
                exit_code=moment.exit_code,
                step=before.step._replace(failure=step.failure),
                commit=before.commit or moment.commit,
            )
            waiting = waiting if moment.exit_code is None and step.failure is None else None
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class SessionChange:
    """One file changed by one call. Equal only to itself."""

    call: bytes
    index: int
    """Of the call's moment in ``Story.moments``."""
    path: str
    changed: ChangedFile | None
    """None where a command wrote it: then nothing is known of its lines."""

    @property
    def created(self) -> bool:
        """Whether the file was not there before, as far as the log tells."""
        return self.changed is not None and self.changed.created

    @property
    def document(self) -> bool:
        """Whether it is a document, of which no test, build or linter can say much."""
        return self.path.endswith(_DOCUMENTS)

    @property
    def scratch(self) -> bool:
        """Whether it lies in a temporary folder or among the agent's own notes."""
        return self.path.startswith(SCRATCH_FOLDERS) or NOTES_FOLDER.search(self.path) is not None


def find_changes(moment: Moment, index: int, commands: tuple[SimpleCommand, ...] | None = None) -> list[SessionChange]:
    """Return what the call changed; nothing where it failed or was refused."""
    step = moment.step
    if step.kind != "call" or step.failure is not None:
        return []
    if moment.changed:
        return [SessionChange(step.uid, index, changed.path, changed) for changed in moment.changed]
    if step.action != "run" or not moment.command or moment.exit_code not in {None, 0}:
        return []
    paths = dict.fromkeys(
        find_written_files(parse_simple_commands(moment.command) if commands is None else commands, moment.command)
    )
    return [SessionChange(step.uid, index, path, None) for path in paths]


def find_written_files(commands: tuple[SimpleCommand, ...], line: str) -> Iterator[str]:
    """Yield the files that a command line says it writes, as it spells them; scratch files are left out."""
    found = [path for command in commands for path in _find_written_by(command)]
    if "open(" in line or "write_" in line or "writeFileSync" in line:
        folder = commands[-1].folder if commands else ""
        found += [posixpath.join(folder, path) for path in _find_scripted(line)]
    yield from (_normalize(path) for path in found if _is_lasting(path))


def _is_lasting(path: str) -> bool:
    """Tell whether a path is a plain word outside of temporary folders, or of a file that the command finds itself."""
    return path == UNKNOWN_PATH or (_PLAIN.match(path) is not None and not path.startswith(SCRATCH_FOLDERS))


def _normalize(path: str) -> str:
    return posixpath.normpath(path) if path else path


def _find_scripted(line: str) -> Iterator[str]:
    for hit in _SCRIPTED.finditer(line):
        yield next(filter(None, hit.groups()))
    names = dict(_NAMED.findall(line))
    for hit in _WRITTEN.finditer(line):
        if (path := names.get(hit.group(1) or hit.group(2) or "")) is not None:
            yield path


def _find_written_by(command: SimpleCommand) -> Iterator[str]:
    name = command.program
    words = command.words[1:]
    if command.target and name in _WRITERS:
        yield posixpath.join(command.folder, command.target)
    if name == "tee":
        yield from (posixpath.join(command.folder, word) for word in words if not word.startswith("-"))
    elif name in {"find", "xargs"} and {"sed", "perl"} & set(words) and any(_IN_PLACE.match(word) for word in words):
        yield UNKNOWN_PATH
    elif name in {"sed", "perl"} and any(_IN_PLACE.match(word) for word in words):
        yield from (posixpath.join(command.folder, path) for path in _find_edited_in_place(words))


def _find_edited_in_place(words: tuple[str, ...]) -> list[str]:
    """Return the files of ``sed -i`` or ``perl -i``: what is neither an option nor the script."""
    rest: list[str] = []
    scripted = skip = False
    for word in words:
        if skip:
            skip = False
        elif _SCRIPT.match(word):
            skip = scripted = True
        elif word and not word.startswith("-"):
            rest.append(word)
    return rest if scripted else rest[1:]
