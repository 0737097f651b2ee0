"""score.refactor: users that a change of a definition left behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.score.recipes.test_score_sessions import CLEAN

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import FindingDelta, Layer, ScannedEdit, Severity, SourceText, StoredEdit, TaskScan
from twiceshy.records.predictions import Partner
from twiceshy.score.refactor import (
    LEFT_OUT,
    MISSED_RENAME,
    MISSED_USER,
    WRONG_ARITY,
    add_missed_users,
    find_anew,
    find_ends,
    find_missed_uses,
    key_of_texts,
    search_texts,
)

Texts = dict[str, str]


def judged(before: Texts, after: Texts, others: Texts, partners: tuple[Partner, ...] = ()) -> TaskScan:
    """What is said of a change in a project held in memory."""
    old, new = ([SourceText(path=path, text=text) for path, text in texts.items()] for texts in (before, after))
    return find_missed_uses(old, new, search_texts(others), Scrubbed, partners=partners)


F, G, F2 = "def f(x):\n    return x\n", "def g(x):\n    return x\n", "def f(x, y):\n    return x\n"
RUN, RUN2 = "exports.run = function (a, b) {};\n", "exports.walk = function (a, b) {};\n"
GO_F = "package r\n\nfunc F(a int) int { return a }\n"
GO_F2 = "package r\n\nfunc F(a int) (int, error) { return a, nil }\n"
MISSES = [
    (
        "a file that a program writes",
        {"dist/a.js": "export function f(a) {}\n"},
        {"dist/a.js": "export function g(a) {}\n"},
        {"dist/b.js": "import { f } from './a.js';\nf(1);\n"},
    ),
    (
        "a user that a program writes",
        {"a.js": "export function f(a) {}\n"},
        {"a.js": "export function g(a) {}\n"},
        {"dist/b.min.js": "import { f } from '../a.js';\nf(1);\n"},
    ),
    (
        "a name that every file has",
        {"a.js": "const { Buffer } = require('buffer');\nvar process = require('process');\nprocess.exit(Buffer);\n"},
        {"a.js": "process.exit(Buffer);\n"},
        {},
    ),
    (
        "a function with a name of its own",
        {"a.js": "export default function f(a) {\n  return a ? f(1) : 2;\n}\n"},
        {"a.js": "export default ok && function f(a) {\n  return a ? f(1) : 2;\n};\n"},
        {},
    ),
    (
        "a function in one that got a name",
        {"a.js": "use({\n  set: function (a) {\n    function g(b) {}\n    g(a);\n  },\n});\n"},
        {"a.js": "class A {\n  set(a) {\n    function g(b) {}\n    g(a);\n  }\n}\n"},
        {},
    ),
    ("nothing changed", {"p/a.py": F}, {"p/a.py": F}, {"t.py": "from p.a import f\nf(1, 2, 3)\n"}),
    ("the same name elsewhere", {"p/a.py": F}, {"p/a.py": G}, {"t.py": "from q.a import f\nf(1)\n"}),
    (
        "moved and given on",
        {"p/a.py": F},
        {"p/a.py": "from p.b import f\n", "p/b.py": F},
        {"t.py": "from p.a import f\n"},
    ),
    ("a name of its own", {"p/a.py": F}, {"p/a.py": G}, {"t.py": "def f(x): ...\nf(1)\n"}),
    ("a parameter of that name", {"a.py": F + "\n"}, {"a.py": G + "def h(f):\n    return f(1)\n"}, {}),
    (
        "a new optional parameter",
        {"p/a.py": F},
        {"p/a.py": "def f(x, y=1): ...\n"},
        {"t.py": "from p.a import f\nf(1)\n"},
    ),
    ("a starred call", {"p/a.py": F}, {"p/a.py": F2}, {"t.py": "from p.a import f\nf(*z)\n"}),
    ("was wrong before", {"p/a.py": F}, {"p/a.py": F2}, {"t.py": "from p.a import f\nf(1, 2, 3)\n"}),
    (
        "a decorator of unknown effect",
        {"p/a.py": "@x\n" + F},
        {"p/a.py": "@x\n" + F2},
        {"t.py": "from p.a import f\nf(1)\n"},
    ),
    (
        "a common method",
        {"a.py": "class A:\n    def get(self): ...\n"},
        {"a.py": "class A:\n    def got(self): ...\n"},
        {"t.py": "d.get(1)\n"},
    ),
    (
        "another class has it",
        {"a.py": "class A:\n    def frob_it(self): ...\n"},
        {"a.py": "class A: ...\n"},
        {"b.py": "class B:\n    def frob_it(self): ...\n", "t.py": "b.frob_it()\n"},
    ),
    (
        "JavaScript may give less",
        {"a.js": "exports.run = function (a) {};\n"},
        {"a.js": RUN},
        {"t.js": "const {run} = require('./a'); run(1);\n"},
    ),
    (
        "another package",
        {"r/a.go": GO_F},
        {"r/a.go": GO_F2},
        {"m/a.go": "package m\n\nfunc q() { x := F(1); _ = x }\n"},
    ),
]
HITS = [
    (
        "renamed, imported by name",
        {"p/a.py": F},
        {"p/a.py": G},
        {"t.py": "from p.a import f\nf(1)\n"},
        MISSED_RENAME,
        1,
    ),
    (
        "renamed, through its module",
        {"p/a.py": F},
        {"p/a.py": G},
        {"t.py": "from p import a\n\na.f(1)\n"},
        MISSED_RENAME,
        3,
    ),
    ("a file deleted", {"p/a.py": F}, {}, {"t.py": "import p.a\np.a.f(1)\n"}, MISSED_USER, 2),
    ("another parameter", {"p/a.py": F}, {"p/a.py": F2}, {"t.py": "from p.a import f as h\nh(1)\n"}, WRONG_ARITY, 2),
    (
        "given on by its package",
        {"p/a.py": F},
        {"p/a.py": F2},
        {"p/__init__.py": "from .a import f\n", "t.py": "import p\np.f(1)\n"},
        WRONG_ARITY,
        2,
    ),
    (
        "a constructor",
        {"p/a.py": "class A:\n    def __init__(self): ...\n"},
        {"p/a.py": "class A:\n    def __init__(self, x): ...\n"},
        {"t.py": "from p.a import A\nA()\n"},
        WRONG_ARITY,
        2,
    ),
    ("in its own file", {"t.py": F + "\nf(1)\n"}, {"t.py": G + "\nf(1)\n"}, {}, MISSED_RENAME, 4),
    ("an import taken away", {"t.py": "from z import f\nf(1)\n"}, {"t.py": "f(1)\n"}, {}, MISSED_USER, 1),
    (
        "a rare method",
        {"a.py": "class A:\n    def frob_it(self): ...\n"},
        {"a.py": "class A:\n    def x(self): ...\n"},
        {"t.py": "a.frob_it()\n"},
        MISSED_RENAME,
        1,
    ),
    (
        "CommonJS",
        {"a.js": RUN},
        {"a.js": RUN2},
        {"t.js": "const a = require('./a');\na.run(1, 2);\n"},
        MISSED_RENAME,
        2,
    ),
    (
        "too much in JavaScript",
        {"a.js": RUN},
        {"a.js": "exports.run = function (a) {};\n"},
        {"t.js": "const {run} = require('./a');\nrun(1, 2);\n"},
        WRONG_ARITY,
        2,
    ),
    (
        "TypeScript, given on by an index",
        {"a/b.ts": "export function run(a: number) {}\n"},
        {"a/b.ts": "export const z = 1\n"},
        {"a/index.ts": "export { run } from './b';\n", "t.ts": "import { run } from './a';\nrun(1);\n"},
        MISSED_USER,
        1,
    ),
    (
        "Go's package",
        {"r/a.go": GO_F},
        {"r/a.go": GO_F2},
        {"r/t.go": "package r\n\nfunc q() { x := F(1); _ = x }\n"},
        WRONG_ARITY,
        3,
    ),
    (
        "Go's import",
        {"r/a.go": GO_F},
        {"r/a.go": "package r\n"},
        {"m/t.go": 'package m\n\nimport "e.com/x/r"\n\nvar v = r.F(1)\n'},
        MISSED_USER,
        5,
    ),
]


@pytest.mark.parametrize(("before", "after", "others"), [row[1:] for row in MISSES], ids=[row[0] for row in MISSES])
def test_what_is_no_missed_user(before: Texts, after: Texts, others: Texts) -> None:
    """Nothing is said, and nothing was unreadable."""
    assert judged(before, after, others) == TaskScan()


@pytest.mark.parametrize(
    ("before", "after", "others", "rule", "line"), [row[1:] for row in HITS], ids=[row[0] for row in HITS]
)
def test_a_missed_user_is_found(before: Texts, after: Texts, others: Texts, rule: str, line: int) -> None:
    """In the file named t, at its first broken line, under the right rule."""
    found = {one.path: one for one in judged(before, after, others).findings}
    name = next(path for path in found if path.rpartition("/")[2].startswith("t."))

    assert (rule, line) == (found[name].rule, found[name].line)


def test_the_message_names_both_sides() -> None:
    """Which definition, where it was, and what it is now."""
    (found,) = judged({"p/a.py": F}, {"p/a.py": G}, {"t.py": "def q():\n    from p.a import f\n"}).findings

    assert found.message == "`f` of p/a.py is now `g`; this use has the old name."
    assert (found.function, found.severity) == ("q", Severity.MAJOR)


def test_what_cannot_be_read_is_said() -> None:
    """A broken text and a binary one are no clean ones."""
    result = judged({"a.py": F, "b.py": F}, {"a.py": "((((" * 90, "b.py": "\0"}, {})

    assert result.findings == ()
    assert result.unknown == ("a.py: unparsed", "b.py: binary")


def test_partners_left_out_are_minor() -> None:
    """As sure as their share; not said of a file that changed."""
    partners = (
        Partner(path="b.py", of="a.py", times=3, changes=4),
        Partner(path="a.py", of="c.py", times=4, changes=4),
    )
    (found,) = judged({"a.py": F}, {"a.py": F + "\n"}, {}, partners).findings

    assert (found.rule, found.path, found.confidence, found.severity) == (LEFT_OUT, "b.py", 0.75, Severity.MINOR)


NAMES = st.sampled_from(["f", "g", "size", "frob_it"])
LINES = st.one_of(
    st.builds("def {}({}):\n    return {}(1)".format, NAMES, st.sampled_from(["", "x", "x, y=1"]), NAMES),
    st.builds("from a import {}".format, NAMES),
    st.builds("o.{}(1, 2)".format, NAMES),
    st.text(max_size=20),
)
TEXT = st.lists(LINES, max_size=6).map("\n".join)


@given(texts=st.dictionaries(st.sampled_from(["a.py", "b.py", "c.ts", "d.go"]), TEXT), others=TEXT)
def test_an_untouched_pair_gives_nothing(texts: Texts, others: str) -> None:
    """Whatever the texts are."""
    assert judged(texts, texts, {"t.py": others}) == TaskScan()


@given(before=TEXT, after=TEXT, others=TEXT)
def test_the_same_change_gives_the_same_findings(before: str, after: str, others: str) -> None:
    """And no text raises."""
    assert judged({"a.py": before}, {"a.py": after}, {"t.py": others}) == judged(
        {"a.py": before}, {"a.py": after}, {"t.py": others}
    )


# Users that a recorded task left behind, among the files that its session knows.

USER = "from shop import run\n\nprint(run('x'))\n"
BODIES = {b"old": CLEAN, b"new": CLEAN.replace("def run", "def start"), b"user": USER, b"used": "print(1)\n"}


def step(
    path: str, before: bytes | None, after: bytes, task: int, *, partial: bool = False
) -> tuple[ScannedEdit, StoredEdit]:
    """One edit, compared and stored."""
    call = f"{path}{after!r}".encode()
    edit = ScannedEdit(
        call=call,
        path=path,
        path_key=b"k",
        lines=1,
        task=task,
        at=None,
        bad=None,
        known_at=0.0,
        layers=frozenset({Layer.PATTERN}),
        change=FindingDelta(),
    )
    stored = StoredEdit(b"s", call, call, Scrubbed(path), b"k", before, after, partial, before is None, False, 1, None)
    return edit, stored


def found(*steps: tuple[ScannedEdit, StoredEdit]) -> list[ScannedEdit]:
    return add_missed_users(
        [edit for edit, _ in steps], [stored for _, stored in steps], lambda body: BODIES[body], Scrubbed
    )


def test_a_user_that_an_earlier_task_wrote_is_left_behind() -> None:
    """The later task renames what it calls, and does not change it."""
    edits = found(step("user.py", None, b"user", 0), step("shop.py", b"old", b"new", 1))

    assert not edits[0].change.introduced
    (finding,) = edits[1].change.introduced
    assert (finding.layer, finding.path) == (Layer.REFACTOR, "user.py")
    assert Layer.REFACTOR in edits[1].layers


def test_a_user_that_was_changed_in_the_same_task_is_not() -> None:
    """In any order."""
    edits = found(
        step("user.py", None, b"user", 0), step("shop.py", b"old", b"new", 1), step("user.py", b"user", b"used", 1)
    )

    assert not [one for edit in edits for one in edit.change.introduced]


def test_fragments_say_nothing() -> None:
    """A task of which a part is known in fragments only is not looked at, and has no such part."""
    edits = found(step("user.py", None, b"user", 0), step("shop.py", b"old", b"new", 1, partial=True))

    assert Layer.REFACTOR not in edits[1].layers


def test_a_task_goes_from_its_first_text_to_its_last() -> None:
    """What it made and removed again was never there."""
    _, made = step("new.py", None, b"old", 0)
    gone = replace_deleted(step("new.py", b"old", b"old", 0)[1])

    assert find_ends([made, gone]) == ({}, {})
    assert find_ends([step("a.py", b"old", b"new", 0)[1], step("a.py", b"new", b"used", 0)[1]]) == (
        {"a.py": b"old"},
        {"a.py": b"used"},
    )


def replace_deleted(edit: StoredEdit) -> StoredEdit:
    return edit._replace(deleted=True)


# score.task_answers: one key for the same texts, another for any other.

A, B = b"a" * 16, b"b" * 16


def test_the_order_of_paths_is_nothing() -> None:
    """The same texts give the same key."""
    assert key_of_texts("guards", {"a.py": A, "b.py": B}, {}) == key_of_texts("guards", {"b.py": B, "a.py": A}, {})


@pytest.mark.parametrize(
    "other",
    [
        ("refactor", {"a.py": A}, {"b.py": B}),
        ("guards", {"b.py": A}, {"b.py": B}),
        ("guards", {"a.py": B}, {"b.py": B}),
        ("guards", {"a.py": A, "b.py": B}, {}),
        ("guards", {}, {"a.py": A, "b.py": B}),
        ("guards", {"a.py": A}, {"b.py": B}, {}),
    ],
    ids=["layer", "path", "body", "all before", "all after", "one more side"],
)
def test_whatever_the_answer_depends_on_is_in_the_key(other: tuple[str, dict[str, bytes]]) -> None:
    """Another layer, path, body or side is another question."""
    layer, *sides = other
    assert key_of_texts(layer, *sides) != key_of_texts("guards", {"a.py": A}, {"b.py": B})


def test_without_a_keeper_every_answer_is_found() -> None:
    """Twice asked, twice found."""
    asked: list[bytes] = []

    def find() -> TaskScan:
        asked.append(A)
        return TaskScan(unknown=("a.py: binary",))

    assert [find_anew(A, find), find_anew(A, find)] == [TaskScan(unknown=("a.py: binary",))] * 2
    assert len(asked) == 2
