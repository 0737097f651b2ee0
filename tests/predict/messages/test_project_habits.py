"""Which type and scope fit, in projects that use such."""

import orjson
from tests.predict.messages.invented_examples import a_file, an_example

from twiceshy.predict.messages.project_habits import ProjectHabits


def test_types_are_only_told_where_the_project_uses_them() -> None:
    """And as the counts have it, which can be kept as JSON."""
    habits = ProjectHabits()
    for number in range(4):
        habits.learn(an_example("docs: say it", a_file(f"docs/{number}.md")))
        habits.learn(an_example("fix: mend it", a_file(f"src/{number}.py")))
    kept = ProjectHabits(orjson.loads(orjson.dumps(habits.to_plain())))

    for one in (habits, kept):
        assert one.predict(an_example("?", a_file("docs/new.md"))) == ("docs", "")
        assert one.predict(an_example("?", a_file("src/new.py"))) == ("fix", "")
    for _ in range(40):
        kept.learn(an_example("Mend it"))
    assert kept.predict(an_example("?", a_file("docs/new.md"))) == ("", "")
