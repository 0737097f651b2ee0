"""Hash ids that agents draw at random, so that rows of two ways to a server meet: a member's own and an exporter's.

Nobody can try guesses at an id of 74 random bits or more, so no key is needed; and none could be used: an exporter has
no key, and the server never has the team's. A call's id may be short (``call_2``), so it counts within its session.
"""

from hashlib import blake2b


def hash_session(agent: str, session_id: str) -> str:
    """Return 32 hexadecimal digits for a session, as an agent's log, its hooks and its exporter name it.

    >>> hash_session("lark", "0199a213-81c0-7800-8aa1-bbab2a035a53")
    '61dee4739c6a1a336a18a36d4c3da014'
    """
    return _hash(b"session", agent, session_id)


def hash_call(agent: str, session_id: str, call_id: str) -> str:
    """Return 32 hexadecimal digits for one call of a session."""
    return _hash(b"call", agent, session_id, call_id)


def _hash(person: bytes, *parts: str) -> str:
    return blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=16, person=person).hexdigest()
