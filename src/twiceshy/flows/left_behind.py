"""Users that a recorded task left behind: definitions changed in it, users among the files that its session knows.

What other files hold is not in the log, so that nothing is said of them: a user there is missed, never made up. What a
task leaves behind belongs to its last edit of code, as until then there was time to change the user.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from twiceshy.flows.scored import Edit
from twiceshy.records.scores import Layer, Source
from twiceshy.records.text import Scrubbed
from twiceshy.score.refactor import among, missed
from twiceshy.store.reads.edits import StoredEdit

PARSED = (".py", ".pyi", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".go")
"""Ends of names of files whose definitions can be read."""
MOST_FILES = 60
"""Changed files of a task that is looked at; one with more is an import or a rewrite (guess)."""
TextOf = Callable[[bytes], str]


def with_left_behind(
    edits: Sequence[Edit], stored: Sequence[StoredEdit], text_of: TextOf, say: Callable[[str], Scrubbed]
) -> list[Edit]:
    """A session's edits with what each of its tasks left behind; ``stored`` are the same edits."""
    found = list(edits)
    seen: dict[str, bytes] = {}
    for task in dict.fromkeys(edit.task for edit in edits):
        places = [place for place, edit in enumerate(edits) if edit.task == task]
        whole = [place for place in places if readable(stored[place])]
        texts = [stored[place] for place in whole]
        if whole and len(whole) == sum(stored[place].path.endswith(PARSED) for place in places):
            before, after = ends(texts)
            others = {path: text_of(body) for path, body in seen.items() if path not in before | after}
            if len(before | after) <= MOST_FILES:
                left = missed(sources(before, text_of), sources(after, text_of), among(others), say)
                unknown = tuple(f"refactor: {why.rpartition(': ')[2]}" for why in left.unknown)
                last = found[whole[-1]]
                change = replace(
                    last.change, introduced=(*last.change.introduced, *left.findings),
                    unknown=tuple(dict.fromkeys((*last.change.unknown, *unknown))),
                )  # fmt: skip
                found[whole[-1]] = last._replace(change=change, layers=last.layers | {Layer.REFACTOR})
        seen |= {edit.path: edit.after for edit in texts if edit.after is not None and not edit.deleted}
        for edit in texts:
            if edit.deleted:
                seen.pop(edit.path, None)
    return found


def readable(edit: StoredEdit) -> bool:
    """Whether the edit is one of code, with the whole texts before and after."""
    return edit.path.endswith(PARSED) and not edit.partial and (edit.before is not None or edit.created)


def ends(edits: Sequence[StoredEdit]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """By path the body before the first and after the last edit; a file that was not there has none."""
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    paths: set[str] = set()
    for edit in edits:
        if edit.path not in paths and edit.before is not None and not edit.created:
            before[edit.path] = edit.before
        paths.add(edit.path)
        after.pop(edit.path, None)
        if edit.after is not None and not edit.deleted:
            after[edit.path] = edit.after
    return before, after


def sources(bodies: dict[str, bytes], text_of: TextOf) -> list[Source]:
    """The texts."""
    return [Source(path=path, text=text_of(body)) for path, body in bodies.items()]
