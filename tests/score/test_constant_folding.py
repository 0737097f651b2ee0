"""score.folding, and score.certain and score.named below it: what never runs is taken out, and nothing else."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.score import constant_folding
from twiceshy.score.constant_folding import fold_constants

SAME = [
    ("nothing", ""),
    ("a condition that is not known", "def f(a):\n    if a > 1:\n        return a\n    return b if a else 2\n"),
    (
        "a name that a loop changes",
        ("def f():\n    n = 0\n    for x in y:\n        if n > 1:\n            go()\n        n += 1\n"),
    ),
    (
        "a name that one branch changes",
        "def f(a):\n    n = 1\n    if a:\n        n = 2\n    if n == 1:\n        go()\n",
    ),
    ("a name of another scope", "def f():\n    global n\n    n = 1\n    if n == 2:\n        go()\n"),
    ("a list that went elsewhere", "def f(x):\n    l = ['a', x]\n    change(l)\n    return l[0]\n"),
    ("a list under two names", "def f(x):\n    l = ['a', x]\n    m = l\n    m[0] = x\n    return l[0]\n"),
    ("an element that is not known", "def f(x):\n    d = {}\n    d['a'] = x\n    return d['a']\n"),
    (
        "a store that a closure changes",
        ("def f(x):\n    d = {'a': 1}\n    def g():\n        d['a'] = x\n    g()\n    return d['a']\n"),
    ),
    (
        "a name that an exception leaves old",
        (
            "def f():\n    n = 1\n    try:\n        n = int(x)\n    except ValueError:\n"
            "        pass\n    if n == 1:\n        go()\n"
        ),
    ),
    ("a key that data chooses", "def f(x):\n    session[x] = 'a'\n"),
    ("huge numbers", "def f():\n    n = 10 ** 10 ** 10\n    if n * 99999999999999 * 999999999999 > 1:\n        go()\n"),
    ("a division by nothing", "def f():\n    if 1 // 0:\n        go()\n"),
    ("no Python", "func main() {\n"),
    (
        "a match on data",
        ("def f(x):\n    match x:\n        case 'a':\n            go()\n        case _:\n            no()\n"),
    ),
    ("a name bound in a comprehension", "def f(y):\n    x = 1\n    return [x if x > 1 else 0 for x in y]\n"),
]
FOLDED = [
    (
        "a dead branch",
        ("def f():\n    n = 86\n    if 7 * 42 - n > 200:\n        go()\n    else:\n        harm(n)\n"),
        "harm",
    ),
    ("a dead branch with an accent", "def f():\n    if 1 == 2:\n        harm('é')\n", "harm"),
    ("a dead first branch", "def f():\n    if 'x' in 'abc':\n        harm()\n    else:\n        go()\n", "harm"),
    ("a dead elif", "def f(a):\n    if 1 == 1:\n        go()\n    elif a:\n        harm()\n", "harm"),
    ("a dead choice", "def f():\n    n = 1\n    return 'a' if n + 1 == 2 else harm\n", "harm"),
    (
        "a case",
        (
            "def f():\n    s = 'ABC'\n    match s[1]:\n        case 'A' | 'C':\n"
            "            harm()\n        case 'B':\n            go()\n        case _:\n"
            "            harm()\n"
        ),
        "harm",
    ),
    (
        "an element of a list",
        (
            "def f(x):\n    harm = []\n    harm.append('a')\n    harm.append(x)\n    harm.pop(0)\n"
            "    harm.insert(0, 'b')\n    y = harm[0]\n"
        ),
        "y = harm",
    ),
    ("an element of a dict", "def f(x):\n    d = {}\n    d['k'] = 'a'\n    d['l'] = x\n    y = d['k']\n", "y = d"),
    (
        "an entry of a configuration",
        (
            "import configparser\ndef f(x):\n    c = configparser.ConfigParser()\n"
            "    c.add_section('s')\n    c.set('s', 'k', 'a')\n    c.set('s', 'l', x)\n"
            "    y = c.get('s', 'k')\n"
        ),
        "y = c",
    ),
    (
        "a constant beside data",
        "def f(x):\n    d = {}\n    d['l'] = x\n    d['k'] = 'a'\n    return d['l']\n",
        "d['k']",
    ),
    ("a slice", "def f(x):\n    return x[2:], x[:n], x[1:2], x[:], x[::2]\n", ":]"),
    (
        "not, and, or",
        ("def f(a):\n    if not (True and 1 != 1 or False):\n        go()\n    else:\n        harm()\n"),
        "harm",
    ),
    ("a length", "def f():\n    s = 'ab'\n    s += 'c'\n    if len(s) != 3 or s[-1] == 'd':\n        harm()\n", "harm"),
]


@pytest.mark.parametrize("text", [row[1] for row in SAME], ids=[row[0] for row in SAME])
def test_what_may_run_stays(text: str) -> None:
    """Every letter: a branch cut by mistake would hide what it does."""
    assert fold_constants(text) == text


@pytest.mark.parametrize(("text", "gone"), [row[1:] for row in FOLDED], ids=[row[0] for row in FOLDED])
def test_what_never_runs_goes(text: str, gone: str) -> None:
    """And the rest parses and stands where it stood."""
    result = fold_constants(text)

    assert gone in text
    assert gone not in result
    assert [len(line) for line in text.split("\n")] == [len(line) for line in result.split("\n")]
    ast.parse(result)


def test_a_live_element_is_kept_beside_a_dead_one() -> None:
    """What was moved to the front of a list is what is read there."""
    text = "def f(x):\n    l = []\n    l.append('a')\n    l.append(x)\n    l.pop(0)\n    return l[0]\n"

    assert "append(x)" in fold_constants(text)
    assert "return l[0]" in fold_constants(text)


def test_too_much_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that would cost too much stays as it is."""
    monkeypatch.setattr(constant_folding, "_STEPS", 3)
    text = "def f():\n    if 1 == 2:\n        go()\n"

    assert fold_constants(text) == text


@pytest.mark.parametrize("text", ["x = " + "(" * 5000 + "1" + ")" * 5000, "if 1:\n" * 300, "x[" * 3000])
def test_hostile_texts_are_survived(text: str) -> None:
    """Deep nesting is no crash."""
    assert len(fold_constants(text)) == len(text)


PIECES = st.sampled_from(
    [
        "if 1 == 2:",
        "    x = 1",
        "else:",
        "    y[1:] = d['a']",
        "d = {}",
        "d['a'] = 'b'",
        "match 'a':",
        "    case 'b':",
        "        z = 1 if 2 > 1 else é",
        "l = []",
        "l.append(1)",
        "l[0]",
        "try:",
        "except E as x:",
        "for x in l:",
        "(",
        "'''",
    ]
)


@given(st.lists(PIECES, max_size=12))
def test_any_text_keeps_its_lines_and_its_syntax(lines: list[str]) -> None:
    """Whatever it is; what was Python is Python afterwards."""
    text = "def f():\n" + "\n".join(f"    {line}" for line in lines)
    result = fold_constants(text)

    assert [len(line) for line in text.split("\n")] == [len(line) for line in result.split("\n")]
    try:
        ast.parse(text)
    except SyntaxError:
        return
    ast.parse(result)
