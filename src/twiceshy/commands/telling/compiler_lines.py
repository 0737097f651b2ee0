# ruff: noqa: E501  # a form is one line, however long
"""Compilers and linkers, each in its own form: the first error, since the others often follow from it."""

from twiceshy.commands.telling.telling_rule import FINDING, MESSAGE, TellingForm, TellingRule

_PLACE = r"(?:[A-Za-z]:)?[^\s:(][^\s:(]{0,240}"
FORMS: tuple[TellingForm, ...] = (
    # gcc, clang, swiftc, zig, javac, mypy, pyright and all who write like them
    TellingRule(FINDING, ": error: ", rf"{_PLACE}:\d+(?::\d+)?(?:-\d+)?: error: (?!aborting)\S.*"),
    TellingRule(FINDING, " error: ", rf"{_PLACE}:\d+:\d+ - error: .+"),
    TellingRule(FINDING, ": fatal error: ", rf"{_PLACE}:\d+(?::\d+)?: fatal error: .+"),
    # GHC puts the message below, and its newest adds a code in brackets
    TellingRule(
        FINDING, ": error:", rf"{_PLACE}:\d+:\d+: error:(?: \[[^\]\n]+\])?[ \t]*\n[ \t]+[\u2022*]?[ \t]*(?P<it>\S.+)"
    ),
    # TypeScript, C#, F#, VB
    TellingRule(
        FINDING, "error TS", r".{0,240}\(\d+,\d+\): error TS\d+: .+|.{0,240}:\d+:\d+ - error TS\d+: .+|error TS\d+: .+"
    ),
    TellingRule(FINDING, ": error ", r".{0,240}?\(\d+(?:,\d+){0,3}\)\s*: error [A-Z]{2,8}\d+: .+"),
    TellingRule(MESSAGE, ": error ", r"\s{0,20}\S{1,240} ?: (?:fatal )?error [A-Z]{2,8}\d+: .+"),
    # Rust
    TellingRule(FINDING, "error[E", r"error\[E\d+\]: .+"),
    TellingRule(
        FINDING - 1,
        "error: ",
        r"error: (?!aborting|could not compile|test failed|\d+ target|process didn't|linking with|script |unexpected argument).+(?=\n +--> )",
    ),
    # Kotlin, Scala, Java, Dart, Elm, Nim, Haskell's cabal
    TellingRule(FINDING, "e: ", r"e: (?:file://)?/?\S+ ?.+"),
    TellingRule(FINDING, "[error] ", r"\[error\] \S+\.scala:\d+(?::\d+)?: .+"),
    TellingRule(FINDING, " Error: ", rf"{_PLACE}\((?:\d+), ?\d+\) Error: .+|{_PLACE}:\d+:\d+: Error: .+"),
    TellingRule(FINDING, "[ERROR] ", r"\[ERROR\] \S+\.(?:java|kt|scala):(?:\[\d+,\d+\]|\d+:|\(\d+,\d+\)).+"),
    # linkers
    TellingRule(FINDING - 3, "undefined reference", r".*undefined reference to .+"),
    TellingRule(
        FINDING - 3,
        "Undefined symbol",
        r"Undefined symbols? for architecture .*\n\s*(?P<it>\S.+)|.*[Uu]ndefined symbol: .+",
    ),
    TellingRule(FINDING - 3, "cannot find -l", r".*cannot find -l.+"),
    TellingRule(
        FINDING - 3,
        "ld: ",
        r"(?:\S*/)?(?:ld|ld\.lld|lld|mold|wasm-ld)(?:\.\w+)?: (?!warning|symbol\(s\) not found|.*: in function).+",
    ),
    TellingRule(FINDING - 4, "LNK", r".{0,240}(?:error|fatal error) LNK\d+: .+"),
    TellingRule(FINDING - 4, "multiple definition", r".*multiple definition of .+"),
    # builds
    TellingRule(MESSAGE, "CMake Error", r"CMake Error(?: at [^\n]*|:[^\n]*)?\n(?:[ \t]*\n)?[ \t]+(?P<it>\S.+)"),
    TellingRule(MESSAGE - 1, "CMake Error", r"CMake Error:? .+"),
    TellingRule(MESSAGE, "No rule to make", r"make(?:\[\d+\])?: \*\*\* No rule to make target .+"),
    TellingRule(MESSAGE, "make: ", r"make(?:\[\d+\])?: \*\*\* (?!\[)(?!No rule|Waiting).+|make(?:\[\d+\])?: \S+: .+"),
    TellingRule(MESSAGE, "Makefile", r"\S{0,80}Makefile\S{0,40}:\d+: \*\*\* .+"),
    TellingRule(MESSAGE, "ninja: error: ", r"ninja: error: .+"),
    TellingRule(
        MESSAGE,
        "ERROR: ",
        r"meson\.build:\d+(?::\d+)?: ERROR: .+|ERROR: /\S+?:\d+:\d+: (?!Testing|Compiling .* failed).+",
    ),
    TellingRule(MESSAGE - 2, "ERROR: ", r"ERROR: (?:no such (?:target|package)|Skipping|Analysis of target|Error).+"),
    TellingRule(MESSAGE, "configure: error: ", r"configure: error: .+"),
    TellingRule(MESSAGE, "** (", r"\*\* \((?:\w+\.)*\w+(?:Error|Exit)?\) .+"),
    TellingRule(FINDING, "error: ", r"    error: .+(?=\n)"),
    TellingRule(MESSAGE, "What went wrong", r"\* What went wrong:\n(?:Execution failed for [^\n]*\n)?>? ?(?P<it>\S.+)"),
    TellingRule(
        MESSAGE - 6,
        "[ERROR] ",
        r"\[ERROR\] (?P<it>(?!\s|->|Tests run|Failures|COMPILATION|Failed to execute goal .* There are test|To see|Re-run|After|For more|\[Help|Errors?:|Please|$).+)",
    ),
    TellingRule(FINDING, "Syntax error", r".{0,240}(?:PHP )?(?:Parse|Fatal) error: .+"),
    TellingRule(FINDING, "PHP ", r"PHP (?:Parse|Fatal) error: .+"),
    TellingRule(
        FINDING - 1,
        "rror: ",
        r"(?:Parse|Fatal) error: .+ in \S+ on line \d+.*|.{0,200}:\d+: (?:syntax error|SyntaxError).*",
    ),
    TellingRule(FINDING - 2, "rror:", r"error: [^\n]+(?=\n\s*(?:\u256d|\u250c|--> |\|))|Error: .+(?=\n\s*\u256d)"),
)
