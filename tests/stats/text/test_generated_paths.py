"""Paths tell what no person of the project wrote."""

import pytest

from twiceshy.stats.text.generated_paths import is_generated_path


@pytest.mark.parametrize(
    "path", ["a/node_modules/b.js", "app.min.js", "a-bundle.css", "x.pb.go", "api_gen.go", "b.generated.c"]
)
def test_what_programs_write_is_known_by_its_name(path: str) -> None:
    """Builds, bundles and what compilers of interfaces write."""
    assert is_generated_path(path)


@pytest.mark.parametrize("path", ["lib/ofp-bundle.c", "flow_gen.c", "build/rules.mk", "src/app.js", "generate.py"])
def test_a_name_that_only_sounds_like_it_is_not(path: str) -> None:
    """People wrote these, each found in a public repository."""
    assert not is_generated_path(path)
