"""Own words: what a person typed of a prompt, without the code, quotations and output pasted into it.

Signs of objection are looked for in a person's words: an error in a pasted log or "not" in a quoted answer is not
the person's. Negations typed without an apostrophe ("doesnt") are given one, so that one pattern reads both.
"""

import re

_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_PASTED_LINE = re.compile(
    r"\s*(?:>|[│╭╰├└┌|+]|[\u276f$%] |[-=]{3,}|\d\d:\d\d|\[?\d{4}-\d\d|at \S+ ?\(|File \"|Traceback \(|\S+\.\w{1,4}:\d+"
    r"|(?:FAIL|ERROR|Error|error|fatal|panic|warning)\b ?[:\[(]|FAILED\b|\w+(?:Error|Exception)\b|\w+: \*\*\* |npm ERR!"
    r"|[\u2717\u2718\u2716] )"
)
"""A line that is quoted, drawn, or printed by a program."""
_BARE_NEGATION = re.compile(
    r"\b(do|does|did|is|are|was|were|wo|ca|could|should|would|has|have|had|ai)nt\b", re.IGNORECASE
)
_MOSTLY_PASTED = 0.5
"""Share of the characters below which a person's own words are few. Guess of 2026-11-22."""


def straighten(text: str) -> str:
    """Return the text with plain apostrophes, and with those that were left out of negations."""
    return _BARE_NEGATION.sub(r"\1n't", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


def cut_own_words(text: str) -> str:
    """Return the text without what is pasted into it."""
    lines = _FENCE.sub(" ", text).split("\n")
    return "\n".join(line for line in lines if not _PASTED_LINE.match(line)).strip()


def is_mostly_pasted(text: str, own: str) -> bool:
    """Tell whether less than half of the text is the person's ``own`` words."""
    return len(own) < _MOSTLY_PASTED * len(text.strip())
