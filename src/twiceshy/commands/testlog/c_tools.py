"""C and C++: gcc and clang, make, ninja, cmake, ctest."""

import re

from twiceshy.commands.testlog.output_parser import OutputParser
from twiceshy.commands.testlog.pattern_parser import ProblemPattern, SummaryPattern, make_reader

_GCC = ProblemPattern(
    "error: ",
    re.compile(
        r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,300}\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|m|mm|cu|inc|ipp|tcc)):(?P<line>\d+):(?:\d+:)?"
        r" (?:fatal )?error: (?P<message>.+?)(?: \[(?P<code>-W[\w=,-]+)\])?\Z"
    ),
)
_LINKER = ProblemPattern(
    "undefined reference", re.compile(r".{0,300}?(?P<message>undefined reference to .+)"), alone=False
)
COMPILER = OutputParser(
    tool="gcc",
    kind="build",
    marks=("error: ", "ld returned ", "linker command failed"),
    read=make_reader(
        (
            SummaryPattern("ld returned ", re.compile(r"collect2: (?:fatal )?error: ld returned [1-9]"), "red"),
            SummaryPattern("linker command", re.compile(r"clang(?:\+\+)?: error: linker command failed"), "red"),
            SummaryPattern(" generated.", re.compile(r"(?:\d+ warnings? and )?(?P<errors>\d+) errors? generated\.\Z")),
        ),
        (_GCC, _LINKER),
    ),
    heads=frozenset({"gcc", "g++", "cc", "c++", "clang", "clang++"}),
    silent=True,
)
NINJA = OutputParser(
    tool="ninja",
    kind="build",
    marks=("ninja: ",),
    read=make_reader(
        (
            SummaryPattern("ninja: ", re.compile(r"ninja: build stopped: "), "red"),
            SummaryPattern("ninja: ", re.compile(r"ninja: error: "), "red"),
            SummaryPattern("ninja: ", re.compile(r"ninja: no work to do\.\Z"), "green"),
        ),
        (_GCC, _LINKER),
    ),
    heads=frozenset({"ninja"}),
)
CMAKE = OutputParser(
    tool="cmake",
    kind="build",
    marks=("-- Configuring incomplete", "-- Build files have been written", "CMake Error", "] Built target "),
    read=make_reader(
        (
            SummaryPattern("-- Conf", re.compile(r"-- Configuring incomplete, errors occurred!"), "red"),
            SummaryPattern("CMake Error", re.compile(r"CMake Error(?: at |: )"), "red"),
            SummaryPattern("-- Build", re.compile(r"-- Build files have been written to: "), "green"),
            SummaryPattern("Built target", re.compile(r"\[100%\] Built target \S+\Z"), "green"),
            SummaryPattern("***", re.compile(r"g?make(?:\[\d+\])?: \*\*\* .*(?:Error \d+|Stop\.)"), "red"),
        ),
        (
            ProblemPattern(
                "CMake Error",
                re.compile(r"CMake Error at (?P<file>[^\s:]+):(?P<line>\d+) \((?P<code>\w+)\)"),
                alone=False,
            ),
            _GCC,
            _LINKER,
        ),
    ),
    heads=frozenset({"cmake"}),
)
CTEST = OutputParser(
    tool="ctest",
    kind="test",
    marks=(" tests passed, ",),
    read=make_reader(
        (
            SummaryPattern(
                " tests passed, ", re.compile(r"\d+% tests passed, (?P<failed>\d+) tests? failed out of [1-9]\d*\Z")
            ),
        ),
        (
            ProblemPattern(
                "(Failed)", re.compile(r"\s*\d+ - (?P<test>\S+) \((?:Failed|Timeout|SEGFAULT)\)"), alone=False
            ),
        ),
    ),
    heads=frozenset({"ctest"}),
)
