"""Check sessions against the workflow that their project declares.

The workflow is read from the project as it is today: nobody stores what it was when the session ran. A session
whose folder is gone has nothing declared, unless the current folder is in the same project: a clone's workflow is
that of all clones.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.ambiguous_ids import make_id_error
from twiceshy.archive.db import Store
from twiceshy.archive.reads import sessions, stories
from twiceshy.base.config import Config
from twiceshy.base.errors import ConfigError, UsageError
from twiceshy.base.foreign_files import read_foreign_text, require_inside
from twiceshy.base.values import Scope
from twiceshy.judgement.outcomes.judged_work import RuleKeeping
from twiceshy.judgement.workflow.declared_workflow import declare, render_template
from twiceshy.judgement.workflow.theauditor_score import check_like_theauditor
from twiceshy.judgement.workflow.workflow_file import CAREFUL, FILE_NAME, PRESETS, THEAUDITOR
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.projects import ProjectFinder
from twiceshy.records import ids
from twiceshy.records.stories import Step
from twiceshy.records.workflow import (
    NOTHING_DECLARED,
    Compliance,
    SessionPlace,
    StepVerdict,
    Workflow,
    WorkflowCheck,
    WorkflowStep,
)

_LARGEST = 256 << 10
"""Bytes of the file, and of all its documents together; what is longer was not written to be read by people (guess,
2026-11-22)."""
EVERYTHING = Scope()
_MOST_CHECKED = 200
"""Newest sessions that are held against what their projects declare for insights (guess, 2026-11-22)."""


class SessionWorkflow(NamedTuple):
    """The workflow that is declared for a session."""

    workflow: Workflow
    root: str
    """The project's folder, spelled as in the session's log; empty where it is not known."""
    said: str
    """Where it comes from, or why there is nothing."""
    error: ConfigError | None = None
    """The file is there and cannot be used."""


def read_workflow(root: Path) -> Workflow:
    """Return what the project in this folder declares; empty if it declares nothing.

    Raises:
        ConfigError: a file cannot be read, or says what no workflow can say.
    """
    name = f".twiceshy/{FILE_NAME}"
    left = _LARGEST

    def read_document(document: str) -> str | None:
        nonlocal left
        text = read_text(root, document, left)
        left -= len(text or "")
        return text

    return declare(read_text(root, name), name, read_document)


def read_text(root: Path, name: str, most: int = _LARGEST) -> str | None:
    """Return the text of a project's file with its own line ends; None if there is no file.

    Raises:
        ConfigError: it cannot be read, is too long to be a workflow, or lies outside the project: a repository must
            not make us read other files of its user.
    """
    try:
        return read_foreign_text(root / name, most, root)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as exc:
        raise ConfigError(f"{name} in {root} cannot be read: {exc.strerror}. Correct or remove it.") from exc


def root_of(folder: Path) -> Path:
    """Return the folder that a project's workflow is declared for.

    That is the folder of the nearest ``workflow.toml``, else the repository's, else ``folder``.
    """
    for place in (folder, *folder.parents):
        if os.path.exists(place / ".twiceshy" / FILE_NAME):  # noqa: PTH110  # Path's raises where it may not enter
            return place
    return next((place for place in (folder, *folder.parents) if os.path.exists(place / ".git")), folder)  # noqa: PTH110


class Workflows:
    """The workflows declared for sessions, each project read once. Create a new one for each run."""

    def __init__(self, here: Path, preset: str = "") -> None:
        """Take the workflow of the current folder for its project's sessions in other folders too.

        ``here``: the current folder. With ``preset`` its steps are used for all sessions, whatever their projects
        declare.
        """
        self.here = here
        self.preset = preset
        self.read: dict[Path, Workflow | ConfigError] = {}
        self.finder = ProjectFinder()

    def of(self, place: SessionPlace) -> SessionWorkflow:
        """Return what is declared for the session; never fails."""
        cwd = place.cwd
        if self.preset:
            asked = Workflow(steps=PRESETS[self.preset], preset=self.preset)
            return SessionWorkflow(asked, cwd, f"the preset {self.preset}, as asked")
        folder = Path(to_local_path(cwd)) if cwd else None
        if folder is not None and folder.is_dir():
            root = root_of(folder)
            up = len(folder.parts) - len(root.parts)
            return self._read_once(root, cwd.rsplit("/", up)[0] if up else cwd)
        if self.finder.find(str(self.here)).identity == to_local_path(place.project):
            return self._read_once(root_of(self.here), cwd)
        if folder is None:
            return SessionWorkflow(Workflow(), "", "nothing declared: the log does not say in which folder it was")
        return SessionWorkflow(Workflow(), "", f"nothing declared: its folder {cwd} is not there")

    def _read_once(self, root: Path, spelled: str) -> SessionWorkflow:
        known = self.read.get(root)
        if known is None:
            try:
                known = read_workflow(root)
            except ConfigError as exc:
                known = exc
            self.read[root] = known
        if isinstance(known, ConfigError):
            return SessionWorkflow(Workflow(), spelled, f"cannot be read: {known}", known)
        if not known.steps:
            return SessionWorkflow(known, spelled, f"nothing declared in {root}")
        return SessionWorkflow(known, spelled, f"{', '.join(known.sources)} in {root}")


def _check_story(place: SessionPlace, in_order: Iterable[Step], found: SessionWorkflow) -> Compliance:
    """Return how far one session followed its workflow."""
    if not found.workflow.steps:
        return NOTHING_DECLARED
    from twiceshy.judgement.workflow.compliance import check_compliance  # noqa: PLC0415  # a report waits for every import

    return check_compliance(in_order, found.workflow, cwd=place.cwd, root=found.root)


def check_sessions(
    config: Config, workflows: Workflows, name: str | None, scope: Scope = EVERYTHING, last: int = 10
) -> list[WorkflowCheck]:
    """Check one session by its id, else the newest ones of ``scope``, against what their projects declare.

    Raises:
        NotFound: no session, or more than one, has that id; or nothing was ever stored.
        UsageError: the name is no session's id.
        ConfigError: the one session's workflow cannot be read.
    """
    with Store.open(config.home, readonly=True) as store:
        if name is None:
            wanted = sessions.read_newest(store.connection, scope, last)
        else:
            start = ids.parse_prefix(name)
            if start is None or start.kind != ids.SESSION:
                raise UsageError(f"{name!r} is no session's id; they begin with s-. See `twiceshy sessions`.")

            found = sessions.find_sessions(store.connection, start, 11)
            if len(found) != 1:
                raise make_id_error(start, [f"{line.id}  {line.project}" for line in found], "twiceshy sessions")
            wanted = [sessions.read_place(store.connection, found[0].uid)]
            if (error := workflows.of(wanted[0]).error) is not None:
                raise error
        known = dict(stories.read_steps(store.connection, [place.session for place in wanted]))
    return [_check_session(place, known[place.session], workflows.of(place)) for place in wanted]


def _check_session(place: SessionPlace, in_order: list[Step], found: SessionWorkflow) -> WorkflowCheck:
    return WorkflowCheck(
        place=place,
        workflow=found.workflow,
        compliance=_check_story(place, in_order, found),
        said=found.said,
        passed_of_four=check_like_theauditor(in_order).score if found.workflow.preset == THEAUDITOR else None,
    )


def create_workflow_file(here: Path, preset: str = CAREFUL) -> Path:
    """Create the ``workflow.toml`` of the current folder's project, and return its path.

    Raises:
        ConfigError: there is one already, which stays as it is; or it cannot be written.
    """
    path = root_of(here) / ".twiceshy" / FILE_NAME
    try:
        require_inside(path, path.parents[1])
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(render_template(preset))
    except FileExistsError as exc:
        raise ConfigError(f"{path} is there already and was left as it is. To begin anew, move it away.") from exc
    except OSError as exc:
        raise ConfigError(f"{path} cannot be written: {exc.strerror}.") from exc
    return path


class _CheckedSession(NamedTuple):
    """One session against the workflow that its project declares."""

    place: SessionPlace
    declared: tuple[WorkflowStep, ...]
    compliance: Compliance


def read_rules(store: Store, scope: Scope, workflows: Workflows) -> Iterator[RuleKeeping]:
    """Yield each step that a project declares, with what kept and what broke it in its newest sessions."""
    by_step: dict[tuple[str, str], list[_CheckedSession]] = defaultdict(list)
    for checked in _check_newest(store, scope, workflows):
        for step in checked.declared:
            by_step[checked.place.project, step.slug].append(checked)
    for (project, slug), some in by_step.items():
        yield _sum_up_rule(project, slug, some)


def _check_newest(store: Store, scope: Scope, workflows: Workflows) -> Iterator[_CheckedSession]:
    """Yield the sessions whose project declares a workflow, oldest first."""
    found = {
        place.session: (place, declared)
        for place in reversed(sessions.read_newest(store.connection, scope, _MOST_CHECKED))
        if (declared := workflows.of(place)).workflow.steps
    }
    known = dict(stories.read_steps(store.connection, list(found))) if found else {}
    for uid, (place, declared) in found.items():
        yield _CheckedSession(place, declared.workflow.steps, _check_story(place, known.get(uid, ()), declared))


def _sum_up_rule(project: str, slug: str, checked: Iterable[_CheckedSession]) -> RuleKeeping:
    """Return how far one step was kept; where it is declared as the newest session has it."""
    kept, broken = list[bytes](), list[bytes]()
    file, line = "", 0
    for one in checked:
        declared = next(step.declared for step in one.declared if step.slug == slug)
        file, line = declared.file, declared.line
        for result in one.compliance.steps:
            if result.step == slug and result.verdict is StepVerdict.KEPT:
                kept.append(one.place.session)
            elif result.step == slug and result.verdict is StepVerdict.VIOLATED:
                broken += result.broken
    return RuleKeeping(project, slug, file, line, tuple(kept), tuple(broken))
