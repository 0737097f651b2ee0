"""Values of 60 kinds in every form pass the gate only as placeholders, though redaction saw none of them.

``benchmarks export_secrets`` has all of them, in every kind and form of export.
"""

from benchmarks.planted_secrets import list_pieces, make_cases

from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules

EVERY = 29
"""Takes each kind, and each form once or twice."""


def test_the_gate_alone_lets_no_planted_value_pass() -> None:
    """Whole, by half, nor its middle; where it cannot be replaced, the text stops the export."""
    gate = OutgoingTexts(load_rules(), b"s" * 32, RedactionLevel.STANDARD)
    missed = []
    for case in list(make_cases())[::EVERY]:
        (text,), left = gate.clean([case.written.text])
        if left is None and any(piece in text.encode() for piece in list_pieces(case.written)):
            missed.append((case.place, case.planted.kind))

    assert missed == []
