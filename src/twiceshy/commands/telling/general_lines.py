"""Words that all tools use for a fault, where no form of a single tool was seen."""

import re

from twiceshy.commands.telling.telling_rule import LONGEST_LINE, TellingHit

# Lines that only repeat that something failed, and lines that are source code, data or usage and no message.

# ruff: noqa: E501  # a form is one line, however long


WEAK = re.compile(
    r"(?:error: )?(?:script|recipe|task|command|process|lifecycle|job|step)\b.{0,200}\b(?:exited|failed|terminated)\b"
    r"|.{0,80}\bERROR task failed|make(?:\[\d+\])?: \*\*\* \[|make(?:\[\d+\])?: Target .* not remade|.{0,200}\bELIFECYCLE\b"
    r"|(?:npm|pnpm|yarn) (?:ERR!|error) *(?:Lifecycle|Test failed|A complete|Command failed|code ELIFECYCLE|errno \d|path |command |code |signal |cwd |workspace |location |in workspace|Failed at|This is probably|syscall |dest |gyp info)"
    r"|npm (?:ERR!|error)(?: \d+)?\s*$|npm (?:ERR!|error) (?:\d+ )?(?:Note that|tarball|or use|To see a list)"
    r"|[\u00d7\u2716\u2717] Some \w+ were emitted|.{0,200}Command failed with exit code"
    r"|error: (?:aborting due to|could not compile|test failed|\d+ targets? failed|process didn't exit|build failed|Recipe)"
    r"|error Command failed|FAILED \((?:failures|errors)|FAIL$|FAILED$|FAILURE: Build failed with an exception"
    r"|(?:\S{1,40}: )?(?:Error|ERROR|Errors?|error|Fatal|Failure|Failed|FAILED)[:!.]*\s*$|ERR_PNPM_RECURSIVE_RUN"
    r"|(?:\u2716 )?husky .{0,80}|exit status \d+$|Exit code:? \d+$|collect2: error: ld returned|ninja: build stopped"
    r"|clang(?:\+\+)?: error: linker command failed|\* What went wrong:|BUILD FAILED|Build FAILED|Build failed\.?$"
    r"|(?:ERROR: )?failed to solve: process |error: failed to push some refs|Error: Process completed|tests? failed\.?$"
    r"|\d+ tests?, \d+ (?:failures?|errors?)\b|Tests:? |Test Suites: |Test Files |\d+ (?:failed|failing|errors?|problems?)\b|Found \d+ errors?|Failed to execute goal .{0,400}There are test failures"
    r"|ERROR: Build (?:failed|did NOT)|Failed tests:|Failures:|Errors were found|error: linking with .{0,80} failed"
    r"|error: subprocess-exited-with-error|error: metadata-generation-failed|ERROR: (?:Failed building wheel|Command errored)"
    r"|\+ ?(?:FullyQualifiedErrorId|CategoryInfo)|Traceback \(most recent|Command failed\.?:? \S"
    r"|error: recipe |Errors? occurred\.?$|Failed with exit|errors? generated|\[?ERROR\]? *(?:Failed tests|->|Re-run|To see|For more|After correcting|\[Help|Tests run:|Failures:|Errors:|COMPILATION ERROR)"
    r"|FAIL[\t ]\S+[\t ]+(?:[\d.]+s|\[\w+ failed\]|\(cached\))|fatal: failed to write commit object|\u2716 .+:$|\[FAILED\] "
    r"|\S+: line \d+: +\d+ (?:Terminated|Hangup|Interrupt)|Test failed\. See |Failed to compile\.?$|StandardError: An error has occurred|.*configuration file .+ test failed|\S* ?\[fail\]: |Dubious, test|# Looks like|\[ERROR\] Found \d|\d+ out of \d+ hunks? FAILED|Automatic merge failed",
    re.IGNORECASE,
)
NOISE = re.compile(
    r"(?:warning|warn|deprecat\w*|info|debug|note)\b(?!.{0,9}DATA RACE)|hint: |(?:\[\w+\] )?\$ |> |To see a list|Some checks"
    r"|npm (?:ERR!|error) (?:A complete|Note that|tarball|or use)|checking for ",
    re.IGNORECASE,
)
"""Banners, hints and what is no error."""
GOES_ON = re.compile(
    r".{0,300}(?:\b(?:using|keeping|continuing with|falling back to|fell back to|proceeding with)\b.{0,80}"
    r"\b(?:instead|installed|cached|existing|previous|anyway)\b"
    r"|\b(?:retrying|will retry|trying again)\b.{0,20}(?:\bin\b|\d|\.\.\.))",
    re.IGNORECASE,
)
"""A trouble that a program got over: it says what it does instead, and is not why a run failed."""
CODE = re.compile(
    r"\s*(?:(?://|/\*|\*|#(?!\d)|<!--|import\b|from \S+ import|export\b|const\b|let\b|var\b|return\b|throw\b|raise\b|def\b|func\b|class\b"
    r"|if\b|elif\b|else\b|except\b|catch\b|try\b|case\b|assert\b|echo\b|print\w*[ (]|console\.|logger\.|log\.|expect\(|it\(|describe\("
    r"|[-+] |\d+[:\t\u2192-]|at \S|\| |\"(?!error|message|summary|detail|reason)[\w-]+\": |\u2502.*\u2502.*\u2502)|\S+\.\w{1,6}[:-]\d+[:-](?!\d+[: ]| ?(?:fatal|error))|\S+\.(?:py|go|ts|tsx|js|rs|md|json|ya?ml|sh|java|rb|toml|txt)[:-] "
    r"|.*(?:[;{]|=>|\($)\s*$|.*\d [Pp]ass(?:ed|ing)?\b.*\b0 (?:[Ff]ail|[Ee]rror)|.*\b0 (?:errors?|failures?|failed)\b)"
)
USAGE = re.compile(r"\s*(?:-{1,2}[\w-]+[ ,=<]|usage:|options:|flags:)", re.IGNORECASE)


# ruff: noqa: E501  # a form is one line, however long


_SMELL = re.compile(
    r"error|fail|fatal|panic|cannot|can't|could not|couldn't|unable|denied|refused|invalid|illegal|unknown|missing"
    r"|not found|no such|not exist|already exists|timed out|timeout|not allowed|is not |unexpected|unsupported|conflict"
    r"|no [\w ]{1,40} found|need(?:s|ed)? |must |exceed|expired|forbidden|unauthorized|too (?:many|large|long|big)|abort"
    r"|is a directory|accepts|violat|mismatch|unresolved|undefined|rejected|required|wrong|\u274c|\u2717|\u2718|\u2716|uncommitted"
    r"|running|ignored by|not permitted|killed|corrupt|outdated|incompatible|not supported|no longer|are not|does not|doesn't"
    r"|did not|didn't|won't|exception",
)
_BEGINS = re.compile(
    r"[\s\u274c\u2717\u2718\u2716\u2718\u00d7!*>=\[\]|\u2502\u2514\u251c\u2500x-]{0,8}(?:\d{4}[-/]\d\d[-/]\d\d[T ][\d:.,Z+-]+ ?)?"
    r"(?:[\w. -]{1,40}: )?(?:fatal(?: error)?|errors?|err|failed|failure|failures|panic|exception|critical|invalid|unknown|unable|cannot|can't"
    r"|could not|couldn't|missing|unexpected|unsupported|illegal|not found|no such|denied|abort(?:ed|ing)?|uncaught"
    r"|unhandled|timed out|timeout|conflict|unresolved|undefined|access denied|permission denied)\b[: \](!\[].*\S",
    re.IGNORECASE,
)
_CROSS = re.compile(r"\s*[\u274c\u2717\u2718\u2716] ?\S.*")
_LOGGED = re.compile(
    r".{0,80}(?:level=(?:error|fatal)|\[(?:error|fatal)\]|(?-i:\b(?:ERROR|FATAL|CRITICAL)\b)).{0,2000}\S", re.IGNORECASE
)
_OTHER_LEVEL = re.compile(
    r"(?:\[\w+\]\t)?[\s\[(]*(?:warn(?:ing)?|debug|info|note|trace|deprecat\w*|\w*Warning)\b", re.IGNORECASE
)
_PASSED = re.compile(
    r"\s*(?:[\u2713\u2714\u2705]|\(pass\)|ok\b|PASS\b|=== (?:RUN|PAUSE|CONT|NAME)\b|--- (?:PASS|SKIP)|test .* \.\.\. ok)"
)
_NO_SENTENCE = re.compile(
    r"\b(?:passed|success\w*|succeeded|up.to.date|completed?|done|added \d|audited|installed|no (?:issues|problems|errors)"
    r"|0 errors|updated|created|deployed|saved|finished)\b|\t| \| | {3}|\A(?:[{\[</+@=-]|diff |commit )",
    re.IGNORECASE,
)
"""Good news, tables and data: a run that printed these and failed all the same has not said why."""
_WORDS = re.compile(r"[A-Za-z'\u2019]{2,}")


def find_general_line(text: str) -> TellingHit | None:
    """Return the first line that begins by saying that it is an error, else the last that has such words.

    Where there is none, the last line that repeats that something failed.
    """
    begins = crossed = logged = last = repeated = None
    place = 0
    for line in text.split("\n"):
        start, place = place, place + len(line) + 1
        line = line[:LONGEST_LINE]  # noqa: PLW2901  # a longer one is data
        if _SMELL.search(line.lower()) is None or not _may_tell(line):
            continue
        if WEAK.match(line.strip()):
            repeated = TellingHit(start, line)
        elif begins is None and _BEGINS.match(line):
            begins = TellingHit(start, _open_heading(text, start, line))
        elif crossed is None and _CROSS.match(line):
            crossed = TellingHit(start, line)
        elif logged is None and _LOGGED.match(line):
            logged = TellingHit(start, line)
        elif len(line.split()) > 2:
            last = TellingHit(start, line)
    return begins or crossed or logged or last or repeated


def _open_heading(text: str, start: int, line: str) -> str:
    """Return the line below a heading that ends with a colon, where one stands indented there; else the line."""
    if not line.rstrip().endswith(":") or "usage" in line.lower():
        return line
    below = text[start + len(line) + 1 : start + len(line) + LONGEST_LINE].partition("\n")[0]
    return below if below[:1] in {" ", "\t"} and _WORDS.search(below) else line


def _may_tell(line: str) -> bool:
    """Tell whether a line is neither source code, data, usage, a banner nor a passed test."""
    bare = line.strip()
    return not (
        NOISE.match(bare)
        or GOES_ON.match(bare)
        or CODE.match(line)
        or USAGE.match(line)
        or _OTHER_LEVEL.match(line)
        or _PASSED.match(line)
    )


def find_sentence(text: str) -> str:
    """Return the first line if it is a sentence of a person's language, else nothing."""
    first = text.strip().partition("\n")[0].strip()
    words = _WORDS.findall(first)
    if len(words) < 2 or " " not in first or not _may_tell(first) or _NO_SENTENCE.search(first) or first.isupper():
        return ""
    return first if any(word.islower() and len(word) > 1 for word in words[1:]) else ""


# Sentences of the agents' own tools: what follows them is the call's input, whatever it looks like.

# ruff: noqa: E501  # a form is one line, however long


REJECTED = "rejected by the user"
CASCADE = "Sibling tool call errored"
_REJECTED = (
    "The user doesn't want to ",
    "User rejected tool use",
    "Error: The user doesn't want to ",
    "rejected by user",
    "The user rejected ",
)
_REFUSALS = frozenset({"rejected", "dismissed"})
_CASCADED = re.compile(r"(?:Sibling tool call errored|Cancelled: parallel tool call)")
_SENTENCE = re.compile(
    r"(?:Error: )?(?:String to replace not found|Found \d+ match(?:es)? of the string|File has (?:not been read|been (?:modified|unexpectedly))"
    r"|File (?:content \(|does not exist|not found)|Path does not exist|No changes to make|Agent type '|Unknown skill"
    r"|InputValidationError|apply_patch verification failed|write_stdin failed|exec_command failed|Failed to edit"
    r"|Failed to apply|Failed to find (?:expected|context)|Permission to use |Invalid tool parameters|oldString not found"
    r"|Could not find the exact text|Could not find oldString|Found multiple matches for oldString|old_string not found|No replacement was performed"
    r"|The provided file path|shellId: \S+ was already|No task found with ID|Tool \S+ not found|No such tool"
    r"|MCP error -?\d+|Streamable HTTP error|\[Request interrupted|(?:EISDIR|ENOENT|EACCES|ENOTDIR): .* '|EISDIR: "
    r"|The (?:last )?command (?:<command>|timed out)|Command timed out|Request failed with status code"
    r"|Web ?[Ff]etch |maxFileReadTokens|\w+ requested permissions|\w+ \w+ is unable to fetch|This Bash command contains)"
)


def find_agent_line(text: str, failure: str = "") -> str:
    """Return what a client says of the call itself; empty where the text is no sentence of a client.

    ``failure`` is the kind that the log's structure names: a tool may print that a person refused it.
    """
    if failure in _REFUSALS and text.startswith(_REJECTED):
        return REJECTED
    if _CASCADED.match(text):
        return CASCADE
    return text.partition("\n")[0] if _SENTENCE.match(text) else ""
