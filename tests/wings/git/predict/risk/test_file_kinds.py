"""A path tells what kind of file it is, and in which language."""

import pytest

from twiceshy.wings.git.predict.risk.file_kinds import LANGUAGES, FileKind, name_kind, number_language


@pytest.mark.parametrize(
    ("kind", "paths"),
    [
        (FileKind.CODE, ("lib/ethdev/flow.c", "frontend/Icon.vue", "synapse/delta/29/push.sql", "lib/ofp-bundle.c")),
        (
            FileKind.TESTS,
            ("app/test/test_a.c", "cli/resume_test.go", "Core.Test/Files/a.cs", "src/a.spec.ts", "tests/a.at"),
        ),
        (FileKind.DOCS, ("README", "doc/guides/features/opdl.ini", "a.png", "man/ip.8", "Documentation/index.rst")),
        (
            FileKind.CONFIG,
            ("meson.build", "package.json", "Makefile", ".github/dependabot.yml"),
        ),
        (FileKind.GENERATED, ("poetry.lock", "go.sum", "package-lock.json", "third-party/a.c", "web/app.min.js")),
    ],
)
def test_the_kind_is_what_people_would_say(kind: FileKind, paths: tuple[str, ...]) -> None:
    """Paths of public repositories."""
    assert {path: name_kind(path) for path in paths} == dict.fromkeys(paths, kind)


def test_an_ending_belongs_to_one_language() -> None:
    """Else its number would depend on the order."""
    endings = [ending for group in LANGUAGES for ending in group]

    assert len(endings) == len(set(endings))
    assert number_language("web/App.TSX") == number_language("a.ts") == 2
