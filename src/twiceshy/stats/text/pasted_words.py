"""Pasted documents: texts that stand where a person's words do and were written for something else.

A prompt for a model, a template of a command, a page of a story, data, a report of a program: each may object, forbid
and demand, and the person who sent it said none of that. Told by form only, as a rule about topics would be one about
the logs that it was made on. Output of a failing program is no document here: to send it *is* to complain.
"""

import re

_LEAST_LINES = 4
"""Lines of one form from which a text is a list or a table (guess, 2026-11-24)."""
_LISTED = 0.6
"""Share of the lines, likewise (guess, 2026-11-24)."""
_LEAST_TALK = 2
"""Persons who speak in the third person, from which a text tells a story (guess, 2026-11-24: a person who reports
what a colleague said does so once)."""
_STORY_WORDS = 60
"""Words from which it can be one (guess, 2026-11-24)."""
_LONGEST = 20_000
"""Characters that are looked at (guess, 2026-11-24)."""
_FOR_A_MODEL = re.compile(
    r"\A\W*(?:you are (?:an?|the|now an?|now the) (?:[\w'-]+,? ){0,6}(?:agent|assistant|bot|engineer|developer"
    r"|programmer|reviewer|manager|expert|coordinator|orchestrator|planner|writer|editor|analyst|tester|architect|specialist"
    r"|lead|model)\b|your (?:task|job|role|goal) is\b|act as (?:an? |the )"
    r"|provide (?:me )?(?:with )?an? (?:brief|short|concise|detailed|one-sentence) "
    r"|generate an? (?:brief|short|concise|title)\b"
    r"|summari[sz]e (?:this|the|our) (?:conversation|session|transcript|chat|discussion|above)\b)"
    r"|\$ARGUMENTS\b"
    r"|^#{1,4} (?:instructions?|your task|task|role|output(?: format)?|rules|constraints|requirements|guidelines|steps"
    r"|workflow)\W*$|^(?:respond|reply|answer|output|return) (?:only|with (?:only|just|a json|valid))\b"
    r"|^<(?:task|instructions?|example|context|rules)>",
    re.IGNORECASE | re.MULTILINE,
)
"""What is written for a model to obey, and not for this agent's last work."""
_DATA = re.compile(r"\A\s*(?:\{\s*\"[^\"\n]{1,80}\"\s*:|\[\s*[\[{\"\d]).*[\]}]\s*\Z", re.DOTALL)
_CELLS = re.compile(r"[^,;|\t\n{}]{0,60}(?:(?:[;|\t]|,(?! ))[^,;|\t\n{}]{0,60}){3,}")
_TOLD = re.compile(
    r"[\"\u201d\u00bb'] (?:he|she|they|i|said|asked|replied|whispered|[A-Z][a-z]+ (?:said|asked|replied|whispered))\b"
    r"|\b(?:he|she|they|[A-Z][a-z]{2,}) (?:whispered|smiled|nodded|sighed|shrugged|laughed|frowned|murmured|glanced)\b"
)


def is_document(text: str) -> bool:
    r"""Tell whether a text was written for something else than to answer an agent.

    >>> is_document("You are a release bot. Never push to main."), is_document("you are wrong, never push to main")
    (True, False)
    >>> is_document('{"state": "failing", "never": true}'), is_document("no, use {} here")
    (True, False)
    """
    text = text[:_LONGEST]
    return bool(_FOR_A_MODEL.search(text) or _DATA.match(text)) or _is_table(text) or _is_story(text)


def _is_table(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    cells = sum(_CELLS.fullmatch(line) is not None for line in lines)
    return cells >= _LEAST_LINES and cells >= _LISTED * len(lines)


def _is_story(text: str) -> bool:
    return len(text.split()) >= _STORY_WORDS and len(_TOLD.findall(text)) >= _LEAST_TALK
