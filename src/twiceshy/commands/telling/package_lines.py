# ruff: noqa: E501  # a form is one line, however long
"""Package managers and runners of scripts: what they could not find, resolve, fetch or run."""

from twiceshy.commands.telling.telling_rule import MESSAGE, REFUSAL, TellingForm, TellingRule

_NPM = r"(?:npm|pnpm|yarn) (?:ERR!|error)"
FORMS: tuple[TellingForm, ...] = (
    TellingRule(
        MESSAGE - 2,
        "Missing script",
        r"(?:npm (?:ERR!|error) )?Missing script.+|.{0,10}ERR_PNPM_NO_SCRIPT.+|error: Script not found.+",
    ),
    TellingRule(MESSAGE - 2, "ERESOLVE", rf"{_NPM} ERESOLVE .+|{_NPM} code ERESOLVE"),
    TellingRule(MESSAGE - 2, "404", rf"{_NPM} 404 +(?!Note|or use|You|tarball|This)\S.+|error: GET .+ - 404"),
    TellingRule(MESSAGE - 2, "ERR_PNPM_", r".{0,4}ERR_PNPM_(?!RECURSIVE)\w+.+"),
    TellingRule(
        MESSAGE - 3,
        "npm ",
        r"npm (?:ERR!|error) (?P<it>(?!code |errno|path |syscall|dest|A complete|Lifecycle|command|cwd|workspace|location|in workspace|gyp|404|Test failed|Command failed|signal|Failed at|This is probably|  ).*\S \S.*)",
    ),
    TellingRule(REFUSAL, "npm ", r"npm (?:ERR!|error) code (?!ELIFECYCLE|\d).+"),
    TellingRule(
        MESSAGE - 2,
        "error ",
        r"error (?!Command failed)(?:Couldn't|An unexpected|Your lockfile|Found incompatible|Package|Integrity|Received|No ).+",
    ),
    TellingRule(MESSAGE - 2, "Usage Error: ", r".*Usage Error: .+"),
    TellingRule(MESSAGE - 2, "YN0", r"\u27a4 YN0*(?!0000)\d+: .+"),
    TellingRule(
        MESSAGE,
        "ERROR: ",
        r"ERROR: (?:Could not|No matching|Cannot|Invalid requirement|Ignored the following|Package|Directory|Exception|pip's|Failed to build|Some error).+",
    ),
    TellingRule(MESSAGE, "error: externally", r"error: externally-managed-environment"),
    TellingRule(MESSAGE, "No solution found", r"[ \t]*\u00d7 (?P<it>No solution found.+)"),
    TellingRule(MESSAGE, "\u00d7 Failed", r"[ \t]*\u00d7 (?P<it>Failed .+)"),
    TellingRule(MESSAGE, "version solving failed", r".*version solving failed.*"),
    TellingRule(MESSAGE, "Because ", r"Because .+"),
    TellingRule(MESSAGE, "E: ", r"E: .+"),
    TellingRule(MESSAGE, "Could not find gem", r"Could not find .+"),
    TellingRule(MESSAGE, "Gem::", r".*Gem::\w+.+"),
    TellingRule(MESSAGE, "Problem 1", r"\s*Problem 1\n\s*- (?P<it>.+)"),
    TellingRule(MESSAGE, "PackagesNotFoundError", r"PackagesNotFoundError: [^\n]+"),
    TellingRule(MESSAGE, "ResolvePackageNotFound", r"ResolvePackageNotFound.*"),
    TellingRule(MESSAGE, "UnsatisfiableError", r"UnsatisfiableError: .+"),
    TellingRule(MESSAGE, "EnvironmentLocationNotFound", r"EnvironmentLocationNotFound: .+"),
    TellingRule(
        MESSAGE - 3, "error: ", r"error: failed to (?:select|parse|load|get|download|resolve|run|fetch|read|find).+"
    ),
    TellingRule(MESSAGE - 3, "no matching package", r"error: no matching package.+"),
    TellingRule(MESSAGE - 2, "mise ERROR", r"mise ERROR (?!Run with|task failed|\[).+"),
    TellingRule(MESSAGE - 2, "No version is set", r"No version is set for command .+"),
    TellingRule(MESSAGE - 2, "recipe", r"error: [Jj]ustfile does not contain recipe.+"),
    TellingRule(MESSAGE - 2, "No available formula", r".*No available formula.+"),
    TellingRule(MESSAGE - 2, "Could not resolve", r".{0,200}Could not resolve (?!host).+"),
)
