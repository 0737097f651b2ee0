"""Messages of Go's compiler: it has no error codes, so its few messages are recognised by their words."""

import re
from typing import NamedTuple


class _GoComplaint(NamedTuple):
    """One kind of compiler message."""

    pattern: re.Pattern[str]
    """At the beginning of a message."""
    category: str
    text: str
    """With what changes replaced by its kind."""
    cause: str


def _make_complaint(pattern: str, category: str, text: str, cause: str) -> _GoComplaint:
    return _GoComplaint(re.compile(pattern), category, text, cause)


_PACKAGES = (
    "bufio|bytes|context|embed|errors|exec|filepath|flag|fmt|fs|hash|heap|http|httptest|io|ioutil|json|list|log|maps"
    "|math|net|os|path|rand|reflect|regexp|runtime|sha256|signal|slices|slog|sort|strconv|strings|sync|syscall"
    "|template|testing|time|unicode|url|utf8|xml"
)
"""Of the standard library, by the names that code uses."""
_COMPLAINTS = (
    _make_complaint(
        rf"undefined: (?:{_PACKAGES})(?:\.\w+)?$",
        "import",
        "undefined: <package>",
        "a package of the standard library is used and not imported",
    ),
    _make_complaint(
        r"undefined: \w+(?:\.\w+)?$", "undefined", "undefined: <name>", "a name is used that is not declared"
    ),
    _make_complaint(
        r"(?:.* )?declared and not used", "unused", "declared and not used: <name>", "a variable is never read"
    ),
    _make_complaint(r".* imported and not used", "import", "<s> imported and not used", "an import is left over"),
    _make_complaint(
        r"not enough arguments in call",
        "argument",
        "not enough arguments in call to <name>",
        "a call has fewer arguments than its function takes",
    ),
    _make_complaint(
        r"too many arguments in call",
        "argument",
        "too many arguments in call to <name>",
        "a call has more arguments than its function takes",
    ),
    _make_complaint(
        r"(?:not enough|too many) return values",
        "argument",
        "wrong number of return values",
        "a return does not fit the function's results",
    ),
    _make_complaint(
        r"(?:.*\(missing method |missing method)",
        "type",
        "<type> does not implement <type> (missing method)",
        "a type lacks a method of the interface that it is used as",
    ),
    _make_complaint(
        r"cannot use .+ as .+",
        "type",
        "cannot use <name> as <type>",
        "a value has another type than its place takes",
    ),
    _make_complaint(
        r"assignment mismatch:",
        "type",
        "assignment mismatch: <n> variables but <n> values",
        "a call's results are not as many as the names that they go to",
    ),
    _make_complaint(
        r".* undefined \(type .* has no (?:field|method)",
        "undefined",
        "<name> undefined (type has no field or method)",
        "a field or method is used that its type does not have",
    ),
    _make_complaint(
        r"unknown field .* in struct literal",
        "undefined",
        "unknown field <name> in struct literal",
        "a struct is filled with a field that it does not have",
    ),
    _make_complaint(
        r".* redeclared in this block|(?:method )?\S+ already declared",
        "duplicate",
        "<name> redeclared in this block",
        "a name is declared twice in one package",
    ),
    _make_complaint(r"missing return", "syntax", "missing return", "a function that gives a value can end without one"),
    _make_complaint(r"syntax error:", "syntax", "syntax error: <s>", "the file does not parse"),
    _make_complaint(
        r"no required module provides package|cannot find (?:package|module)|package .* is not in std",
        "import",
        "no module provides package <path>",
        "a package is imported that go.mod does not require",
    ),
    _make_complaint(
        r"import cycle not allowed", "import", "import cycle not allowed", "two packages import each other"
    ),
    _make_complaint(
        r"invalid operation:", "type", "invalid operation: <s>", "an operator is used on types that do not have it"
    ),
)


def match_go_complaint(message: str) -> _GoComplaint | None:
    """Return the kind of a compiler message; None where it is none of the known ones.

    >>> match_go_complaint("undefined: fmt").category, match_go_complaint("undefined: Foo").category
    ('import', 'undefined')
    >>> match_go_complaint("hello")
    """
    return next((known for known in _COMPLAINTS if known.pattern.match(message)), None)
