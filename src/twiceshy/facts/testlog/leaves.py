"""The literal table of leaves, in the order in which verdicts are told."""

from twiceshy.facts.testlog import cargo, go, jest, pytest, vitest
from twiceshy.facts.testlog.leaf import Leaf

LEAVES: tuple[Leaf, ...] = (
    pytest.LEAF,
    jest.LEAF,
    vitest.LEAF,
    go.TEST,
    go.BUILD,
    go.VET,
    cargo.TEST,
    cargo.BUILD,
    cargo.CLIPPY,
)
