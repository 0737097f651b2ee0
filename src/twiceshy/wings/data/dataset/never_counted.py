"""Which projects and folders a person excluded from all that is given away."""

import re
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath


class NeverCounted:
    """What `contribute.exclude` names: projects by name or identity, folders by path, both scrubbed as stored."""

    def __init__(self, names: Sequence[str]) -> None:
        """Take the names as the store has them."""
        cut = [name.rstrip("/") for name in names if name.strip("/")]
        self._projects = {name.casefold() for name in cut}
        self._folders = [PurePosixPath(name) for name in cut]
        whole = "|".join(re.escape(str(one)) for one in self._folders if one.is_absolute())
        self._told = re.compile(rf"(?:{whole})(?![\w-]|\.\w)") if whole else None

    def has_project(self, name: str, identities: Collection[str]) -> bool:
        """Tell whether a project is named.

        >>> NeverCounted(["Shop"]).has_project("shop", ["remote:host/owner/shop"])
        True
        """
        own = {one.casefold() for one in (name, *identities)}
        own |= {one.partition(":")[2] for one in own}
        return bool(own & self._projects)

    def has_path(self, path: str) -> bool:
        """Tell whether a file or folder is one that is named, or lies below it.

        >>> names = NeverCounted(["~/shop/secret/"])
        >>> names.has_path("~/shop/secret/a.py"), names.has_path("~/shop/secrets/a.py"), names.has_path("")
        (True, False, False)
        """
        place = PurePosixPath(path)
        return bool(path) and any(place.is_relative_to(folder) for folder in self._folders)

    def list_below(self, folder: str) -> list[str]:
        """Return the folders that are named as they are spelled from a folder, or from any above it.

        A path that is told from the top of a repository, of which the working folder may lie below, is found so too.

        >>> NeverCounted(["/home/ann/shop/plan", "shop"]).list_below("/home/ann/shop/web")
        ['plan', 'shop/plan', 'ann/shop/plan', 'home/ann/shop/plan']
        """
        place = PurePosixPath(folder)
        whole = [one for one in self._folders if one.is_absolute()]
        bases = [place, *place.parents] if place.is_absolute() else []
        return [str(one.relative_to(base)) for one in whole for base in bases if base in one.parents]

    def is_told(self, text: str) -> bool:
        """Tell whether a text names a folder that is excluded, or a file below it.

        >>> names = NeverCounted(["/home/ann/plan", "plan"])
        >>> names.is_told("cd /home/ann/plan; make"), names.is_told("a plan/b"), names.is_told("/home/ann/planet")
        (True, False, False)
        """
        return self._told is not None and self._told.search(text) is not None
