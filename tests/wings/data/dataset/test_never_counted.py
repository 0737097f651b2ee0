"""What a person excluded is never counted, however it is spelled."""

import pytest

from twiceshy.wings.data.dataset.never_counted import NeverCounted


@pytest.mark.parametrize("name", ["shop", "SHOP", "remote:host/owner/shop", "host/owner/shop", "/home/ann/shop/"])
def test_a_project_is_excluded_by_any_of_its_names(name: str) -> None:
    """A folder's identity is its path."""
    assert NeverCounted([name]).has_project("shop", ["remote:host/owner/shop", "folder:/home/ann/shop"])


def test_part_of_a_name_excludes_nothing() -> None:
    """Nor does an empty name, or the root."""
    never = NeverCounted(["sho", "", "/"])

    assert not never.has_project("shop", ["remote:host/owner/shop"])
    assert not never.has_path("/home/ann/shop")
    assert not never.has_path("src/a.py")


@pytest.mark.parametrize(("path", "excluded"), [("src/plan/a.py", True), ("src/plan", True), ("src/plans.py", False)])
def test_a_folder_is_excluded_with_all_below_it(path: str, *, excluded: bool) -> None:
    """Also one of the project, from its top."""
    assert NeverCounted(["src/plan/"]).has_path(path) is excluded
