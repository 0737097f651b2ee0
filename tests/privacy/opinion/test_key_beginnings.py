"""First letters of services' keys are told from words that begin alike."""

import re

from twiceshy.privacy.opinion.key_beginnings import BEGINNINGS


def test_beginnings_match_at_a_keys_own_start() -> None:
    """A branch that has lost its sign would match every word."""
    known = re.compile(BEGINNINGS)

    assert all(known.match(one) for one in ("ghp_a1", "sk-ant-", "AKIA", "xoxb-1", "hvs.CA"))
    assert not any(known.match(one) for one in ("", "token", "skip", "github", "value"))
