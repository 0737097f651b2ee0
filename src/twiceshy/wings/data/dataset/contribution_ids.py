"""By what a contribution is known, and what proves that whoever takes it back wrote it.

The id is the hash of a proof that only the writer has. A revocation shows the proof: anybody can hash it, and nobody
can make one from the id. Nothing in it says who wrote it, and two contributions of one person cannot be linked.
"""

from hashlib import blake2b, sha256

_PROOF_BYTES = 20
"""More than anybody can try out (guess, 2026-11-23)."""
_ID_GROUP = 5
"""Characters between hyphens, so that people can compare ids and no scanner takes one for a key (guess, 2026-11-23)."""
_ID_CHARACTERS = 40
"""Hex digits of an id: 160 bits, so that two are never equal (guess, 2026-11-23)."""


def make_proof(secret: bytes, number: int) -> str:
    """Return the proof of one contribution."""
    return blake2b(str(number).encode(), key=secret, digest_size=_PROOF_BYTES, person=b"contribution").hexdigest()


def make_id(proof: str) -> str:
    """Return the contribution's id.

    >>> make_id("00" * 20)
    'c-9692e-67b83-78a6f-6753f-97782-d458a-a757e-947ea'
    """
    digits = sha256(proof.encode()).hexdigest()[:_ID_CHARACTERS]
    return "c-" + "-".join(digits[at : at + _ID_GROUP] for at in range(0, _ID_CHARACTERS, _ID_GROUP))
