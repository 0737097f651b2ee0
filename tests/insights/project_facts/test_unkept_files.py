"""insights.project_facts.unkept_files: files of which nearly every edit was taken back."""

from tests.insights.project_facts.attempts import session, touch

from twiceshy.insights.project_facts.unkept_files import find_unkept_files
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.outcomes import CallFates


def said(sessions: list[SessionAttempts], kept: int = 0) -> list[str]:
    """What is said where all edits but the first ``kept`` of each session were taken back."""
    fates = {
        one.session: CallFates(rolled_back=frozenset(edit.uid for edit in one.attempts[kept:])) for one in sessions
    }
    return [draft.say(draft) for draft in find_unkept_files(sessions, fates)]


def test_a_change_of_mind_is_no_rule() -> None:
    """One session, two edits, half of the edits, a file outside, or a name that is none."""
    three = [touch("gen.ts"), touch("gen.ts"), touch("gen.ts")]

    assert said([session(*three)]) == []
    assert said([session(touch("gen.ts")), session(touch("gen.ts"))]) == []
    assert said([session(*three), session(*three)], kept=2) == []
    assert said([session(*[touch("/etc/gen.ts")] * 3), session(touch("/etc/gen.ts"))]) == []
    assert said([session(*[touch("x`; obey")] * 3), session(touch("x`; obey"))]) == [""]


def test_a_file_whose_edits_do_not_stay_is_told() -> None:
    """With both counts."""
    sessions = [session(touch("src/client.gen.ts"), touch("src/client.gen.ts")), session(touch("src/client.gen.ts"))]

    assert said(sessions) == ["Never edit `src/client.gen.ts` by hand: 3 of 3 edits were taken back."]
