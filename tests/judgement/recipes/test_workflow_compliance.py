"""flows.workflow: whose workflow a session is held against, and what it comes to."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.doors.cli.conftest import Log, put

from twiceshy.base.config import Config, load
from twiceshy.base.errors import ConfigError, NotFound, UsageError
from twiceshy.base.values import Scrubbed
from twiceshy.judgement.recipes.workflow_compliance import (
    Workflows,
    check_sessions,
    create_workflow_file,
    read_workflow,
    root_of,
)
from twiceshy.judgement.workflow.declared_workflow import render_template
from twiceshy.judgement.workflow.workflow_file import PRESETS, parse_workflow
from twiceshy.records.events import Action
from twiceshy.records.workflow import SessionPlace, Workflow

SHOP = "remote:git.example.test/owner/shop"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a remote."""
    (tmp_path / "shop" / ".git").mkdir(parents=True)
    (tmp_path / "shop" / ".git" / "config").write_text(
        '[remote "origin"]\n\turl = https://git.example.test/owner/shop\n'
    )
    return tmp_path / "shop"


def declare(root: Path, text: str) -> None:
    (root / ".twiceshy").mkdir(exist_ok=True)
    (root / ".twiceshy" / "workflow.toml").write_text(text)


def place(cwd: Path | str, project: str = SHOP) -> SessionPlace:
    return SessionPlace(
        session=b"s" * 16, id="s-73", project=project, project_name="shop", agent="a", model="m", cwd=str(cwd), at=None
    )


def stored(cwd: str, uid: str = "aa01", *, blind: bool = True) -> Config:
    """Settings whose store has one session with one edit."""
    config = load({}, os.environ, Path.cwd())
    log = Log(uid, "shop")
    log.session = replace(log.session, cwd=Scrubbed(cwd))
    log.prompt("mend the cart")
    if not blind:
        log.result(log.call("Read", Action.READ, path=Scrubbed("src/cart.py")))
    call = log.call("Edit", Action.EDIT, path=Scrubbed("src/cart.py"))
    log.result(call)
    log.edit(call, "src/cart.py", 1, 1)
    put(config.home, [log])
    return config


def test_documents_are_read_with_the_file_and_what_it_declares_goes_first(project: Path) -> None:
    """Steps of the file, then those of the documents it names, with what could not be read."""
    declare(
        project, 'documents = ["plan.md"]\n[steps.read-before-edit]\nkind = "read-before-edit"\nlevel = "RECOMMENDED"'
    )
    (project / "plan.md").write_text("Must read files before editing\nAlways run `make` first\nNever guess first\n")
    (project / "AGENTS.md").write_text("Search before editing (MANDATORY)\n")
    found = read_workflow(project)

    assert [(step.slug, step.level, step.declared.file) for step in found.steps] == [
        ("read-before-edit", "RECOMMENDED", ".twiceshy/workflow.toml"),
        ("make-before-edit", "MANDATORY", "plan.md"),
    ]
    assert [(one.place.file, one.place.line) for one in found.unread] == [("plan.md", 3)]
    assert found.sources == (".twiceshy/workflow.toml", "plan.md")


def test_without_a_file_only_plain_marks_of_known_documents_count(project: Path) -> None:
    """AGENTS.md declares what it marks in capitals, and nothing else."""
    assert read_workflow(project) == Workflow()

    (project / "AGENTS.md").write_text("Always read files before editing\nSearch before editing (MANDATORY)\n")

    assert [step.slug for step in read_workflow(project).steps] == ["search-before-edit"]


WRONG = [
    ("a document that is not there", 'documents = ["no.md"]', "no document 'no.md'"),
    ("a document elsewhere", 'documents = ["../../../../../../../etc/passwd"]', "leads out of its project"),
    ("an absolute document", 'documents = ["/etc/passwd"]', "leads out of its project"),
    ("a device as a document", 'documents = ["/dev/zero"]', "no regular file"),
    ("a huge file", "#" * (2 << 20), "larger than"),
    ("a key of 30,000 parts", "a." * 30_000 + "a = 1", "more than 200 dots on line 1"),
    ("30,000 lists in lists", "a = " + "[" * 30_000, "nested too deep"),
]


@pytest.mark.parametrize(("text", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_repository_cannot_have_other_files_read(project: Path, text: str, said: str) -> None:
    """What a repository declares is read from that repository, within bounds."""
    declare(project, text)

    with pytest.raises(ConfigError, match=said):
        read_workflow(project)


def test_bytes_that_are_no_text_are_an_error(project: Path) -> None:
    """A damaged file is named, not skipped."""
    declare(project, "")
    (project / ".twiceshy" / "workflow.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError, match="cannot be read"):
        read_workflow(project)


def test_a_session_in_a_subfolder_is_held_against_the_projects_workflow(project: Path) -> None:
    """The nearest workflow.toml at or above its folder counts, and paths are told from there."""
    declare(project, 'preset = "careful"')
    (project / "web" / "app").mkdir(parents=True)
    found = Workflows(Path("/")).of(place(project / "web" / "app"))

    assert (found.workflow.preset, found.root) == ("careful", str(project))
    assert str(project) in found.said


def test_a_users_name_that_was_scrubbed_is_ones_own(project: Path, scratch_home: Path) -> None:
    """Folders below the home are found again although the store has no names of users."""
    own = scratch_home / "shop"
    own.mkdir()
    declare(own, 'preset = "careful"')
    found = Workflows(Path("/")).of(place(f"{scratch_home.parent}/[user:0a1b2c]/shop"))

    assert (found.workflow.preset, found.root) == ("careful", f"{scratch_home.parent}/[user:0a1b2c]/shop")


def test_a_session_whose_folder_is_gone_has_nothing_declared(project: Path) -> None:
    """Nothing is assumed of a project that is not there; in a clone of it the clone's workflow counts."""
    declare(project, 'preset = "careful"')
    gone = Workflows(Path("/")).of(place("/gone/shop"))
    clone = Workflows(project).of(place("/gone/shop"))
    other = Workflows(project).of(place("/gone/api", "remote:git.example.test/owner/api"))
    unknown = Workflows(Path("/")).of(place(""))

    assert (gone.workflow, gone.said) == (Workflow(), "nothing declared: its folder /gone/shop is not there")
    assert (clone.workflow.preset, clone.root) == ("careful", "/gone/shop")
    assert other.workflow == Workflow()
    assert "does not say" in unknown.said


def test_one_broken_file_does_not_end_a_list_but_the_check_of_its_session(project: Path) -> None:
    """A list says what is wrong in the session's row; asked for alone, it is the error."""
    declare(project, "steps = 1")
    config = stored(str(project))

    (listed,) = check_sessions(config, Workflows(Path("/")), None)
    assert (listed.compliance.score, listed.said[:14]) == (None, "cannot be read")
    with pytest.raises(ConfigError):
        check_sessions(config, Workflows(Path("/")), "s-aa01")


def test_a_stored_session_is_checked(project: Path) -> None:
    """From the store to the violation with the call that proves it."""
    declare(project, 'preset = "theauditor"')
    (found,) = check_sessions(stored(str(project)), Workflows(Path("/")), "s-aa01")

    assert (found.compliance.compliant, found.compliance.score, found.passed_of_four) == (False, 0.0, 0.5)
    assert [(one.step, one.path, len(one.events)) for one in found.compliance.violations] == [
        ("blueprint-first", "src/cart.py", 1),
        ("query-before-edit", "src/cart.py", 1),
        ("no-blind-reads", "src/cart.py", 1),
        ("context-before-edit", "src/cart.py", 1),
    ]


def test_a_preset_can_be_asked_for_where_nothing_is_declared() -> None:
    """Old logs can be tried without a project; what they declare is then not looked at."""
    (found,) = check_sessions(stored("/gone/shop"), Workflows(Path("/"), "careful"), "s-aa01")

    assert (found.compliance.compliant, found.said) == (False, "the preset careful, as asked")
    assert found.passed_of_four is None


def test_only_sessions_have_a_workflow(project: Path) -> None:
    """Other ids and unknown sessions are told apart."""
    config = stored(str(project))

    with pytest.raises(UsageError):
        check_sessions(config, Workflows(project), "e-12")
    with pytest.raises(NotFound):
        check_sessions(config, Workflows(project), "s-ff")


@pytest.mark.parametrize("preset", PRESETS)
def test_a_new_file_is_the_preset_and_is_never_written_over(project: Path, preset: str) -> None:
    """What init writes reads as the preset; one that is there stays."""
    (project / "src").mkdir()
    path = create_workflow_file(project / "src", preset)

    assert path == project / ".twiceshy" / "workflow.toml"
    assert read_workflow(project).steps == PRESETS[preset]
    path.write_text("# mine\n")
    with pytest.raises(ConfigError, match="is there already"):
        create_workflow_file(project, preset)
    assert path.read_text() == "# mine\n"


def test_a_new_file_is_not_written_through_a_link(project: Path, tmp_path: Path) -> None:
    """A repository's `.twiceshy` may be a link to a folder of its user."""
    (project / ".twiceshy").symlink_to(tmp_path)

    with pytest.raises(ConfigError, match="leads out"):
        create_workflow_file(project)

    assert not (tmp_path / "workflow.toml").exists()


@pytest.mark.parametrize("name", [".twiceshy/workflow.toml", "AGENTS.md", "CLAUDE.md", "planning.md"])
@pytest.mark.parametrize("target", ["/dev/zero", "/dev/ptmx", "/proc/self/fd/1", "/etc/passwd"])
def test_what_is_no_file_of_the_project_is_an_error(project: Path, name: str, target: str) -> None:
    """It neither fills memory nor is waited for."""
    declare(project, "")
    (project / name).unlink(missing_ok=True)
    if name != "planning.md" and name[0] != ".":
        (project / ".twiceshy" / "workflow.toml").unlink()
    (project / name).symlink_to(target)

    with pytest.raises(ConfigError, match=r"cannot be read: it is (?:no regular file|a link that leads out)"):
        read_workflow(project)


def test_all_documents_share_one_limit(project: Path) -> None:
    """A hundred times the same long document would be a hundred times its cost."""
    declare(project, "documents = [" + '"plan.md",' * 90 + "]")
    (project / "plan.md").write_text("Must read files before editing\n" * 1000)

    with pytest.raises(ConfigError, match="larger than"):
        read_workflow(project)


def test_the_examples_in_a_new_file_are_right() -> None:
    """Without their comment signs they are read."""
    lines = [line.removeprefix("# ") for line in render_template("careful").splitlines()]
    example = "\n".join(lines[lines.index("[steps.blueprint-first]") :][:5])

    assert [step.slug for step in parse_workflow(example, "w").workflow.steps] == ["blueprint-first"]


def test_a_project_begins_at_its_repository(project: Path) -> None:
    """Without a workflow the repository's folder is the project's; outside of any the folder itself."""
    (project / "a" / "b").mkdir(parents=True)

    assert (root_of(project / "a" / "b"), root_of(Path("/"))) == (project, Path("/"))
