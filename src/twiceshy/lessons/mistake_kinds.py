"""What kind of mistake a problem in a tool's output is: the same one is recognised in other files and names.

A tool's own code (``TS2345``, ``errcheck``, ``E0425``) is the best name for it. Where a tool gives none, an exception's
class is, with the message; Go's compiler gives neither, see ``go_compiler``. What remains, the message of a failed
assertion, says what one test wanted and is stored as a quotation.
"""

import re
from typing import NamedTuple

from twiceshy.lessons.go_compiler import match_go_complaint
from twiceshy.lessons.known_errors import KnownError, match_known_error
from twiceshy.records.findings import Problem, Severity, Verdict
from twiceshy.stats.text.fingerprint import KINDS, REPEATED, VARIABLE, normalise
from twiceshy.stats.text.quoting import quote


class MistakeKind(NamedTuple):
    """One kind of mistake."""

    key: str
    """Equal for the same kind: what it is hashed from."""
    subject: str
    """The language, else the tool."""
    category: str
    severity: Severity
    description: str
    cause: str
    pattern: str
    """Of its error, with ``<s>`` for what changes."""
    quoted: bool = False


_LANGUAGES = {
    "go test": "go",
    "go build": "go",
    "go vet": "go",
    "golangci-lint": "go",
    "staticcheck": "go",
    "gofmt": "go",
    "tsc": "typescript",
    "biome": "typescript",
    "eslint": "javascript",
    "bun test": "typescript",
    "vitest": "typescript",
    "jest": "javascript",
    "mocha": "javascript",
    "node test": "javascript",
    "prettier": "javascript",
    "pytest": "python",
    "unittest": "python",
    "ruff": "python",
    "mypy": "python",
    "pyright": "python",
    "flake8": "python",
    "pylint": "python",
    "black": "python",
    "sympy test": "python",
    "django test": "python",
    "cargo": "rust",
    "cargo test": "rust",
    "cargo build": "rust",
    "clippy": "rust",
    "rustc": "rust",
}
_EMPTY = re.compile(
    r"\s*(?:fail(?:ed)?|build failed|setup failed|too many errors|tests? failed|[\w:.-]{1,60} failed|error|errors?:?|"
    r"warnings?|(?:\w+(?:Error)?:?\s*)?\.\.\.|.{0,12}\.\.\.|session context.*|exit (?:code|status) \d+)?\s*",
    re.IGNORECASE,
)
"""Messages that say only that something failed."""
_WRAPPER = re.compile(r"ImportError: Failed to import test module|RuntimeError: Failed to import test module")
"""What unittest raises in the place of the error that it met."""
_VAGUE_TYPES = frozenset({"AssertionError", "Error", "Exception"})
"""Classes that say nothing of the mistake."""
_CLASS = re.compile(r"(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Warning|Failure)")
_CALLED = re.compile(r"(?<![<\w.])[\w.]+\(\)")
"""A function in an exception's message: somebody made its name up."""
_SUBRULE = re.compile(r"(?P<rule>[A-Za-z][\w-]{1,40}): \S")
_NAME = re.compile(r"(?<![<\w.])(?:[a-z0-9_]+[A-Z]\w*|[A-Z]+[a-z0-9]+[A-Z]\w*)(?:\(\))?")
"""Names that somebody made up: in camel case. Those behind a dot stay, as they are mostly a library's."""
_WRITTEN_TYPE = re.compile(r"'[\[({].*?'(?= (?:is|has|to|but|does|in)\b|[.,]|$)|'[\[({].*", re.DOTALL)
"""A type that TypeScript writes out: it holds quotation marks itself and ends anywhere."""
_CATEGORIES: tuple[tuple[str, str], ...] = (
    ("security", r"gosec|^S\d{3}$|security|injection|CWE|bandit"),
    ("error-handling", r"errcheck|nilerr|wrapcheck|errorlint|err113|B904|TRY\d|no-floating-promises|unhandled"),
    ("async", r"noctx|await|coroutine|promise|contextcheck|containedctx|ASYNC"),
    ("import", r"F401|I001|TS2307|TS2305|TS2724|TS1259|import|E0432|E0433|gomodguard|depguard"),
    ("undefined", r"TS2304|TS2552|TS2339|TS2551|TS18004|F821|E0425|E0599|undefined|typecheck"),
    ("unused", r"unused|unparam|F841|TS6133|TS6196|ineffassign|nolintlint|deadcode"),
    ("argument", r"TS2554|TS2555|TS2345|E0061"),
    ("type", r"^TS\d+|E0308|mypy|pyright|forcetypeassert|ireturn|recvcheck"),
    ("syntax", r"parse|syntax|TS1\d{3}$|E999|IndentationError|SyntaxError"),
    ("complexity", r"dupl|cyclop|gocognit|maintidx|funlen|nestif|C901|PLR09|goconst|gocyclo|lll"),
    ("style", r"format|gofmt|goimports|prettier|gofumpt|whitespace|E\d{3}$|W\d{3}$"),
)
_CATEGORY_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _CATEGORIES)
_MAJOR_CATEGORIES = frozenset(
    {"security", "async", "error-handling", "undefined", "argument", "type", "import", "runtime", "syntax"}
)


def classify_problem(verdict: Verdict, problem: Problem) -> MistakeKind | None:
    """Return the kind of mistake; None where the tool said no more than that something failed."""
    subject = _LANGUAGES.get(verdict.tool, verdict.tool.split(" ")[0].lower())
    if problem.code and not problem.message.endswith(":"):
        return _classify_by_code(verdict.tool, subject, problem)
    message = problem.message.strip()
    if _EMPTY.fullmatch(message) or _WRAPPER.match(message):
        return None
    if subject == "go" and (found := _classify_go_message(message)):
        return found
    if verdict.by != "script" and (known := match_known_error(subject, message)):
        return _classify_known(verdict.tool, subject, known, problem)
    if problem.error_type and problem.error_type not in _VAGUE_TYPES:
        return _classify_exception(verdict, subject, problem)
    text = normalise(message)
    return MistakeKind(
        key=f"{subject}\0test\0{text}",
        subject=subject,
        category="test" if verdict.kind == "test" else verdict.kind,
        severity=Severity.MINOR,
        description=f'{verdict.tool} said: "{quote(message)}"',
        cause="",
        pattern=text,
        quoted=True,
    )


def _classify_by_code(tool: str, subject: str, problem: Problem) -> MistakeKind:
    """Return a kind of mistake that the tool itself has a code for."""
    code, message = problem.code or "", generalize_message(problem.message)
    rule = ""
    if subject == "go" and code != "typecheck" and (found := _SUBRULE.match(problem.message)):
        rule = found["rule"]
    if code == "typecheck" and (complaint := _classify_go_message(problem.message)):
        return complaint
    name = f"{code}/{rule}" if rule else code
    known = match_known_error(subject, f"{code} {problem.message}")
    category = known.category if known else _category_of(f"{name} {tool}", code, message)
    return MistakeKind(
        key=f"{subject}\0{tool}\0{name}",
        subject=subject,
        category=category,
        severity=_severity_of(category),
        description=_describe(f"{tool} {name}", message),
        cause=known.cause if known else f"the code breaks the rule {name} of {tool}",
        pattern=name,
    )


def _classify_known(tool: str, subject: str, known: KnownError, problem: Problem) -> MistakeKind:
    """Return a kind of mistake that is known by the language's own words, whichever class its error has."""
    return MistakeKind(
        key=f"{subject}\0known\0{known.text}",
        subject=subject,
        category=known.category,
        severity=_severity_of(known.category),
        description=_describe(
            f"{known.cause[0].upper()}{known.cause[1:]} ({tool})", generalize_problem(problem.message)
        ),
        cause=known.cause,
        pattern=known.text,
    )


def _classify_exception(verdict: Verdict, subject: str, problem: Problem) -> MistakeKind | None:
    """Return a kind of mistake by an exception's class and message; None where the message is cut too short.

    What a script of the agent's own raises is a kind of its own: it says little of the code.
    """
    name, tool = problem.error_type or "", verdict.tool
    message = problem.message.strip().removeprefix(f"{name}:").strip()
    if message.endswith(("...", "…")) and len(message) < 40:
        return None
    message = generalize_message(message)
    category = _category_of(name, name, message)
    category = category if category in {"async", "import", "syntax"} else "runtime"
    source = "script\0" if verdict.by == "script" else ""
    return MistakeKind(
        key=f"{subject}\0{source}{name}\0{normalise(message)}",
        subject=subject,
        category=category,
        severity=_severity_of(category),
        description=_describe(f"{name} under {tool}", message),
        cause=f"the code raises {name} when it runs",
        pattern=normalise(f"{name}: {message}"),
    )


def _classify_go_message(message: str) -> MistakeKind | None:
    """Return the kind of a Go compiler message; None where it is none of the known ones."""
    known = match_go_complaint(message)
    if known is None:
        return None
    return MistakeKind(
        key=f"go\0compiler\0{known.text}",
        subject="go",
        category=known.category,
        severity=_severity_of(known.category),
        description=_describe(_head_of(known.cause, "Go does not compile"), known.text),
        cause=known.cause,
        pattern=known.text,
    )


def _head_of(cause: str, where: str) -> str:
    """Return a cause as the beginning of a sentence, and who said so."""
    return f"{cause[0].upper()}{cause[1:]} ({where})"


def _describe(head: str, message: str) -> str:
    """Return a lesson's words: what the mistake is and, in quotation marks, what the tool said."""
    return f'{head}: "{message}"' if message else head


def generalize_message(message: str) -> str:
    """Return the message with names, numbers and paths replaced by their kind, in one quoted line."""
    message = _WRITTEN_TYPE.sub("<s>", message)
    text = VARIABLE.sub(lambda found: KINDS.get(found.lastgroup or "") or found.group(), quote(message, 300))
    return quote(REPEATED.sub(r"\1", _NAME.sub("<name>", _CALLED.sub("<name>()", text))))


def generalize_problem(message: str) -> str:
    """Return an error's message in general form behind its class, which is no name that somebody made up.

    >>> generalize_problem("TypeError: addUp() takes 2 arguments")
    'TypeError: <name>() takes <n> arguments'
    """
    head, colon, rest = message.strip().partition(": ")
    if colon and _CLASS.fullmatch(head):
        return f"{quote(head)}: {generalize_message(rest)}"
    return generalize_message(message)


def _category_of(name: str, code: str, message: str) -> str:
    """Return the category by the rule's name, else by the message's words; ``other`` where neither tells."""
    for text in (name, code, message):
        for category, pattern in _CATEGORY_PATTERNS:
            if pattern.search(text):
                return category
    return "other"


def _severity_of(category: str) -> Severity:
    """Return the severity: critical for security, major for what breaks a program, minor for the rest."""
    if category == "security":
        return Severity.CRITICAL
    return Severity.MAJOR if category in _MAJOR_CATEGORIES else Severity.MINOR
