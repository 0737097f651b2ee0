"""score.code_view: what of a program is code, what strings and what comments."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.score import code_view
from twiceshy.score.code_view import is_test_code, language_of, make_view, rate_line

CASES = [
    ("python", "a = 1  # b", "a = 1     ", "a = 1     "),
    ("python", "a = '# b'", "a = '# b'", "a = '~~~'"),
    ("python", 'a = """x\n# y"""', 'a = """x\n# y"""', 'a = """~\n~~~"""'),
    ("python", "f'a{b}c'", "f'a{b}c'", "f'~{b}~'"),
    ("python", "f'{{a}}'", "f'{{a}}'", "f'~~~~~'"),
    ("python", "r'\\'' + x", "r'\\'' + x", "r'~~' + x"),
    ("python", "a = 'open\nb = 1", "a = 'open\nb = 1", "a = '~~~~\nb = 1"),
    ("javascript", "a / b // c", "a / b     ", "a / b     "),
    ("javascript", "x = /['\"]/.test(y)", "x = /['\"]/.test(y)", "x = /~~~/~.test(y)"),
    ("javascript", "`a${b + `c${d}`}e`", "`a${b + `c${d}`}e`", "`~${b + `~${d}`}~`"),
    ("javascript", "/* a\nb */ c", "    \n     c", "    \n     c"),
    ("go", 'a := `x\n"y` // b', 'a := `x\n"y`     ', "a := `~\n~~`     "),
    ("go", "r := '\"'", "r := '\"'", "r := '~'"),
]


@pytest.mark.parametrize(("language", "text", "plain", "code"), CASES)
def test_views_keep_what_they_are_of(language: str, text: str, plain: str, code: str) -> None:
    """Comments are blank in both; what strings say is only in ``plain``; what they interpolate is in both."""
    seen = make_view(text, language)
    assert seen.plain == plain
    if "/~~~/" not in code:  # where a pattern's quotes lie is nobody's business
        assert seen.code == code
    else:
        assert "'" not in seen.code
        assert ".test(y)" in seen.code


@given(st.text(alphabet="ab'\"`#/*\\\n ${}f()=~", max_size=60), st.sampled_from(["python", "javascript", "go"]))
def test_places_agree_in_all_copies(text: str, language: str) -> None:
    """Whatever the text: the same length, the same lines, and no character that is not its own or a blank."""
    seen = make_view(text, language)
    assert len(seen.plain) == len(seen.code) == len(text)
    assert [i for i, c in enumerate(seen.code) if c == "\n"] == [i for i, c in enumerate(text) if c == "\n"]
    assert all(new in {old, " "} for new, old in zip(seen.plain, text, strict=True))
    assert all(new in {old, " ", "~"} for new, old in zip(seen.code, text, strict=True))


def test_languages_go_by_the_end_of_the_name() -> None:
    """Only those that have rules are known."""
    assert [language_of(path) for path in ("a.py", "b/C.TSX", "d.go", "e.swift", "py")] == [
        "python",
        "javascript",
        "go",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("language", "text", "plain", "code"),
    [
        ("rust", 'f("a") // b', 'f("a")     ', 'f("~")     '),
        ("rust", "fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}"),
        ("java", "f(\"a\", 'b'); /* c */", "f(\"a\", 'b');        ", "f(\"~\", '~');        "),
        ("csharp", 'f("a"); // b', 'f("a");     ', 'f("~");     '),
        ("php", "f('a'); # b", "f('a');    ", "f('~');    "),
        ("ruby", "f 'a' # b", "f 'a'    ", "f '~'    "),
        ("ruby", "`a #{b}`", "`a #{b}`", "`a #{b}`"),
        ("shell", "a=$# # b", "a=$#    ", "a=$#    "),
        ("shell", "echo \"don't\" 'x'", "echo \"don't\" 'x'", "echo \"~~~~~\" '~'"),
        ("sql", "SELECT 'a' -- b", "SELECT 'a'     ", "SELECT '~'     "),
    ],
)
def test_languages_that_only_patterns_read(language: str, text: str, plain: str, code: str) -> None:
    """Strings and comments are told apart from code."""
    assert make_view(text, language) == (plain, code)


# score.places: the function around a line.

TEXTS = [
    ("top level", "python", "x = 1\n", 1, ""),
    ("a method", "python", "class A:\n    async def f(self):\n        if x:\n            y()\n", 4, "A.f"),
    ("a header itself", "python", "def f(a):\n    pass\n", 1, "f"),
    ("after a function", "python", "def f():\n    pass\nx\n", 3, ""),
    ("Go's method", "go", "func (s *Server) Get(w W) {\n\tif x {\n\t\ty()\n\t}\n}\n", 3, "Get"),
    ("an arrow", "javascript", "export const show = async (req, res) => {\n  send(req);\n};\n", 2, "show"),
    (
        "a class's method",
        "javascript",
        "class A {\n  async get(id) {\n    if (x) {\n      y();\n    }\n  }\n}\n",
        4,
        "A.get",
    ),
    ("a line beyond the end", "python", "def f():\n    pass", 99, "f"),
    ("an empty text", "python", "", 1, ""),
]


@pytest.mark.parametrize(
    ("language", "text", "line", "name"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS]
)
def test_the_functions_around_a_line_are_named(language: str, text: str, line: int, name: str) -> None:
    """From the outside, dotted."""
    assert code_view.find_enclosing(text.split("\n"), line, language) == name


def test_examples_in_the_module_hold() -> None:
    """Every doctest."""
    found = doctest.testmod(code_view)
    assert found.attempted
    assert not found.failed


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("rust", "impl Bird {\n    pub fn fly(&self) {\n        x();\n", "Bird.fly"),
        ("java", "public class Bird {\n    private static int fly(int a) {\n        x();\n", "Bird.fly"),
        ("csharp", "class Bird {\n    public async Task Fly(int a)\n    {\n        x();\n", "Bird.Fly"),
        ("php", "class Bird {\n    public function fly($a) {\n        x();\n", "Bird.fly"),
        ("ruby", "class Bird\n  def self.fly(a)\n    x()\n", "Bird.fly"),
        ("shell", "fly() {\n  x\n", "fly"),
        ("sql", "CREATE OR REPLACE FUNCTION fly() AS\n  SELECT 1\n", "fly"),
        ("java", "int a = f(b);\n", ""),
    ],
)
def test_languages_that_only_patterns_read_of_enclosing_function(language: str, text: str, name: str) -> None:
    lines = text.rstrip("\n").split("\n")
    assert code_view.find_enclosing(lines, len(lines), language) == name


# score.finding_trust: a finding is worth less in tests and in silenced lines.


@pytest.mark.parametrize(
    ("path", "tests"),
    [
        ("src/shop/total.py", False),
        ("src/contest.py", False),
        ("src/latest/a.go", False),
        ("tests/a.py", True),
        ("src/Total.TEST.ts", True),
        ("shop/total_test.go", True),
        ("docs/conf.py", True),
        ("reproduce_issue.py", True),
        ("repro.ts", True),
        ("src/reports.py", False),
        ("src/reproof.go", False),
    ],
)
def test_code_of_tests_is_known_by_its_path(path: str, tests: bool) -> None:
    """By a folder or the file's name, whole words only."""
    assert is_test_code(path) is tests


@pytest.mark.parametrize(
    ("line", "worth"), [("f(x)", 1.0), ("f(x)  # noqa: S602", 0.5), ("f(x) // nolint", 0.5), ("noqa = f(x)", 1.0)]
)
def test_a_silenced_line_halves_a_finding(line: str, worth: float) -> None:
    """Only by a comment."""
    assert rate_line(line) == worth
