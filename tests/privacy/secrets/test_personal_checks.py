"""What names a person or a machine, and what only looks like it."""

import pytest

from twiceshy.privacy.secrets.personal_checks import PERSONAL_CHECKS

STAYS = [
    ("user", "/home/⟦runner⟧/work"),
    ("user", "/home/⟦shared⟧/data"),
    ("user", "/Users/⟦Shared⟧/x"),
    ("user", "/home/⟦app⟧/src"),
    ("user", "/home/⟦coder⟧/project"),
    ("user", "/home/⟦jovyan⟧/work"),
    ("user", "/home/⟦builder⟧."),
    ("user", "/home/⟦kes⟧$X"),
    ("email", "⟦user@example.com⟧ "),
    ("email", "⟦git@birds.org⟧:o/r.git"),
    ("email", "⟦logo@2x.png⟧ "),
    ("email", "⟦noreply@birds.org⟧ "),
    ("ip4", " ⟦10.1.2.3⟧ "),
    ("ip4", "version ⟦94.130.12.3⟧ "),
    ("ip4-any", " ⟦127.0.0.1⟧ "),
    ("ip6", " ⟦fe80::1⟧ "),
    ("ip6-any", " ⟦::1⟧ "),
    ("host", "//⟦github.com⟧/o"),
    ("host", "//⟦api.birds.test⟧/o"),
    ("host", "⟦self.local⟧()"),
]
GOES = [
    ("user", "/home/⟦kestrel⟧/src"),
    ("user", "/Users/⟦k.trel⟧/src"),
    ("email", "⟦kes@birds.org⟧ "),
    ("email", "⟦kes%40birds.org⟧&x"),
    ("ip4", " ⟦94.130.12.3⟧ "),
    ("ip4-any", " ⟦10.1.2.3⟧ "),
    ("ip6", " ⟦2a00:1450:4001:82a::200e⟧ "),
    ("ip6-any", " ⟦fe80::1⟧ "),
    ("host", "//⟦build.birds.org⟧/job"),
]


def check(name: str, marked: str) -> bool:
    start, end = marked.index("⟦"), marked.index("⟧") - 1
    return PERSONAL_CHECKS[name](marked.replace("⟦", "").replace("⟧", "").encode(), start, end, 0)


@pytest.mark.parametrize(("name", "marked"), STAYS)
def test_what_belongs_to_nobody_stays(name: str, marked: str) -> None:
    """Shared folders, users of images, addresses of the documentation, versions and public hosts are no person's."""
    assert not check(name, marked)


@pytest.mark.parametrize(("name", "marked"), GOES)
def test_what_names_somebody_goes(name: str, marked: str) -> None:
    """A person's folder, address and machine are told from those."""
    assert check(name, marked)
