"""Which type and scope fit, in projects that use such."""

import orjson
from wings.git.tests.predict.messages.invented_examples import a_file, an_example

from twiceshy_git.predict.messages.project_habits import ProjectHabits
from twiceshy_git.predict.messages.retrieve import CommitIndex


def test_types_are_only_told_where_the_project_uses_them() -> None:
    """And as what was learned has it, which can be kept as JSON."""
    habits, index = ProjectHabits(), CommitIndex()
    for number in range(8):
        for one in (
            an_example("docs: say it", a_file(f"docs/{number}.md"), commit=f"d{number}"),
            an_example("fix: mend it", a_file(f"src/{number}.py"), commit=f"f{number}"),
        ):
            habits.learn(one)
            index.add(one)
    kept = ProjectHabits(orjson.loads(orjson.dumps(habits.to_plain())))
    page, source = an_example("?", a_file("docs/new.md")), an_example("?", a_file("src/new.py"))

    for known in (habits, kept):
        assert known.predict(page, index.find(page, 20)) == ("docs", "")
        assert known.predict(source, index.find(source, 20)) == ("fix", "")
    for _ in range(60):
        kept.learn(an_example("Mend it"))
    assert kept.predict(page, index.find(page, 20)) == ("", "")


def test_nothing_is_told_before_anything_was_learned() -> None:
    """Not even a type that the convention knows."""
    assert ProjectHabits().predict(an_example("feat: add it"), []) == ("", "")


def test_habits_that_an_older_version_kept_are_read() -> None:
    """They lack the newest labels."""
    plain = ProjectHabits().to_plain()
    del plain["newest"]

    assert ProjectHabits(plain).predict(an_example(), []) == ("", "")


def test_a_scope_is_one_that_stands_with_the_type() -> None:
    """Both are one choice: a pair that nobody ever wrote is not told."""
    habits, index = ProjectHabits(), CommitIndex()
    for number in range(40):
        for one in (
            an_example("docs(guide): say it", a_file(f"docs/{number}.md"), commit=f"d{number}"),
            an_example("fix(core): mend it", a_file(f"src/{number}.py"), commit=f"f{number}"),
            an_example("fix(core): mend it", a_file(f"docs/fix{number}.md"), commit=f"g{number}"),
        ):
            habits.learn(one)
            index.add(one)
    for path in ("docs/new.md", "src/new.py", "docs/fix.md"):
        asked = an_example("?", a_file(path))

        assert habits.predict(asked, index.find(asked, 20)) in {("docs", "guide"), ("fix", "core")}
