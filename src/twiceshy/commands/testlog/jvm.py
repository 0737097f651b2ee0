"""gradle and maven: one sentence for the build, counts for the tests."""

import re

from twiceshy.commands.testlog.output_parser import OutputParser
from twiceshy.commands.testlog.pattern_parser import ProblemPattern, SummaryPattern, make_reader

_JAVAC = ProblemPattern(
    ": error: ",
    re.compile(r"(?P<file>\S{1,300}\.(?:java|kt|groovy|scala)):(?P<line>\d+): error: (?P<message>.+)"),
    alone=False,
)
_KOTLIN = ProblemPattern(
    "e: ", re.compile(r"e: (?:file://)?(?P<file>\S{1,300}\.kts?):(?P<line>\d+):\d+:? (?P<message>.+)"), alone=False
)
_GRADLE_FAILED = ProblemPattern(" FAILED", re.compile(r"(?P<test>\S.{0,200} > \S.{0,200}) FAILED\Z"), alone=False)
GRADLE = OutputParser(
    tool="gradle",
    kind="build",
    marks=("BUILD SUCCESSFUL", "BUILD FAILED"),
    read=make_reader(
        (
            SummaryPattern("BUILD ", re.compile(r"BUILD SUCCESSFUL in \d"), "green"),
            SummaryPattern("BUILD ", re.compile(r"BUILD FAILED(?: in \d.*)?\Z"), "red"),
        ),
        (
            _JAVAC,
            _KOTLIN,
            _GRADLE_FAILED,
            ProblemPattern(
                "Execution failed", re.compile(r"(?:> )?(?P<message>Execution failed for task '.+)"), alone=False
            ),
        ),
        needs=r"gradle|BUILD (?:SUCCESSFUL|FAILED) in |> Task :|FAILURE: Build failed",
    ),
    heads=frozenset({"gradle build", "gradlew build", "gradle assemble", "gradlew assemble"}),
)
GRADLE_TEST = OutputParser(
    tool="gradle test",
    kind="test",
    marks=(" tests completed", " test completed"),
    read=make_reader(
        (
            SummaryPattern(
                " completed",
                re.compile(r"\d+ tests? completed(?:, (?P<failed>\d+) failed)?(?:, (?P<skipped>\d+) skipped)?\Z"),
            ),
        ),
        (_GRADLE_FAILED,),
    ),
    heads=frozenset({"gradle test", "gradlew test", "gradle check", "gradlew check"}),
)
_MAVEN_ERROR = ProblemPattern(
    "[ERROR] ",
    re.compile(r"\[ERROR\] (?P<file>\S{1,300}\.(?:java|kt|scala)):\[(?P<line>\d+),\d+\] (?:error: )?(?P<message>.+)"),
    alone=False,
)
MAVEN = OutputParser(
    tool="maven",
    kind="build",
    marks=("BUILD SUCCESS", "BUILD FAILURE"),
    read=make_reader(
        (
            SummaryPattern("BUILD ", re.compile(r"\[INFO\] BUILD SUCCESS\Z"), "green"),
            SummaryPattern("BUILD ", re.compile(r"\[(?:INFO|ERROR)\] BUILD FAILURE\Z"), "red"),
        ),
        (
            _MAVEN_ERROR,
            ProblemPattern(
                "Failed to execute", re.compile(r"\[ERROR\] (?P<message>Failed to execute goal .+)"), alone=False
            ),
        ),
    ),
    heads=frozenset({"mvn compile", "mvn package", "mvn install", "mvnw package", "mvnw install"}),
)
MAVEN_TEST = OutputParser(
    tool="maven test",
    kind="test",
    marks=("Tests run: ",),
    read=make_reader(
        (
            SummaryPattern(
                "Tests run: ",
                re.compile(
                    r"(?:\[(?:INFO|WARNING|ERROR)\] )?Tests run: \d+, Failures: (?P<failed>\d+)"
                    r", Errors: (?P<errors>\d+)"
                    r"(?:, Skipped: (?P<skipped>\d+))?\Z"
                ),
            ),
        ),
        (
            ProblemPattern(
                "[ERROR] ",
                re.compile(r"\[ERROR\] +(?P<test>[A-Z]\w*(?:\.\w+)?):(?P<line>\d+) (?P<message>.+)"),
                alone=False,
            ),
        ),
    ),
    heads=frozenset({"mvn test", "mvn verify", "mvnw test", "mvnw verify"}),
)
