"""The table of readers: its keys, and what is known of an agent besides its logs."""

import math

from twiceshy.base.values import Provenance
from twiceshy.logs.base import AgentTraits
from twiceshy.logs.readers import READERS, command_limits, speaker_of, traits_of


def test_a_reader_stands_under_its_own_name() -> None:
    """The store and the settings know it by this name."""
    assert [reader.name for reader in READERS.values()] == list(READERS)


def test_of_an_unknown_agent_nothing_special_is_known() -> None:
    """Its logs may have been read by another version."""
    assert traits_of("nobody") == AgentTraits()
    assert traits_of("swe-agent") == AgentTraits()
    assert speaker_of("nobody") is Provenance.TOOL


def test_a_page_of_text_is_nobodys_word() -> None:
    """Whoever gets a line printed there can write one that looks like a person's; of records the structure tells."""
    assert [name for name in READERS if speaker_of(name) is not Provenance.PERSON] == [
        "swe-agent",
        "aider",
        "specstory",
    ]


def test_only_agents_with_a_limit_are_in_the_table_of_limits() -> None:
    """No limit is no number that a query could compare with."""
    limits = command_limits()

    assert limits == {"claude-code": 120.0}
    assert all(traits_of(name).command_limit_s == limits.get(name, math.inf) for name in READERS)
