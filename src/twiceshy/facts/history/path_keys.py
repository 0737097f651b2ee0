"""Where a file lies: one spelling of its path, and the salted key under which readers and hooks both know it.

Standard library only and cheap to import, since hooks compute the same keys while an agent waits.
"""

from hashlib import blake2b
from posixpath import normpath


def _is_windows(path: str) -> bool:
    r"""Tell whether the path starts with a drive (``C:\``, ``C:/``) or a share (``\\server``)."""
    return (path[1:2] == ":" and path[2:3] in ("\\", "/") and path[:1].isalpha()) or path.startswith("\\\\")


def make_absolute(path: str, cwd: str) -> str:
    r"""Return the path with ``/``, without ``.`` and ``..``, below ``cwd`` if relative; drive letters lower case.

    An address (``https://...``) is spelled as it is.

    >>> make_absolute("C:\\Users\\ann\\a.py", "")
    'c:/Users/ann/a.py'
    >>> make_absolute("../b/./a.py", "/home/ann/x")
    '/home/ann/b/a.py'
    >>> make_absolute("/home/ann/odd\\name", "/home/ann")
    '/home/ann/odd\\name'
    """
    if _is_windows(path):
        path = path.replace("\\", "/")
    elif _is_windows(cwd):
        path = path.replace("\\", "/")
        if path[:1] != "/":
            path = cwd.replace("\\", "/") + "/" + path
    elif path[:1] != "/" and cwd:
        path = cwd + "/" + path
    odd = "/." in path or "//" in path or path[-1:] == "/" or path[:1] == "."
    if odd and path.find("://") < 2:  # without its second slash no redaction rule knows the password in an address
        path = normpath(path)
    if path[1:2] == ":":
        path = path[0].lower() + path[1:]
    return path


def make_relative(path: str, folder: str) -> str:
    """Return ``path`` relative to ``folder`` where it lies below it, else as it is.

    Both are results of ``make_absolute``.

    >>> make_relative("/home/ann/x/src/a.py", "/home/ann/x"), make_relative("/etc/hosts", "/home/ann/x")
    ('src/a.py', '/etc/hosts')
    """
    if not folder:
        return path
    start = folder if folder[-1] == "/" else folder + "/"
    return path[len(start) :] if path.startswith(start) and len(path) > len(start) else path


def path_key(path: str, salt: bytes) -> bytes:
    """Return 8 bytes that stand for a file.

    ``path`` is a result of ``make_absolute``, ``salt`` has 1 to 64 bytes.
    """
    return blake2b(path.encode("utf-8", "replace"), key=salt, digest_size=8).digest()
