"""Git's objects as bytes: what is written into a pack, and what is read out of a tree.

A pack holds any number of objects in one file; as loose objects each small one would take a block of the disk.
"""

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

_KINDS: Final = {"commit": 1, "tree": 2, "blob": 3}  # as defined by git's pack format
_PACK: Final = b"PACK\x00\x00\x00\x02"
_FILE, _FOLDER = b"100644", b"40000"
_COMPRESSED: Final = 0  # zlib level for blobs, which zstandard compressed before (defined by their form, 2026-11-23)
_PLAIN: Final = 9  # zlib level for folders and commits (guess of 2026-11-23)


class GitObject(NamedTuple):
    """An object of git that is not stored yet."""

    kind: str
    """``commit``, ``tree`` or ``blob``."""
    content: bytes

    @property
    def hash(self) -> str:
        """Its name in a repository of the SHA-1 form."""
        head = f"{self.kind} {len(self.content)}\0".encode()
        return hashlib.sha1(head + self.content, usedforsecurity=False).hexdigest()


def make_tree(files: Mapping[str, str], folders: Mapping[str, str]) -> GitObject:
    """Return the tree of these names, each with the hash of its object."""
    rows = [(name, _FILE, name, hash_) for name, hash_ in files.items()]
    rows += [(f"{name}/", _FOLDER, name, hash_) for name, hash_ in folders.items()]  # git sorts folders so
    return GitObject(
        "tree",
        b"".join(mode + b" " + name.encode() + b"\0" + bytes.fromhex(hash_) for _, mode, name, hash_ in sorted(rows)),
    )


def read_tree(content: bytes) -> dict[str, str]:
    """Return the names of a tree with their hashes.

    Raises:
        ValueError: it is no tree.
    """
    found = {}
    at = 0
    while at < len(content):
        end = content.index(b"\0", at)
        name = content[at:end].partition(b" ")[2].decode("utf-8", "backslashreplace")
        found[name] = content[end + 1 : end + 21].hex()
        at = end + 21
    return found


def make_commit(tree: str, seconds: int, message: str) -> GitObject:
    """Return a commit without parent, by nobody, of that time."""
    who = f"twiceshy <> {seconds} +0000"
    return GitObject("commit", f"tree {tree}\nauthor {who}\ncommitter {who}\n\n{message}\n".encode())


def build_pack(objects: Iterable[GitObject]) -> bytes:
    """Return a pack of the objects, each once."""
    unique = {one.hash: one for one in objects}
    parts = [_PACK + len(unique).to_bytes(4, "big")]
    for one in unique.values():
        level = _COMPRESSED if one.kind == "blob" else _PLAIN
        parts += [_write_head(_KINDS[one.kind], len(one.content)), zlib.compress(one.content, level)]
    body = b"".join(parts)
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def _write_head(kind: int, size: int) -> bytes:
    """Return kind and size as packs have them: four bits, then seven a byte, the lowest first."""
    found = bytearray()
    byte, size = (kind << 4) | (size & 15), size >> 4
    while size:
        found.append(byte | 0x80)
        byte, size = size & 0x7F, size >> 7
    found.append(byte)
    return bytes(found)
