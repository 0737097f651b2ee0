"""Work: what a session changed, by editing tools and by commands that visibly write, in order.

Agents without an editing tool write with ``cat > FILE``, ``sed -i`` and scripts. What such a command names as written
counts as changed, without lines; what only a program's insides decide (a formatter, a code generator) does not. Paths
of commands are kept as they are spelled, with the folder that a ``cd`` of the same line went to before them.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from twiceshy.facts.shell_words import Simple, simple
from twiceshy.records.story import Changed, Moment

WRITERS = frozenset({"cat", "echo", "printf", "tee", "sed", "perl", "awk", "jq", "envsubst", "python"})
"""Programs whose output, sent to a file, is text that the agent meant to write."""
IN_PLACE = re.compile(r"-(?:[a-zA-Z]*i|-in-place)(?:$|[.'=])|-[nE]*i")
SCRIPTED = re.compile(
    r"""open\(\s*['"]([^'"]{1,300})['"]\s*,\s*(?:mode\s*=\s*)?['"][wax]|"""
    r"""Path\(\s*['"]([^'"]{1,300})['"]\s*\)\.write_(?:text|bytes)\(|"""
    r"""writeFileSync\(\s*['"]([^'"]{1,300})['"]"""
)
"""Files that a script inside the command line says that it writes."""
NAMED = re.compile(r"""^\s*(\w+)\s*=\s*(?:Path\(\s*)?['"]([^'"]{1,300})['"]\s*\)?\s*$""", re.MULTILINE)
WRITTEN = re.compile(r"""open\(\s*(\w+)\s*,\s*(?:mode\s*=\s*)?['"][wax]|\b(\w+)\.write_(?:text|bytes)\(""")
SCRIPT = re.compile(r"(?:-[a-z0-9]*e|-f|--expression)\Z")
"""Options of sed and perl before a script."""
ELSEWHERE = ("/tmp/", "/private/tmp/", "/var/tmp/", "/dev/")  # noqa: S108  # names to leave out, nothing is written
MANY = ""
"""The path of files that a command found for itself."""
FETCHING = frozenset({"write_stdin"})
"""Tools that wait for a command that is already running; their own input is not its command line."""
DOCUMENTS = (".md", ".mdx", ".rst", ".txt", ".adoc")
NOTES = re.compile(r"(?:^|/)\.claude/(?:plans|projects)/")
"""Where an agent keeps plans and notes of its own."""
PLAIN = re.compile(r"[\w@%+=:,./~-]+\Z")


def joined(moments: Sequence[Moment]) -> tuple[Moment, ...]:
    """The moments, where a command that was left running has the output that a later call of its own fetched."""
    found = list(moments)
    waiting: int | None = None
    for index, moment in enumerate(found):
        step = moment.step
        if step.kind != "call":
            continue
        if step.action == "run" and moment.command and step.failure is None and moment.exit_code is None:
            waiting = index
        elif waiting is not None and step.name in FETCHING and moment.text:
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
class Work:
    """One file changed by one call. Equal only to itself."""

    call: bytes
    index: int
    """Of the call's moment in ``Story.moments``."""
    path: str
    changed: Changed | None
    """None where a command wrote it: then nothing is known of its lines."""

    @property
    def created(self) -> bool:
        """Whether the file was not there before, as far as the log tells."""
        return self.changed is not None and self.changed.created

    @property
    def document(self) -> bool:
        """Whether no test, build or linter can say much about it."""
        return self.path.endswith(DOCUMENTS)

    @property
    def scratch(self) -> bool:
        """Whether it lies where nothing is kept."""
        return self.path.startswith(ELSEWHERE) or NOTES.search(self.path) is not None


def work(moment: Moment, index: int, commands: tuple[Simple, ...] | None = None) -> list[Work]:
    """What the call changed; nothing where it failed or was refused."""
    step = moment.step
    if step.kind != "call" or step.failure is not None:
        return []
    if moment.changed:
        return [Work(step.uid, index, changed.path, changed) for changed in moment.changed]
    if step.action != "run" or not moment.command or moment.exit_code not in {None, 0}:
        return []
    paths = dict.fromkeys(written(simple(moment.command) if commands is None else commands, moment.command))
    return [Work(step.uid, index, path, None) for path in paths]


def written(commands: tuple[Simple, ...], line: str) -> Iterator[str]:
    """The files that a command line says it writes, as it spells them; those for scratch are left out."""
    found = [path for command in commands for path in _written_by(command)]
    if "open(" in line or "write_" in line or "writeFileSync" in line:
        folder = commands[-1].folder if commands else ""
        found += [posixpath.join(folder, path) for path in _scripted(line)]
    for path in found:
        if path == MANY or (PLAIN.match(path) and not path.startswith(ELSEWHERE)):
            yield posixpath.normpath(path) if path else path


def _scripted(line: str) -> Iterator[str]:
    for hit in SCRIPTED.finditer(line):
        yield next(filter(None, hit.groups()))
    names = dict(NAMED.findall(line))
    for hit in WRITTEN.finditer(line):
        if (path := names.get(hit.group(1) or hit.group(2) or "")) is not None:
            yield path


def _written_by(command: Simple) -> Iterator[str]:
    name = command.program
    words = command.words[1:]
    if command.target and name in WRITERS:
        yield posixpath.join(command.folder, command.target)
    if name == "tee":
        yield from (posixpath.join(command.folder, word) for word in words if not word.startswith("-"))
    elif name in {"find", "xargs"} and {"sed", "perl"} & set(words) and any(IN_PLACE.match(word) for word in words):
        yield MANY
    elif name in {"sed", "perl"} and any(IN_PLACE.match(word) for word in words):
        yield from (posixpath.join(command.folder, path) for path in _edited_in_place(words))


def _edited_in_place(words: tuple[str, ...]) -> list[str]:
    """The files of ``sed -i`` or ``perl -i``: what is neither an option nor the script."""
    rest: list[str] = []
    scripted = skip = False
    for word in words:
        if skip:
            skip = False
        elif SCRIPT.match(word):
            skip = scripted = True
        elif word and not word.startswith("-"):
            rest.append(word)
    return rest if scripted else rest[1:]
