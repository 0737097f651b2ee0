import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import SourceText
from twiceshy.score.lost_guards import find_lost_guards

CHECKED = "def read(root, name):\n    if '..' in name:\n        raise ValueError(name)\n    return open(root + name)\n"
UNCHECKED = "def read(root, name):\n    return open(root + name)\n"


def tell(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, str, int]]:
    old, new = ([SourceText(path=path, text=text) for path, text in side.items()] for side in (before, after))
    return [(one.rule, one.path, one.line) for one in find_lost_guards(old, new, Scrubbed)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a.py": CHECKED}, {"a.py": CHECKED}),
        ({"a.py": UNCHECKED}, {"a.py": CHECKED}),
        ({}, {"a.py": UNCHECKED}),
        ({"a.py": CHECKED}, {}),
        ({"tests/a.py": CHECKED}, {"tests/a.py": UNCHECKED}),
        ({"a.txt": CHECKED}, {"a.txt": UNCHECKED}),
        ({"a.py": CHECKED}, {"a.py": "def other():\n    return 1\n"}),
        ({"a.py": CHECKED, "b.py": "x = 1\n"}, {"a.py": UNCHECKED, "b.py": CHECKED.replace("read", "check")}),
        ({"a.py": "# if '..' in name: raise\n" + UNCHECKED}, {"a.py": UNCHECKED}),
        ({"a.py": f'x = """\n{CHECKED}"""\n'}, {"a.py": "x = 1\n"}),
    ],
    ids=["same", "gained", "new file", "deleted", "test", "no code", "function gone", "moved", "comment", "docstring"],
)
def test_silence(before: dict[str, str], after: dict[str, str]) -> None:
    assert tell(before, after) == []


def test_a_lost_check_is_told_where_it_stood() -> None:
    assert tell({"a.py": CHECKED}, {"a.py": UNCHECKED}) == [("guard/path-check", "a.py", 2)]


def test_a_condition_around_code_that_stays_is_a_check() -> None:
    before = "function f(a, key, v) {\n  if (key !== '__proto__') {\n    a[key] = v;\n  }\n}\n"
    assert [one[0] for one in tell({"a.js": before}, {"a.js": "function f(a, key, v) {\n  a[key] = v;\n}\n"})] == [
        "guard/proto-check"
    ]


def test_a_change_that_takes_many_away_was_made_to_simplify() -> None:
    many = {f"m{n}.py": CHECKED for n in range(11)}
    assert tell(many, dict.fromkeys(many, UNCHECKED)) == []
    few = dict(list(many.items())[:10])
    assert len(tell(few, dict.fromkeys(few, UNCHECKED))) == 10


def test_one_statement_is_told_once() -> None:
    before = CHECKED.replace("'..' in name", "'..' in name or is_symlink(name) or not valid(name)")
    assert len(tell({"a.py": before}, {"a.py": UNCHECKED})) == 1
