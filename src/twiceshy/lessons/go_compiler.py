"""What Go's compiler says: it has no codes, so its few sentences are known by their words."""

import re
from typing import NamedTuple


class Sentence(NamedTuple):
    """One kind of complaint."""

    pattern: re.Pattern[str]
    """At the beginning of a message."""
    category: str
    text: str
    """With what changes replaced by its kind."""
    cause: str


def _sentence(pattern: str, category: str, text: str, cause: str) -> Sentence:
    return Sentence(re.compile(pattern), category, text, cause)


PACKAGES = (
    "bufio|bytes|context|embed|errors|exec|filepath|flag|fmt|fs|hash|heap|http|httptest|io|ioutil|json|list|log|maps"
    "|math|net|os|path|rand|reflect|regexp|runtime|sha256|signal|slices|slog|sort|strconv|strings|sync|syscall"
    "|template|testing|time|unicode|url|utf8|xml"
)
"""Of the standard library, by the names that code uses."""
SENTENCES = (
    _sentence(
        rf"undefined: (?:{PACKAGES})(?:\.\w+)?$",
        "import",
        "undefined: <package>",
        "a package of the standard library is used and not imported",
    ),
    _sentence(r"undefined: \w+(?:\.\w+)?$", "undefined", "undefined: <name>", "a name is used that is not declared"),
    _sentence(r"(?:.* )?declared and not used", "unused", "declared and not used: <name>", "a variable is never read"),
    _sentence(r".* imported and not used", "import", "<s> imported and not used", "an import is left over"),
    _sentence(
        r"not enough arguments in call",
        "argument",
        "not enough arguments in call to <name>",
        "a call has fewer arguments than its function takes",
    ),
    _sentence(
        r"too many arguments in call",
        "argument",
        "too many arguments in call to <name>",
        "a call has more arguments than its function takes",
    ),
    _sentence(
        r"(?:not enough|too many) return values",
        "argument",
        "wrong number of return values",
        "a return does not fit the function's results",
    ),
    _sentence(
        r"(?:.*\(missing method |missing method)",
        "type",
        "<type> does not implement <type> (missing method)",
        "a type lacks a method of the interface that it is used as",
    ),
    _sentence(
        r"cannot use .+ as .+",
        "type",
        "cannot use <name> as <type>",
        "a value has another type than its place takes",
    ),
    _sentence(
        r"assignment mismatch:",
        "type",
        "assignment mismatch: <n> variables but <n> values",
        "a call's results are not as many as the names that they go to",
    ),
    _sentence(
        r".* undefined \(type .* has no (?:field|method)",
        "undefined",
        "<name> undefined (type has no field or method)",
        "a field or method is used that its type does not have",
    ),
    _sentence(
        r"unknown field .* in struct literal",
        "undefined",
        "unknown field <name> in struct literal",
        "a struct is filled with a field that it does not have",
    ),
    _sentence(
        r".* redeclared in this block|(?:method )?\S+ already declared",
        "duplicate",
        "<name> redeclared in this block",
        "a name is declared twice in one package",
    ),
    _sentence(r"missing return", "syntax", "missing return", "a function that gives a value can end without one"),
    _sentence(r"syntax error:", "syntax", "syntax error: <s>", "the file does not parse"),
    _sentence(
        r"no required module provides package|cannot find (?:package|module)|package .* is not in std",
        "import",
        "no module provides package <path>",
        "a package is imported that go.mod does not require",
    ),
    _sentence(r"import cycle not allowed", "import", "import cycle not allowed", "two packages import each other"),
    _sentence(
        r"invalid operation:", "type", "invalid operation: <s>", "an operator is used on types that do not have it"
    ),
)


def sentence(message: str) -> Sentence | None:
    """The kind of complaint; None where it is none of the known ones.

    >>> sentence("undefined: fmt").category, sentence("undefined: Foo").category, sentence("hello")
    ('import', 'undefined', None)
    """
    return next((known for known in SENTENCES if known.pattern.match(message)), None)
