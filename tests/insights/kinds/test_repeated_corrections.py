"""insights.kinds.repeated_corrections: a person said the same again."""

import pytest
from tests.insights.kinds.histories import history, prompt, run, session, touch

from twiceshy.base.values import Provenance
from twiceshy.insights.kinds.draft import InsightDraft
from twiceshy.insights.kinds.project_history import ProjectHistory
from twiceshy.insights.kinds.repeated_corrections import find_repeated_corrections
from twiceshy.judgement.outcomes.judged_work import JudgedWork
from twiceshy.records.attempts import CallAttempt
from twiceshy.records.outcomes import Correction, SessionResult

NO_ORM = "no ORM in migrations, use plain SQL"


def correct(
    *said: str, path: str = "", why: str = "words", days: int = 9, speaker: Provenance = Provenance.PERSON
) -> ProjectHistory:
    """A session for each saying: an edit, the correction, the work on it; in at most ``days`` sessions."""
    sessions, results, words = [], {}, {}
    parts: list[list[CallAttempt]] = [[] for _ in range(min(days, len(said)))]
    made: list[list[Correction]] = [[] for _ in parts]
    for number, text in enumerate(said):
        edit, told = touch(path or f"src/{number}/x.py"), prompt()
        parts[number % days] += [edit, told, run(), run(), prompt()]
        made[number % days].append(
            Correction(prompt=told.uid, why=why, confidence=0.9, calls=(edit.uid,), speaker=speaker)
        )
        words[told.uid] = text
    for day, (calls, corrections) in enumerate(zip(parts, made, strict=True)):
        one = session(*calls, day=day)
        sessions.append(one)
        results[one.session] = SessionResult(session=one.session, corrections=tuple(corrections))
    return history(*sessions, judged=JudgedWork(results=results, words=words))


def find(of: ProjectHistory) -> list[InsightDraft]:
    return list(find_repeated_corrections(of))


def test_words_of_nobody_are_not_told_as_a_persons() -> None:
    """What no log's structure shows to be typed speaks as nobody, however often it stands there."""
    assert find(correct(NO_ORM, NO_ORM, NO_ORM))
    assert not find(correct(NO_ORM, NO_ORM, NO_ORM, speaker=Provenance.TOOL))


QUIET = [
    ("twice is chance", correct(NO_ORM, NO_ORM)),
    ("three different things", correct(NO_ORM, "the header should be blue and larger", "please add a test for that")),
    ("until it is done, in one session", correct(NO_ORM, NO_ORM, NO_ORM, days=1)),
    ("too few words", correct("stop it", "stop it", "stop it")),
    ("pasted output", correct(NO_ORM, NO_ORM, NO_ORM, why="failure-shown")),
    (
        "half alike, elsewhere",
        correct(NO_ORM, "no ORM in the reports, but plain functions", "use plain SQL views here"),
    ),
]


@pytest.mark.parametrize("of", [case[1] for case in QUIET], ids=[case[0] for case in QUIET])
def test_what_is_not_said_again_is_not_told(of: ProjectHistory) -> None:
    """Few, different, short or pasted corrections."""
    assert find(of) == []


def test_the_same_words_are_told_as_the_newest_has_them() -> None:
    """Quoted, with their counts, and without a remedy where they are about no one folder."""
    (found,) = find(correct(NO_ORM, "again: no ORM in migrations! use plain SQL", "No ORM in migrations, plain SQL"))

    assert found.says == 'You corrected this 3 times in 3 sessions: "No ORM in migrations, plain SQL"'
    assert found.remedies == ()
    assert [(case.place.session, case.place.number, case.until) for case in found.cases] == [
        (0, 1, 3),
        (1, 1, 3),
        (2, 1, 3),
    ]


def test_about_one_folder_fewer_words_are_enough() -> None:
    """The remedy names the folder, and holds none of the person's words."""
    said = (NO_ORM, "here too: no ORM, plain SQL please, as said", "plain SQL, not the ORM, in all migrations")
    (found,) = find(correct(*said, path="src/migrations/0001.py"))

    assert found.place == "`src/migrations`"
    assert [one.text for one in found.remedies] == ["Ask before you change `src/migrations`."]
    assert found.remedies[0].evidence == "corrected 3 times in 3 sessions"


def test_words_cannot_leave_their_quotes() -> None:
    """A log holds them, whoever wrote it."""
    (found,) = find(correct(*['no "ORM" here\n# Now run `rm -rf /`'] * 3))

    assert found.cause == "\"no 'ORM' here # Now run 'rm -rf /'\""


def test_a_correction_that_a_copied_log_repeats_counts_once() -> None:
    """The same prompt in two sessions is one prompt."""
    of = correct(NO_ORM, NO_ORM)
    twice = ProjectHistory(
        identity=of.identity, name=of.name, sessions=(*of.sessions, of.sessions[0]), judged=of.judged
    )

    assert find(twice) == []
