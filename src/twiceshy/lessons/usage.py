"""Tools used wrongly: each failed call whose message says that the call was wrong, with the retry that worked.

A lesson's key is the tool, the category and the message's turn of phrase; where the message names an option, a
subcommand or another word that means the same in every project, that word too. Paths, ids and other values of one
project never are part of a key. What is learned from the difference to the retry (``lessons.pairs``) are typed steps;
those of one session are a proposal, which ``lessons.validators`` puts to the vote of all sessions and to the test of
every past success.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.facts import shell
from twiceshy.facts.fingerprint import VARIABLE, label, normalised, tool_class
from twiceshy.facts.shell_words import Simple
from twiceshy.lessons.calls import Call, call_of, head_of, subject_of
from twiceshy.lessons.classify import LEARNABLE, WORD, Verdict, given_of, kept, verdict, without_values
from twiceshy.lessons.classify_words import FORMAT, INCORRECT, PREREQUISITE, SEQUENCE, WRONG_TOOL
from twiceshy.lessons.pairs import Pair, pair_of, wrapper_of
from twiceshy.lessons.quoting import MOST_LINES, excerpt, quoted
from twiceshy.lessons.seen import Seen, Template, TextOf, key_of
from twiceshy.lessons.shapes import general
from twiceshy.lessons.speakers import PROGRAM_SAYS, SHELL_SAYS, SHELL_WORDS, complaints
from twiceshy.lessons.tool_failures import TABLE, waited
from twiceshy.lessons.usage_steps import formed, literal, path_steps, refused, steps_of
from twiceshy.lessons.validators import form_in_words
from twiceshy.records.lessons import Kind, Step, Trigger
from twiceshy.records.scores import Severity
from twiceshy.records.story import Moment, Story

VERSION = 1
PROBES = frozenset(
    {
        "ls", "stat", "test", "[", "which", "command", "type", "file", "pgrep", "pkill", "kill", "ps", "lsof", "rm",
        "git rev-parse", "git show-ref", "git ls-files", "git check-ignore", "git merge-base", "git remote",
        "git config", "git status", "git symbolic-ref", "readlink", "tree", "du", "gh pr view", "rmdir", "diff",
    }
)  # fmt: skip
"""Commands that are run to learn whether something is there: that it is not is an answer."""
ANSWERS = frozenset({"grep", "rg", "diff", "cmp", "find", "test", "["})
RELAYS = frozenset({"write_stdin", "read_bash", "bashoutput", "taskoutput", "read_output", "stop_bash", "taskstop"})
"""Tools that show what an earlier call did: their failures are its."""
NO_MISTAKE = re.compile(r"conflict|^hint|nothing to commit|no changes|multiple head|pending", re.IGNORECASE)
"""States that one meets and did not bring about."""
NAMEABLE = re.compile(r"--?[A-Za-z][\w-]{0,40}\Z|[A-Za-z][A-Za-z_:-]{1,40}\Z")
PATHLIKE = re.compile(r"/|\.\w{1,8}\Z|\A\.")
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
PSEUDONYM = re.compile(r"\[\w+:[0-9a-f]{4,}\]")
FIELD = re.compile(r"\b([a-z]+[A-Z]\w*|[a-z]+_[a-z_]+)\b(?= (?:contain|must|should|is|has|was))")
LETTER = re.compile(r"option -- '?(\w)'?")
ARROW = re.compile(r"\S+ +-> +\S+")
PREFIX = re.compile(r"^(?:<\w+>: |(?:fatal|error|Error|ERROR): |[\w.+-]{1,40}: (?=\S+ ))+")
CLAUSE = re.compile(r"(?:\. (?=[A-Z])|;? hint: |; |, perhaps |\s*\(os error).*")
CAUSES = {
    INCORRECT: "a value was given that the tool does not know",
    FORMAT: "a value was written in a form that the tool does not read",
    PREREQUISITE: "something that the tool needs had not been prepared",
    SEQUENCE: "the call came at a moment at which it cannot work",
    WRONG_TOOL: "the tool or subcommand is not there",
}


GUESSED = "the path was guessed, or is relative to another folder"
NOT_THERE = "the machine does not have it, or not where programs are looked for"


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


def usage(story: Story, _: TextOf) -> Iterator[Seen]:
    """Each wrong call as an occurrence, in order."""
    for place, moment in enumerate(story.moments):
        if (wrong := wrong_call(moment, place)) is not None:
            pair = pair_of(story.moments, place, wrong.said, wrong.part)
            yield seen(story, wrong, pair)


def wrong_call(moment: Moment, place: int) -> Wrong | None:
    """The failed call, if its message says that it was wrong and something can be learned from it."""
    step = moment.step
    if step.kind != "call" or step.failure not in {"error", None} or step.name.lower() in RELAYS:
        return None
    if step.message and (tool_class(step.name), label(step.message)) in TABLE:
        return None
    call = call_of(moment)
    hidden = complaints(call, moment.text) if step.failure is None and step.masked else ""
    text = moment.text if step.failure else hidden
    if not text or (hidden and EXPECTED.search(call.command)):
        return None
    said = verdict(call.params, f"Exit code {moment.exit_code}\n{text}" if moment.exit_code else text)
    if said.kind not in LEARNABLE or NO_MISTAKE.search(said.line):
        return None
    part = blamed(call, said)
    if call.runs and part is None:
        return None
    subject = subject_of(call) if part is None else spoken_of(call, part, said)
    missing = bool(OPENED.search(said.line)) and (not call.runs or bool(said.values))
    word = named(call, part, said)
    if part is not None and {head_of(part), part.program} & PROBES and not REFUSES.search(said.phrase):
        return None
    if part is not None and of_its_own(part, said, missing=missing):
        return None
    return Wrong(place, call, part, said, subject, word, missing)


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
            return word.partition("=")[0]
        if part is not None and word == part.program and said.kind != WRONG_TOOL:
            continue
        if said.kind == WRONG_TOOL and NAMEABLE.match(word):
            return word
        if NAMEABLE.match(word) and re.search(r"\b(?:property|skill)\b", said.line, re.IGNORECASE):
            return word
    return ""


def seen(story: Story, wrong: Wrong, pair: Pair | None) -> Seen:
    """The occurrence."""
    moment = story.moments[wrong.place]
    done = story.moments[pair.place] if pair else None
    return Seen(
        template=template(wrong, pair),
        event=moment.step.uid,
        at=moment.step.done_at or moment.step.at,
        source="failure",
        message=quoted(wrong.said.line),
        file=(moment.step.path or "")[-300:],
        code=shown(wrong.call, wrong.part),
        fix=shown(pair.good, pair.better) if pair and pair.difference.kind != "before" else after(pair),
        fixed=pair is not None,
        cost_s=waited(moment, done) if done else None,
    )


def after(pair: Pair | None) -> str:
    """What was done first, where that made the same call work."""
    return excerpt([f"{pair.difference.good}  (first)", shown(pair.good, pair.better)]) if pair else ""


def shown(call: Call, part: Simple | None) -> str:
    """The call in at most five lines."""
    if part is not None:
        command = call.command
        whole = command if len(command) <= 160 and "\n" not in command.strip() else " ".join(part.words)
        return excerpt(whole.splitlines()[:MOST_LINES])
    return excerpt([f"{name}: {quoted(str(value), 120)}" for name, value in call.params.items()][:MOST_LINES])


def template(wrong: Wrong, pair: Pair | None) -> Template:
    """The lesson that such a call is."""
    said, text = wrong.said, sentence(wrong)
    key, description, cause = words_of(wrong, text)
    return Template(
        key=key_of("usage", wrong.subject, said.kind, *key),
        kind=Kind.USAGE,
        subject=wrong.subject.lower(),
        category=said.kind.lower(),
        severity=Severity.MINOR,
        description=description,
        cause=cause,
        trigger=Trigger(
            error_regex=normalised(text),
            parameter=parameter_of(wrong, pair),
            common_mistakes=(wrong.named,) if wrong.named else (),
            condition="missing-path" if wrong.missing_path else "",
        ),
        steps=steps(wrong, pair),
    )


def sentence(wrong: Wrong) -> str:
    """The message's first clause with values as their kind."""
    line = SHELL_SAYS.sub("", wrong.said.line)
    if wrong.subject in {"zsh", "bash"} and (found := SHELL_WORDS.search(line)):
        return found.group()
    masked = without_values(PSEUDONYM.sub("user", line), given_of(wrong.call.params))[0].replace("<v>", "<s>")
    masked = PREFIX.sub("", CLAUSE.sub("", ARROW.sub("<s> -> <s>", masked)))
    return general(masked) if wrong.part is not None else quoted(VARIABLE.sub(kept, masked))


def words_of(wrong: Wrong, text: str) -> tuple[tuple[str, ...], str, str]:
    """What the key is made of, the description and the root cause."""
    said, subject = wrong.said, title(wrong.subject)
    if wrong.missing_path and wrong.part is not None and wrong.part.words[0] in said.values:
        return ("program path",), f"{subject} is not at the path that it was called by", "the path was guessed"
    if wrong.missing_path:
        return ("no such file",), f"{subject} fails on a path that does not exist", GUESSED
    if said.kind == WRONG_TOOL and wrong.named in {wrong.subject, ""} and wrong.part is not None:
        return ("not there",), f"The program {subject} is not there to be run", NOT_THERE
    if wrong.named:
        return (said.phrase.lower(), wrong.named), f'{subject} refuses "{wrong.named}": "{text}"', CAUSES[said.kind]
    return (normalised(text),), f'{subject} fails: "{text}"', CAUSES[said.kind]


def title(subject: str) -> str:
    """The subject as a sentence begins with it."""
    return f"`{subject}`"


def parameter_of(wrong: Wrong, pair: Pair | None) -> str:
    """The input that was wrong."""
    if wrong.part is not None:
        return "command"
    if (spoken := FIELD.search(wrong.said.line)) is not None and form_in_words(wrong.said.line) is not None:
        return spoken[1]
    if pair is not None and pair.difference.parameter:
        return pair.difference.parameter
    known = {*wrong.said.values, wrong.named} - {""}
    return next((name for name, value in wrong.call.params.items() if str(value) in known), "")


def steps(wrong: Wrong, pair: Pair | None) -> tuple[Step, ...]:
    """What the retry shows, else what the message says by itself."""
    if pair is not None and (found := steps_of(pair, wrong.subject)):
        return found
    if wrong.missing_path:
        return path_steps()
    parameter = parameter_of(wrong, pair)
    if (check := check_of(wrong, parameter)) is not None:
        return refused(*check)
    form = form_in_words(wrong.said.line) if wrong.said.kind == FORMAT and wrong.part is None and parameter else None
    return formed(form, parameter) if form else ()


def check_of(wrong: Wrong, parameter: str) -> tuple[str, str, str] | None:
    """Check, parameter and words of what the message says is not there; None where it names nothing."""
    named, said = wrong.named, wrong.said
    if named.startswith("-"):
        return (f"{literal(named)} in options", parameter, f"without {named}") if said.kind == INCORRECT else None
    if wrong.part is None:
        other = f"{parameter} == {literal(named)}", parameter, f"another value than {named}"
        return other if named and parameter else None
    if said.kind != WRONG_TOOL or wrong.subject != wrong.part.program:
        return None
    if named in {wrong.subject, ""}:
        return f"program == {literal(wrong.subject)}", parameter, "a program that is there"
    return f"{literal(named)} in words", parameter, f"without {named}"
