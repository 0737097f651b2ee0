"""C and C++: gcc and clang, make, ninja, cmake, ctest."""

import re

from twiceshy.facts.testlog.leaf import Leaf
from twiceshy.facts.testlog.sentences import Finding, Sentence, reader

GCC = Finding(
    "error: ",
    re.compile(
        r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,300}\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|m|mm|cu|inc|ipp|tcc)):(?P<line>\d+):(?:\d+:)?"
        r" (?:fatal )?error: (?P<message>.+?)(?: \[(?P<code>-W[\w=,-]+)\])?\Z"
    ),
)
LINKER = Finding("undefined reference", re.compile(r".{0,300}?(?P<message>undefined reference to .+)"), alone=False)
COMPILER = Leaf(
    tool="gcc",
    kind="build",
    marks=("error: ", "ld returned ", "linker command failed"),
    read=reader(
        (
            Sentence("ld returned ", re.compile(r"collect2: (?:fatal )?error: ld returned [1-9]"), "red"),
            Sentence("linker command", re.compile(r"clang(?:\+\+)?: error: linker command failed"), "red"),
            Sentence(" generated.", re.compile(r"(?:\d+ warnings? and )?(?P<errors>\d+) errors? generated\.\Z")),
        ),
        (GCC, LINKER),
    ),
    heads=frozenset({"gcc", "g++", "cc", "c++", "clang", "clang++"}),
    silent=True,
)
NINJA = Leaf(
    tool="ninja",
    kind="build",
    marks=("ninja: ",),
    read=reader(
        (
            Sentence("ninja: ", re.compile(r"ninja: build stopped: "), "red"),
            Sentence("ninja: ", re.compile(r"ninja: error: "), "red"),
            Sentence("ninja: ", re.compile(r"ninja: no work to do\.\Z"), "green"),
        ),
        (GCC, LINKER),
    ),
    heads=frozenset({"ninja"}),
)
CMAKE = Leaf(
    tool="cmake",
    kind="build",
    marks=("-- Configuring incomplete", "-- Build files have been written", "CMake Error", "] Built target "),
    read=reader(
        (
            Sentence("-- Conf", re.compile(r"-- Configuring incomplete, errors occurred!"), "red"),
            Sentence("CMake Error", re.compile(r"CMake Error(?: at |: )"), "red"),
            Sentence("-- Build", re.compile(r"-- Build files have been written to: "), "green"),
            Sentence("Built target", re.compile(r"\[100%\] Built target \S+\Z"), "green"),
            Sentence("***", re.compile(r"g?make(?:\[\d+\])?: \*\*\* .*(?:Error \d+|Stop\.)"), "red"),
        ),
        (
            Finding(
                "CMake Error",
                re.compile(r"CMake Error at (?P<file>[^\s:]+):(?P<line>\d+) \((?P<code>\w+)\)"),
                alone=False,
            ),
            GCC,
            LINKER,
        ),
    ),
    heads=frozenset({"cmake"}),
)
CTEST = Leaf(
    tool="ctest",
    kind="test",
    marks=(" tests passed, ",),
    read=reader(
        (
            Sentence(
                " tests passed, ", re.compile(r"\d+% tests passed, (?P<failed>\d+) tests? failed out of [1-9]\d*\Z")
            ),
        ),
        (Finding("(Failed)", re.compile(r"\s*\d+ - (?P<test>\S+) \((?:Failed|Timeout|SEGFAULT)\)"), alone=False),),
    ),
    heads=frozenset({"ctest"}),
)
