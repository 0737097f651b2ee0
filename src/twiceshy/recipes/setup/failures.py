"""Tell what failed for a cause outside of this program from a bug of ours, for surfaces that end with the answer."""

from pathlib import Path

from twiceshy.archive import failure_causes
from twiceshy.base.errors import TwiceshyError


def explain_failure(error: BaseException, home: Path | None) -> TwiceshyError | None:
    """Return our error for what data, the disk, the environment or the installation did; None for a bug of ours."""
    return failure_causes.explain_failure(error, home)
