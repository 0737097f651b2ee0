"""Where the data wing joins what the core does: models are trained when that pays, where it is wanted."""

from datetime import UTC, datetime

from twiceshy.base.config import Config
from twiceshy.recipes.learn.learn_all import BudgetCheck, LearnStep


def _train_when_due(config: Config, check: BudgetCheck) -> int:  # noqa: ARG001  # it has a budget of its own
    """Train what training pays for; return how many models are at work for it."""
    if not config.train_automatic:
        return 0
    from twiceshy_data.recipes.automatic_training import train_when_due  # noqa: PLC0415  # only where it is wanted

    done = train_when_due(config, datetime.now(UTC))
    return 0 if done is None else done.adopted


STEPS: tuple[LearnStep, ...] = (LearnStep("training", _train_when_due, apart=True),)
