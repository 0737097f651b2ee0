"""Tools used wrongly: each failed call whose message says that the call was wrong, with the retry that worked.

A lesson's key is the tool, the category and the message's turn of phrase; where the message names an option, a
subcommand or another word that means the same in every project, that word too. Paths, ids and other values of one
project never are part of a key. What is learned from the difference to the retry (``lessons.pairs``) are typed steps;
those of one session are a proposal, which ``lessons.validators`` puts to the vote of all sessions and to the test of
every past success.
"""

import re
from collections.abc import Iterator

from twiceshy.facts.fingerprint import VARIABLE, normalised
from twiceshy.facts.shell_words import Simple
from twiceshy.lessons.calls import Call
from twiceshy.lessons.classify import given_of, kept, without_values
from twiceshy.lessons.classify_words import FORMAT, INCORRECT, PREREQUISITE, SEQUENCE, WRONG_TOOL
from twiceshy.lessons.pairs import Pair, pair_of
from twiceshy.lessons.quoting import MOST_LINES, excerpt, quoted
from twiceshy.lessons.seen import Seen, Template, TextOf, key_of
from twiceshy.lessons.shapes import general
from twiceshy.lessons.speakers import SHELL_SAYS, SHELL_WORDS
from twiceshy.lessons.tool_failures import waited
from twiceshy.lessons.usage_steps import formed, literal, path_steps, refused, steps_of
from twiceshy.lessons.validators import form_in_words
from twiceshy.lessons.wrong_calls import Wrong, wrong_call
from twiceshy.records.lessons import Kind, Step, Trigger
from twiceshy.records.scores import Severity
from twiceshy.records.story import Story

VERSION = 1
PSEUDONYM = re.compile(r"\[\w+:[0-9a-f]{4,}\]")
FIELD = re.compile(r"\b([a-z]+[A-Z]\w*|[a-z]+_[a-z_]+)\b(?= (?:contain|must|should|is|has|was))")
ARROW = re.compile(r"\S+ +-> +\S+")
PREFIX = re.compile(r"^(?:<\w+>: |(?:fatal|error|Error|ERROR): |[\w.+-]{1,40}: (?=\S+ ))+")
CLAUSE = re.compile(r"(?:\. (?=[A-Z])|;? hint: |; |, perhaps |\s*\(os error).*")
LONGEST_SENTENCE = 120
"""Characters of a message that says one thing (guess)."""
CAUSES = {
    INCORRECT: "a value was given that the tool does not know",
    FORMAT: "a value was written in a form that the tool does not read",
    PREREQUISITE: "something that the tool needs had not been prepared",
    SEQUENCE: "the call came at a moment at which it cannot work",
    WRONG_TOOL: "the tool or subcommand is not there",
}


GUESSED = "the path was guessed, or is relative to another folder"
NOT_THERE = "the machine does not have it, or not where programs are looked for"


def usage(story: Story, _: TextOf) -> Iterator[Seen]:
    """Each wrong call as an occurrence, in order."""
    for place, moment in enumerate(story.moments):
        if (wrong := wrong_call(moment, place)) is not None:
            pair = pair_of(story.moments, place, wrong.said, wrong.part)
            yield seen(story, wrong, pair)


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
            error_regex=normalised(text.replace("<s>", wrong.named) if wrong.named else text),
            parameter=parameter_of(wrong, pair),
            common_mistakes=(wrong.named,) if wrong.named else (),
            condition="missing-path" if wrong.missing_path else "",
        ),
        steps=steps(wrong, pair),
        quoted=vague(text) and not wrong.named,
    )


def vague(text: str) -> bool:
    """Whether a message is no sentence of its own: data, too long, or little but placeholders.

    It is kept as a quotation, which a person has to review.
    """
    words = [word for word in text.split() if "<" not in word]
    return len(text) > LONGEST_SENTENCE or text.startswith(("{", "[")) or len(words) < text.count("<s>")


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
        value = "subcommand" if said.kind == WRONG_TOOL and wrong.part is not None else "value"
        what = "option" if wrong.named.startswith("-") else value
        cause = f"{wrong.named} is no {what} of {wrong.subject}"
        return (said.phrase.lower(), wrong.named), f'{subject} refuses "{wrong.named}": "{text}"', cause
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
