"""Linters and formatters: the first finding with its place, its words and its rule."""

from twiceshy.commands.telling.telling_rule import FINDING, MESSAGE, NAME, TellingForm, TellingRule

_PLACE = r"(?:[A-Za-z]:)?[^\s:][^\s:]{0,240}"
_BIOME = r"[^\n]* \u2501{3,}\n(?:[ \t]*\n)?[ \t]*"
FORMS: tuple[TellingForm, ...] = (
    TellingRule(FINDING, ": ", rf"{_PLACE}\.\w+:\d+:\d+: [A-Z]{{1,5}}\d{{1,5}}\b:? .+"),
    TellingRule(FINDING, ": ", rf"{_PLACE}\.\w+:\d+:\d+: [CREWF]: .+"),
    TellingRule(FINDING, "-->", r"[A-Z]{1,5}\d{3,5}:? [^\n]+(?=\n\s+-->)|error: [^\n]+(?=\n\s+-->)"),
    TellingRule(FINDING, "[*] ", r"[A-Z]{1,5}\d{3,5} \[\*\] .+"),
    TellingRule(FINDING, "  error  ", r"\s+\d+:\d+ +error  .+"),
    TellingRule(FINDING, " error ", r"\s*\d+:\d+ +(?:\u2716 |\[)?error\]? +\S.+"),
    TellingRule(FINDING, "\u2716  ", r"\s+\d+:\d+ +\u2716 +.+"),
    TellingRule(FINDING, " MD0", rf"{_PLACE}:\d+(?::\d+)? (?:error )?MD\d{{3}}.+"),
    TellingRule(FINDING, " DL", rf"{_PLACE}:\d+ (?:DL|SC)\d+ .+"),
    TellingRule(
        FINDING, "SC", r".*\^-*\^? (?P<it>SC\d+.*)|" rf"{_PLACE}:\d+:\d+: (?:error|warning|note): .+ \[SC\d+\]"
    ),
    TellingRule(FINDING, "\u00d7 ", r"[ \t]*\u00d7 (?P<it>(?!Some \w+ were|No solution|Failed|This environment).+)"),
    TellingRule(FINDING, " \u2501\u2501\u2501", rf"{_BIOME}[\u00d7\u2716] (?P<it>(?!Some \w+ were).+)"),
    TellingRule(FINDING - 9, " \u2501\u2501", rf"{_BIOME}! (?P<it>(?!Some \w+ were).+)"),
    TellingRule(FINDING, " - ", r" *(?P<it>error - \S+\.dart:.+)"),
    TellingRule(FINDING, " \u2022 ", r" *(?P<it>error \u2022 .+)"),
    TellingRule(FINDING - 3, " - ", r" *warning - (?P<it>\S+\.dart:.+)"),
    TellingRule(FINDING - 3, " \u2022 ", r" *warning \u2022 (?P<it>.+)"),
    TellingRule(FINDING, ">> Issue: ", r">> Issue: .+"),
    TellingRule(FINDING - 1, "lint/", r"\S+ lint/\w+/\w+ .*"),
    TellingRule(FINDING, " - error", rf"\s*{_PLACE}:\d+:\d+ - error:? .+"),
    TellingRule(FINDING - 1, "[error] ", r"\[error\] .+"),
    TellingRule(MESSAGE, "would reformat", r"would reformat .+|Would reformat: .+"),
    TellingRule(MESSAGE, "[warn] ", r"\[warn\] (?!Code style|Run Prettier|All matched).+"),
    TellingRule(MESSAGE, "Diff in ", r"Diff in .+"),
    TellingRule(MESSAGE, "incorrectly formatted", r".*incorrectly formatted.*"),
    TellingRule(FINDING - 2, "-->", r"(?:error|warning): [^\n]+(?=\n +--> )"),
    TellingRule(MESSAGE, "unformatted", r".*unformatted.*"),
    TellingRule(NAME - 4, "Failed", r"(?P<it>\S.{1,100}?\.{3,})(?:\([^)\n]*\))?Failed"),
    TellingRule(NAME - 5, "files were modified", r"- files were modified by this hook"),
    TellingRule(NAME, "Broken", r"\S.{1,200} BROKEN"),
    TellingRule(MESSAGE, "commitlint", r"\u2716 +(?P<it>(?!found).+)"),
    TellingRule(FINDING - 1, "\u2716   ", r"\u2716   (?P<it>(?!found).+\[[\w-]+\])"),
    TellingRule(FINDING, ":", r" ?(?:  )?\d+ {2,8}(?P<it>[A-Z].+)(?=\n +\U0001faaa)"),
)
