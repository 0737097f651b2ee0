"""What stands in front of a message, in any language and convention, and which of it a change gets."""

import pytest
from wings.git.tests.predict.messages.invented_examples import a_file, an_example

from twiceshy_git.predict.messages.forms import FormHabits, parse_form


@pytest.mark.parametrize(
    "subject",
    [
        "Fix it",
        "Fix the parser: it broke",
        "升级依赖.",
        "(re)build",
        "Use a::b",
        "",
        "C++ too",
        "1: one",
        "“Quoted” words",
    ],
)
def test_a_plain_sentence_has_nothing_in_front(subject: str) -> None:
    """No false alarms."""
    form = parse_form(subject)

    assert (form.kind, form.scope, form.prefix, form.sentence) == ("", "", "", subject)


@pytest.mark.parametrize(
    ("subject", "kind", "scope", "sentence"),
    [
        ("feat: add it", "feat", "", "add it"),
        ("Fix(css)!: keep it", "fix", "css", "keep it"),
        ("netdev-dpdk: Fix it.", "", "netdev-dpdk", "Fix it."),
        ("lib/ovs, tests: Fix it.", "", "lib/ovs, tests", "Fix it."),
        ("[parser] Fix it", "", "parser", "Fix it"),
        ("✨ Add it", "✨", "", "Add it"),
        ("♻️ Refactor it", "♻️", "", "Refactor it"),
        (":bug: Fix it", ":bug:", "", "Fix it"),
        ("🐛 fix(api): keep it", "🐛", "api", "keep it"),
        ("feat(表单): 新增", "feat", "表单", "新增"),
    ],
)
def test_what_stands_in_front_is_cut_off(subject: str, kind: str, scope: str, sentence: str) -> None:
    """The rest is the sentence, and both together the subject."""
    form = parse_form(subject)

    assert (form.kind, form.scope, form.sentence) == (kind, scope, sentence)
    assert form.prefix + form.sentence == subject


def test_type_and_scope_are_learned_from_what_changed() -> None:
    """From folders and endings; a message without them teaches nothing; before anything was learned none is told."""
    habits = FormHabits()
    assert habits.predict(an_example()) == ("", "")
    for number in range(4):
        name = "abcd"[number]
        habits.learn(an_example("docs: tell it", a_file(f"docs/{name}.md")))
        habits.learn(an_example("fix(parser): keep it", a_file(f"src/parser/{name}.py")))
        habits.learn(an_example("fix(lexer): keep it", a_file(f"src/lexer/{name}.py")))
        habits.learn(an_example("Tidy", a_file(f"src/lexer/{name}.py")))

    assert habits.predict(an_example("?", a_file("docs/new.md"))).kind == "docs"
    assert habits.predict(an_example("?", a_file("src/parser/new.py"))) == ("fix", "parser")
    assert habits.predict(an_example("?", a_file("src/lexer/new.py", old=""))) == ("fix", "lexer")
