"""insights.remedies.missing_packages: which package brings a program."""

from twiceshy.insights.kinds.missing_programs import PACKAGES
from twiceshy.insights.remedies.allowed_settings import is_package_name


def test_every_package_is_a_name_and_nothing_more() -> None:
    """No version, address or option."""
    assert [one for one in PACKAGES.values() if not is_package_name(one)] == []
    assert PACKAGES["rg"] == "ripgrep"
