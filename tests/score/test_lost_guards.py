import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import SourceText
from twiceshy.score.lost_guards import find_changed_places, find_lost_guards, find_lost_spans, list_code_lines

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


def changed(before: str, after: str, language: str = "python") -> list[tuple[list[str], list[str], int]]:
    places = find_changed_places(list_code_lines(before, language), list_code_lines(after, language))
    return [([line.plain for line in one.removed], [line.plain for line in one.added], one.line) for one in places]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1\n", "a = 1\n"),
        ("a = 1\n", "a  =  1\n"),
        ("a = 1\n", "if x:\n    a = 1\n"),
        ("# told\na = 1\n", "a = 1\n"),
        ("a = 1\n\n\nb = 2\n", "a = 1\nb = 2\n"),
        ("", "a = 1\n"),
    ],
)
def test_nothing_is_taken_out(before: str, after: str) -> None:
    assert changed(before, after) == []


def test_lines_are_told_with_the_place_after() -> None:
    assert changed("a = 1\nb = 2\nc = 3\n", "a = 1\nc = 3\n") == [(["b = 2"], [], 2)]
    assert changed("a = 1\nb = 2\n", "a = 1\nb = 3\n") == [(["b = 2"], ["b = 3"], 2)]
    assert changed("a = 1\n", "") == [(["a = 1"], [], 1)]


def test_insides_of_long_strings_are_no_lines() -> None:
    assert [line.plain for line in list_code_lines('a = """\nif x: return\n"""\nb = 1\n', "python")] == [
        'a = """',
        '"""',
        "b = 1",
    ]


def test_a_text_written_anew_has_no_places() -> None:
    assert changed("".join(f"a{n} = {n}\n" for n in range(3100)), "b = 1\n") == []


@pytest.mark.parametrize(
    ("removed", "added", "lost"),
    [
        ("a = b", "a = b", []),
        ("if a or b:", "if a:", ["or b"]),
        ("escape(name)", "name", ["escape(", ")"]),
        ("a", "", ["a"]),
    ],
)
def test_lost_words(removed: str, added: str, lost: list[str]) -> None:
    assert [removed[start:end] for start, end in find_lost_spans(removed, added)] == lost


def test_of_very_long_places_the_words_that_are_gone_are_lost() -> None:
    removed = "a " * 3100 + "gone"
    assert [removed[start:end] for start, end in find_lost_spans(removed, "a")] == ["gone"]
