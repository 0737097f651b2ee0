"""A team's rules on edits speak in the project where the mistake was made, or everywhere once two projects saw it."""

import pytest
from tests.lessons.builders import a_lesson

from twiceshy.advice.code_lessons import phrase_folders
from twiceshy.advice.fact_rules import CodePattern
from twiceshy.advice.team_rules import TeamPlaces, draft_team_edits
from twiceshy.commands.keys.gate_keys import key_of_pattern
from twiceshy.records.lessons import LessonKind, LessonState, TeamEvidence

KEY, SALT = bytes(16), b"s" * 32
SHOP = "remote:host/ann/shop"
PATTERN = CodePattern("sql-built-python", ("python",), 89, "it can be misused", "bind it", sure=True)
TEAM = TeamEvidence(people=2, seen=5, sessions=3, kept=0, dismissed=0, disputed=False, only=True, key=KEY)
IN_SHOP = phrase_folders(["/home/ann/shop"], SALT)


@pytest.mark.parametrize(
    ("scope_of", "everywhere", "conditions"),
    [
        pytest.param("", set(), [], id="another project's"),
        pytest.param("remote:host/ann/other", set(), [], id="of a project without a folder here"),
        pytest.param(SHOP, set(), [IN_SHOP], id="this project's"),
        pytest.param(SHOP, {KEY}, [""], id="two projects saw it"),
        pytest.param("", {KEY}, [""], id="two other projects saw it"),
    ],
)
def test_a_pattern_speaks_where_it_was_seen(scope_of: str, everywhere: set[bytes], conditions: list[str]) -> None:
    """What is wrong in one project may be right in another."""
    lesson = a_lesson(
        kind=LessonKind.MISTAKE,
        root_cause="pattern/sql-built-python (CWE-89)",
        state=LessonState.ACTIVE,
        scope="team",
        scope_of=scope_of,
        team=TEAM,
    )
    places = TeamPlaces(everywhere, {SHOP: ["/home/ann/shop"]})
    found = list(draft_team_edits([lesson], [PATTERN], places, SALT))

    assert IN_SHOP.startswith("in:")
    assert [one.condition for one in found] == conditions
    assert {one.key for one in found} <= {key_of_pattern(PATTERN.name)}
