"""The verbs of the fleet wing: a row each, and a module each."""

from twiceshy.doors.cli.verbs import Verb

VERBS: tuple[Verb, ...] = (
    Verb(
        "fleet",
        "serve",
        "work through the logs and repositories of many people, on a cluster too",
        "twiceshy_fleet.verbs.fleet",
    ),
)
