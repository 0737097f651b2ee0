# ruff: noqa: E501  # a form is one line, however long
"""Shells, the programs that come with a system, and interpreters of scripts."""

from twiceshy.commands.telling.telling_rule import MESSAGE, REFUSAL, TellingForm, TellingRule

_PROGRAM = r"[a-z~./\d_][\w./+\u27e6\u27e7-]{0,120}"
FORMS: tuple[TellingForm, ...] = (
    TellingRule(MESSAGE, "[Request interrupted", r"\[Request interrupted by user.*"),
    TellingRule(REFUSAL + 1, "command not found", r".{0,120}command not found.*"),
    TellingRule(
        REFUSAL + 1, ": not found", rf"{_PROGRAM}: (?:line )?\d+: .+: not found|{_PROGRAM}: \d+: .+: not found"
    ),
    TellingRule(REFUSAL + 1, "is not recognized as", r".+ is not recognized as .+"),
    TellingRule(REFUSAL + 1, "Unknown command", r"fish: Unknown command.+"),
    TellingRule(REFUSAL + 1, "line ", rf"{_PROGRAM}: (?:-c: )?line \d+: .+"),
    TellingRule(REFUSAL + 1, "sh:", r"(?:zsh|-?bash|sh|dash|ksh)(?::\d+)?: .+"),
    TellingRule(REFUSAL + 1, "(eval):", r"\(eval\):\d+: .+"),
    TellingRule(REFUSAL, ": No such file", rf"{_PROGRAM}: .+: No such file or directory.*"),
    TellingRule(
        REFUSAL,
        ": ",
        rf"{_PROGRAM}: (?:cannot|can't|can\u2019t|could not|couldn't|failed to|unable to|invalid|illegal|unrecognized|unknown|missing|extra|error|fatal|no |not |Is a|bad|unexpected|Failed|Error|Cannot|Invalid|Unable|Unknown|No |Not |option|unterminated|E\d|\(\d+\)|refusing|stat|unmatched|preg|regex|binary).+",
    ),
    TellingRule(
        REFUSAL,
        ": ",
        rf"{_PROGRAM}: .+: (?:Permission denied|Is a directory|Not a directory|Operation not permitted|File exists|No space left on device|Device or resource busy|Directory not empty|Connection refused|Connection timed out|not found|Exec format error|cannot .+|Argument list too long|Broken pipe|Read-only file system|Too many .+|binary file matches|Text file busy|Name or service not known|Temporary failure .+|Host key .+)\.?.*",
    ),
    TellingRule(REFUSAL, "IO error for", rf"{_PROGRAM}: .+: IO error for .+"),
    TellingRule(REFUSAL, "rg: ", r"rg: .+"),
    TellingRule(REFUSAL, "jq: ", r"jq: (?:\d+ compile error|error).+"),
    TellingRule(MESSAGE - 1, "jq: error", r"jq: error.+"),
    TellingRule(REFUSAL, "curl: (", r"curl: \(\d+\) .+"),
    TellingRule(REFUSAL, "ssh: ", r"ssh: .+"),
    TellingRule(REFUSAL, "usage: ", r"(?P<it>\S+: error: .+)"),
    TellingRule(REFUSAL, ": error: ", r"[\w./ -]{1,80}: error: .+"),
    TellingRule(
        REFUSAL + 2,
        "rror",
        r"(?:Uncaught )?(?:[A-Z]\w{0,60})?(?:Error|Exception)(?: \[\w+\])?: (?!Command failed|Process completed|unknown flag|\[).+(?=\n(?:.*\n){0,12}?\s+at )",
    ),
    TellingRule(
        REFUSAL + 2,
        "rror: ",
        r"(?:Syntax|Type|Reference|Range|Eval|URI|Aggregate|Internal|System|Build|Resolve|Module\w*)Error(?: \[\w+\])?: .+",
    ),
    TellingRule(REFUSAL + 2, "Exception in thread", r"Exception in thread .+"),
    TellingRule(REFUSAL + 1, "Caused by: ", r"Caused by: .+"),
    TellingRule(REFUSAL + 2, "Unhandled", r"Unhandled exception\. .+|Unhandled exception(?: at)?.*"),
    TellingRule(REFUSAL + 2, ".rb:", r"\S+\.rb:\d+:in .+: .+ \([\w:]+\)|\S+\.rb:\d+: .+"),
    TellingRule(REFUSAL + 2, " line ", r".+ at \S+ line \d+\.$"),
    TellingRule(REFUSAL + 2, "lua", r"lua\w*: .+|\S+\.lua:\d+: .+"),
    TellingRule(REFUSAL, "unknown flag", r".{0,80}unknown (?:shorthand )?flag: .+"),
    TellingRule(REFUSAL, "Command aborted", r"Command aborted\.?$"),
    TellingRule(REFUSAL + 3, "Module not found", r"Module not found: .+"),
    TellingRule(REFUSAL + 3, "Type error: ", r"Type error: .+"),
    TellingRule(REFUSAL, ": [", r"[\w-]+: \[(?:emerg|alert|crit|error|fatal)\] .+"),
    TellingRule(REFUSAL, "accepts ", r"(?:Error: )?accepts (?:at most|at least|between|\d+) .+"),
    TellingRule(REFUSAL, "unknown command", r".{0,80}unknown command.+"),
    TellingRule(REFUSAL, "required flag", r".{0,20}required flag.+"),
    TellingRule(REFUSAL, "Error: No such", r"Error: No such .+"),
    TellingRule(REFUSAL - 16, "rror:\n", r"(?:[A-Z]\w* ){0,3}[Ee]rror:\n(?P<it>\S.+)"),
    TellingRule(REFUSAL, "Segmentation fault", r".*Segmentation fault.*"),
    TellingRule(REFUSAL, "Killed", r".{0,80}\bKilled\b.*"),
    TellingRule(REFUSAL, "Aborted", r".{0,80}Aborted(?: \(core dumped\))?$"),
    TellingRule(REFUSAL, "out of memory", r".*out of memory.*"),
    TellingRule(REFUSAL, "Permission denied", r".*Permission denied.*"),
)
