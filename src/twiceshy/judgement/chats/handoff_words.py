"""A handoff in words: at most 2 KB of Markdown, the open ends before all else that can be left out.

Everything quoted comes from a log: names stand in back quotes and words in double quotes, which they cannot close.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from twiceshy.records.chats import HandedCommit, Handoff, LastChecks, RefusedCall
from twiceshy.stats.text.foreign_names import quote_command, quote_name, quote_words

MOST_BYTES: Final = 2048
"""Bytes of the whole, by definition: what the next session can read without losing room."""
_MOST: Final = 5
"""Lines of one kind (guess, 2026-11-23)."""
_LONG: Final = 160
"""Characters of a quotation (guess, 2026-11-23)."""
_ACTS: Final = {"edit": "an edit of ", "write": "a write of ", "read": "a look at ", "web": "a look at "}
_STOPS: Final = {
    "interrupted": "The person stopped the agent, and nothing followed.",
    "unanswered": "The last prompt has no answer in the log.",
    "running-call": "The last call has no result in the log.",
    "running-subagent": "A subagent was sent off, and its answer is not in the log.",
}


def write_handoff(found: Handoff) -> str:
    """Return the words; an empty text where the session left nothing to say."""
    sections = [
        ("Task", list(_tell_task(found))),
        ("Open", list(_tell_open(found))),
        ("Decided", list(_tell_decided(found))),
        ("Done", list(_tell_done(found))),
    ]
    if sections[1][1]:
        sections.append(("Look at first", list(_tell_files(found))))
    if not any(lines for _, lines in sections[1:]):
        return ""
    head = [f"Handoff of {found.session} ({' · '.join(_tell_place(found))})"]
    return _fit(head, sections)


def list_left_open(found: Handoff) -> list[str]:
    """Return what the next session should know before it is asked for anything; empty where nothing is open.

    What git says of the work tree is left out: by then it may be untrue. So is a call without a result: a session that
    is still at work always has one.
    """
    ended = found if found.stopped in {"interrupted", "unanswered"} else replace(found, stopped="")
    lines = [*_tell_unfinished(ended), *_tell_decided(ended)][:_MOST]
    if not lines:
        return []
    when = f", {found.ended_at:%Y-%m-%d}" if found.ended_at else ""
    asked = quote_words(found.last_asked or found.began_with, _LONG)
    said = [f"Last asked: {asked}"] if asked else []
    return [f"The last session here ({found.session}{when}) left this:", *(f"- {line}" for line in [*lines, *said])]


def _fit(head: list[str], sections: Sequence[tuple[str, list[str]]]) -> str:
    """Return head and sections in order; lines that do not fit are left out, and said to be."""
    lines, left = list(head), 0
    for title, rows in sections:
        begun = False
        for row in rows:
            added = [*([] if begun else ["", f"## {title}"]), f"- {row}"]
            if len("\n".join([*lines, *added]).encode()) > MOST_BYTES - _ROOM:
                left += 1
                continue
            lines += added
            begun = True
    return "\n".join([*lines, *([f"\n({left} more left out)"] if left else [])])


_ROOM: Final = 32
"""Bytes kept for the last line: by definition its longest."""


def _tell_place(found: Handoff) -> Iterator[str]:
    """Yield which agent, when, and on which branch."""
    yield found.agent
    if found.ended_at is not None:
        yield f"{found.ended_at:%Y-%m-%d %H:%M} UTC"
    if branch := quote_name(found.branch) if found.branch else "":
        yield f"branch {branch}"


def _tell_task(found: Handoff) -> Iterator[str]:
    if words := quote_words(found.began_with, _LONG):
        yield f"Began with: {words}"
    if words := quote_words(found.last_asked, _LONG):
        yield f"Last asked: {words}"
    judged = [
        word
        for name, yes, no in (
            ("completed", "completed", "not completed"),
            ("corrected", "corrected by the person", ""),
            ("rolled_back", "work was rolled back", ""),
        )
        if (word := {"yes": yes, "no": no}.get(found.outcomes.get(name, ""), ""))
    ]
    if judged:
        yield f"Judged: {', '.join(judged)}"


def _tell_open(found: Handoff) -> Iterator[str]:
    """Yield what is not finished, the weightiest first, and what is not committed."""
    yield from _tell_unfinished(found)
    names = [name for path in found.uncommitted[:_MOST] if (name := quote_name(path, _LONG))]
    if names:
        more = f" and {len(found.uncommitted) - len(names)} more" if len(found.uncommitted) > len(names) else ""
        what = "Changed by it and not committed" if found.uncommitted_seen else "Changed after its last commit"
        if not found.uncommitted_seen and not found.commits:
            what = "Changed, and no commit of it is known"
        yield f"{what}: {', '.join(names)}{more}"


def _tell_unfinished(found: Handoff) -> Iterator[str]:
    if words := quote_words(found.unanswered, _LONG):
        yield f"The person's last correction, with no edit after it: {words}"
    yield from _tell_red(found.checks)
    if found.stopped in _STOPS:
        yield _STOPS[found.stopped]
    for item in found.todos[:_MOST]:
        if words := quote_words(item.text, _LONG):
            yield f"To do{', in work' if item.begun else ''}: {words}"
    if len(found.todos) > _MOST:
        yield f"To do: {len(found.todos) - _MOST} more"


def _tell_red(checks: LastChecks) -> Iterator[str]:
    if checks.word != "red":
        return
    names = [words for name in checks.names[:_MOST] if (words := quote_name(name, _LONG))]
    which = f": {', '.join(names)}" if names else ""
    more = f" and {len(checks.names) - _MOST} more" if len(checks.names) > _MOST else ""
    when = "after the last edit" if checks.after_last_edit else "the last time it ran, before the last edit"
    since = "; it was committed all the same" if checks.committed else ""
    yield f"{quote_command(checks.command, _LONG) or 'A check'} was red {when}{which}{more}{since}"


def _tell_decided(found: Handoff) -> Iterator[str]:
    """Yield what was refused and answered, and by whom."""
    for one in found.refused[:_MOST]:
        if line := _tell_refusal(one):
            yield line
    for answer in found.decided[:_MOST]:
        question, words = quote_words(answer.question, 100), quote_words(answer.answer, _LONG)
        if question and words:
            yield f"Asked {question}, the person answered {words}"


def _tell_refusal(one: RefusedCall) -> str:
    """Return a refusal with what it was about; empty where that cannot be said."""
    about = quote_command(one.about, _LONG) if " " in one.about else quote_name(one.about or one.tool, _LONG)
    words = quote_words(one.words, _LONG)
    if not about:
        return ""
    who = "The person" if one.by_person else "The client"
    return f"{who} refused {_ACTS.get(one.action, '')}{about}" + (f", and said {words}" if words else "")


def _tell_done(found: Handoff) -> Iterator[str]:
    for one in found.commits[-_MOST:]:
        yield _tell_commit(one)
    if len(found.commits) > _MOST:
        before = len(found.commits) - _MOST
        yield f"{before} commit{'s' * (before > 1)} before"
    if found.files:
        checks = found.checks
        said = "no check ran" if checks.word == "none" else ""
        if checks.word == "green":
            said = (
                "checks green after the last edit" if checks.after_last_edit else "checks not run since the last edit"
            )
        yield f"Changed {found.files} file{'s' * (found.files > 1)}" + (f"; {said}" if said else "")


def _tell_commit(one: HandedCommit) -> str:
    words = quote_words(one.subject, 100)
    return f"Commit {one.hash[:10]}" + (f" {words}" if words else "")


def _tell_files(found: Handoff) -> Iterator[str]:
    listed = found.uncommitted[:_MOST]
    for one in found.next_files[:_MOST]:
        if one.path not in listed and (name := quote_name(one.path, _LONG)):
            yield f"{name}: {one.why}"
