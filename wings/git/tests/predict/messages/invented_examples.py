"""Commits for tests of messages, made up in a line each."""

from collections.abc import Sequence

from twiceshy.records.commits import DescribedChange, DescribedFile
from twiceshy_git.predict.messages.examples import MessageExample, make_example


def a_file(
    path: str = "src/parser.py",
    *,
    old: str | None = None,
    gone: bool = False,
    added: Sequence[str] = ("x = parse_all()",),
    removed: Sequence[str] = (),
    heads: Sequence[str] = (),
) -> DescribedFile:
    """A file that changed, unless ``old`` says otherwise."""
    return DescribedFile(path, path if old is None else old, gone, heads, removed, added, len(added) + len(removed))


def a_change(subject: str = "Fix the parser", *files: DescribedFile, **fields: object) -> DescribedChange:
    """A commit of a person."""
    values: dict[str, object] = {
        "commit": "c1",
        "parents": 1,
        "author": "ann",
        "by_program": False,
        "at": 100,
        "subject": subject,
        "body": "",
        "files": files or (a_file(),),
        "whole": True,
        "redacted": False,
    }
    return DescribedChange(**(values | fields))  # type: ignore[arg-type]  # literal fields


def an_example(subject: str = "Fix the parser", *files: DescribedFile, **fields: object) -> MessageExample:
    """The same, as it is learned from."""
    return make_example(a_change(subject, *files, **fields))
