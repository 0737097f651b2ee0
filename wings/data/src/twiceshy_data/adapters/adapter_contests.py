"""Is an adapter better than what is there without it? Asked about commits behind those that it learned from."""

from dataclasses import asdict, replace
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.records.adapter_cards import AdapterShape
from twiceshy.records.message_advice import MessageEvaluation
from twiceshy_data.finetune.base_models import check_packages, hash_folder, read_adapter
from twiceshy_git.message_recipes.adapter_cards import WEIGHTS, read_card, write_card
from twiceshy_git.message_recipes.writer_contests import MessageWriter, Watch, contest_messages


def evaluate_adapter(
    config: Config, repo: Path, folder: Path, base: Path, *, split: float, newest: int | None = None, watch: Watch = id
) -> MessageEvaluation:
    """Measure an adapter beside our own ways; its card takes down how it did.

    Raises:
        ToolMissing: what reads a base model is not installed.
        SourceError: the folder is no adapter, or one of another base.
        SystemRefusal: the base does not fit into memory.
        UsageError: there is too little to judge by, or it learned from some of the commits.
    """
    check_packages()
    card = read_card(folder)
    weights = read_adapter(folder / WEIGHTS, hash_folder(base))
    from twiceshy_data.finetune.adapted_model import AdaptedModel  # noqa: PLC0415  # loads torch

    shape = AdapterShape(rank=card.rank, alpha=card.alpha, dropout=card.dropout, longest=card.longest, seed=card.seed)
    model = AdaptedModel(base, shape)
    model.put_weights(weights)
    writer = MessageWriter("adapter", model.write_line, card.learned_until)
    told = contest_messages(config, repo, writer, split=split, newest=newest, watch=watch)
    if told.contest is not None:
        write_card(folder, replace(card, contest=asdict(told.contest) | {"asked": told.asked}))
    return told
