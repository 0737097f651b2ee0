"""The verbs of the git wing: a row each, and a module each."""

from twiceshy.doors.cli.verbs import Verb

VERBS: tuple[Verb, ...] = (
    Verb(
        "blame",
        "look",
        "show who wrote each line of a file: session, prompt and model, or a person",
        "twiceshy_git.verbs.blame",
    ),
    Verb(
        "memory",
        "collect and learn",
        "share what is known of a repository with its other clones: push, pull, accept",
        "twiceshy_git.verbs.memory",
        collects=True,
    ),
    Verb("risk", "judge", "show how likely it is that a change is fixed later, and why", "twiceshy_git.verbs.risk"),
    Verb("predict", "predict", "rank the files that a task will touch, and say why", "twiceshy_git.verbs.predict"),
    Verb(
        "suggest-message",
        "predict",
        "suggest a commit message as people here would write it",
        "twiceshy_git.verbs.suggest_message",
    ),
    Verb("train", "predict", "train this repository's own ranking model", "twiceshy_git.verbs.train"),
    Verb(
        "evaluate",
        "predict",
        "measure rankings of files on the newest commits, beside every baseline",
        "twiceshy_git.verbs.evaluate",
    ),
    Verb(
        "models",
        "predict",
        "list, show and compare ranking models, or go back to one",
        "twiceshy_git.verbs.models",
    ),
    Verb(
        "chunks",
        "look",
        "show, check, pack or write out a repository's memory as files",
        "twiceshy_git.verbs.chunks",
        aliases=("chunked",),
    ),
)
