"""Fingerprint: one key for the same error, whatever its paths, numbers and names were.

A failure's text is first reduced to the one line that says what is wrong (``commands.telling``); then what changes from
time to time (paths, numbers, ids, quoted names) is replaced by its kind, while codes that name the error (``TS2304``,
``E0308``, ``ENOENT``, exit and HTTP statuses, exception classes) stay. The key is a hash of the tool's
class and what remains.
Exact keys are fine where an error names unquoted identifiers, and that is the better side to err on: two different
errors under one key would make every count about them wrong.

``VERSION`` counts up whenever a key changes; stored keys of other versions are not comparable.
"""

import re
from functools import cache
from hashlib import blake2b

VERSION = 3
LONGEST_HEADLINE = 240  # guess: two lines of a terminal
ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_ENDINGS = (
    "bash|bat|c|cc|cfg|cjs|conf|cpp|cs|css|csv|dart|env|ex|exs|go|gz|h|hpp|html|ini|ipynb|java|js|json|jsonl|jsx|kt|less|lock|"
    "log|lua|m|md|mjs|mod|mts|php|pl|png|proto|ps1|py|pyi|rb|rs|rst|scala|scss|sh|sql|sum|svelte|svg|swift|tar|tf|toml|ts|"
    "tsx|txt|vue|xml|yaml|yml|zig|zip|zsh"
)
_TYPES = (
    "None|NoneType|Ellipsis|bool|bytes|bytearray|callable|coroutine|complex|dict|float|frozenset|function|generator|int"
    "|list|long|map|method|module|object|range|set|slice|str|string|tuple|type|unicode|zip|any|bigint|boolean|never|null"
    "|number|symbol|undefined|unknown|void|u?int(?:8|16|32|64)?|[iuf](?:8|16|32|64|128|size)|&?str|&?String|usize|char"
    "|byte|rune|error|double|short|Integer|Boolean|Long|Double|Array|Object|Promise|Map|Set|Function|Date"
    "|dict_keys|dict_values|ndarray|DataFrame|Series|async_generator|builtin_function_or_method"
)
"""Names of types that languages have by themselves: in quotes they tell one error from another."""
VARIABLE = re.compile(
    rf"""
      (?P<keep>\[Errno[ ]-?\d+\]|\berrno[ :=]+\d+|\b(?:exit(?:ed)?[ ](?:with[ ])?)?(?:code|status)[ :=]+-?\d+\b
        |\b(?:HTTP|http)(?:/\d(?:\.\d)?)?[ :]*[1-5]\d\d\b|\berror:?[ ][45]\d\d\b|\bstatus[ ]code[ ]\d+
        |\b[A-Z]{{1,8}}-?\d{{2,6}}\b|\b[iuf](?:8|16|32|64|128|size)\b
        |\b(?:u?int|float|complex|utf-?|sha|es|base|ipv|x)\d+(?:_\d+)?\b
        |\bmd5\b|\bpython\d?\b|(?<![\w/.])(?:@[\w-]+|lint|react-hooks|import|jsx-a11y|unicorn|promise|security)
            /[\w-]+(?:/[\w-]+)?(?![\w./])
        |(?:rule|E):[\w-]+/[\w-]+
        |(?<![\w])(?P<mark>['"`])(?:{_TYPES})(?P=mark)(?!\w)
        |(?<=[Tt]ype[ ])(?:'[^'\n]{{1,120}}'|"[^"\n]{{1,120}}"|`[^`\n]{{1,120}}`)
        |(?<!\w)'[\w.]{{1,80}}'(?=[ ](?:object|instances?|and[ ]')\b|[ ]objects?\b)
        |(?<=expected[ ])`[^`\n]{{1,80}}`|(?<=found[ ])`[^`\n]{{1,80}}`|(?<=;[ ]expected[ ])"[^"\n]{{1,120}}")
    | (?P<url>\b[a-z][a-z+]{{1,10}}://[^\s'"<>)]+)
    | (?P<q>(?<!\w)'[^'\n]{{0,300}}'(?!\w)|"[^"\n]{{0,300}}"|`[^`\n]{{0,300}}`
        |[\u2018\u201c][^\u2019\u201d\n]{{0,300}}[\u2019\u201d])
    | (?P<time>\b\d{{4}}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?
        |\b\d\d?:\d\d:\d\d(?:[.,]\d+)?\b)
    | (?P<id>\b[0-9a-fA-F]{{8}}-[0-9a-fA-F]{{4}}-[0-9a-fA-F]{{4}}-[0-9a-fA-F]{{4}}-[0-9a-fA-F]{{12}}\b
        |\b0x[0-9a-fA-F]+\b
        |\b(?=[a-f]*\d)[0-9a-f]{{7,64}}\b|\b[0-9a-f]{{40}}\b)
    | (?P<path>(?<![\w<])[A-Za-z]:[\\/][^\s:'"<>|*?]+(?::\d+(?::\d+)?)?
        |(?<![\w<>])(?:~|\.{{1,2}})?/(?:[\w.@+%$=-]+/?)+(?:[:(]\d+(?:[:,]\d+)?\)?)?
        |(?<![\w<>])[\w.@+%$-]+(?:/[\w.@+%$=-]+)+/?(?:[:(]\d+(?:[:,]\d+)?\)?)?
        |(?<![\w<>])[\w@+%$-][\w.@+%$-]*\.(?:{_ENDINGS})\b(?:[:(]\d+(?:[:,]\d+)?\)?)?)
    | (?P<tmp>\btmp[\w]{{4,}}\b)
    | (?P<n>[-+]?\d+(?:[.,_]\d+)*(?:[ ]?(?:ms|µs|ns|[KMGT]i?B|%|s|m|h|x)\b)?)
    """,
    re.VERBOSE,
)
KINDS = {"url": "<url>", "q": "<s>", "time": "<time>", "id": "<id>", "path": "<path>", "tmp": "<tmp>", "n": "<n>"}
REPEATED = re.compile(r"(<\w+>)(?:[,;|\s]+\1)+")
_BLANKS = re.compile(r"\s+")
_PARAMETERS = re.compile(r"(::\w+)\[.*?\](?=\s|$)")

_TOOL_CLASSES = {
    "bash": "run",
    "shell": "run",
    "local_shell": "run",
    "exec": "run",
    "exec_command": "run",
    "powershell": "run",
    "run_shell_command": "run",
    "run_terminal_cmd": "run",
    "terminal": "run",
    "execute_command": "run",
    "edit": "edit",
    "multiedit": "edit",
    "write": "edit",
    "notebookedit": "edit",
    "apply_patch": "edit",
    "replace": "edit",
    "write_file": "edit",
    "edit_file": "edit",
    "search_replace": "edit",
    "str_replace": "edit",
    "read": "read",
    "read_file": "read",
    "view": "read",
    "read_many_files": "read",
    "grep": "search",
    "glob": "search",
    "ls": "search",
    "list_dir": "search",
    "search": "search",
    "list": "search",
    "task": "delegate",
    "agent": "delegate",
}
_LABELS = (
    ("rejected by the user", r"^rejected by the user|user doesn't want to|user rejected"),
    ("interrupted", r"^interrupted$|request interrupted|keyboardinterrupt|aborted by user"),
    ("parallel call failed", r"sibling tool call|parallel tool call"),
    (
        "string not found",
        r"string to replace (?:was )?not found|failed to find (?:expected|context)|0 occurrences found",
    ),
    ("not read", r"has not been read|must (?:first )?read"),
    ("changed since read", r"modified since (?:it was )?(?:last )?read"),
    ("string not unique", r"matches of the string|not unique|multiple (?:matches|occurrences)"),
    ("nothing to change", r"no changes to make|exactly the same"),
    ("too large", r"exceeds? (?:the )?maximum|too (?:large|long|big)\b|too_big"),
    ("push rejected", r"\[(?:remote )?rejected\]|failed to push"),
    ("merge conflict", r"^conflict \(|merge conflict|would be overwritten by|could not apply"),
    (
        "command not found",
        r"command not found|: not found$|is not recognized as|executable file not found|no version is set for command",
    ),
    (
        "no such module",
        r"modulenotfounderror|importerror|cannot find (?:module|package)|no required module|module not found",
    ),
    (
        "tests failed",
        (
            r"^(?:failed \S+::|--- fail|● |[✕✗] |\(fail\)|test \S+ \.\.\. failed|not ok |fail:? |error: test)"
            r"|assertionerror|assertion failed|tests? failed"
        ),
    ),
    (
        "lint or format",
        (
            r"lint/|eslint|prettier|\d+:\d+:? [a-z]{1,4}\d{3,4} |would reformat|formatter would|gofmt"
            r"|\.go:\d+:\d+:.* \((?!typecheck)[a-z]+\)$|: [gs]\d{3,4}: "
        ),
    ),
    (
        "does not compile",
        (
            r"\berror ts\d+|^error\[e\d+\]|\.\w+:\d+:\d+: (?:fatal )?error|\.go:\d+:\d+:|undefined:|\[build failed\]"
            r"|syntaxerror|cannot find name|undeclared|import cycle"
        ),
    ),
    (
        "no such file",
        r"no such file|does not exist|file not found|enoent|path does not|eisdir|not a directory|cannot access",
    ),
    (
        "permission denied",
        r"permission (?:denied|to .* denied|for this)|eacces|eperm|not permitted|forbidden|http 40[13]|unauthorized",
    ),
    ("timed out", r"timed? ?out|timeout|deadline exceeded"),
    (
        "network",
        (
            r"econnrefused|econnreset|enotfound|connection (?:refused|reset)|could not resolve host"
            r"|(?:status code|http) [45]\d\d"
        ),
    ),
    (
        "wrong arguments",
        (
            r"inputvalidationerror|unrecognized (?:option|argument|subcommand)|usage:|invalid (?:option|argument)"
            r"|unknown (?:option|flag|command|skill|field)|unexpected argument"
        ),
    ),
    ("exit status only", r"^no message|^exit (?:code|status) \d+$"),
)
"""What kind of error a headline tells of, first match wins. General words of tools, none of a single project."""


def normalise(message: str) -> str:
    """Return the message with everything that changes from time to time replaced by its kind.

    >>> normalise("src/app.ts:12:5 - error TS2304: Cannot find name 'foo'.")
    '<path> - error ts2304: cannot find name <s>.'
    """
    text = _PARAMETERS.sub(r"\1", message[: 2 * LONGEST_HEADLINE])
    text = VARIABLE.sub(lambda found: KINDS.get(found.lastgroup or "") or found.group(), text)
    return REPEATED.sub(r"\1", " ".join(text.lower().split()))


def tool_class(tool: str) -> str:
    """Return the group of tools whose errors are the same errors, whatever each agent calls them."""
    name = tool.lower()
    return _TOOL_CLASSES.get(name, name)


def fingerprint(message: str, tool: str) -> bytes:
    """Return 8 bytes that are equal for the same error of the same class of tool; ``message`` is a telling line."""
    text = f"{tool_class(tool)}\0{normalise(message)}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def label(message: str) -> str:
    """Return the kind of error in two or three words, empty where none of the general patterns fits."""
    return next((name for name, pattern in _compile_labels() if pattern.search(message)), "")


@cache
def _compile_labels() -> list[tuple[str, re.Pattern[str]]]:
    """Compile ``_LABELS`` when the first label is asked for: readers of logs never do."""
    return [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _LABELS]


def fingerprint_finding(rule: str, function: str, *texts: str) -> bytes:
    r"""Return 8 bytes of rule, function and the unspaced text of source and sink; they stay when lines move.

    >>> texts = ("a  = b", "a =\n  b")
    >>> len({fingerprint_finding("r", "f", text) for text in texts}), len({fingerprint_finding(r, "f") for r in "rs"})
    (1, 2)
    """
    parts = (rule, function, *(_BLANKS.sub(" ", text.strip()) for text in texts))
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
