# ruff: noqa: E501  # a form is one line, however long
"""git, its hooks and the hosts of its repositories: why it refused."""

from twiceshy.commands.telling.telling_rule import MESSAGE, REFUSAL, TellingForm, TellingRule

FORMS: tuple[TellingForm, ...] = (
    TellingRule(MESSAGE + 1, "remote: ", r"remote: {1,4}! +(?P<it>(?!Push ).+)"),
    TellingRule(MESSAGE, "ejected]", r" ! \[(?:remote )?rejected\].+"),
    TellingRule(MESSAGE, "! [", r"! \[.*rejected\].+"),
    TellingRule(MESSAGE, "CONFLICT (", r"CONFLICT \(.+"),
    TellingRule(MESSAGE, "fatal: ", r"fatal: (?!Could not read from remote repository).+"),
    TellingRule(MESSAGE - 1, "fatal: ", r"fatal: Could not read from remote repository.*"),
    TellingRule(MESSAGE, "would be overwritten", r"error: .+would be overwritten by .+"),
    TellingRule(MESSAGE, "GH0", r".*\bGH\d{3}: .+"),
    TellingRule(
        MESSAGE - 1,
        "error: ",
        r"error: (?:could not apply|pathspec|cannot|Your local|Merging|Pulling|Committing|The following untracked|unable to|patch failed|src refspec|the branch|branch '|There was a problem|corrupt patch|no such|unknown (?:option|switch)|you need to|unstaged|Entry|nothing to commit|remote|No such remote|could not).+",
    ),
    TellingRule(MESSAGE, "are ignored by", r"The following paths are ignored by .+"),
    TellingRule(MESSAGE, "nothing to commit", r"nothing (?:added )?to commit.*"),
    TellingRule(MESSAGE, "no changes added", r"no changes added to commit.*"),
    TellingRule(MESSAGE, "Permission denied (", r".*Permission denied \(.+\)\.?"),
    TellingRule(MESSAGE + 1, "ERROR: ", r"ERROR: (?:Repository not found|Permission to).+"),
    TellingRule(MESSAGE, "git: '", r"git: '.+ is not a git command.*"),
    TellingRule(MESSAGE, "Merge conflict", r".*Merge conflict in .+"),
    TellingRule(MESSAGE, "HTTP ", r"(?:gh: .+\(HTTP \d{3}\)|HTTP \d{3}: .+|.{1,200}\(HTTP [45]\d\d\).*)"),
    TellingRule(MESSAGE, "GraphQL: ", r"(?:.{0,60}: )?GraphQL: .+"),
    TellingRule(MESSAGE, "Unknown JSON field", r"Unknown JSON field: .+"),
    TellingRule(MESSAGE, "no pull requests found", r"no pull requests found.*"),
    TellingRule(MESSAGE, "gh auth login", r"(?:To get started with GitHub CLI|You are not logged into).+"),
    TellingRule(MESSAGE, "not mergeable", r".*is not mergeable.*"),
    TellingRule(MESSAGE, "failed to parse jq", r"failed to parse jq.+"),
    TellingRule(MESSAGE, "pull request create failed", r"pull request create failed.+"),
    TellingRule(REFUSAL, "index.lock", r".*index\.lock.*"),
)
