"""gradle and maven: one sentence for the build, counts for the tests."""

import re

from twiceshy.facts.testlog.leaf import Leaf
from twiceshy.facts.testlog.sentences import Finding, Sentence, reader

JAVAC = Finding(
    ": error: ",
    re.compile(r"(?P<file>\S{1,300}\.(?:java|kt|groovy|scala)):(?P<line>\d+): error: (?P<message>.+)"),
    alone=False,
)
KOTLIN = Finding(
    "e: ", re.compile(r"e: (?:file://)?(?P<file>\S{1,300}\.kts?):(?P<line>\d+):\d+:? (?P<message>.+)"), alone=False
)
GRADLE_FAILED = Finding(" FAILED", re.compile(r"(?P<test>\S.{0,200} > \S.{0,200}) FAILED\Z"), alone=False)
GRADLE = Leaf(
    tool="gradle",
    kind="build",
    marks=("BUILD SUCCESSFUL", "BUILD FAILED"),
    read=reader(
        (
            Sentence("BUILD ", re.compile(r"BUILD SUCCESSFUL in \d"), "green"),
            Sentence("BUILD ", re.compile(r"BUILD FAILED(?: in \d.*)?\Z"), "red"),
        ),
        (
            JAVAC,
            KOTLIN,
            GRADLE_FAILED,
            Finding("Execution failed", re.compile(r"(?:> )?(?P<message>Execution failed for task '.+)"), alone=False),
        ),
        needs=r"gradle|BUILD (?:SUCCESSFUL|FAILED) in |> Task :|FAILURE: Build failed",
    ),
    heads=frozenset({"gradle build", "gradlew build", "gradle assemble", "gradlew assemble"}),
)
GRADLE_TEST = Leaf(
    tool="gradle test",
    kind="test",
    marks=(" tests completed", " test completed"),
    read=reader(
        (
            Sentence(
                " completed",
                re.compile(r"\d+ tests? completed(?:, (?P<failed>\d+) failed)?(?:, (?P<skipped>\d+) skipped)?\Z"),
            ),
        ),
        (GRADLE_FAILED,),
    ),
    heads=frozenset({"gradle test", "gradlew test", "gradle check", "gradlew check"}),
)
MAVEN_ERROR = Finding(
    "[ERROR] ",
    re.compile(r"\[ERROR\] (?P<file>\S{1,300}\.(?:java|kt|scala)):\[(?P<line>\d+),\d+\] (?:error: )?(?P<message>.+)"),
    alone=False,
)
MAVEN = Leaf(
    tool="maven",
    kind="build",
    marks=("BUILD SUCCESS", "BUILD FAILURE"),
    read=reader(
        (
            Sentence("BUILD ", re.compile(r"\[INFO\] BUILD SUCCESS\Z"), "green"),
            Sentence("BUILD ", re.compile(r"\[(?:INFO|ERROR)\] BUILD FAILURE\Z"), "red"),
        ),
        (
            MAVEN_ERROR,
            Finding("Failed to execute", re.compile(r"\[ERROR\] (?P<message>Failed to execute goal .+)"), alone=False),
        ),
    ),
    heads=frozenset({"mvn compile", "mvn package", "mvn install", "mvnw package", "mvnw install"}),
)
MAVEN_TEST = Leaf(
    tool="maven test",
    kind="test",
    marks=("Tests run: ",),
    read=reader(
        (
            Sentence(
                "Tests run: ",
                re.compile(
                    r"(?:\[(?:INFO|WARNING|ERROR)\] )?Tests run: \d+, Failures: (?P<failed>\d+)"
                    r", Errors: (?P<errors>\d+)"
                    r"(?:, Skipped: (?P<skipped>\d+))?\Z"
                ),
            ),
        ),
        (
            Finding(
                "[ERROR] ",
                re.compile(r"\[ERROR\] +(?P<test>[A-Z]\w*(?:\.\w+)?):(?P<line>\d+) (?P<message>.+)"),
                alone=False,
            ),
        ),
    ),
    heads=frozenset({"mvn test", "mvn verify", "mvnw test", "mvnw verify"}),
)
