"""advice.project_rules: what was counted for a project is found by the gate in each of its folders."""

from typing import Any

from twiceshy.advice.named_words import NamedForm
from twiceshy.advice.project_rules import collect_places, find_subject, list_keys, name_form
from twiceshy.commands.keys import call_keys
from twiceshy.commands.keys.call_keys import Call
from twiceshy.records.rules import CallFacts, RuleKind

SALT = b"s" * 32
CALL = CallFacts(b"s", "shop", "", "cd x && bd list --short", "unknown flag: --short", None)


def key_of(letter: bytes, subject: str) -> bytes:
    return call_keys.key_of_place(letter, "the shop", subject, SALT)


def subject_of(kind: RuleKind, key: bytes, **more: Any) -> Any:
    return find_subject(kind, key, "the shop", CALL._replace(**more), SALT)


def test_a_rule_is_about_what_its_key_was_made_of() -> None:
    """Told by a call that it was learned from; a call that does not fit tells nothing."""
    option = subject_of(RuleKind.OPTION, key_of(b"o", "bd list --short"))
    assert (option.subject, option.name) == ("bd list --short", "`bd list --short`")
    assert subject_of(RuleKind.HEAD_HERE, key_of(b"H", "bd list")).subject == "bd list"
    assert subject_of(RuleKind.PROGRAM_HERE, key_of(b"W", "bd")).subject == "bd"
    assert subject_of(RuleKind.PROGRAM_HERE, key_of(b"W", "gh")) is None
    assert subject_of(RuleKind.FILE_KIND, key_of(b"k", "go"), path="a/b.go").subject == "go"


def test_the_gate_finds_it_in_each_folder_of_the_project() -> None:
    """Wherever a session of it has worked; a folder that both sides spell apart is left out."""
    places = collect_places([("the shop", "/home/ann/shop"), ("the shop", "/w/two/shop"), ("the shop", "/testbed")])
    assert places == {"the shop": ("~/shop", "two/shop")}
    subject = subject_of(RuleKind.HEAD_HERE, key_of(b"H", "bd list"))
    for place, key in zip(places["the shop"], list_keys(subject, places["the shop"], SALT), strict=True):
        assert key in call_keys.keys_in_place(Call("codex", "run", "shell", "bd list -a"), place, SALT)


def test_a_rule_about_a_name_asks_for_it_in_the_text() -> None:
    """Under the program that it was learned with."""
    subject = name_form(NamedForm(b"k", RuleKind.NAMED, "the shop", "rtk", "bun"))
    assert (subject.condition, subject.name, subject.about) == ("names:bun", "`rtk`", "`bun`")
    (key,) = list_keys(subject, ["~/shop"], SALT)
    assert key in call_keys.keys_in_place(Call("codex", "run", "shell", "rtk bun run a"), "~/shop", SALT)
