"""An invented past: a small shop whose commits follow rules that a ranking can learn."""

from random import Random

from twiceshy.records.predictions import HistoryCommit, Status, TouchedFile
from twiceshy.stats.text.text_words import count_words

DAY = 86_400
START = 1_700_000_000
AREAS = ("auth", "cart", "search", "invoice", "stock", "mail", "export", "login")
VERBS = ("Fix", "Add", "Update", "Refactor")


def a_change(
    subject: str, *paths: str, number: int = 0, added: str = "", author: str = "ada", body: str = ""
) -> HistoryCommit:
    """One commit that modifies ``paths``; ``+path`` makes one, ``-path`` removes one, ``old>new`` renames one."""
    return HistoryCommit(
        id=f"{number:040x}",
        at=START + number * DAY,
        author=author,
        subject=subject,
        body=body,
        files=tuple(touched(path, added) for path in paths),
    )


def touched(path: str, added: str) -> TouchedFile:
    """One file of it."""
    words = count_words(added)
    if path.startswith("+"):
        return TouchedFile(path[1:], Status.ADDED, None, words)
    if path.startswith("-"):
        return TouchedFile(path[1:], Status.DELETED)
    old, renamed, new = path.partition(">")
    return TouchedFile(new, Status.RENAMED, old, words) if renamed else TouchedFile(path, Status.MODIFIED, None, words)


def a_shop(commits: int, seed: int = 3) -> list[HistoryCommit]:
    """Each area has a source, a test and a page; a commit about an area touches its source and mostly its test."""
    rng = Random(seed)
    past = [
        a_change(
            f"Start {area}", f"+src/{area}.py", f"+tests/test_{area}.py", f"+docs/{area}.md", added=f"def {area}_total"
        )
        for area in AREAS
    ]
    while len(past) < commits:
        area, verb = rng.choice(AREAS), rng.choice(VERBS)
        paths = [f"src/{area}.py"]
        if rng.random() < 0.7:
            paths.append(f"tests/test_{area}.py")
        if verb == "Add":
            paths.append(f"docs/{area}.md")
        if rng.random() < 0.1:
            paths.append(f"src/{rng.choice(AREAS)}.py")
        past.append(a_change(f"{verb} {area} of number {len(past)}", *paths, number=len(past), author=rng.choice("ab")))
    return [
        HistoryCommit(f"{number:040x}", START + number * DAY, one.author, one.subject, one.body, one.files)
        for number, one in enumerate(past)
    ]
