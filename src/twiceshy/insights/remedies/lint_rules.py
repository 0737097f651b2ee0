"""What does a rule of a linter want, and which command mends it? A number alone tells an agent nothing.

Only rules that are surely known: of markdownlint, pycodestyle, pyflakes, shellcheck and tsc, as their own documentation
describes them (read on 2026-11-24), in our words. A rule with a name of words says what it wants itself.
"""

import re
from typing import NamedTuple

from twiceshy.stats.text.foreign_names import quote_name


class LintRule(NamedTuple):
    """What a rule wants."""

    wants: str
    """Our words, as in "it wants ...": "each code fence to name its language"."""
    mends: str = ""
    """The command that mends it by itself; empty where a person has to write something."""


_MARKDOWN = "markdownlint --fix FILE"
_BY_HAND = {
    "MD001": "headings to go one level down at a time",
    "MD013": "lines that are not too long",
    "MD024": "headings that differ",
    "MD025": "one top heading in a file",
    "MD028": "no empty line inside of a quote",
    "MD029": "numbers of a list in order",
    "MD033": "no tags of another language",
    "MD036": "headings in place of bold lines",
    "MD040": "each code fence to name its language",
    "MD041": "a top heading on the first line",
    "MD042": "links that lead somewhere",
    "MD043": "the headings that are set",
    "MD045": "images with a text",
    "MD046": "code blocks of one style",
    "MD048": "code fences of one style",
    "MD055": "tables of one style",
    "MD056": "table rows of the same number of columns",
    "MD059": "link texts that say where they lead",
    "E402": "imports at the top of the file",
    "E501": "lines that are not too long",
    "E701": "one statement on a line",
    "E711": "`is None` to compare with `None`",
    "E712": "no comparison with `True` or `False`",
    "E721": "`isinstance` to compare types",
    "E722": "an exception named in each `except`",
    "E731": "`def` in place of a named `lambda`",
    "E741": "names that are not easily mixed up",
    "E999": "code that can be read",
    "F401": "no import that is not used",
    "F403": "names in place of a star import",
    "F405": "names in place of a star import",
    "F541": "no format string without a place in it",
    "F811": "each name to be defined once",
    "F821": "each name to be defined",
    "F841": "no variable that is not used",
    "W291": "no spaces at the end of a line",
    "W292": "a line break at the end of the file",
    "W293": "no spaces on an empty line",
    "W605": "valid escapes in strings",
    "C901": "functions that are less complex",
    "SC2034": "no variable that is not used",
    "SC2046": "quotes around a command whose output is used",
    "SC2086": "quotes around variables",
    "SC2155": "a variable declared before it is set from a command",
    "SC2164": "a way out where `cd` fails",
    "TS2304": "each name to be declared",
    "TS2307": "modules that can be found",
    "TS2322": "values of the declared type",
    "TS2339": "members that the type has",
    "TS2345": "arguments of the declared type",
    "TS2532": "a check before a value that may be missing",
    "TS6133": "nothing declared that is not used",
    "TS7006": "a type for each parameter",
    "TS18048": "a check before a value that may be missing",
}
_MENDED = {
    "MD004": "list marks of one style",
    "MD005": "list items of one level in line",
    "MD007": "list items indented alike",
    "MD009": "no spaces at the end of a line",
    "MD010": "spaces in place of tabs",
    "MD011": "links with their marks in the right order",
    "MD012": "no more than one empty line",
    "MD014": "no prompt sign before commands without output",
    "MD018": "a space after the marks of a heading",
    "MD019": "one space after the marks of a heading",
    "MD022": "empty lines around headings",
    "MD023": "headings at the start of a line",
    "MD026": "headings without a mark at their end",
    "MD027": "one space after the mark of a quote",
    "MD030": "one space after the mark of a list",
    "MD031": "empty lines around code fences",
    "MD032": "empty lines around lists",
    "MD034": "no bare addresses",
    "MD037": "no spaces inside of bold marks",
    "MD038": "no spaces inside of code marks",
    "MD039": "no spaces inside of link texts",
    "MD044": "names written as they are set",
    "MD047": "one line break at the end of the file",
    "MD049": "emphasis of one style",
    "MD050": "bold marks of one style",
    "MD053": "no link definition that is not used",
    "MD058": "empty lines around tables",
}
"""Rules that markdownlint mends itself."""
_RULES = {
    **{rule: LintRule(wants) for rule, wants in _BY_HAND.items()},
    **{rule: LintRule(wants, _MARKDOWN) for rule, wants in _MENDED.items()},
}
_NAME = re.compile(r"[a-z@][a-z/@_-]*[a-z]\Z")


def find_lint_rule(rule: str) -> LintRule | None:
    """Return what a rule wants; None of a number that is not known here.

    >>> find_lint_rule("MD047").mends, find_lint_rule("MD040/fenced-code-language").wants
    ('markdownlint --fix FILE', 'each code fence to name its language')
    """
    return _RULES.get(rule.partition("/")[0].upper())


def explain_rule(rule: str) -> str:
    """Return a rule in quotes with what it wants and what mends it; empty where only a number could be told.

    >>> explain_rule("MD047")
    '`MD047` wants one line break at the end of the file: `markdownlint --fix FILE` mends it'
    >>> explain_rule("no-unused-vars"), explain_rule("ZZ123")
    ('`no-unused-vars`', '')
    """
    name, known = quote_name(rule), find_lint_rule(rule)
    if known is None:
        return name if _NAME.match(rule) else ""
    return f"{name} wants {known.wants}" + (f": `{known.mends}` mends it" if known.mends else "")
