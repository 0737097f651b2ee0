"""Session changes: what a session changed, by editing tools and by commands that visibly write, in order.

Agents without an editing tool write with ``cat > FILE``, ``sed -i`` and scripts. What such a command names as written
counts as changed, without lines; what only a program's insides decide (a formatter, a code generator) does not. Paths
of commands stay as they are spelled, with the folder that a ``cd`` of the same line went to before them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from twiceshy.commands.shell.shell_words import SimpleCommand, parse_simple_commands
from twiceshy.commands.shell.shell_writes import NOTES_FOLDER, SCRATCH_FOLDERS, find_named_writes
from twiceshy.records.stories import ChangedFile, Moment

_OUTPUT_FETCHERS = frozenset({"write_stdin"})
"""Tools that wait for a command that is already running; their own input is not its command line."""
_DOCUMENTS = (".md", ".mdx", ".rst", ".txt", ".adoc")


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
        find_named_writes(parse_simple_commands(moment.command) if commands is None else commands, moment.command)
    )
    return [SessionChange(step.uid, index, path, None) for path in paths]
