"""The repository that a benchmark's instance stands for: ``django__django-11099`` is one of ``django/django``.

A benchmark runs each instance in a container, in which every repository lies in the same folder: the folder says
nothing, the instance's name does. A name counts only as a whole and in the forms that the benchmarks use, since two
underscores and a number stand in many names.
"""

import re
from pathlib import PurePath
from typing import Final

CONTAINER_FOLDERS: Final = frozenset({"/testbed", "/app", "/workspace", "/repo"})
"""Where benchmarks put a repository, whichever it is."""
_INSTANCE: Final = re.compile(
    r"(?:instance_)?(?P<owner>[A-Za-z0-9][A-Za-z0-9-]{0,38})__(?P<name>[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?)"
    r"(?:-\d{1,7}|-[0-9a-f]{40}(?:-v\w{1,48})?|\.[0-9a-f]{8}\.[a-z_]{1,40}__\w{1,20})"
)
"""A number of a pull request (SWE-bench and those made like it), a commit (SWE-bench Pro), or a commit with the kind of
a planted fault (SWE-smith)."""
_TRIAL: Final = re.compile(r"(?P<task>.+)__[A-Za-z0-9]{7}")
"""A folder of one try at a task, with the random end that Harbor gives it."""


def repository_of_instance(name: str) -> str | None:
    """Return ``github.com/owner/name`` of an instance; None for a name of another form.

    >>> repository_of_instance("django__django-11099")
    'github.com/django/django'
    """
    found = _INSTANCE.fullmatch(name)
    return f"github.com/{found['owner']}/{found['name']}".lower() if found else None


def instance_on_path(path: PurePath) -> str | None:
    """Return the instance that a log's file or one of its folders is named by; the nearest one, None if none is."""
    for part in (path.name.partition(".traj")[0], path.stem, *reversed(path.parts[:-1])):
        trial = _TRIAL.fullmatch(part)
        for name in (part, trial["task"] if trial else ""):
            if repository_of_instance(name):
                return name
    return None
