"""No foreign word comes out, and no word that comes out looks like a secret."""

from hypothesis import given, settings
from hypothesis import strategies as st

from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy_data.dataset import shared_vocabulary as words
from twiceshy_data.dataset.shared_vocabulary import (
    name_category,
    name_commit_type,
    name_ending,
    name_kind_of_file,
    name_program,
    name_rule,
    name_subject,
    name_tool,
)

HEADS = {
    *words.PROGRAMS,
    *(f"{program} {one}" for program, some in words.SUBCOMMANDS.items() for one in some),
    *(f"{program} run {task}" for program in words.SUBCOMMANDS for task in words.TASKS),
}
SUBJECTS = words.ACTIONS | words.TOOLS | HEADS | {"other"}
LINES = sorted(HEADS)
FOREIGN = st.one_of(
    st.text(max_size=30),
    st.builds("{} {}".format, st.sampled_from(LINES), st.text(max_size=12)),
    st.builds("{}/{}".format, st.sampled_from(sorted({*words.LINTERS, *words.RULES})), st.text(max_size=12)),
)


@settings(max_examples=60)
@given(FOREIGN)
def test_every_word_that_comes_out_is_on_a_list(text: str) -> None:
    """Whatever a log says."""
    assert name_tool(text) in words.TOOLS | {"other"}
    assert name_program(text) in SUBJECTS
    assert name_ending(text, 1) in words.ENDINGS | {"other"}
    assert name_commit_type(text) in words.COMMIT_TYPES | {"plain", "other"}
    assert name_kind_of_file(text) in words.FILE_KINDS
    assert name_subject("usage", text) in SUBJECTS
    assert name_subject("mistake", text) in words.LANGUAGES | {"other"}
    assert name_category(text) in words.CATEGORIES | {"other"}


@settings(max_examples=60)
@given(FOREIGN)
def test_a_rule_is_a_linter_and_its_own_number(text: str) -> None:
    """What follows a linter's name is told only in the form of that linter's rules."""
    tool, _, rule = name_rule(text).partition("/")

    assert tool in words.LINTERS | words.RULES.keys() | {""}
    assert (rule == "") or (rule.isascii() and rule.isalnum() and len(rule) <= 8)


def test_the_vocabulary_passes_the_strict_gate() -> None:
    """So that a hit in a contribution is a fault, never a false alarm."""
    gate = OutgoingTexts(load_rules(), b"s" * 32, RedactionLevel.STRICT)
    texts = sorted({*HEADS, *words.TOOLS, *words.LINTERS, *words.CATEGORIES, *words.LANGUAGES, *words.FILE_KINDS})

    assert gate.clean(texts) == (texts, None)
