"""Hints for an agent at work: files that such tasks touch, and partners that were left out.

``partners_of`` answers who asks, and may read the history for it. ``hints_for`` and ``brief_lines`` are for who did not
ask (a brief before a turn, a tool of a server): they use an index that is there already, never read a history, never
raise, and are silent when ``BUDGET_S`` is over.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread

from twiceshy.capture.patches import own_author, place_of
from twiceshy.config import Config
from twiceshy.errors import SourceError, StoreError, ToolMissing
from twiceshy.flows.predict import cache_of, cached, chosen_model, relative, salt_of, up_to_date
from twiceshy.predict.hints import hints, lines
from twiceshy.predict.partners import partners
from twiceshy.predict.task import asked
from twiceshy.records.predictions import Hints, Partner

BUDGET_S = 0.3
"""Wall seconds that a turn may wait."""
LARGEST_INDEX = 4 << 20
"""Bytes packed: unpacking more holds Python's lock longer than the budget, so that no clock could stop it (guess)."""
NOTHING = Hints()


def partners_of(config: Config, repo: Path, files: Sequence[str], top: int) -> list[Partner]:
    """Files that mostly change with these and are not among them; paths as for ``predict``'s seeds.

    Raises:
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    place = place_of(repo)
    known = up_to_date(config, repo, place, salt_of(config))
    return partners(known.index, [relative(repo, place, file) for file in files], top)


def hints_for(
    config: Config,
    repo: Path,
    prompt: str,
    *,
    in_hand: Sequence[str] = (),
    seen: Sequence[str] = (),
    budget_s: float = BUDGET_S,
) -> Hints:
    """What is sure about the files of a task, within ``budget_s`` wall seconds; nothing where that is not enough.

    ``prompt``: the task in words, may be empty. ``in_hand``: files that the session changed, relative to ``repo`` or
    absolute. ``seen``: those that it read or searched in, newest last. Nothing too where there is no index yet
    (``predict`` makes it), no git, no repository or a damaged store.
    """
    end = time.monotonic() + budget_s
    if budget_s <= 0 or not (prompt.strip() or in_hand):
        return NOTHING
    return within(budget_s, lambda: _hints(config, repo, prompt, (in_hand, seen), end))


def brief_lines(
    config: Config, repo: Path, prompt: str, *, in_hand: Sequence[str] = (), budget_s: float = BUDGET_S
) -> list[str]:
    """``hints_for`` in words: at most three lines."""
    return lines(hints_for(config, repo, prompt, in_hand=in_hand, budget_s=budget_s))


def within(budget_s: float, ask: Callable[[], Hints]) -> Hints:
    """The answer if it comes in time. Who is late works on in a thread that holds nobody up and is not heard."""
    answer: list[Hints] = []
    worker = Thread(target=lambda: answer.append(ask()), daemon=True, name="hints")
    worker.start()
    worker.join(budget_s)
    return answer[0] if answer else NOTHING


def _hints(config: Config, repo: Path, prompt: str, session: tuple[Sequence[str], Sequence[str]], end: float) -> Hints:
    """The steps, with a look at the clock between them so that a late thread ends soon."""
    try:
        place, salt = place_of(repo), salt_of(config)
        path = cache_of(config, place, salt)
        if not path.is_file() or path.stat().st_size > LARGEST_INDEX or time.monotonic() > end:
            return NOTHING
        known = cached(path)
        if known is None or not known.index.commits or time.monotonic() > end:
            return NOTHING
        task = asked(known.index, prompt, at=int(time.time()), author=own_author(repo, salt))
        model = chosen_model(config, place, "")
        if time.monotonic() > end:
            return NOTHING
        in_hand, seen = ([relative(repo, place, file) for file in files] for files in session)
        return hints(known.index, task, model, in_hand, seen)
    except (SourceError, ToolMissing, StoreError, OSError):
        return NOTHING
