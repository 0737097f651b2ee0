# ruff: noqa: E501  # a form is one line, however long
"""Databases' command lines."""

from twiceshy.commands.telling.telling_rule import MESSAGE, TellingForm, TellingRule

FORMS: tuple[TellingForm, ...] = (
    TellingRule(MESSAGE, "psql", r"psql(?:\.exe)?: (?:error|FATAL): .+|psql:\S+:\d+: (?:ERROR|FATAL): .+"),
    TellingRule(MESSAGE, "ERROR:  ", r"(?:\d{4}-\d\d-\d\d [^\n]{0,60})?ERROR:  .+"),
    TellingRule(MESSAGE, "FATAL:  ", r".{0,200}FATAL:  .+"),
    TellingRule(MESSAGE, "pg_", r"pg_\w+: error: .+"),
    TellingRule(MESSAGE, "ERROR ", r"(?:mysql\w*: )?ERROR \d{3,5}(?: \(\w+\))?(?: at line \d+)?: .+"),
    TellingRule(MESSAGE, "mysql", r"mysql\w*: (?:\[ERROR\]|Got error|unknown|Error).+|mariadb\w*: .+"),
    TellingRule(
        MESSAGE,
        "rror",
        r"(?:Parse error|Runtime error)(?: near line \d+)?: .+|Error: (?:in prepare|near line|unable to open|stepping|near).+",
    ),
    TellingRule(MESSAGE, "(error) ", r"\(error\) .+"),
    TellingRule(MESSAGE, "Could not connect to Redis", r"Could not connect to Redis .+"),
    TellingRule(MESSAGE, "Mongo", r"Mongo\w*(?:Error|Exception)\b.*"),
    TellingRule(MESSAGE, "MongoServer", r".*MongoServer\w*: .+"),
    TellingRule(MESSAGE, "ORA-", r"ORA-\d{5}: .+"),
    TellingRule(MESSAGE, "Msg ", r"Msg \d+, Level \d+[^\n]*\n(?P<it>.+)"),
    TellingRule(MESSAGE, "Sqlcmd: ", r"Sqlcmd: Error: .+"),
    TellingRule(MESSAGE, "DB::Exception", r".*DB::Exception: .+"),
    TellingRule(MESSAGE, "Prisma", r"Error: P\d{4}.*"),
)
