"""Which files did test runs name, in their command or in what they said, and were these runs green?"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.commands.shell.shown_files import PATH_WORD
from twiceshy.judgement.outcomes.ran_tests import RanTests
from twiceshy.records.stories import Moment


class NamedFiles(NamedTuple):
    """How many of some files were named by runs of tests."""

    red: int
    """By a red run."""
    green: int
    unnamed: int
    """By no run of which is known how it ended."""


def count_named_files(files: Iterable[str], runs: Iterable[RanTests], moments: Sequence[Moment]) -> NamedFiles:
    """Return how many of the files the runs named, by how these runs ended."""
    wanted = set(files)
    named = {True: set[str](), False: set[str]()}
    for run in runs:
        if run.green is not None:
            moment = moments[run.place]
            words = {word.removeprefix("./") for word in PATH_WORD.findall(f"{moment.line}\n{moment.text}")}
            named[run.green].update(file for file in wanted if any(is_file_named(word, file) for word in words))
    return NamedFiles(len(named[False]), len(named[True]), len(wanted - named[True] - named[False]))


def is_file_named(word: str, file: str) -> bool:
    """Tell whether a word means a file; the name alone of a file in a folder does not."""
    return word == file or ("/" in word and (file.endswith(f"/{word}") or word.endswith(f"/{file}")))
