"""The verbs of the team wing: a row each, and a module each."""

from twiceshy.doors.cli.verbs import Verb

VERBS: tuple[Verb, ...] = (
    Verb(
        "sync",
        "collect and learn",
        "send what is new to your team's server, and take what the team knows",
        "twiceshy_team.verbs.sync",
    ),
    Verb(
        "serve",
        "serve",
        "serve a team: take what members send, give back what the team knows",
        "twiceshy_team.verbs.serve",
    ),
)
