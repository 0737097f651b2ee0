"""Which files a text names, a command shows, and a step proves to be there or not.

A word counts as a path when it has a dot or a slash. What a command shows is not parsed: a reader such as ``cat`` on
the line makes every path in it one that may have been seen.
"""

import re

from twiceshy.records.stories import Step

EDIT_ACTIONS = frozenset({"edit", "write"})
SHOW_COMMAND = re.compile(r"(?:^|[\s;&|(])(?:cat|head|tail|sed|awk|less|more|bat|nl|tee|cp|mv)\s")
PATH_WORD = re.compile(r"[\w.@+~%/-]*[./][\w.@+~%/-]*")
_UNREAD_MESSAGE = re.compile(r"not been read|modified since|unexpectedly modified", re.IGNORECASE)
"""Messages of a client that refuses an edit, as the agent does not know what the file holds now."""
_EXISTS_MESSAGE = re.compile(
    r"not been read|modified since|unexpectedly modified|matches of the string|string to replace", re.IGNORECASE
)
"""Messages that prove that the file was there."""
ABSENT_MESSAGE = re.compile(r"does not exist|no such file|not found: ", re.IGNORECASE)
"""Messages that prove that it was not."""


def can_mean_same_file(path: str, word: str) -> bool:
    """Tell whether two spellings can mean one file: they are equal, or one ends with all of the other."""
    word = word.removeprefix("./")
    return path == word or path.endswith("/" + word) or word.endswith("/" + path)


def is_refused_as_unread(step: Step) -> bool:
    """Tell whether the client refused the edit because the agent had not read the file as it is now.

    The client keeps its own list of what was read, so its word counts more than what the log shows.
    """
    return step.action in EDIT_ACTIONS and step.failure == "error" and bool(_UNREAD_MESSAGE.search(step.message or ""))


def is_edit_of_existing(step: Step) -> bool:
    """Tell whether the edit is known to have been of a file that was there."""
    if step.created:
        return False
    if step.failure is None or step.action == "edit":
        return bool(step.edited or step.action == "edit") and not ABSENT_MESSAGE.search(step.message or "")
    return _EXISTS_MESSAGE.search(step.message or "") is not None
