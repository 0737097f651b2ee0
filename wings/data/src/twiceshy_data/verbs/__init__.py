"""The verbs of the data wing: a row each, and a module each."""

from twiceshy.doors.cli.verbs import Verb

VERBS: tuple[Verb, ...] = (
    Verb(
        "bundle",
        "lessons",
        "take lessons that others proved, and give them yours, in signed files",
        "twiceshy_data.verbs.bundle",
    ),
    Verb(
        "milestones",
        "predict",
        "show what more data would bring, when it is there, and when training pays",
        "twiceshy_data.verbs.milestones",
    ),
    Verb(
        "export",
        "look",
        "write what is stored as rows for other programs: JSON lines, CSV",
        "twiceshy_data.verbs.export",
    ),
    Verb(
        "contribute",
        "privacy",
        "say whether figures of a project may be given away, and see them",
        "twiceshy_data.verbs.contribute",
    ),
    Verb(
        "quality",
        "look",
        "show what a model can learn from the history: labels, repeats, gaps, what is odd, what to do",
        "twiceshy_data.verbs.quality",
        aliases=("quality-report",),
    ),
    Verb(
        "features",
        "predict",
        "show what was known of a change when it was made, and what became of it",
        "twiceshy_data.verbs.features",
    ),
)
