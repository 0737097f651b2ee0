# ruff: noqa: E501  # a form is one line, however long
"""Words that all tools use for a fault, where no form of a single tool was seen."""

import re

from twiceshy.commands.telling.telling_rule import LONGEST_LINE, TellingHit
from twiceshy.commands.telling.weak_lines import CODE, GOES_ON, NOISE, USAGE, WEAK

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
