"""Errors of languages that are known by their words: what the mistake is, whatever names stood in the message.

One mistake may have several messages: a forgotten ``await`` shows itself as a warning, as a missing attribute of a
coroutine or as a failed comparison with one. They have one row, so that they are one lesson.
"""

import re
from typing import NamedTuple


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
