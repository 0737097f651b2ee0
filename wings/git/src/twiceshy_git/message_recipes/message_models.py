"""Models that rank messages: the one that ships, and a repository's own, which go on from it.

They lie beside the models that rank files, in the same folder. Nothing is overwritten, so going back means naming an
older one. An own model is used only where it is ahead of the general one on the newest fifth, on which no tree was
grown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from twiceshy.archive import atomic_files
from twiceshy.archive.atomic_files import read_salt
from twiceshy.archive.lock import hold_lock
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.logs.described_changes import list_newest_commits, read_described_changes
from twiceshy.logs.repository_place import RepositoryPlace, locate_repository
from twiceshy.records.message_advice import MessageEvaluation
from twiceshy.records.predictions import ModelLine
from twiceshy_git.file_recipes.ranking_files import note_project
from twiceshy_git.file_recipes.repository_files import MODEL_ENDING, models_folder
from twiceshy_git.message_recipes.adapter_cards import ADAPTER, list_adapters, show_adapter
from twiceshy_git.message_recipes.message_history import make_scrub
from twiceshy_git.message_recipes.offer_notes import count_verdicts, judge_offers
from twiceshy_git.predict.messages.examples import MessageHistory, choose_examples
from twiceshy_git.predict.messages.message_evaluation import (
    AskedCommit,
    ReplayedCommit,
    lead_of,
    mark_models,
    replay_messages,
    sum_up,
)
from twiceshy_git.predict.messages.message_ranker import (
    MessageModel,
    decode_message_model,
    encode_message_model,
    load_general_messages,
)
from twiceshy_git.predict.messages.offer_verdicts import WEIGHTS, OfferVerdict
from twiceshy_git.predict.messages.ranker_growing import OWN_ROUNDS, grow_message_trees

# Which model ranks messages in a repository: its own where one is in use, else the one that ships.
#
# It stands apart from training and measuring, which a hook that is in a hurry must not load.

ACTIVE: Final = "active-messages"
"""Name of the file that holds the name of the model in use."""


def load_message_model(config: Config, place: RepositoryPlace) -> MessageModel:
    """Return the model in use.

    Raises:
        StoreCorrupt: its file is damaged.
    """
    folder = models_folder(config, place)
    name = read_active(folder)
    raw = atomic_files.read(folder / f"{name}{MODEL_ENDING}") if name else None
    return decode_message_model(raw) if raw else load_general_messages()


def read_active(folder: Path) -> str:
    """Return the name of the model in use; empty where it is the general one."""
    raw = atomic_files.read(folder / ACTIVE)
    name = raw.decode("utf-8", "replace").strip() if raw else ""
    return name if name.replace("-", "").isalnum() else ""


KIND: Final = "messages-"
"""How the names of these models begin."""
_GENERAL: Final = "messages-general"
_FEWEST: Final = 150
"""Commits below which nothing is trained (guess, 2026-11-24: thirty are left to measure by)."""
_NEWEST: Final = 2000
"""Newest commits that are learned from (guess, 2026-11-24: two minutes; habits change)."""
_GROWN: Final = 0.8
"""Share of the history on which trees are grown; the rest says whether they are used (guess, 2026-11-24)."""


def train_messages(config: Config, repo: Path) -> ModelLine:
    """Grow trees on the repository's own history, upon the general ones; they are used where they are ahead of these.

    Raises:
        UsageError: there is too little to learn from.
        ToolMissing: LightGBM is not installed.
    """
    place = locate_repository(repo)
    verdicts = judge_offers(config, repo, place)
    changes = weigh_by_verdicts(replay_messages(_read_examples(config, repo, place)), verdicts)
    general = load_general_messages()
    cut = round(_GROWN * len(changes))
    grown = grow_message_trees([[one.change for one in changes[:cut]]], upon=general.trees, rounds=OWN_ROUNDS)
    own = replace(general, trees=general.trees + grown)
    judged = mark_models(changes[cut:], {"general": general, "own": own})
    lead = lead_of(judged, "own", "general")
    used = lead.estimate > 0
    card = {
        "commits": len(changes),
        "judged": len(changes) - cut,
        "figures": asdict(sum_up(judged)),
        "lead": tuple(lead),
        "used": used,
        "why_not_used": "" if used else "it is not ahead of the general model on the newest fifth",
        "offers": count_verdicts(verdicts),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    folder = models_folder(config, place)
    config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with hold_lock(config.home, "models"):
        note_project(folder, repo)
        name = f"{KIND}{_find_last(folder) + 1:04d}"
        atomic_files.write(folder / f"{name}{MODEL_ENDING}", encode_message_model(replace(own, name=name, card=card)))
        if used:
            atomic_files.write(folder / ACTIVE, name.encode())
    return next(line for line in list_message_models(config, repo) if line.name == name)


def weigh_by_verdicts(changes: Sequence[ReplayedCommit], verdicts: Mapping[str, OfferVerdict]) -> list[ReplayedCommit]:
    """Return the changes, those with an offer that was judged with the weight of its verdict."""
    return [
        one._replace(change=one.change._replace(weight=WEIGHTS[verdict]))
        if (verdict := verdicts.get(one.marked.example.commit))
        else one
        for one in changes
    ]


def evaluate_messages(config: Config, repo: Path, *, split: float) -> MessageEvaluation:
    """Measure the general model on the newest share of the history, beside NNGen and the agreed message.

    Raises:
        UsageError: there is too little to judge by.
    """
    figures = sum_up(replay_history(config, repo, split=split)[1])
    return replace(figures, offers=count_verdicts(judge_offers(config, repo, locate_repository(repo))))


def replay_history(config: Config, repo: Path, *, split: float) -> tuple[MessageHistory, list[AskedCommit]]:
    """Return a repository's history, and the newest share of it with the marks of each way of suggesting.

    Raises:
        UsageError: there is too little to judge by.
    """
    history = _read_examples(config, repo, locate_repository(repo))
    changes = replay_messages(history, rivals_from=1 - split)
    asked = [one for one in changes if one.place >= 1 - split]
    return history, mark_models(asked, {"general": load_general_messages()})


def _read_examples(config: Config, repo: Path, place: RepositoryPlace) -> MessageHistory:
    if place.head is None:
        raise UsageError("this repository has no commit yet")
    salt = read_salt(config.salt)
    names = list_newest_commits(repo, _NEWEST, place.head)
    history = choose_examples(list(read_described_changes(repo, names, salt=salt, scrub=make_scrub(config, salt))))
    if len(history.examples) < _FEWEST:
        raise UsageError(
            f"{len(history.examples)} commits with a message of a person are too few ({_FEWEST} are needed); "
            "`twiceshy suggest-message` works without, by the model that comes with it"
        )
    return history


def list_message_models(config: Config, repo: Path) -> list[ModelLine]:
    """Return the general model, the repository's own, oldest first, and the adapters that were added."""
    folder = models_folder(config, locate_repository(repo))
    active = read_active(folder)
    general = load_general_messages()
    lines = [_to_line(general, _GENERAL, active=not active, size=len(encode_message_model(general)))]
    for name in _list_names(folder):
        raw = atomic_files.read(folder / f"{name}{MODEL_ENDING}") or b""
        lines.append(_to_line(decode_message_model(raw), name, active=name == active, size=len(raw)))
    return [*lines, *list_adapters(folder)]


def show_message_model(config: Config, repo: Path, name: str) -> dict[str, Any]:
    """Return the card of a model; an empty name means the one in use.

    Raises:
        NotFound: no model has that name.
    """
    folder = models_folder(config, locate_repository(repo))
    wanted = name or read_active(folder) or _GENERAL
    if wanted.startswith(ADAPTER):
        return show_adapter(folder, wanted)
    if wanted == _GENERAL:
        model = load_general_messages()
    else:
        raw = atomic_files.read(folder / f"{wanted}{MODEL_ENDING}")
        if raw is None or not wanted.startswith(KIND):
            raise _refuse(folder, wanted)
        model = decode_message_model(raw)
    return {"name": wanted, "trees": len(model.trees)} | model.card


def roll_back_messages(config: Config, repo: Path, name: str) -> str:
    """Put a model in use, or the one before the one in use; return its name.

    Raises:
        NotFound: there is no such model.
        UsageError: it is an adapter, which is too slow to answer.
    """
    folder = models_folder(config, locate_repository(repo))
    there = [_GENERAL, *_list_names(folder)]
    if not name:
        now = read_active(folder) or _GENERAL
        at = there.index(now) if now in there else len(there)
        if at == 0:
            raise NotFound("the general model is in use; there is nothing before it")
        name = there[at - 1]
    if name.startswith(ADAPTER):
        raise UsageError(f"an adapter cannot be used: {show_adapter(folder, name)['why_not_used']}")
    if name not in there:
        raise _refuse(folder, name)
    config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with hold_lock(config.home, "models"):
        atomic_files.write(folder / ACTIVE, b"" if name == _GENERAL else name.encode())
    return name


def _refuse(folder: Path, name: str) -> NotFound:
    there = ", ".join([_GENERAL, *_list_names(folder)])
    return NotFound(f"there is no model of messages {name!r} for this repository; there are: {there}")


def _list_names(folder: Path) -> Sequence[str]:
    return [name for name in atomic_files.list_names(folder, MODEL_ENDING) if name.startswith(KIND)]


def _find_last(folder: Path) -> int:
    numbers = [name.removeprefix(KIND) for name in _list_names(folder)]
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def _to_line(model: MessageModel, name: str, *, active: bool, size: int) -> ModelLine:
    card = model.card
    return ModelLine(
        name=name,
        active=active,
        used=bool(card.get("used", True)),
        why_not=str(card.get("why_not_used", "")),
        own_trees=name != _GENERAL,
        commits=int(card.get("commits", 0)),
        judged=int(card.get("judged", 0)),
        mrr=None,
        recall10=None,
        bytes=size,
        made_until=str(card.get("made_at", "")),
        kind="messages",
        lead=tuple(card["lead"]) if "lead" in card else None,
    )
