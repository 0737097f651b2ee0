"""Containers and clouds: docker, kubectl, helm, terraform, aws, gcloud, az and what writes like them."""

from twiceshy.commands.telling.telling_rule import MESSAGE, REFUSAL, TellingForm, TellingRule

FORMS: tuple[TellingForm, ...] = (
    TellingRule(MESSAGE, "Error response from daemon", r".*Error response from daemon: .+"),
    TellingRule(MESSAGE, "Cannot connect to the Docker", r".*Cannot connect to the Docker daemon.*"),
    TellingRule(MESSAGE, "failed to connect to the docker", r".*failed to connect to the docker API.*"),
    TellingRule(MESSAGE, "unable to prepare context", r".*unable to prepare context.+"),
    TellingRule(REFUSAL, "failed to solve", r"(?:ERROR: )?failed to solve: (?!process ).+"),
    TellingRule(REFUSAL - 2, "failed to solve", r"(?:ERROR: )?failed to solve: process .+"),
    TellingRule(MESSAGE, "no configuration file provided", r"no configuration file provided.*"),
    TellingRule(MESSAGE, "service ", r"service \".+\" (?:is not running|refers to undefined).*"),
    TellingRule(MESSAGE, "no such service", r"no such service: .+"),
    TellingRule(MESSAGE, "Error from server", r"Error from server.*: .+"),
    TellingRule(MESSAGE, "The connection to the server", r"The connection to the server .+"),
    TellingRule(MESSAGE, "Unable to connect to the server", r"Unable to connect to the server.+"),
    TellingRule(
        MESSAGE,
        "Error: ",
        r"Error: (?:INSTALLATION|UPGRADE|release|repo|chart|template:|YAML|failed to download|cannot re-use).+",
    ),
    TellingRule(MESSAGE, "Error: ", r"[\u2502|] Error: (?P<it>.+)|\u2577\n\u2502 Error: .+"),
    TellingRule(MESSAGE, "An error occurred (", r".*An error occurred \(.+"),
    TellingRule(MESSAGE, "Unable to locate credentials", r".*Unable to locate credentials.*"),
    TellingRule(MESSAGE, "aws: ", r"aws: (?:error|\[ERROR\]): .+"),
    TellingRule(MESSAGE, "ERROR: (", r"ERROR: \([\w.-]+\) .+"),
    TellingRule(MESSAGE, "ERROR: (", r"\(\w+\) .+"),
    TellingRule(MESSAGE - 1, "Code: ", r"ERROR: \(\w+\).+"),
    TellingRule(MESSAGE, "Error: [", r".{0,4}Error: \[.+"),
    TellingRule(MESSAGE, "[ERROR] ", r"\u2718 \[ERROR\] .+|[X\u2718] \[ERROR\] .+"),
    TellingRule(MESSAGE, "error: the server doesn't", r"error: the server doesn't have a resource type.+"),
    TellingRule(MESSAGE, "fatal: [", r"fatal: \[.+\]: .+"),
)
