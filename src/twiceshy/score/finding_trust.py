"""How much a finding is worth by the place where it stands: in tests, or in a line that asks linters to be silent."""

import re

_TESTS = re.compile(
    r"(?:^|/)(?:tests?|testing|__tests__|__mocks__|testdata|fixtures?|mocks?|spec|e2e|examples?|docs?)/"
    r"|(?:^|/)(?:test_[^/]*|conftest|[^/]*_tests?|[^/]*[.-](?:test|spec|stories|mock)|reproduc[^/]*|repro(?:_[^/]*)?|scratch[^/]*|playground[^/]*)\.\w+$"
)
_MIGRATIONS = re.compile(r"(?:^|/)(?:migrations?|migrate|alembic/versions|db/versions|seeds?|seeders?)/")
_MIGRATION_TRUST = 0.5
"""Factor for a finding in a migration or a seed, which a developer runs on known values (guess, 2026-11-22)."""
_SILENCED = re.compile(r"#\s*(?:noqa|nosec)\b|(?:#|//)\s*nosemgrep\b|//\s*(?:eslint-disable|nolint|#nosec)")
_SILENCED_TRUST = 0.5
"""Factor for a finding in a line that asks linters to be silent: agents write such comments too (guess, 2026-11-21)."""


def is_test_code(path: str) -> bool:
    """Tell whether a file is code whose faults harm nobody, or whose secrets are made up."""
    return _TESTS.search(path.lower()) is not None


def rate_line(line: str) -> float:
    """Return the factor for the confidence of a finding in this line, 0 to 1."""
    return _SILENCED_TRUST if _SILENCED.search(line) else 1.0


def rate_path(path: str) -> float:
    """Return the factor for the confidence of all findings in this file, 0 to 1."""
    return _MIGRATION_TRUST if _MIGRATIONS.search(path.lower()) else 1.0
