"""outcomes.workflow.check: every kind of step where it is broken, and above all where it is not."""

import time
from itertools import pairwise
from typing import Any

import pytest
from tests.judgement.outcomes.workflow.sessions import (
    RUN,
    at_once,
    declared,
    edit,
    new,
    prompt,
    read,
    run,
    search,
    step,
    verdict,
)

from twiceshy.judgement.workflow.compliance import check_compliance
from twiceshy.records.stories import Step
from twiceshy.records.workflow import (
    NOTHING_DECLARED,
    Compliance,
    StepKind,
    StepLevel,
    StepScope,
    StepVerdict,
    Workflow,
    WorkflowStep,
)

MUST_RUN, READ, SEARCH, RELATED, TESTS, BATCH, OUTSIDE, SEQUENCE = StepKind
MISSING = {"failure": "error", "message": "File does not exist."}
BROKEN_READ = {"failure": "error", "message": "File content exceeds maximum allowed size."}
AUD: dict[str, Any] = {"commands": ("aud blueprint",)}
BELOW_SRC: dict[str, Any] = {"paths": ("src/",)}
COMMIT: dict[str, Any] = {"order": ("run npm run build", "tests", "run git commit"), "each": StepScope.TIME}
BESIDE: dict[str, Any] = {"related": {"src/*.py": ("tests/test_{stem}.py", "{folder}/{stem}.pyi")}}
TWO_READS = at_once(read("src/a.py"), read("src/b.py", **BROKEN_READ))
A_MISSING = at_once(read("src/a.py"), read("src/b.py", **MISSING))

KEPT: list[tuple[str, StepKind, dict[str, Any], list[Step]]] = [
    ("run before", MUST_RUN, AUD, [run("aud blueprint"), edit()]),
    ("run in a longer line", MUST_RUN, AUD, [run("cd x && uv run aud -q blueprint | head"), edit()]),
    ("run by the parent", MUST_RUN, AUD, [run("aud blueprint"), edit(run=RUN)]),
    ("run once for all", MUST_RUN, AUD, [run("aud blueprint"), edit(), prompt(), edit("src/b.py")]),
    (
        "run again for the prompt",
        MUST_RUN,
        AUD | {"each": StepScope.PROMPT},
        [run("aud blueprint"), edit(), prompt(), run("aud blueprint"), edit()],
    ),
    (
        "run again each time",
        MUST_RUN,
        AUD | {"each": StepScope.TIME},
        [run("aud blueprint"), edit(), run("aud blueprint"), edit()],
    ),
    (
        "run by the dialogue itself",
        MUST_RUN,
        AUD | {"each": StepScope.DIALOGUE},
        [run("aud blueprint", run=RUN), edit(run=RUN)],
    ),
    (
        "a tool instead",
        MUST_RUN,
        AUD | {"tools": ("mcp__aud__*",)},
        [step("call", name="mcp__aud__blueprint", action="other"), edit()],
    ),
    ("what came before was refused", MUST_RUN, AUD, [edit(failure="rejected"), run("aud blueprint"), edit()]),
    ("another file before", MUST_RUN, AUD | BELOW_SRC, [edit("README.md"), run("aud blueprint"), edit()]),
    ("read before", READ, {}, [read(), edit()]),
    ("shown by cat from its folder", READ, {}, [run("cd src && cat a.py"), edit()]),
    ("named in a prompt", READ, {}, [prompt("look at @src/a.py"), edit()]),
    ("made before", READ, {}, [new(), edit()]),
    ("read by the subagent that edits", READ, {}, [read(run=RUN), edit(run=RUN)]),
    ("searched before", SEARCH, {}, [search(), edit()]),
    ("searched with a command", SEARCH, {}, [run("git grep -n foo | head"), edit()]),
    ("new file after a search", SEARCH, {"files": "new"}, [edit(), search(), new("src/n.py")]),
    ("the test was read", RELATED, BESIDE, [read("tests/test_a.py"), edit()]),
    ("both were read", RELATED, BESIDE | {"need": "all"}, [read("tests/test_a.py"), read("src/a.pyi"), edit()]),
    ("tests after the last edit", TESTS, {}, [edit(), edit("src/b.py"), run("uv run pytest -q | tail")]),
    ("red tests", TESTS, {}, [edit(), run("npm test", failure="error")]),
    ("own command", TESTS, {"commands": ("./verify",)}, [edit(), run("bash -c 'verify --all'")]),
    ("green tests", TESTS, {"green": True}, [edit(), run("make test")]),
    ("tests of a subagent", TESTS, {}, [edit(), run("go test ./...", run=RUN)]),
    ("tests before the next prompt", TESTS, {"each": StepScope.PROMPT}, [edit(), run("tox"), prompt()]),
    ("tests before the next edit", TESTS, {"each": StepScope.TIME}, [edit(), run("tox"), edit(), run("tox")]),
    ("the failed read was done again", BATCH, {}, [*TWO_READS, read("src/b.py"), edit()]),
    ("it was shown instead", BATCH, {}, [*TWO_READS, run("head -50 src/b.py"), edit()]),
    ("no such file, looked for it", BATCH, {}, [*A_MISSING, run("ls src"), edit()]),
    ("a subagent read it", BATCH, {}, [*TWO_READS, step("call", name="Task"), read("src/b.py", run=RUN), edit()]),
    ("no such file, a subagent looked", BATCH, {}, [*A_MISSING, search("b.py", run=RUN), edit()]),
    ("all were read", BATCH, {}, [*at_once(read(), read("src/b.py")), edit()]),
    ("the user refused a read", BATCH, {}, [*at_once(read(), read("src/b.py", failure="rejected")), edit()]),
    ("inside", OUTSIDE, BELOW_SRC, [edit(), edit("src/x/y.py"), new("src/z.py")]),
    ("inside of an absolute place", OUTSIDE, {"paths": ("src/", "/tmp/scratch/**")}, [edit("/tmp/scratch/x.py")]),
    ("in order", SEQUENCE, COMMIT, [run("npm run build"), edit(), run("npm test"), run("git commit -m x")]),
    ("in one line", SEQUENCE, COMMIT, [run("npm run build && npm test && git commit -m x")]),
    ("in order, twice", SEQUENCE, COMMIT, [run("npm run build && npm test && git commit -m x")] * 2),
    (
        "once is enough",
        SEQUENCE,
        COMMIT | {"each": StepScope.SESSION},
        [run("npm run build"), run("jest"), run("git commit -m x"), run("git commit -m y")],
    ),
    (
        "files and tools",
        SEQUENCE,
        {"order": ("read docs/**", "search", "tool Task", "edit src/")},
        [read("docs/x.md"), search(), step("call", name="Task", action="delegate"), edit()],
    ),
    ("two edits", SEQUENCE, {"order": ("edit", "edit src/b.py")}, [edit(), edit("src/b.py")]),
]
VIOLATED: list[tuple[str, StepKind, dict[str, Any], list[Step]]] = [
    ("never run", MUST_RUN, AUD, [edit()]),
    ("run too late", MUST_RUN, AUD, [edit(), run("aud blueprint")]),
    ("it failed", MUST_RUN, AUD, [run("aud blueprint", failure="error"), edit()]),
    ("only spoken of", MUST_RUN, AUD, [run('echo "aud blueprint"'), edit()]),
    ("another subcommand", MUST_RUN, AUD, [run("aud help blueprint"), edit()]),
    ("not for this prompt", MUST_RUN, AUD | {"each": StepScope.PROMPT}, [run("aud blueprint"), prompt(), edit()]),
    ("not for this edit", MUST_RUN, AUD | {"each": StepScope.TIME}, [run("aud blueprint"), edit(), edit()]),
    ("only by the parent", MUST_RUN, AUD | {"each": StepScope.DIALOGUE}, [run("aud blueprint"), edit(run=RUN)]),
    ("a new file too", MUST_RUN, AUD, [new()]),
    ("no file named", MUST_RUN, AUD, [step("call", name="Edit", action="edit")]),
    ("never read", READ, {}, [edit()]),
    ("the read failed", READ, {}, [read(failure="error"), edit()]),
    ("another of that name", READ, {}, [run("cat lib/a.py"), edit()]),
    ("only the parent read it", READ, {}, [read(), edit(run=RUN)]),
    ("one of two files of a patch", READ, {}, [read(), edit(path=None, edited=("src/a.py", "src/b.py"))]),
    ("never searched", SEARCH, {}, [read(), edit()]),
    ("the search failed", SEARCH, {}, [search(failure="error"), edit()]),
    ("new file without a search", SEARCH, {"files": "new"}, [new()]),
    ("neither was read", RELATED, BESIDE, [read(), edit()]),
    ("one of both", RELATED, BESIDE | {"need": "all"}, [read("tests/test_a.py"), edit()]),
    ("no tests", TESTS, {}, [edit(), run("ls tests")]),
    ("tests before only", TESTS, {}, [run("pytest"), edit()]),
    ("tests refused", TESTS, {}, [edit(), run("pytest", failure="rejected")]),
    ("red where green is asked", TESTS, {"green": True}, [edit(), run("pytest", failure="error")]),
    ("nobody saw whether they passed", TESTS, {"green": True}, [edit(), run("pytest | tail", masked=True)]),
    ("tests of the other dialogue", TESTS, {"each": StepScope.DIALOGUE}, [edit(), run("pytest", run=RUN)]),
    ("tests after the next prompt", TESTS, {"each": StepScope.PROMPT}, [edit(), prompt(), run("pytest")]),
    ("tests after the next edit", TESTS, {"each": StepScope.TIME}, [edit(), edit("src/b.py"), run("pytest")]),
    ("went on without it", BATCH, {}, [*TWO_READS, edit()]),
    ("a failing file listed only", BATCH, {}, [*TWO_READS, run("ls src"), edit()]),
    ("cancelled with the other", BATCH, {}, [read(**BROKEN_READ), read("src/b.py", failure="cascade"), edit("c")]),
    ("no such file, never looked", BATCH, {}, [*A_MISSING, edit()]),
    ("outside", OUTSIDE, BELOW_SRC, [edit(), edit("docs/x.md")]),
    ("above the project", OUTSIDE, {"paths": ("**",)}, [edit("/etc/hosts")]),
    ("out of order", SEQUENCE, COMMIT, [run("npm test"), run("npm run build"), run("git commit -m x")]),
    ("the second time", SEQUENCE, COMMIT, [run("npm run build; npm test; git commit -m x"), run("git commit -m y")]),
    (
        "the build failed",
        SEQUENCE,
        COMMIT,
        [run("npm run build", failure="error"), run("npm test"), run("git commit -m x")],
    ),
    (
        "built again, not tested again",
        SEQUENCE,
        COMMIT | {"restart": True},
        [run("npm run build"), run("npm test"), run("npm run build"), run("git commit -m x")],
    ),
]
NOT_APPLICABLE: list[tuple[str, StepKind, dict[str, Any], list[Step]]] = [
    *[(f"empty session: {kind}", kind, {}, []) for kind in StepKind if kind is not SEQUENCE],
    ("empty session: sequence", SEQUENCE, COMMIT, []),
    ("one read", READ, {}, [read()]),
    ("only a failed edit", READ, {}, [edit(failure="error")]),
    ("a new file", READ, {}, [new()]),
    ("no file named", READ, {}, [step("call", name="Edit", action="edit")]),
    ("a write of what may be new", READ, {}, [step("call", name="Write", action="write", path="src/a.py")]),
    ("only edits elsewhere", MUST_RUN, AUD | BELOW_SRC, [edit("docs/x.md")]),
    ("excepted", MUST_RUN, AUD | {"unless": ("*.md",)}, [edit("docs/x.md")]),
    ("an old file", SEARCH, {"files": "new"}, [edit()]),
    ("a new file, existing asked", SEARCH, {"files": "existing"}, [new()]),
    ("nothing related known", RELATED, {}, [edit()]),
    ("only related to itself", RELATED, {"related": {"*": ("src/{stem}.py",)}}, [edit()]),
    ("reads one after the other", BATCH, {}, [read(), read("src/b.py", **BROKEN_READ), edit()]),
    (
        "no times",
        BATCH,
        {},
        [read(at=None, done_at=None), read("src/b.py", at=None, done_at=None, **BROKEN_READ), edit()],
    ),
    ("no edit after it", BATCH, {}, [*TWO_READS, run("ls")]),
    ("the batch of another dialogue", BATCH, {}, [*TWO_READS, edit(run=RUN)]),
    ("the last part never came", SEQUENCE, COMMIT, [run("npm run build")]),
    ("the last part failed", SEQUENCE, COMMIT, [run("git commit -m x", failure="error")]),
]


def rows(table: list[tuple[str, StepKind, dict[str, Any], list[Step]]]) -> list[Any]:
    return [pytest.param(kind, more, steps, id=f"{kind}: {name}") for name, kind, more, steps in table]


@pytest.mark.parametrize(("kind", "more", "steps"), rows(KEPT))
def test_what_was_done_in_time_keeps_a_step(kind: StepKind, more: dict[str, Any], steps: list[Step]) -> None:
    """Nobody is accused who did what the step asks, in whatever form the log has it."""
    found = check_compliance(steps, declared(kind, **more), cwd="/p")

    assert (verdict(found), found.violations, found.compliant, found.score) == (StepVerdict.KEPT, (), True, 1.0)


@pytest.mark.parametrize(("kind", "more", "steps"), rows(VIOLATED))
def test_what_was_left_out_breaks_a_step(kind: StepKind, more: dict[str, Any], steps: list[Step]) -> None:
    """A step that was left out, failed or came too late is broken, and an event of the session proves it."""
    found = check_compliance(steps, declared(kind, **more), cwd="/p")

    assert (verdict(found), found.compliant, found.score) == (StepVerdict.VIOLATED, False, 0.0)
    assert found.violations
    assert {uid for each in found.violations for uid in each.events} <= {one.uid for one in steps}
    assert set(found.steps[0].broken) <= {uid for each in found.violations for uid in each.events}


@pytest.mark.parametrize(("kind", "more", "steps"), rows(NOT_APPLICABLE))
def test_a_step_that_is_about_nothing_in_the_session_is_neither_kept_nor_broken(
    kind: StepKind, more: dict[str, Any], steps: list[Step]
) -> None:
    """Where a step had no occasion, or the log does not tell, compliance and score stay empty."""
    found = check_compliance(steps, declared(kind, **more), cwd="/p")

    assert verdict(found) is StepVerdict.NOT_APPLICABLE
    assert (found.compliant, found.score, found.violations) == (None, None, ())


def test_every_kind_is_kept_broken_and_not_applicable_in_the_tables() -> None:
    """No kind is without cases that hit, that miss, and that do not apply."""
    assert [{kind for _, kind, _, _ in table} for table in (KEPT, VIOLATED, NOT_APPLICABLE)] == [set(StepKind)] * 3


def test_nothing_declared_is_empty() -> None:
    """Without a workflow there is no compliance, however careless the session was."""
    assert check_compliance([edit()], Workflow()) == NOTHING_DECLARED == Compliance()


def test_only_mandatory_steps_make_a_session_noncompliant_and_the_score_counts_all() -> None:
    """A broken recommended step lowers the score and leaves the session compliant."""
    workflow = Workflow(
        steps=(
            WorkflowStep(slug="read", kind=READ),
            WorkflowStep(slug="search", kind=SEARCH, level=StepLevel.RECOMMENDED),
            WorkflowStep(slug="tests", kind=TESTS),
            WorkflowStep(slug="outside", kind=OUTSIDE, level=StepLevel.RECOMMENDED, paths=("src/",), unless=("src/",)),
        )
    )
    found = check_compliance([read(), edit(), run("pytest")], workflow)

    assert (found.compliant, found.score) == (True, 2 / 3)
    assert [one.verdict for one in found.steps] == ["kept", "violated", "kept", "not-applicable"]


def test_only_recommended_steps_say_nothing_of_compliance() -> None:
    """Compliance is about mandatory steps: where none is declared it is empty, and the score is not."""
    found = check_compliance([edit()], declared(READ, level=StepLevel.RECOMMENDED))

    assert (found.compliant, found.score) == (None, 0.0)


def test_violations_are_told_a_file_and_a_dialogue_with_all_their_events() -> None:
    """Edits of one file without what it needs are one violation; another dialogue's are another."""
    steps = [edit(), edit("src/b.py"), edit(), edit(run=RUN)]
    found = check_compliance(steps, declared(MUST_RUN, **AUD))

    assert [(one.path, one.events) for one in found.violations] == [
        ("src/a.py", (steps[0].uid, steps[2].uid)),
        ("src/b.py", (steps[1].uid,)),
        ("src/a.py", (steps[3].uid,)),
    ]
    assert found.violations[0].why == "without aud blueprint before it"


def test_edits_are_told_apart_by_whether_they_kept_the_step() -> None:
    """Each edit that the step is about stands in exactly one of both lists."""
    blind, seen, other = edit("src/b.py"), edit(), new("src/c.py")
    found = check_compliance([read(), blind, seen, other], declared(READ))

    assert (found.steps[0].kept, found.steps[0].broken) == ((seen.uid,), (blind.uid,))


def test_a_failed_read_stands_in_the_proof_with_the_edit_that_did_not_wait_for_it() -> None:
    """The proof of an incomplete batch is the read that failed and the edit after it; the violation names the file."""
    last = edit()
    found = check_compliance([*TWO_READS, last, edit("src/z.py")], declared(BATCH))

    assert [(one.path, one.events) for one in found.violations] == [("src/b.py", (TWO_READS[1].uid, last.uid))]


def test_paths_are_told_from_the_projects_folder() -> None:
    """A session that began below or above the project's folder, or names files in full, is judged by the same globs."""
    inside = declared(OUTSIDE, paths=("web/src/",))

    def paths(cwd: str, *edits: Step) -> list[str | None]:
        return [one.path for one in check_compliance(edits, inside, cwd=cwd, root="/p").violations]

    assert paths("/p/web", edit("src/a.js"), edit("a.js"), edit("/p/b.js"), edit("/p/web/src/c.js")) == [
        "web/a.js",
        "b.js",
    ]
    assert paths("/p", edit("web/src/a.js"), edit("/q/a.js")) == ["/q/a.js"]
    assert paths("/q", edit("web/src/a.js")) == ["/q/web/src/a.js"]


def test_without_the_projects_folder_no_absolute_path_is_outside() -> None:
    """Some agents do not log their folder: what cannot be told is not judged."""
    found = check_compliance([edit("/somewhere/a.py")], declared(OUTSIDE, paths=("src/",)))

    assert verdict(found) is StepVerdict.NOT_APPLICABLE


def test_companions_given_from_outside_count_as_related() -> None:
    """Files that mostly change together need no declaration."""
    companions = {"src/a.py": ("src/b.py",)}

    assert verdict(check_compliance([edit()], declared(RELATED), companions=companions)) is StepVerdict.VIOLATED
    assert (
        verdict(check_compliance([read("src/b.py"), edit()], declared(RELATED), companions=companions))
        is StepVerdict.KEPT
    )


def test_a_prompt_that_no_person_wrote_begins_no_new_task() -> None:
    """What a program or a client writes does not end what was done for the last prompt."""
    program = step("prompt", name="sdk", text="go on")

    assert verdict(
        check_compliance([run("aud blueprint"), program, edit()], declared(MUST_RUN, each=StepScope.PROMPT, **AUD))
    ) is (StepVerdict.KEPT)


def test_time_grows_with_the_steps_and_not_faster() -> None:
    """Four times the steps take about four times as long, with every kind and new files and commands all the time."""
    more: dict[StepKind, dict[str, Any]] = {MUST_RUN: AUD, RELATED: BESIDE, OUTSIDE: BELOW_SRC, SEQUENCE: COMMIT}
    workflow = Workflow(
        steps=tuple(
            WorkflowStep(**{"slug": kind.value, "kind": kind, "each": StepScope.PROMPT} | more.get(kind, {}))
            for kind in StepKind
        )
    )

    def seconds(count: int) -> float:
        steps = [
            one
            for number in range(count)
            for one in (
                run(f"cat lib{number}/a.py | make x{number}"),
                *at_once(read(f"src/f{number}.py"), read(f"src/g{number}.py", **MISSING)),
                edit(f"src/d{number}/a.py"),
                search(f"x{number}", run=number.to_bytes(4, "big")),
            )
        ]
        clocks = [time.process_time()]
        for _ in range(3):  # a busy machine disturbs one, hardly all
            check_compliance(steps, workflow, cwd="/p")
            clocks.append(time.process_time())
        return min(after - before for before, after in pairwise(clocks))

    assert seconds(2000) < 9 * seconds(500) + 0.2
