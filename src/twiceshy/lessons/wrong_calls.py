"""Which failed calls were wrong ones: what to blame in a command line, what it is about, and what teaches nothing."""

import re
from typing import NamedTuple

from twiceshy.facts import shell
from twiceshy.facts.fingerprint import label, tool_class
from twiceshy.facts.shell_words import Simple
from twiceshy.lessons.calls import Call, call_of, head_of, subject_of
from twiceshy.lessons.classify import LEARNABLE, WORD, Verdict, given_of, verdict
from twiceshy.lessons.classify_words import WRONG_TOOL
from twiceshy.lessons.pairs import wrapper_of
from twiceshy.lessons.quoting import quoted
from twiceshy.lessons.speakers import PROGRAM_SAYS, SHELL_SAYS, SHELL_WORDS, complaints
from twiceshy.lessons.tool_failures import TABLE
from twiceshy.records.story import Moment

PROBES = frozenset(
    {
        "ls", "stat", "test", "[", "which", "command", "type", "file", "pgrep", "pkill", "kill", "ps", "lsof", "rm",
        "git rev-parse", "git show-ref", "git ls-files", "git check-ignore", "git merge-base", "git remote",
        "git config", "git status", "git symbolic-ref", "readlink", "tree", "du", "gh pr view", "rmdir", "diff",
    }
)  # fmt: skip
"""Commands that are run to learn whether something is there: that it is not is an answer."""
ANSWERS = frozenset({"grep", "rg", "diff", "cmp", "find", "test", "["})
LONGEST_SUBJECT = 80
"""Characters of a tool's name: it comes from a log."""
RELAYS = frozenset({"write_stdin", "read_bash", "bashoutput", "taskoutput", "read_output", "stop_bash", "taskstop"})
"""Tools that show what an earlier call did: their failures are its."""
NO_MISTAKE = re.compile(r"conflict|^hint|nothing to commit|no changes|multiple head|pending", re.IGNORECASE)
"""States that one meets and did not bring about."""
NAMEABLE = re.compile(r"--?[A-Za-z][\w-]{0,40}\Z|[A-Za-z][A-Za-z_:-]{1,40}\Z")
OPENED = re.compile(
    r"no such file|cannot (?:access|stat|open|remove)|can't (?:open|read)|not a directory|does not exist", re.IGNORECASE
)
INTERPRETERS = frozenset(
    {"python", "node", "ruby", "perl", "php", "bash", "sh", "zsh", "tsx", "ts-node", "deno", "bun"}
)
REFUSES = re.compile(r"unknown|unrecogni|unexpected|invalid|illegal", re.IGNORECASE)
NOT_FOUND = re.compile(r"(\S+): (?:command )?not found$|command not found: (\S+)")
EXPECTED = re.compile(r"\|\|\s*(?:true|:|echo|printf|exit 0)\b|2>\s*/dev/null")
"""By which a line says itself that a failure is none."""
COMPLAINT = re.compile(
    r"no such file|cannot|can't|invalid|illegal|unknown|unrecogni|not found|is a directory", re.IGNORECASE
)
ENDS = 3
"""Lines at either end of an output (guess)."""
ITS_NAME = re.compile(r"[A-Za-z_./~][\w.+-]*\Z")
RUNNING = re.compile(r"\b(?:test|tests|run|exec|start|dev|serve|pytest|jest|vitest|mocha|tox|nox|make|just|runtests)\b")
FEW_LINES = 4
"""Lines of a refusal; what runs code prints more (guess)."""
OPTIONS = re.compile(r"\b(?:options?|flags?|arguments?)\b", re.IGNORECASE)
LETTER = re.compile(r"option -- '?(\w)'?")


class Wrong(NamedTuple):
    """One wrong call."""

    place: int
    call: Call
    part: Simple | None
    said: Verdict
    subject: str
    named: str
    """The word of the call that means the same everywhere; empty where there is none."""
    missing_path: bool


def wrong_call(moment: Moment, place: int) -> Wrong | None:
    """The failed call, if its message says that it was wrong and something can be learned from it."""
    call = call_of(moment)
    text = complaint(moment, call)
    if not text:
        return None
    said = verdict(call.params, f"Exit code {moment.exit_code}\n{text}" if moment.exit_code else text)
    part = blamed(call, said)
    if said.kind not in LEARNABLE or NO_MISTAKE.search(said.line) or (call.runs and part is None):
        return None
    wrong = Wrong(
        place=place,
        call=call,
        part=part,
        said=said,
        subject=quoted(subject_of(call) if part is None else spoken_of(call, part, said), LONGEST_SUBJECT),
        named=named(call, part, said),
        missing_path=bool(OPENED.search(said.line)) and (not call.runs or bool(said.values)),
    )
    return wrong if teaches(wrong, text) else None


def complaint(moment: Moment, call: Call) -> str:
    """What a failed call said, or one whose status is hidden; empty of a call that worked or is told of elsewhere."""
    step = moment.step
    if step.kind != "call" or step.failure not in {"error", None} or step.name.lower() in RELAYS:
        return ""
    if step.message and (tool_class(step.name), label(step.message)) in TABLE:
        return ""
    if step.failure is not None:
        return moment.text
    return complaints(call, moment.text) if step.masked and not EXPECTED.search(call.command) else ""


def teaches(wrong: Wrong, output: str) -> bool:
    """Whether the call was a mistake of the one who made it, and the message says which."""
    part, said = wrong.part, wrong.said
    if not wrong.named and OPTIONS.search(said.phrase):
        return False
    if part is None:
        return True
    if {head_of(part), part.program} & PROBES and not REFUSES.search(said.phrase):
        return False
    if of_its_own(part, said, missing=wrong.missing_path) or not ITS_NAME.match(part.program):
        return False
    return wrong.subject != head_of(part) or not runs_code(part, said, output)


def runs_code(part: Simple, said: Verdict, output: str) -> bool:
    """Whether the command runs other code and the message is that code's: long, and not in the command's own name."""
    if not RUNNING.search(head_of(part)) or part.words[0] in said.values:
        return False
    own = re.match(rf"\W*{re.escape(part.program)}\b", said.line) is not None
    return not own and not (said.values and len(output.splitlines()) <= FEW_LINES)


def of_its_own(part: Simple, said: Verdict, *, missing: bool) -> bool:
    """Whether the message is that of a script or of code on the command line, and not of what runs it."""
    if part.program not in INTERPRETERS or SHELL_SAYS.match(said.line) or part.words[0] in said.values:
        return False
    speaks = PROGRAM_SAYS.match(said.line)
    return not (speaks and shell.program(speaks["program"]) == part.program) or (" -" in head_of(part) and not missing)


def blamed(call: Call, said: Verdict) -> Simple | None:
    """The command of a line that the message is about; None where that is not plain."""
    if len(call.parts) == 1:
        return call.parts[0]
    line = said.line
    if (found := SHELL_SAYS.match(line)) is None and (found := PROGRAM_SAYS.match(line)) is not None:
        ours = [part for part in call.parts if part.program == found["program"]]
        if ours:
            return next((part for part in ours if holds(part, said)), ours[0])
    holders = [part for part in call.parts if holds(part, said)]
    if holders:
        return holders[0]
    working = [
        part for part in call.parts if part.op != "|" and shell.head(" ".join(part.words)) and part.program != "cd"
    ]
    return working[0] if len(working) == 1 else None


def holds(part: Simple, said: Verdict) -> bool:
    """Whether a command has one of the values that the message names."""
    words = {one for word in part.words for one in (word, word.partition("=")[0], word.rpartition("/")[2])}
    return any(value in words for value in said.values)


def spoken_of(call: Call, part: Simple, said: Verdict) -> str:
    """What a lesson on a command line is about: the shell, the program that is not there, or program and subcommand."""
    if (absent := NOT_FOUND.search(said.line)) is not None and said.kind == WRONG_TOOL:
        return shell.program(absent[1] or absent[2])
    if said.kind == WRONG_TOOL:
        return wrapper_of(call.command, part, said) or part.program
    shell_said = SHELL_SAYS.match(said.line)
    if shell_said and SHELL_WORDS.search(said.line):
        return "zsh" if shell_said["shell"] in {"zsh", "(eval)"} or "no matches found" in said.line else "bash"
    return head_of(part)


def named(call: Call, part: Simple | None, said: Verdict) -> str:
    """The word of the call that the message is about, if it is one that means the same in every project."""
    if SHELL_SAYS.match(said.line) and SHELL_WORDS.search(said.line):
        return ""
    if (letter := LETTER.search(said.line)) is not None:
        return f"-{letter[1]}"
    candidates = [*said.values]
    if not candidates:
        _, _, rest = said.line.partition(said.phrase[-12:])
        given = given_of(call.params)
        candidates = [word.rstrip(".:,") for word in WORD.findall(rest or said.line) if given.names(word)]
    for word in candidates:
        if word.startswith("-"):
            option = word.partition("=")[0]
            return option if NAMEABLE.match(option) else ""
        if part is not None and word == part.program and said.kind != WRONG_TOOL:
            continue
        if said.kind == WRONG_TOOL and NAMEABLE.match(word):
            return word
        if NAMEABLE.match(word) and re.search(r"\b(?:property|skill)\b", said.line, re.IGNORECASE):
            return word
    return ""
