"""Which projects and folders a person excluded from all that is given away."""

from collections.abc import Collection, Sequence
from pathlib import PurePosixPath


class NeverCounted:
    """What `contribute.exclude` names: projects by name or identity, folders by path, both scrubbed as stored."""

    def __init__(self, names: Sequence[str]) -> None:
        """Take the names as the store has them."""
        cut = [name.rstrip("/") for name in names if name.strip("/")]
        self._projects = {name.casefold() for name in cut}
        self._folders = [PurePosixPath(name) for name in cut]

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

        >>> names = NeverCounted(["~/work/secret/"])
        >>> names.has_path("~/work/secret/a.py"), names.has_path("~/work/secrets/a.py"), names.has_path("")
        (True, False, False)
        """
        place = PurePosixPath(path)
        return bool(path) and any(place.is_relative_to(folder) for folder in self._folders)
