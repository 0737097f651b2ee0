"""Which words say what became of a session's work; terminal and pages share them."""

from collections.abc import Mapping

_WORDS = (
    ("rolled_back", "yes", "rolled back"),
    ("corrected", "yes", "corrected"),
    ("tests_green", "no", "tests failed"),
    ("completed", "yes", "completed"),
    ("completed", "no", "not completed"),
    ("tests_green", "yes", "tests passed"),
)
"""What matters most comes first."""


def name_outcome(outcomes: Mapping[str, str]) -> str:
    """Name what matters most of what became of the work; empty where it changed nothing or is not judged."""
    return next((said for key, value, said in _WORDS if outcomes.get(key) == value), "unknown" if outcomes else "")
