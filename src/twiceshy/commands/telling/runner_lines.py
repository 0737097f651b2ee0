"""Test runners of all languages but Python's and Go's: the failed test's message, else its name."""

from twiceshy.commands.telling.telling_rule import CERTAIN, MESSAGE, NAME, TellingForm, TellingRule

_EXC = r"(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Failure|Failed|Fault)\b(?: \[\w+\])?"
FORMS: tuple[TellingForm, ...] = (
    # jest: the message stands below the name
    TellingRule(
        CERTAIN,
        "\u25cf ",
        r"[ \t]*\u25cf (?!Console|Deprecat|Validation)[^\n]+\n(?:[ \t]*\n)*(?P<it>[ \t]+(?!at )\S.*)",
    ),
    # vitest: the exception stands below FAIL, mocha's and node's below the name
    TellingRule(CERTAIN, "FAIL ", rf"[ \t]*FAIL [^\n]+\n(?P<it>(?:{_EXC}|Error|Caused by).*)"),
    TellingRule(CERTAIN - 2, "Error", rf"[ \t]{{4,12}}(?P<it>(?:Uncaught )?{_EXC}: .+|AssertionError.*)"),
    TellingRule(CERTAIN - 2, "AssertionError", r"[ \t]*(?:\u2192 )?(?P<it>AssertionError(?: \[ERR_ASSERTION\])?: .+)"),
    TellingRule(CERTAIN - 1, "error: expect(", r"error: expect\(.+"),
    TellingRule(CERTAIN - 3, "error: '", r"[ ]{2,8}error: (?P<it>'.+')"),
    TellingRule(CERTAIN - 3, "error: |-", r"[ ]{2,8}error: \|-\n\s*(?P<it>\S.+)"),
    # Rust
    TellingRule(CERTAIN, "panicked at ", r"thread '[^']*'[^\n]{0,40} panicked at [^\n]*:\d+:\d+:\n(?P<it>\S.*)"),
    TellingRule(CERTAIN, "panicked at '", r"thread '.*' panicked at '.+"),
    TellingRule(CERTAIN - 1, "panicked at ", r"thread '.*panicked at .+"),
    # .NET, XCTest, JUnit, ScalaTest
    TellingRule(CERTAIN, "Error Message:", r"\s*Error Message:\s*\n\s*(?P<it>\S.+)"),
    TellingRule(CERTAIN, ": error: -[", r".+: error: -\[.+"),
    TellingRule(CERTAIN, " recorded an issue at", r".+ recorded an issue at .+"),
    TellingRule(CERTAIN, " FAILED", rf"[^\n]{{1,200}} FAILED\n\s+(?P<it>{_EXC}.*)"),
    TellingRule(CERTAIN - 2, "[ERROR]   ", r"\[ERROR\]   (?P<it>(?!symbol|location|required|found|reason)\S.+)"),
    TellingRule(CERTAIN - 1, "*** FAILED ***", r"[^\n]*\*\*\* FAILED \*\*\*[^\n]*\n(?P<it>.+)"),
    TellingRule(CERTAIN - 3, "#   Failed test", r"#   Failed test .+"),
    # RSpec, minitest, PHPUnit, Pest, ExUnit, busted, bats, catch2, googletest
    TellingRule(CERTAIN, "Failure/Error: ", r"\s*Failure/Error: [^\n]*\n(?:[ \t]*\n)?\s*(?P<it>(?!# )\S.*)"),
    TellingRule(CERTAIN, "Failure:", r"\s*(?:\d+\) )?Failure:\n[^\n]*\n(?P<it>\S.+)"),
    TellingRule(CERTAIN, "Error:", rf"\s*(?:\d+\) )?Error:\n[^\n]*:\n(?P<it>{_EXC}: .+)"),
    TellingRule(CERTAIN, ") ", r"\d{1,4}\) \S+::[^\n]+\n(?P<it>\S.+)"),
    TellingRule(CERTAIN, ") test ", r"\s*\d{1,4}\) test [^\n]+\n\s+\S+:\d+\n\s+(?P<it>\S.+)"),
    TellingRule(CERTAIN, "Failure\n", r"\S+:\d+: Failure\n(?P<it>\S.+)"),
    TellingRule(CERTAIN - 1, "FAILED:", r"\S+:\d+: FAILED:\n\s*(?P<it>\S.+)"),
    TellingRule(CERTAIN - 2, "Failed asserting", r"\s*Failed asserting .+"),
    TellingRule(CERTAIN - 2, "Expected: ", r"Expected: .+(?=\n\s*Actual: )"),
    TellingRule(NAME + 3, "Failed to load", r"\s*(?:Error: )?Failed to load .+"),
    TellingRule(CERTAIN - 2, "expect(", r"[ \t]*Error: (?:Timed out .+ )?expect\(.+"),
    TellingRule(CERTAIN, " was thrown ", r"The following .+ was thrown .*:\n(?P<it>.+)"),
    # names
    TellingRule(NAME + 1, "... FAILED", r"test \S+ \.\.\. FAILED"),
    TellingRule(NAME, "(fail) ", r"\(fail\) .+"),
    TellingRule(NAME, "not ok ", r"\s*not ok \d+.*"),
    TellingRule(NAME, "FAIL ", r"[ \t]*FAIL +\S.*"),
    TellingRule(NAME, "\u25cf ", r"[ \t]*\u25cf .+"),
    TellingRule(NAME, "\u2715 ", r"[ \t]*\u2715 .+"),
    TellingRule(NAME, "\u2717 ", r"[ \t]*\u2717 .+"),
    TellingRule(NAME, "[  FAILED  ] ", r"\[  FAILED  \] \S+\.\S+.*"),
    TellingRule(NAME, "[FAIL]", r".{1,240} \[FAIL\]"),
    TellingRule(NAME, "Failed ", r"\s+Failed \S+ \[.+\]"),
    TellingRule(NAME, " FAILED", r"\S[^\n]{1,200} > [^\n]{1,200} FAILED"),
    TellingRule(NAME, "\u2716 ", r"[ \t]*\u2716 .+"),
    TellingRule(
        MESSAGE - 2,
        "No test",
        r"(?:Error: )?No tests? (?:files? |suites? )?(?:were )?found.*|No tests? (?:found|match).*",
    ),
)
