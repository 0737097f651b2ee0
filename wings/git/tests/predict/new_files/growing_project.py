"""An invented past in which some tasks make files, by rules that can be learned."""

from wings.git.tests.predict.invented import AREAS, a_change

from twiceshy.records.predictions import HistoryCommit
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.ranking_task import RankingTask, build_task


def learned(changes: list[HistoryCommit]) -> Index:
    index = Index()
    for change in changes:
        index.learn(change)
    return index


def a_task(index: Index, text: str, author: str = "ada") -> RankingTask:
    return build_task(index, text, at=1_800_000_000, author=author)


def a_growing_project(commits: int) -> list[HistoryCommit]:
    """Every third commit adds a plugin with its test; notes come with `Release`; the others fix what is there."""
    past = [a_change("Begin", "+src/core.py", "+src/plugins/base.py", "+tests/test_core.py", "+notes/0001-begin.md")]
    for number in range(1, commits):
        area = f"{AREAS[number % len(AREAS)]}_{number}"
        if number % 3 == 0:
            paths = (f"+src/plugins/{area}.py", f"+tests/plugins/test_{area}.py")
            past.append(a_change(f"Add plugin {area}", *paths, number=number))
        elif number % 7 == 0:
            past.append(a_change(f"Release {number}", f"+notes/{number:04}-release.md", number=number, author="bo"))
        else:
            past.append(a_change(f"Fix {area} of core", "src/core.py", number=number))
    return past
