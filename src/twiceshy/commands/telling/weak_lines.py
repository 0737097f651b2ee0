# ruff: noqa: E501  # a form is one line, however long
"""Lines that only repeat that something failed, and lines that are source code, data or usage and no message."""

import re

WEAK = re.compile(
    r"(?:error: )?(?:script|recipe|task|command|process|lifecycle|job|step)\b.{0,200}\b(?:exited|failed|terminated)\b"
    r"|.{0,80}\bERROR task failed|make(?:\[\d+\])?: \*\*\* \[|make(?:\[\d+\])?: Target .* not remade|.{0,200}\bELIFECYCLE\b"
    r"|(?:npm|pnpm|yarn) (?:ERR!|error) *(?:Lifecycle|Test failed|A complete|Command failed|code ELIFECYCLE|errno \d|path |command |code |signal |cwd |workspace |location |in workspace|Failed at|This is probably|syscall |dest |gyp info)"
    r"|npm (?:ERR!|error)(?: \d+)?\s*$|npm (?:ERR!|error) (?:\d+ )?(?:Note that|tarball|or use|To see a list)"
    r"|[\u00d7\u2716\u2717] Some \w+ were emitted|.{0,200}Command failed with exit code"
    r"|error: (?:aborting due to|could not compile|test failed|\d+ targets? failed|process didn't exit|build failed|Recipe)"
    r"|error Command failed|FAILED \((?:failures|errors)|FAIL$|FAILED$|FAILURE: Build failed with an exception"
    r"|(?:\S{1,40}: )?(?:Error|ERROR|Errors?|error|Fatal|Failure|Failed|FAILED)[:!.]*\s*$|ERR_PNPM_RECURSIVE_RUN"
    r"|(?:\u2716 )?husky .{0,80}|exit status \d+$|Exit code:? \d+$|collect2: error: ld returned|ninja: build stopped"
    r"|clang(?:\+\+)?: error: linker command failed|\* What went wrong:|BUILD FAILED|Build FAILED|Build failed\.?$"
    r"|(?:ERROR: )?failed to solve: process |error: failed to push some refs|Error: Process completed|tests? failed\.?$"
    r"|\d+ tests?, \d+ (?:failures?|errors?)\b|Tests:? |Test Suites: |Test Files |\d+ (?:failed|failing|errors?|problems?)\b|Found \d+ errors?|Failed to execute goal .{0,400}There are test failures"
    r"|ERROR: Build (?:failed|did NOT)|Failed tests:|Failures:|Errors were found|error: linking with .{0,80} failed"
    r"|error: subprocess-exited-with-error|error: metadata-generation-failed|ERROR: (?:Failed building wheel|Command errored)"
    r"|\+ ?(?:FullyQualifiedErrorId|CategoryInfo)|Traceback \(most recent|Command failed\.?:? \S"
    r"|error: recipe |Errors? occurred\.?$|Failed with exit|errors? generated|\[?ERROR\]? *(?:Failed tests|->|Re-run|To see|For more|After correcting|\[Help|Tests run:|Failures:|Errors:|COMPILATION ERROR)"
    r"|FAIL[\t ]\S+[\t ]+(?:[\d.]+s|\[\w+ failed\]|\(cached\))|fatal: failed to write commit object|\u2716 .+:$|\[FAILED\] "
    r"|\S+: line \d+: +\d+ (?:Terminated|Hangup|Interrupt)|Test failed\. See |Failed to compile\.?$|StandardError: An error has occurred|.*configuration file .+ test failed|\S* ?\[fail\]: |Dubious, test|# Looks like|\[ERROR\] Found \d|\d+ out of \d+ hunks? FAILED|Automatic merge failed",
    re.IGNORECASE,
)
NOISE = re.compile(
    r"(?:warning|warn|deprecat\w*|info|debug|note)\b(?!.{0,9}DATA RACE)|hint: |(?:\[\w+\] )?\$ |> |To see a list|Some checks"
    r"|npm (?:ERR!|error) (?:A complete|Note that|tarball|or use)|checking for ",
    re.IGNORECASE,
)
"""Banners, hints and what is no error."""
GOES_ON = re.compile(
    r".{0,300}(?:\b(?:using|keeping|continuing with|falling back to|fell back to|proceeding with)\b.{0,80}"
    r"\b(?:instead|installed|cached|existing|previous|anyway)\b"
    r"|\b(?:retrying|will retry|trying again)\b.{0,20}(?:\bin\b|\d|\.\.\.))",
    re.IGNORECASE,
)
"""A trouble that a program got over: it says what it does instead, and is not why a run failed."""
CODE = re.compile(
    r"\s*(?:(?://|/\*|\*|#(?!\d)|<!--|import\b|from \S+ import|export\b|const\b|let\b|var\b|return\b|throw\b|raise\b|def\b|func\b|class\b"
    r"|if\b|elif\b|else\b|except\b|catch\b|try\b|case\b|assert\b|echo\b|print\w*[ (]|console\.|logger\.|log\.|expect\(|it\(|describe\("
    r"|[-+] |\d+[:\t\u2192-]|at \S|\| |\"(?!error|message|summary|detail|reason)[\w-]+\": |\u2502.*\u2502.*\u2502)|\S+\.\w{1,6}[:-]\d+[:-](?!\d+[: ]| ?(?:fatal|error))|\S+\.(?:py|go|ts|tsx|js|rs|md|json|ya?ml|sh|java|rb|toml|txt)[:-] "
    r"|.*(?:[;{]|=>|\($)\s*$|.*\d [Pp]ass(?:ed|ing)?\b.*\b0 (?:[Ff]ail|[Ee]rror)|.*\b0 (?:errors?|failures?|failed)\b)"
)
USAGE = re.compile(r"\s*(?:-{1,2}[\w-]+[ ,=<]|usage:|options:|flags:)", re.IGNORECASE)
