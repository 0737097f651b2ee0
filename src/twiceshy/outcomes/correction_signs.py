"""Correction signs: what speaks around a turn's words for or against a correction, in points of log-odds.

Words alone seldom settle it. The turn before shows whether the agent was still at work, had offered something, or had
said that it was done; the turn itself shows what output is pasted, whether the words name what was just touched, what
the agent answers first, and whether it goes back to the file that it had just changed. Nothing here reads more than
the beginnings and ends of texts, so a turn of any length costs the same.

Points were fitted together with those of ``outcomes.objection_wording`` to labelled turns of real logs and rounded
(2026-11-21; docs/benchmarks-outcomes.md).
"""

import re

from twiceshy.outcomes.turns import Turn
from twiceshy.records.stories import Moment

SAME_FILE = 0.8
BACK_AT_ONCE = 0.35
"""The turn's first edit is in a file that the turn before had changed."""
ADMITTED = 1.9
TAKEN_UP = 0.7
SETS_RIGHT = 0.15
FINDS = 0.5
"""The answer goes straight to what is the matter, with no word of consent."""
SPEAKS_OF_FAULTS = 0.35
SHOWS_FAILURE = 1.5
FAILURE_AFTER_DONE = 1.2
SHOWS_OUTPUT = 0.6
SHOWS_LOG = 0.25
SHOWS_SUCCESS = -2.0
ANSWERS = -1.2
OFFERED = -0.25
AT_WORK = 0.25
"""The agent had announced its next step: who speaks then cuts in."""
NAMES_IT = 0.3
"""The words name a file, an option or an identifier that a call before them used."""

_HEAD, _TAIL = 6000, 2000
_ANSWER, _LAST = 300, 300
"""Characters of the agent's first answer, and of its last words before the turn, that are looked at."""
_NAMED, _NAMES, _CALLS = 1500, 40, 30
"""Characters of the words in which names are looked for, how many of these, and in how many of the last calls."""
_FAILURE = re.compile(
    r"(?m)^.{0,160}(?:\bFAIL(?:ED|URE)?\b|\bERROR\b|\b[Ee]rror:|\bfatal:|\bpanic:|Traceback \(most|Exception\b"
    r"|exit (?:status|code) [1-9]|ERR!|need to be formatted|\d+ issues?:)"
)
_SUCCESS = re.compile(r"(?m)^.{0,80}(?:--- PASS|^PASS$|^ok\s)")
_OUTPUT = re.compile(
    r"(?m)^[ \t]*(?:[\u276f$%>#] |\S{1,40}[@:]\S{0,60} ?[%$#\u276f] |\[[\w:.-]{2,30}\] |={3,} )"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:|\{\"time\""
    r"|\d\d:\d\d:\d\d[.,]\d"
)
_DONE = re.compile(
    r"\b(?:done|fixed|pass(?:es|ing)|pass now|(?:please )?rerun|implemented|updated|committed"
    r"|all (?:tests )?(?:pass|green|clean)"
    r"|complete|works|clean|added|changed|created|pushed|fertig|erledigt|terminé|listo|feito|готово|完成|修复|完了|修正)\b",
    re.IGNORECASE,
)
_REVIEW = re.compile(r"\b(?:high|medium|low|critical) severity\b|^\W*\d?\W*(?:high|medium|low)\b", re.IGNORECASE)
_ADMITS = re.compile(
    r"\b(?:you'?re (?:absolutely |completely |quite )?right|you are right|(?:good|great) catch|my (?:mistake|bad|fault)"
    r"|apolog\w+|i should(?:n'?t| not)? have|i was (?:wrong|conflating)|fair (?:point|criticism|challenge)|oops"
    r"|i see the (?:issue|problem|mismatch)|ah,? (?:yep|yes|i see)|bug in my)\b|^\W*(?:sorry|correct(?:ed|ion)?)\b"
    r"|du hast recht|vous avez raison|tienes razón|você tem razão|hai ragione|вы правы|ты прав"
    r"|你说得对|您说得对|その通り|맞습니다",
    re.IGNORECASE,
)
_TAKES_UP = re.compile(
    r"^\W*(?:good (?:point|call|idea|instinct|challenge)|understood|agreed|got it|yep, agreed|fair|that clarifies"
    r"|that'?s (?:a )?(?:much )?(?:better|cleaner)|let me (?:fix|revert|redo|move)"
    r"|i'?ll (?:fix|move|change|remove|switch|correct|undo|update|rename)|i'?m (?:fixing|removing|changing|moving"
    r"|patching|switching)"
    r"|fixed|removed|(?:uh|oh) (?:oh|no)|the (?:issue|problem|bug|cause) is|the \w+ (?:\w+ )?is (?:wrong|missing))",
    re.IGNORECASE,
)
_LOG = re.compile(r"(?m)^.{0,60}\d\d:\d\d:\d\d|\|(?:DEBUG|INFO|WARN|ERROR)\||\blevel=|\b\w{1,40}=\S{1,80} \w{1,40}=\S")
_OFFERS = re.compile(
    r"\b(?:want me to|would you like|do you want|shall i|should i|let me know|if you (?:want|like|'d)"
    r"|which (?:do|would|one|approach)|your call|how would you|what do you think|ready (?:for|to))\b",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    r"(?:\blet me\b(?! know)|\bnow (?:let|i'?ll|i need)|\bi'?ll (?:now|start)|\bnext,? i)[^\n?]{0,160}\Z|:\s*\Z",
    re.IGNORECASE,
)
_MENDS = re.compile(
    r"\b(?:let me|i'?ll|i will) (?:add|fix|update|change|remove|move|revert|redo|undo|correct|adjust|rename|simplify"
    r"|clean|rework|switch|use)\b|\bi(?:'m| am) (?:fixing|removing|changing|switching|renaming|reverting)\b",
    re.IGNORECASE,
)
_FINDING = re.compile(r"^\W*(?:the|that'?s|this|it|those|these)\b", re.IGNORECASE)
_FAULTS = re.compile(
    r"\b(?:still|instead|actually|wrong|incorrect|missed|mistake|bug|issue|problem|failing|fails|failed|broken|missing"
    r"|because|doesn'?t|didn'?t|shouldn'?t|isn'?t)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[\w./-]{3,80}")
_TELLING = re.compile(r"[a-z][A-Z]|[_/]|\w\.\w|\d|-")
"""What makes a word a name and no plain word: camelCase, a path, a suffix, a number, a dash."""


def weigh_context(before: Turn, turn: Turn, *, objects: bool) -> float:
    """Weigh all but pasted output and undone edits, in points; ``objects`` says whether the words object."""
    points = _weigh_answer(turn) + _weigh_ending(before, objects=objects)
    if has_touched_name(before, turn):
        points += NAMES_IT
    changed = {changed.path_key for _, changed in before.changes}
    if turn.edits and any(one.path_key in changed for one in turn.edits[0].changed):
        points += BACK_AT_ONCE
    return points


def has_same_file(before: Turn, turn: Turn) -> bool:
    """Tell whether the turn edits a file that the turn before had edited."""
    files = {changed.path_key for _, changed in before.changes}
    return any(changed.path_key in files for _, changed in turn.changes)


def weigh_output(before: Turn, turn: Turn) -> tuple[float, bool]:
    """Weigh pasted output: return its points, and whether it shows a failure."""
    text = turn.words if len(turn.words) <= _HEAD + _TAIL else turn.words[:_HEAD] + "\n" + turn.words[-_TAIL:]
    failed, output = _FAILURE.search(text) is not None, _OUTPUT.search(text) is not None
    log = SHOWS_LOG * (_LOG.search(text) is not None)
    if failed and not _REVIEW.search(text[:300]):
        done = output and _DONE.search(before.last_reply[-1500:]) is not None
        return SHOWS_FAILURE + FAILURE_AFTER_DONE * done + log, True
    if not failed and _SUCCESS.search(text):
        return SHOWS_SUCCESS + log, False
    return (SHOWS_OUTPUT if output and not failed else 0.0) + log, False


def has_touched_name(before: Turn, turn: Turn) -> bool:
    """Tell whether the words name something that one of the last calls before them named too."""
    found = (name.strip("./-").lower() for name in _NAME.findall(turn.words[:_NAMED]) if _TELLING.search(name))
    names = [name for name in dict.fromkeys(found) if name][:_NAMES]
    done = " ".join(map(_text_of, before.calls[-_CALLS:])).lower() if names else ""
    return any(name in done for name in names)


def _text_of(call: Moment) -> str:
    return f"{call.command[:500]} {call.step.path or ''} {(call.step.text or '')[:500]}"


def _weigh_answer(turn: Turn) -> float:
    """Weigh what the agent's first words in the turn make of it, in points."""
    answer = _straighten_quotes(turn.replies[0].text[:_ANSWER]) if turn.replies else ""
    points = SETS_RIGHT * (_MENDS.search(answer) is not None) + SPEAKS_OF_FAULTS * (_FAULTS.search(answer) is not None)
    points += FINDS * (_FINDING.search(answer) is not None)
    if _ADMITS.search(answer):
        return points + ADMITTED
    return points + TAKEN_UP * (_TAKES_UP.search(answer) is not None)


def _weigh_ending(before: Turn, *, objects: bool) -> float:
    """Weigh how the turn before ended, in points: with a question, an offer, or in the middle of the work."""
    last = _straighten_quotes(before.last_reply.rstrip()[-_LAST:])
    points = OFFERED * (_OFFERS.search(last) is not None) + AT_WORK * (_ANNOUNCES.search(last) is not None)
    return points + ANSWERS * (last.endswith("?") and not objects)


def _straighten_quotes(text: str) -> str:
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
