"""Workflow: from a session's folder to what was declared there, and from its steps to how far that was kept.

What is declared is read from the project as it is today: nobody keeps what it was when the session ran. A session whose
folder is gone has nothing declared, unless one stands in the same project: a clone's workflow is that of all clones.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from twiceshy.capture.projects import ProjectFinder
from twiceshy.config import Config
from twiceshy.errors import ConfigError, UsageError
from twiceshy.flows.ingest import USER
from twiceshy.flows.look_sessions import none_or_many
from twiceshy.outcomes.workflow.check import check
from twiceshy.outcomes.workflow.declared import FILE_NAME, declared
from twiceshy.outcomes.workflow.marked import marked
from twiceshy.outcomes.workflow.passed_of_four import passed_of_four
from twiceshy.outcomes.workflow.presets import CAREFUL, PRESETS, THEAUDITOR
from twiceshy.records import ids
from twiceshy.records.behaviour import Step
from twiceshy.records.look import Scope
from twiceshy.records.workflow import (
    NOTHING_DECLARED,
    Checked,
    Compliance,
    SessionPlace,
    Unread,
    Workflow,
)
from twiceshy.store.db import Store
from twiceshy.store.reads import places, sessions, steps

DOCUMENTS = ("planning.md", "AGENTS.md", "CLAUDE.md")
"""Read where ``workflow.toml`` does not name any: only lines with MANDATORY or RECOMMENDED in capitals count there."""
LARGEST = 1 << 20
"""Bytes of a file that are read; what is longer was not written to be read by people (guess)."""
EVERYTHING = Scope()


class Found(NamedTuple):
    """What is declared for a session."""

    workflow: Workflow
    root: str
    """The project's folder, spelled as in the session's log; empty where it is not known."""
    said: str
    """Where it comes from, or why there is nothing."""
    error: ConfigError | None = None
    """The file is there and cannot be used."""


def read_workflow(root: Path) -> Workflow:
    """What the project in this folder declares; nothing where it declares nothing.

    Raises:
        ConfigError: a file cannot be read, or says what no workflow can say.
    """
    text = text_of(root / ".twiceshy" / FILE_NAME)
    name = f".twiceshy/{FILE_NAME}"
    found = declared(text, name) if text is not None else None
    workflow = found.workflow if found else Workflow()
    named = found is not None and found.documents is not None
    documents = found.documents if found is not None and found.documents is not None else DOCUMENTS
    own, sources, unread = {step.slug: step for step in workflow.steps}, list(workflow.sources), list[Unread]()
    for document in documents:
        text = text_of(_inside(root, document))
        if text is None:
            if named:
                raise ConfigError(f"{name}: there is no document {document!r} in {root}.")
            continue
        read = marked(text, document, named=named)
        own |= {step.slug: step for step in read.steps if step.slug not in own}
        unread += read.unread
        sources += [document] if read.steps or read.unread else []
    return replace(workflow, steps=tuple(own.values()), sources=tuple(sources), unread=tuple(unread))


def _inside(root: Path, document: str) -> Path:
    """The document's path.

    Raises:
        ConfigError: it lies elsewhere; a repository must not have other files of its user read.
    """
    path = (root / document).resolve()
    if not path.is_relative_to(root.resolve()):
        raise ConfigError(f".twiceshy/{FILE_NAME}: the document {document!r} is not in the project's folder.")
    return path


def text_of(path: Path) -> str | None:
    """The file's text with its own line ends; None where there is no file.

    Raises:
        ConfigError: it cannot be read, or is too long to be a workflow.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"{path} is longer than {LARGEST} bytes; that is no workflow.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"{path} cannot be read: {exc}.") from exc


def root_of(folder: Path) -> Path:
    """The folder that a project's workflow is declared for: of the nearest ``workflow.toml``, else the repository's."""
    for place in (folder, *folder.parents):
        if (place / ".twiceshy" / FILE_NAME).is_file():
            return place
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)


class Workflows:
    """What is declared for sessions; reads each project once. Make a new one for each run."""

    def __init__(self, here: Path, preset: str = "") -> None:
        """``here``: the folder one stands in, whose workflow is that of its project's sessions elsewhere too.

        With ``preset`` its steps are taken for all sessions, whatever their projects declare.
        """
        self.here = here
        self.preset = preset
        self.read: dict[Path, Workflow | ConfigError] = {}
        self.finder = ProjectFinder()

    def of(self, place: SessionPlace) -> Found:
        """What is declared for the session; never fails."""
        cwd = place.cwd
        if self.preset:
            asked = Workflow(steps=PRESETS[self.preset], preset=self.preset)
            return Found(asked, cwd, f"the preset {self.preset}, as asked")
        folder = Path(plain(cwd)) if cwd else None
        if folder is not None and folder.is_dir():
            root = root_of(folder)
            up = len(folder.parts) - len(root.parts)
            return self._found(root, cwd.rsplit("/", up)[0] if up else cwd)
        if self.finder.find(str(self.here)).identity == plain(place.project):
            return self._found(root_of(self.here), cwd)
        if folder is None:
            return Found(Workflow(), "", "nothing declared: the log does not say in which folder it was")
        return Found(Workflow(), "", f"nothing declared: its folder {cwd} is not there")

    def _found(self, root: Path, spelled: str) -> Found:
        known = self.read.get(root)
        if known is None:
            try:
                known = read_workflow(root)
            except ConfigError as exc:
                known = exc
            self.read[root] = known
        if isinstance(known, ConfigError):
            return Found(Workflow(), spelled, f"cannot be read: {known}", known)
        if not known.steps:
            return Found(known, spelled, f"nothing declared in {root}")
        return Found(known, spelled, f"{', '.join(known.sources)} in {root}")


def plain(text: str) -> str:
    """A stored path as it is on this machine; another user's stays one that is not there."""
    return USER.sub(Path.home().name, text)


def check_story(place: SessionPlace, in_order: Iterable[Step], found: Found) -> Compliance:
    """How far one session kept what was found for it."""
    return check(in_order, found.workflow, cwd=place.cwd, root=found.root) if found.workflow.steps else NOTHING_DECLARED


def checked(
    config: Config, workflows: Workflows, name: str | None, scope: Scope = EVERYTHING, last: int = 10
) -> list[Checked]:
    """One session by its id, else the newest ones of ``scope``, against what their projects declare.

    Raises:
        NotFound: no session, or more than one, has that id; or nothing was ever stored.
        ConfigError: the one session's workflow cannot be read.
    """
    with Store.open(config.home, readonly=True) as store:
        if name is None:
            wanted = places.newest(store.connection, scope, last)
        else:
            start = ids.beginning(name)
            if start is None or start.kind != ids.SESSION:
                raise UsageError(f"{name!r} is no session's id; they begin with s-. See `twiceshy sessions`.")
            found = sessions.sessions_beginning(store.connection, start, 11)
            if len(found) != 1:
                raise none_or_many(start, [f"{line.id}  {line.project}" for line in found], "twiceshy sessions")
            wanted = [places.place_of(store.connection, found[0].uid)]
            if (error := workflows.of(wanted[0]).error) is not None:
                raise error
        told = dict(steps.steps(store.connection, [place.session for place in wanted]))
    return [_checked(place, told[place.session], workflows.of(place)) for place in wanted]


def _checked(place: SessionPlace, in_order: list[Step], found: Found) -> Checked:
    return Checked(
        place=place,
        workflow=found.workflow,
        compliance=check_story(place, in_order, found),
        said=found.said,
        passed_of_four=passed_of_four(in_order).score if found.workflow.preset == THEAUDITOR else None,
    )


def begin(here: Path, preset: str = CAREFUL) -> Path:
    """The new ``workflow.toml`` of the project one stands in.

    Raises:
        ConfigError: there is one already, which stays as it is; or it cannot be written.
    """
    path = root_of(here) / ".twiceshy" / FILE_NAME
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template(preset))
    except FileExistsError as exc:
        raise ConfigError(f"{path} is there already and was left as it is. To begin anew, move it away.") from exc
    except OSError as exc:
        raise ConfigError(f"{path} cannot be written: {exc}.") from exc
    return path


def template(preset: str) -> str:
    """A file that begins with a preset and says how to change it."""
    steps_of = "\n".join(f"#   {step.slug:<24} {step.level:<12} {step.kind}" for step in PRESETS[preset])
    return f"""# How agents are to work here: `twiceshy workflow check` says how far they did.
preset = "{preset}"
# Its steps:
{steps_of}

# To change one, say only what is different:
# [steps.{PRESETS[preset][0].slug}]
# level = "RECOMMENDED"
# off = true

# A step of your own:
# [steps.blueprint-first]
# kind = "must-run-before-edit"
# level = "MANDATORY"
# commands = ["aud blueprint"]
# paths = ["src/"]

# Also read lines marked MANDATORY, RECOMMENDED, must, always, never ... from these files:
# documents = ["planning.md"]
"""
