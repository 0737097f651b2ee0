"""The verbs of the git wing: a row each, and a module each."""

from twiceshy.doors.cli.verbs import Verb

VERBS: tuple[Verb, ...] = (
    Verb(
        "blame",
        "look",
        "show who wrote each line of a file: session, prompt and model, or a person",
        "twiceshy.wings.git.verbs.blame",
    ),
    Verb(
        "memory",
        "collect and learn",
        "share what is known of a repository with its other clones: push, pull, accept",
        "twiceshy.wings.git.verbs.memory",
        collects=True,
    ),
    Verb(
        "risk", "judge", "show how likely it is that a change is fixed later, and why", "twiceshy.wings.git.verbs.risk"
    ),
    Verb(
        "predict", "predict", "rank the files that a task will touch, and say why", "twiceshy.wings.git.verbs.predict"
    ),
    Verb(
        "suggest-message",
        "predict",
        "suggest a commit message as people here would write it",
        "twiceshy.wings.git.verbs.suggest_message",
    ),
    Verb(
        "features",
        "predict",
        "show what was known of a change when it was made, and what became of it",
        "twiceshy.wings.git.verbs.features",
    ),
    Verb("train", "predict", "train this repository's own ranking model", "twiceshy.wings.git.verbs.train"),
    Verb(
        "evaluate",
        "predict",
        "measure rankings of files on the newest commits, beside every baseline",
        "twiceshy.wings.git.verbs.evaluate",
    ),
    Verb(
        "models",
        "predict",
        "list, show and compare ranking models, or go back to one",
        "twiceshy.wings.git.verbs.models",
    ),
    Verb(
        "chunks",
        "look",
        "show, check, pack or write out a repository's memory as files",
        "twiceshy.wings.git.verbs.chunks",
        aliases=("chunked",),
    ),
)
