"""Test runners and builds of Ruby, PHP, .NET, Swift and Elixir, and bundlers: a few patterns each."""

import re

from twiceshy.commands.testlog.output_parser import OutputParser
from twiceshy.commands.testlog.pattern_parser import ProblemPattern, SummaryPattern, make_reader

RSPEC = OutputParser(
    tool="rspec",
    kind="test",
    marks=(" examples, ", " example, "),
    read=make_reader(
        (
            SummaryPattern(
                " example",
                re.compile(
                    r"[1-9]\d* examples?, (?P<failed>\d+) failures?(?:, (?P<skipped>\d+) pending)?"
                    r"(?:, (?P<errors>\d+) errors? occurred outside of examples)?\Z"
                ),
            ),
            SummaryPattern(
                " outside of examples",
                re.compile(r"0 examples, 0 failures, (?P<errors>\d+) errors? occurred outside of examples\Z"),
            ),
        ),
        (
            ProblemPattern(
                "rspec ", re.compile(r"rspec (?P<file>\./\S+?)(?::(?P<line>\d+))? # (?P<test>.+)"), alone=False
            ),
        ),
    ),
    heads=frozenset({"rspec"}),
)
MINITEST = OutputParser(
    tool="minitest",
    kind="test",
    marks=(" assertions, ",),
    read=make_reader(
        (
            SummaryPattern(
                " assertions, ",
                re.compile(
                    r"[1-9]\d* (?:runs|tests), \d+ assertions, (?P<failed>\d+) failures, (?P<errors>\d+) errors"
                    r"(?:, (?P<skipped>\d+) (?:skips|pendings))?"
                ),
            ),
        ),
        (
            ProblemPattern(
                " [", re.compile(r"(?P<test>[A-Z]\w+#test_\S+) \[(?P<file>[^\s:\]]+):(?P<line>\d+)\]"), alone=False
            ),
        ),
    ),
    heads=frozenset({"rails test", "rake test"}),
)
PHPUNIT = OutputParser(
    tool="phpunit",
    kind="test",
    marks=("OK (", "Tests: ", "assertions)"),
    read=make_reader(
        (
            SummaryPattern("OK (", re.compile(r"OK \((?P<passed>\d+) tests?, \d+ assertions?\)\Z"), "green"),
            SummaryPattern(
                "Assertions: ",
                re.compile(
                    r"Tests: \d+, Assertions: \d+(?:, Errors: (?P<errors>\d+))?(?:, Failures: (?P<failed>\d+))?"
                    r"(?:, (?:Warnings|Deprecations|PHPUnit \w+|Notices): \d+){0,4}(?:, Skipped: (?P<skipped>\d+))?"
                ),
            ),
            SummaryPattern(
                "assertions)",
                re.compile(
                    r" *Tests: +(?:(?P<failed>\d+) failed, )?"
                    r"(?:\d+ (?:risky|warnings?|deprecated|incomplete|todos?|notices?), ){0,4}"
                    r"(?:(?P<skipped>\d+) skipped, )?(?P<passed>\d+) passed \(\d+ assertions\)"
                ),
            ),
        ),
        (ProblemPattern("::", re.compile(r"\d+\) (?P<test>[A-Z][\w\\]+::\w+)"), alone=False),),
    ),
    heads=frozenset({"phpunit", "pest", "artisan test"}),
)
DOTNET_TEST = OutputParser(
    tool="dotnet test",
    kind="test",
    marks=("Passed!  - ", "Failed!  - ", "Test summary: ", "Total tests: "),
    read=make_reader(
        (
            SummaryPattern(
                "!  - ",
                re.compile(
                    r"(?:Passed|Failed)! +- Failed: +(?P<failed>\d+), Passed: +(?P<passed>\d+)"
                    r", Skipped: +(?P<skipped>\d+)"
                ),
            ),
            SummaryPattern(
                "Test summary: ",
                re.compile(
                    r" *Test summary: total: \d+, failed: (?P<failed>\d+), succeeded: (?P<passed>\d+)"
                    r", skipped: (?P<skipped>\d+)"
                ),
            ),
        ),
        (ProblemPattern("Failed ", re.compile(r" +Failed (?P<test>[\w.]+(?:\(.*\))?) \["), alone=False),),
    ),
    heads=frozenset({"dotnet test"}),
)
DOTNET = OutputParser(
    tool="dotnet build",
    kind="build",
    marks=("Build succeeded", "Build FAILED", "Build failed with"),
    read=make_reader(
        (
            SummaryPattern("Build ", re.compile(r" *Build succeeded(?:\.| with \d+ warning| in \d)"), "green"),
            SummaryPattern("Build ", re.compile(r" *Build (?:FAILED\.|failed with \d+ error)"), "red"),
        ),
        (
            ProblemPattern(
                ": error ",
                re.compile(
                    r" *(?P<file>[^\s(]{1,300})\((?P<line>\d+),\d+\): error (?P<code>[A-Z]+\d+): (?P<message>.+)"
                ),
                alone=False,
            ),
        ),
    ),
    heads=frozenset({"dotnet build", "dotnet publish"}),
)
SWIFT_TEST = OutputParser(
    tool="swift test",
    kind="test",
    marks=("Executed ", "Test run with "),
    read=make_reader(
        (
            SummaryPattern(
                "Executed ",
                re.compile(
                    r"\s*Executed [1-9]\d* tests?, with (?:(?P<skipped>\d+) tests? skipped and )?"
                    r"(?P<failed>\d+) failures?"
                ),
            ),
            SummaryPattern("Test run", re.compile(r"\S Test run with [1-9]\d* tests?.{0,40} passed after "), "green"),
            SummaryPattern("Test run", re.compile(r"\S Test run with \d+ tests?.{0,40} failed after "), "red"),
        ),
        (
            ProblemPattern(
                ": error: ",
                re.compile(r"(?P<file>\S+\.swift):(?P<line>\d+): error: -?\[?(?P<test>[\w. ]+)\]? : (?P<message>.+)"),
                alone=False,
            ),
        ),
    ),
    heads=frozenset({"swift test"}),
)
SWIFT = OutputParser(
    tool="swift build",
    kind="build",
    marks=("Build complete!", ".swift:"),
    read=make_reader(
        (
            SummaryPattern("Build complete!", re.compile(r"Build complete! \("), "green"),
            SummaryPattern("error: ", re.compile(r"error: (?:fatalError|emit-module command failed)"), "red"),
        ),
        (ProblemPattern(": error: ", re.compile(r"(?P<file>\S+\.swift):(?P<line>\d+):\d+: error: (?P<message>.+)")),),
    ),
    heads=frozenset({"swift build"}),
)
EXUNIT = OutputParser(
    tool="mix test",
    kind="test",
    marks=(" tests, ", " test, "),
    read=make_reader(
        (
            SummaryPattern(
                ", ",
                re.compile(
                    r"(?:\d+ doctests?, )?(?:\d+ properties, )?[1-9]\d* tests?, (?P<failed>\d+) failures?"
                    r"(?:, \d+ excluded)?(?:, (?P<skipped>\d+) skipped)?\Z"
                ),
            ),
        ),
        (ProblemPattern("test ", re.compile(r" +\d+\) (?P<test>test .+ \([\w.]+\))\Z"), alone=False),),
    ),
    heads=frozenset({"mix test"}),
)
BUNDLER = OutputParser(
    tool="bundler",
    kind="build",
    marks=("built in ", "ompiled ", "Failed to compile", "Build success in", "error during build"),
    read=make_reader(
        (
            SummaryPattern("built in ", re.compile(r"(?:\u2713 )?built in \d[\d.]*(?:ms|s|m)"), "green"),
            SummaryPattern("ompiled ", re.compile(r" ?(?:\u2713 )?Compiled (?:successfully|with warnings)"), "green"),
            SummaryPattern(
                "compiled ",
                re.compile(r"webpack [\d.]+ compiled (?:successfully|with \d+ warnings?)\b(?!.*error)"),
                "green",
            ),
            SummaryPattern("compiled ", re.compile(r"webpack [\d.]+ compiled with (?P<errors>\d+) errors?")),
            SummaryPattern("Failed to", re.compile(r"(?:> )?Failed to compile\.?\Z"), "red"),
            SummaryPattern("Build success", re.compile(r"(?:[A-Z]{2,5} )?.{0,4}Build success in \d"), "green"),
            SummaryPattern("Build error", re.compile(r"(?:[A-Z]{2,5} )?Build error\Z"), "red"),
            SummaryPattern("error during", re.compile(r"(?:x |\u2717 )?error during build:"), "red"),
        ),
        (
            ProblemPattern(
                "rror",
                re.compile(r"(?:Type error|Module not found|SyntaxError|\[vite.{0,60}\]): (?P<message>.+)"),
                alone=False,
            ),
        ),
    ),
    heads=frozenset({"vite build", "next build", "webpack", "tsup", "rollup"}),
)
