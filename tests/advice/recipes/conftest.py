"""What tests of this room share."""

import pytest


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the rules that are there before anything is known, so that a test counts what it taught."""
    monkeypatch.setenv("TWICESHY_ADVICE_PATTERNS", "none")
