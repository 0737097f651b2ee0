"""Two ways to a server name the same session and call alike, and nothing else."""

from twiceshy.privacy.wire.random_ids import hash_call, hash_session

SESSION = "0199a213-81c0-7800-8aa1-bbab2a035a53"


def test_the_same_ids_have_the_same_hash_on_every_machine() -> None:
    """No salt and no key goes into it."""
    assert hash_session("lark", SESSION) == "61dee4739c6a1a336a18a36d4c3da014"


def test_a_short_call_id_counts_within_its_session() -> None:
    """Agents that number their calls begin anew in each session."""
    hashes = {
        hash_session("lark", SESSION),
        hash_call("lark", SESSION, "call_2"),
        hash_call("lark", "another", "call_2"),
        hash_call("finch", SESSION, "call_2"),
        hash_call("lark", SESSION, "call_3"),
    }

    assert len(hashes) == 5


def test_odd_text_has_a_hash_too() -> None:
    """A lone surrogate cannot be encoded, and an exporter may send anything."""
    assert len(hash_session("lark", "\ud800")) == 32
