r"""Where below another folder does a folder lie, whichever of a drive's spellings each of them has?

One folder of Windows is ``C:\Users``, ``c:/users``, ``/c/Users`` (MSYS, Git Bash), ``/cygdrive/c/Users`` and
``/mnt/c/Users`` (WSL): an agent's log names the folder in one spelling and its commands in another. Both sides are
brought to one spelling, so a folder ``/c`` of another system is compared with itself all the same.
"""

import re

_DRIVE = re.compile(r"\A(?:/(?:mnt|cygdrive)/([A-Za-z])|/([A-Za-z])|([A-Za-z]):)(?=/|\Z)")


def find_below(path: str, root: str) -> str | None:
    """Return ``path`` relative to ``root``, empty where they are the same; None where it does not lie below.

    Both are results of ``gate_keys.make_absolute``.

    >>> find_below("/c/Users/ann/shop/web", "c:/Users/ann/shop"), find_below("/mnt/c/w", "c:/w"), find_below("/b", "/a")
    ('web', '', None)
    """
    one, other = _spell(path), _spell(root)
    if _DRIVE.match(root) and _DRIVE.match(path):
        same = one.casefold().startswith(other.casefold())  # a drive's names do not differ by case
    else:
        same = one.startswith(other)
    if not root or not same:
        return None
    rest = one[len(other) :]
    if rest and other[-1:] != "/" and rest[0] != "/":
        return None
    return rest.lstrip("/")


def _spell(path: str) -> str:
    """Return a path with its drive as ``c:``."""
    found = _DRIVE.match(path)
    if found is None:
        return path
    return f"{(found[1] or found[2] or found[3]).lower()}:{path[found.end() :]}"
