"""Cards of adapters: beside the weights in a folder of the user's, and among a repository's models once added.

Only the card is taken in: `suggest-message` has 300 ms, and loading a base model takes longer, so none is used there.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from twiceshy.archive import atomic_files
from twiceshy.archive.lock import hold_lock
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, SourceError, StoreUnwritable
from twiceshy.base.foreign_files import ForeignFileError, read_named
from twiceshy.base.private_files import write_whole
from twiceshy.logs.repository_place import locate_repository
from twiceshy.records.adapter_cards import AdapterCard
from twiceshy.records.predictions import ModelLine
from twiceshy_git.file_recipes.ranking_files import note_project
from twiceshy_git.file_recipes.repository_files import MODEL_ENDING, models_folder

WEIGHTS: Final = "adapter.safetensors"
CARD: Final = "card.json"
ADAPTER: Final = "adapter-"
"""How the names of added ones begin."""
_LARGEST: Final = 1 << 20
"""Bytes of a card (guess, 2026-11-24: ours have 2 KB)."""


def write_card(folder: Path, card: AdapterCard) -> None:
    """Write a card beside the weights.

    Raises:
        StoreUnwritable: the folder cannot be written.
    """
    try:
        write_whole(folder / CARD, f"{json.dumps(asdict(card), indent=1)}\n".encode())
    except OSError as exc:
        raise StoreUnwritable(f"{folder / CARD} cannot be written: {exc.strerror}") from exc


def read_card(folder: Path) -> AdapterCard:
    """Return the card of an adapter.

    Raises:
        SourceError: the folder has none that can be read.
    """
    try:
        return _decode(read_named(folder / CARD, _LARGEST))
    except (OSError, ValueError, TypeError, KeyError, ForeignFileError) as exc:
        raise SourceError(
            f"{folder} is no adapter of `twiceshy train messages --base-model`: its {CARD} cannot be read ({exc})"
        ) from exc


def _decode(raw: bytes) -> AdapterCard:
    """Return a card from its text.

    Raises:
        ValueError: it is none.
        TypeError: as above.
        KeyError: as above.
    """
    found = json.loads(raw)
    kinds = {name: type_ for name, type_ in AdapterCard.__annotations__.items() if type_ in {int, float, str}}
    for name, kind in kinds.items():
        if not isinstance(found[name], (int, float) if kind is float else kind):
            raise TypeError(f"{name} is no {kind.__name__}")
    low, middle, high = (float(one) for one in found["gain"])
    return AdapterCard(**found | {"gain": (low, middle, high), "licences": tuple(map(str, found["licences"]))})


def add_adapter(config: Config, repo: Path, folder: Path) -> ModelLine:
    """Take an adapter's card in among the repository's models; its weights stay where they are.

    Raises:
        SourceError: the folder has no card.
    """
    card = read_card(folder)
    place = models_folder(config, locate_repository(repo))
    config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with hold_lock(config.home, "models"):
        note_project(place, repo)
        numbers = [int(one) for name in _list_names(place) if (one := name.removeprefix(ADAPTER)).isdigit()]
        name = f"{ADAPTER}{max(numbers, default=0) + 1:04d}"
        atomic_files.write(place / f"{name}{MODEL_ENDING}", json.dumps(asdict(card)).encode())
    return _to_line(name, card)


def list_adapters(models: Path) -> list[ModelLine]:
    """Return the adapters that were added to a folder of models, oldest first."""
    return [_to_line(name, card) for name in _list_names(models) if (card := _read_added(models, name)) is not None]


def show_adapter(models: Path, name: str) -> dict[str, Any]:
    """Return the card of an adapter that was added.

    Raises:
        NotFound: none has that name.
    """
    card = _read_added(models, name) if name.startswith(ADAPTER) else None
    if card is None:
        raise NotFound(f"there is no adapter {name!r} for this repository; `twiceshy models list` has the names")
    return {"name": name, "used": False, "why_not_used": explain_unused(card)} | asdict(card)


def explain_unused(card: AdapterCard) -> str:
    """Return why `suggest-message` does not answer with it, after what it is worth."""
    slow = "suggest-message has .3 s, and loading a base model takes longer"
    if card.contest is None:
        return f"{slow}; nobody measured it yet: twiceshy evaluate messages --adapter FOLDER --base-model PATH"
    one = card.contest
    lead, low, high = (100 * float(value) for value in _list_lead(one))
    said = {"better": "better than", "worse": "worse than"}.get(str(one.get("verdict")), "not shown to be better than")
    return f"it is {said} {one.get('rival')} ({lead:+.1f}, {low:+.1f} to {high:+.1f} B-Norm); {slow}"


def _list_lead(contest: dict[str, object]) -> list[float]:
    lead = contest.get("lead")
    return [float(one) for one in lead] if isinstance(lead, list | tuple) and len(lead) == 3 else [0.0] * 3


def _list_names(models: Path) -> list[str]:
    return [name for name in atomic_files.list_names(models, MODEL_ENDING) if name.startswith(ADAPTER)]


def _read_added(models: Path, name: str) -> AdapterCard | None:
    raw = atomic_files.read(models / f"{name}{MODEL_ENDING}")
    try:
        return _decode(raw) if raw is not None else None
    except (ValueError, TypeError, KeyError):
        return None


def _to_line(name: str, card: AdapterCard) -> ModelLine:
    contest = card.contest or {}
    lead = _list_lead(contest) if contest else None
    asked = contest.get("asked")
    return ModelLine(
        name=name,
        active=False,
        used=False,
        why_not=explain_unused(card),
        own_trees=False,
        commits=card.rows,
        judged=asked if isinstance(asked, int) else 0,
        mrr=None,
        recall10=None,
        bytes=card.bytes,
        made_until=card.made_at,
        kind="messages",
        lead=(lead[0], lead[1], lead[2]) if lead else None,
    )
