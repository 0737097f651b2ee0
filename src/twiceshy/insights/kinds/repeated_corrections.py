"""Corrections of the same thing: a person said it again, in like words, or in fewer like ones about the same folder.

The words are the person's own, but a log holds them: they are shown quoted, and never written where an agent obeys.
That is what the review of lessons is for.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from posixpath import commonpath
from typing import NamedTuple

from twiceshy.base.values import Provenance, Quoted
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.records.insights import InsightKind, Remedy, RemedyKind
from twiceshy.records.outcomes import Correction
from twiceshy.stats.text.foreign_names import quote_name, quote_words
from twiceshy.stats.text.text_words import Saying, make_saying, say_the_same

_LEAST = 3
"""Corrections of one thing. Guess of 2026-11-22: twice may be chance."""
_LEAST_SESSIONS = 2
"""Guess of 2026-11-22: within one session a person asks until it is done."""
_MOST = 300
"""Corrections of one project, the newest, that are compared with each other (guess, 2026-11-22)."""
_NOT_SAID = frozenset({"failure-shown", "same-hunk", "near-duplicate"})
"""Kinds of corrections that were done or pasted rather than said."""


class _Correction(NamedTuple):
    """What one correction says, where, about which folder."""

    place: Place
    text: str
    saying: Saying


def find_repeated_corrections(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each thing that a person corrected again and again."""
    for group in _group(_list_sayings(history)):
        if len(group) >= _LEAST and len({one.place.session for one in group}) >= _LEAST_SESSIONS:
            yield from _draft(group, history)


def _list_sayings(history: ProjectHistory) -> list[_Correction]:
    """Return what the project's corrections say, the newest first, each once."""
    said = {
        one.prompt: one
        for session in history.sessions
        if (result := history.judged.results.get(session.session)) is not None
        for one in result.corrections
        if one.why not in _NOT_SAID and one.speaker is Provenance.PERSON
    }
    places = history.find_places(said.keys())
    edits = history.find_places({call for one in said.values() for call in one.calls})
    found = []
    for uid, place in sorted(places.items(), key=lambda item: item[1], reverse=True)[:_MOST]:
        text = history.judged.words.get(uid) or " ".join(said[uid].words)
        saying = make_saying(text, _find_folder(said[uid], edits, history))
        if saying.is_long:
            found.append(_Correction(place, text, saying))
    return found


def _find_folder(one: Correction, edits: dict[bytes, Place], history: ProjectHistory) -> str:
    """Return the folder of the project in which lies what was corrected; empty where that is not known."""
    paths = {history.at(edits[call]).path for call in one.calls if call in edits} - {""}
    if not paths or any(path.startswith(("/", "~", "..")) for path in paths):
        return ""
    return commonpath([path.rpartition("/")[0] for path in paths])


def _group(sayings: Sequence[_Correction]) -> list[list[_Correction]]:
    """Return sayings that are alike together, each with the newest that it is like."""
    groups: list[list[_Correction]] = []
    for one in sayings:
        same = next((group for group in groups if say_the_same(group[0].saying, one.saying)), None)
        if same is None:
            groups.append([one])
        else:
            same.append(one)
    return groups


def _draft(group: Sequence[_Correction], history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield the draft of one thing; nothing where nothing of its words can be shown."""
    cause = quote_words(group[0].text)
    if not cause:
        return
    folder, times = Counter(one.saying.folder for one in group).most_common(1)[0]
    name = quote_name(folder) if times >= _LEAST else Quoted("")
    sessions = len({one.place.session for one in group})
    often = f"{len(group)} times in {sessions} sessions"
    yield InsightDraft(
        kind=InsightKind.REPEATED_CORRECTION,
        key=" ".join(sorted(group[-1].saying.words)),
        says=f"You corrected this {often}{' in ' + name if name else ''}: {cause}",
        cases=tuple(CountedCase(place=one.place, until=_find_end(history, one.place)) for one in reversed(group)),
        place=name,
        cause=cause,
        remedies=(Remedy(kind=RemedyKind.ASK, text=f"Ask before you change {name}.", evidence=f"corrected {often}"),)
        if name
        else (),
    )


def _find_end(history: ProjectHistory, place: Place) -> int | None:
    """Return the index of the last call before the next prompt, with which the correction was done."""
    attempts = history.sessions[place.session].attempts
    end = None
    for index in range(place.number + 1, len(attempts)):
        if attempts[index].action == "prompt":
            break
        end = index
    return end
