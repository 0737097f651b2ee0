"""An id names a contribution to everybody, and its proof only to its writer."""

import re

from twiceshy.wings.data.dataset.contribution_ids import make_id, make_proof


def test_an_id_is_made_from_its_proof_alone() -> None:
    """Another secret or number gives another one, and neither is part of it."""
    ids = {make_id(make_proof(secret, number)) for secret in (b"a" * 32, b"b" * 32) for number in range(1, 50)}

    assert len(ids) == 98
    assert all(re.fullmatch(r"c(?:-[0-9a-f]{5}){8}", one) for one in ids)
    assert make_proof(b"a" * 32, 1) not in {one.replace("-", "") for one in ids}
