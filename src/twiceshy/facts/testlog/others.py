"""Test runners and builds of Ruby, PHP, .NET, Swift and Elixir, and bundlers: a sentence each."""

import re

from twiceshy.facts.testlog.leaf import Leaf
from twiceshy.facts.testlog.sentences import Finding, Sentence, reader

RSPEC = Leaf(
    tool="rspec",
    kind="test",
    marks=(" examples, ", " example, "),
    read=reader(
        (
            Sentence(
                " example",
                re.compile(
                    r"[1-9]\d* examples?, (?P<failed>\d+) failures?(?:, (?P<skipped>\d+) pending)?"
                    r"(?:, (?P<errors>\d+) errors? occurred outside of examples)?\Z"
                ),
            ),
            Sentence(
                " outside of examples",
                re.compile(r"0 examples, 0 failures, (?P<errors>\d+) errors? occurred outside of examples\Z"),
            ),
        ),
        (Finding("rspec ", re.compile(r"rspec (?P<file>\./\S+?)(?::(?P<line>\d+))? # (?P<test>.+)"), alone=False),),
    ),
    heads=frozenset({"rspec"}),
)
MINITEST = Leaf(
    tool="minitest",
    kind="test",
    marks=(" assertions, ",),
    read=reader(
        (
            Sentence(
                " assertions, ",
                re.compile(
                    r"[1-9]\d* (?:runs|tests), \d+ assertions, (?P<failed>\d+) failures, (?P<errors>\d+) errors"
                    r"(?:, (?P<skipped>\d+) (?:skips|pendings))?"
                ),
            ),
        ),
        (Finding(" [", re.compile(r"(?P<test>[A-Z]\w+#test_\S+) \[(?P<file>[^\s:\]]+):(?P<line>\d+)\]"), alone=False),),
    ),
    heads=frozenset({"rails test", "rake test"}),
)
PHPUNIT = Leaf(
    tool="phpunit",
    kind="test",
    marks=("OK (", "Tests: ", "assertions)"),
    read=reader(
        (
            Sentence("OK (", re.compile(r"OK \((?P<passed>\d+) tests?, \d+ assertions?\)\Z"), "green"),
            Sentence(
                "Assertions: ",
                re.compile(
                    r"Tests: \d+, Assertions: \d+(?:, Errors: (?P<errors>\d+))?(?:, Failures: (?P<failed>\d+))?"
                    r"(?:, (?:Warnings|Deprecations|PHPUnit \w+|Notices): \d+){0,4}(?:, Skipped: (?P<skipped>\d+))?"
                ),
            ),
            Sentence(
                "assertions)",
                re.compile(
                    r" *Tests: +(?:(?P<failed>\d+) failed, )?"
                    r"(?:\d+ (?:risky|warnings?|deprecated|incomplete|todos?|notices?), ){0,4}"
                    r"(?:(?P<skipped>\d+) skipped, )?(?P<passed>\d+) passed \(\d+ assertions\)"
                ),
            ),
        ),
        (Finding("::", re.compile(r"\d+\) (?P<test>[A-Z][\w\\]+::\w+)"), alone=False),),
    ),
    heads=frozenset({"phpunit", "pest", "artisan test"}),
)
DOTNET_TEST = Leaf(
    tool="dotnet test",
    kind="test",
    marks=("Passed!  - ", "Failed!  - ", "Test summary: ", "Total tests: "),
    read=reader(
        (
            Sentence(
                "!  - ",
                re.compile(
                    r"(?:Passed|Failed)! +- Failed: +(?P<failed>\d+), Passed: +(?P<passed>\d+)"
                    r", Skipped: +(?P<skipped>\d+)"
                ),
            ),
            Sentence(
                "Test summary: ",
                re.compile(
                    r" *Test summary: total: \d+, failed: (?P<failed>\d+), succeeded: (?P<passed>\d+)"
                    r", skipped: (?P<skipped>\d+)"
                ),
            ),
        ),
        (Finding("Failed ", re.compile(r" +Failed (?P<test>[\w.]+(?:\(.*\))?) \["), alone=False),),
    ),
    heads=frozenset({"dotnet test"}),
)
DOTNET = Leaf(
    tool="dotnet build",
    kind="build",
    marks=("Build succeeded", "Build FAILED", "Build failed with"),
    read=reader(
        (
            Sentence("Build ", re.compile(r" *Build succeeded(?:\.| with \d+ warning| in \d)"), "green"),
            Sentence("Build ", re.compile(r" *Build (?:FAILED\.|failed with \d+ error)"), "red"),
        ),
        (
            Finding(
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
SWIFT_TEST = Leaf(
    tool="swift test",
    kind="test",
    marks=("Executed ", "Test run with "),
    read=reader(
        (
            Sentence(
                "Executed ",
                re.compile(
                    r"\s*Executed [1-9]\d* tests?, with (?:(?P<skipped>\d+) tests? skipped and )?"
                    r"(?P<failed>\d+) failures?"
                ),
            ),
            Sentence("Test run", re.compile(r"\S Test run with [1-9]\d* tests?.{0,40} passed after "), "green"),
            Sentence("Test run", re.compile(r"\S Test run with \d+ tests?.{0,40} failed after "), "red"),
        ),
        (
            Finding(
                ": error: ",
                re.compile(r"(?P<file>\S+\.swift):(?P<line>\d+): error: -?\[?(?P<test>[\w. ]+)\]? : (?P<message>.+)"),
                alone=False,
            ),
        ),
    ),
    heads=frozenset({"swift test"}),
)
SWIFT = Leaf(
    tool="swift build",
    kind="build",
    marks=("Build complete!", ".swift:"),
    read=reader(
        (
            Sentence("Build complete!", re.compile(r"Build complete! \("), "green"),
            Sentence("error: ", re.compile(r"error: (?:fatalError|emit-module command failed)"), "red"),
        ),
        (Finding(": error: ", re.compile(r"(?P<file>\S+\.swift):(?P<line>\d+):\d+: error: (?P<message>.+)")),),
    ),
    heads=frozenset({"swift build"}),
)
EXUNIT = Leaf(
    tool="mix test",
    kind="test",
    marks=(" tests, ", " test, "),
    read=reader(
        (
            Sentence(
                ", ",
                re.compile(
                    r"(?:\d+ doctests?, )?(?:\d+ properties, )?[1-9]\d* tests?, (?P<failed>\d+) failures?"
                    r"(?:, \d+ excluded)?(?:, (?P<skipped>\d+) skipped)?\Z"
                ),
            ),
        ),
        (Finding("test ", re.compile(r" +\d+\) (?P<test>test .+ \([\w.]+\))\Z"), alone=False),),
    ),
    heads=frozenset({"mix test"}),
)
BUNDLER = Leaf(
    tool="bundler",
    kind="build",
    marks=("built in ", "ompiled ", "Failed to compile", "Build success in", "error during build"),
    read=reader(
        (
            Sentence("built in ", re.compile(r"(?:\u2713 )?built in \d[\d.]*(?:ms|s|m)"), "green"),
            Sentence("ompiled ", re.compile(r" ?(?:\u2713 )?Compiled (?:successfully|with warnings)"), "green"),
            Sentence(
                "compiled ",
                re.compile(r"webpack [\d.]+ compiled (?:successfully|with \d+ warnings?)\b(?!.*error)"),
                "green",
            ),
            Sentence("compiled ", re.compile(r"webpack [\d.]+ compiled with (?P<errors>\d+) errors?")),
            Sentence("Failed to", re.compile(r"(?:> )?Failed to compile\.?\Z"), "red"),
            Sentence("Build success", re.compile(r"(?:[A-Z]{2,5} )?.{0,4}Build success in \d"), "green"),
            Sentence("Build error", re.compile(r"(?:[A-Z]{2,5} )?Build error\Z"), "red"),
            Sentence("error during", re.compile(r"(?:x |\u2717 )?error during build:"), "red"),
        ),
        (
            Finding(
                "rror",
                re.compile(r"(?:Type error|Module not found|SyntaxError|\[vite.{0,60}\]): (?P<message>.+)"),
                alone=False,
            ),
        ),
    ),
    heads=frozenset({"vite build", "next build", "webpack", "tsup", "rollup"}),
)
