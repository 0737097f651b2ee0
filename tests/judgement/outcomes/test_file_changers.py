"""Which commands may have changed a project's files."""

import pytest

from twiceshy.judgement.outcomes.file_changers import may_change_files


@pytest.mark.parametrize(
    "command",
    [
        "git add -A && git commit -qm 'Add a limit'",
        "pytest -q tests | tail -3",
        "rg TODO src 2>/dev/null",
        "sed -n 1,20p a.py",
        "cd web && npm test",
        "npx prettier --write .",
    ],
)
def test_what_looks_tests_or_records_changes_nothing(command: str) -> None:
    """So that a change behind it is a person's."""
    assert not may_change_files(command)


@pytest.mark.parametrize(
    "command",
    [
        "python make_api.py",
        "sed -i s/a/b/ a.py",
        "cat > a.py <<'END'\nx\nEND",
        "echo x >> a.py",
        "black . && sed -i s/a/b/ a.py",
        "git checkout -- .",
        "ls " + "x" * 600,
        "find . -name '*.py' -exec black {} +",
    ],
)
def test_everything_else_may_have(command: str) -> None:
    """A line that was cut, too."""
    assert may_change_files(command)
