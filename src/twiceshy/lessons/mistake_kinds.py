"""What kind of mistake a problem in a tool's output is: the same one is recognised in other files and names.

A tool's own code (``TS2345``, ``errcheck``, ``E0425``) is the best name for it. Where a tool gives none, an exception's
class is, with the message; Go's compiler gives neither, see ``go_compiler``. What remains, the message of a failed
assertion, says what one test wanted and is stored as a quotation.
"""

import re
from typing import NamedTuple

from twiceshy.base.values import Severity
from twiceshy.records.findings import Problem, Verdict
from twiceshy.stats.text.fingerprint import KINDS, REPEATED, VARIABLE, normalise
from twiceshy.stats.text.quoting import quote

# Errors of languages that are known by their words: what the mistake is, whatever names stood in the message.
#
# One mistake may have several messages: a forgotten ``await`` shows itself as a warning, as a missing attribute of a
# coroutine or as a failed comparison with one. They have one row, so that they are one lesson.


class KnownError(NamedTuple):
    """One mistake that a language's own messages tell."""

    language: str
    """As ``mistake_kinds`` names it; ``javascript`` holds for TypeScript too."""
    pattern: re.Pattern[str]
    """Anywhere in the code and message of an error."""
    category: str
    text: str
    """The message with what changes replaced by its kind."""
    cause: str
    """The mistake in words."""


def _make_error(language: str, category: str, text: str, cause: str, pattern: str) -> KnownError:
    return KnownError(language, re.compile(pattern), category, text, cause)


_PYTHON = (
    _make_error(
        "python",
        "async",
        "coroutine <s> was never awaited",
        "an async function is called without await",
        r"was never awaited|<coroutine object |'coroutine' object|object of type 'coroutine'|type 'coroutine'"
        r"|non-iterable coroutine|: 'coroutine'|and 'coroutine'",
    ),
    _make_error(
        "python",
        "async",
        "async def functions are not natively supported",
        "an async test runs without the plugin or mark that awaits it",
        r"async def functions are not natively supported",
    ),
    _make_error(
        "python",
        "import",
        "cannot import name <s> (circular import)",
        "two modules import each other",
        r"partially initialized module|circular import",
    ),
    _make_error(
        "python",
        "import",
        "cannot import name <s> from <s>",
        "a name is imported that its module does not define",
        r"cannot import name ",
    ),
    _make_error(
        "python",
        "import",
        "No module named <s>",
        "a module is imported that is not there: not installed, or under another path",
        r"\bNo module named ",
    ),
    _make_error(
        "python",
        "argument",
        "<name>() missing <n> required argument: <s>",
        "a call leaves out an argument that its function requires",
        r"\bmissing \d+ required (?:positional|keyword-only) arguments?",
    ),
    _make_error(
        "python",
        "argument",
        "<name>() takes <n> positional arguments but <n> were given",
        "a call gives more arguments than its function takes",
        r"\btakes (?:from \d+ to )?\d+ positional arguments? but \d+ (?:was|were) given|\btakes no arguments",
    ),
    _make_error(
        "python",
        "argument",
        "<name>() got an unexpected keyword argument <s>",
        "a call names an argument that its function does not have",
        r"\bgot (?:an unexpected keyword argument|multiple values for)|unexpected keyword argument",
    ),
    _make_error(
        "python",
        "type",
        "unsupported operand type(s) for <s>",
        "an operator joins values of types that do not fit, often text or None with a number",
        r"unsupported operand type\(s\)|can only concatenate |must be str, not |not supported between instances of",
    ),
    _make_error(
        "python",
        "type",
        "'NoneType' object has no <s>",
        "a value is used that is None",
        r"'NoneType' object (?:has no attribute|is not (?:subscriptable|iterable|callable))",
    ),
)
_JAVASCRIPT = (
    _make_error(
        "javascript",
        "import",
        "Cannot find module <s>",
        "a module is imported that is not there: not installed, or under another path",
        r"Cannot find (?:module|package) |Failed to resolve import |\bTS2307\b|Failed to load url",
    ),
    _make_error(
        "javascript",
        "import",
        "<s> has no exported member <s>",
        "a name is imported that its module does not export",
        r"does not provide an export named |No matching export|has no exported member|\bTS(?:2305|2614|2724)\b",
    ),
    _make_error(
        "javascript",
        "async",
        "received a Promise",
        "an async function is called without await",
        r"Received(?: value)?:? (?:has type: +)?(?:Promise\b|\[?object Promise)|Received: +Promise|\bTS(?:2801|2773)\b"
        r"|on type 'Promise<|[Pp]romise \{\s*(?:<pending>)?|did you forget to use 'await'",
    ),
    _make_error(
        "javascript",
        "type",
        "Cannot read properties of undefined (reading <s>)",
        "a property is read of a value that is undefined or null",
        r"Cannot (?:read|set) propert(?:y|ies) .{0,80}of (?:undefined|null)|is not iterable"
        r"|\bTS(?:2531|2532|2533|18047|18048|18049)\b",
    ),
    _make_error(
        "javascript",
        "undefined",
        "<name> is not a function",
        "what is called is no function: not exported under this name, or of another form",
        r"is not a (?:function|constructor)\b",
    ),
    _make_error(
        "javascript",
        "type",
        "Argument is not assignable to parameter",
        "a call gives a value of another type than its parameter has",
        r"\bTS2345\b",
    ),
    _make_error(
        "javascript",
        "type",
        "Type is not assignable to type",
        "a value has another type than its place takes",
        r"\bTS(?:2322|2741|2739|2740)\b",
    ),
    _make_error(
        "javascript",
        "argument",
        "Expected <n> arguments, but got <n>",
        "a call gives another number of arguments than its function takes",
        r"\bTS(?:2554|2555)\b",
    ),
)
_RUST = (
    _make_error(
        "rust",
        "type",
        "called <s> on a None or Err value",
        "an Option or Result is unwrapped that holds nothing or an error",
        r"called `(?:Option|Result)::(?:unwrap|expect)\w*\(\)` on an? ",
    ),
    _make_error(
        "rust",
        "type",
        "index out of bounds",
        "an index lies beyond the end",
        r"index out of bounds|range end index|range start index",
    ),
    _make_error("rust", "type", "attempt to <s> with overflow", "a number leaves its type's range", r"with overflow$"),
    _make_error(
        "rust",
        "ownership",
        "use of moved value: <s>",
        "a value is used after it was moved",
        r"\bE0(?:382|505|507)\b",
    ),
    _make_error(
        "rust",
        "ownership",
        "cannot borrow <s> as mutable",
        "a value is borrowed in two ways at once, or is not mutable",
        r"\bE0(?:499|502|506|596|597|716)\b",
    ),
    _make_error("rust", "type", "mismatched types", "a value has another type than its place takes", r"\bE0308\b"),
    _make_error(
        "rust", "type", "the trait bound is not satisfied", "a type lacks a trait that its use needs", r"\bE0277\b"
    ),
    _make_error(
        "rust",
        "argument",
        "this function takes <n> arguments but <n> were supplied",
        "a call gives another number of arguments than its function takes",
        r"\bE0061\b",
    ),
    _make_error(
        "rust",
        "import",
        "unresolved import",
        "a path is imported that its crate does not have",
        r"\bE043[23]\b",
    ),
)
_GO = (
    _make_error(
        "go",
        "runtime",
        "panic: nil pointer dereference",
        "a pointer is used that is nil",
        r"nil pointer dereference|assignment to entry in nil map",
    ),
    _make_error(
        "go",
        "runtime",
        "panic: index out of range",
        "an index lies beyond the end of a slice",
        r"runtime error: (?:index|slice bounds) out of range",
    ),
    _make_error(
        "go",
        "async",
        "all goroutines are asleep - deadlock!",
        "goroutines wait for each other",
        r"all goroutines are asleep|close of closed channel|send on closed channel",
    ),
)
_KNOWN = (*_PYTHON, *_JAVASCRIPT, *_RUST, *_GO)
LANGUAGES = ("python", "javascript", "typescript", "rust", "go")
_SPOKEN_LIKE = {"typescript": "javascript"}


def match_known_error(language: str, message: str) -> KnownError | None:
    """Return the mistake that an error's code and message tell; None where they are none of the known ones.

    >>> match_known_error("python", "TypeError: 'coroutine' object is not subscriptable").category
    'async'
    >>> match_known_error("typescript", "TS2345 Argument of type 'string'").category
    'type'
    >>> match_known_error("python", "ValueError: too small")
    """
    spoken = _SPOKEN_LIKE.get(language, language)
    return next((one for one in _KNOWN if one.language == spoken and one.pattern.search(message)), None)


# Messages of Go's compiler: it has no error codes, so its few messages are recognised by their words.


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
