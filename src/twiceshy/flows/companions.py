"""Short hints for an agent at work: files that such tasks touch, and partners that were left out."""

import time
from collections.abc import Sequence
from pathlib import Path

from twiceshy.capture.patches import own_author, place_of
from twiceshy.config import Config
from twiceshy.errors import SourceError, StoreError, ToolMissing
from twiceshy.flows.predict import cache_of, cached, chosen_model, relative, salt_of, up_to_date
from twiceshy.predict.partners import partners
from twiceshy.predict.rank import ranked
from twiceshy.predict.task import asked
from twiceshy.records.predictions import Partner

BUDGET_S = 0.3
LARGEST_INDEX = 4 << 20  # bytes packed: a larger one takes longer to unpack than a prompt may wait (guess)
LEAST_PROBABLE = 0.3
"""Below it a hint would more often mislead than help (guess)."""
MOST_FILES = 3
MOST_PARTNERS = 2


def partners_of(config: Config, repo: Path, files: Sequence[str], top: int) -> list[Partner]:
    """Files that mostly change with these and are not among them; paths as for ``predict``'s seeds.

    Raises:
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    place = place_of(repo)
    known = up_to_date(config, repo, place, salt_of(config))
    return partners(known.index, [relative(repo, place, file) for file in files], top)


def brief_lines(config: Config, repo: Path, prompt: str, *, budget_s: float = BUDGET_S) -> list[str]:
    """At most three lines about the files of a task; none where nothing is sure or the time is over.

    Only an index that is there already is used, as it stands: no history is read while somebody waits.
    """
    end = time.monotonic() + budget_s
    try:
        return _lines(config, repo, prompt, end)
    except (SourceError, ToolMissing, StoreError):
        return []


def _lines(config: Config, repo: Path, prompt: str, end: float) -> list[str]:
    if not prompt.strip():
        return []
    place, salt = place_of(repo), salt_of(config)
    path = cache_of(config, place, salt)
    if not path.is_file() or path.stat().st_size > LARGEST_INDEX or time.monotonic() > end:
        return []
    known = cached(path)
    if known is None or not known.index.commits or time.monotonic() > end:
        return []
    index = known.index
    task = asked(index, prompt, at=int(time.time()), author=own_author(repo, salt))
    model = chosen_model(config, place, "")
    if not model.used or time.monotonic() > end:
        return []
    sure = [one for one in ranked(index, task, model, MOST_FILES) if (one.probability or 0.0) >= LEAST_PROBABLE]
    if time.monotonic() > end:
        return []
    lines = [f"Such tasks touched: {', '.join(f'{one.path} ({one.probability:.2f})' for one in sure)}."] if sure else []
    named = [one.path for one in sure if one.path.lower() in task.named]
    left_out = [one for one in partners(index, named) if one.path not in {each.path for each in sure}]
    return [
        *lines,
        *(
            f"{one.path} changed with {one.of} in {one.times} of {one.changes} commits."
            for one in left_out[:MOST_PARTNERS]
        ),
    ]
