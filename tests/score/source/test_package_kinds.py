"""Imports tell what a program has to do with: whole names only."""

import pytest

from twiceshy.score.source.package_kinds import name_package_kind


@pytest.mark.parametrize(
    ("module", "kind"),
    [
        ("requests", "http"),
        ("django.http", "http"),
        ("django.contrib.auth.models", "auth"),
        ("django.core", None),
        ("pg", "db"),
        ("pgmagick", None),
        ("net/http", "http"),
        ("github.com/golang-jwt/jwt/v5", "auth"),
        ("@prisma/client", "db"),
        ("testing", "test"),
        ("./http", None),
        ("", None),
    ],
)
def test_a_package_is_known_by_its_whole_name(module: str, kind: str | None) -> None:
    """A part of a word is none."""
    assert name_package_kind(module) == kind
