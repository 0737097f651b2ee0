"""Whether the data folder is a place for SQLite at all: private to its owner, and on a disk whose locks hold.

SQLite's write-ahead log needs shared memory between the processes that use a file. Network shares, and folders that a
virtual machine or container shares with its host, do not have it: two writers there damage the file without any error.
So such a folder is refused before anything is made in it.
"""

import os
import re
import sys
from pathlib import Path

from twiceshy.archive.storage_errors import translate_os_error
from twiceshy.base.errors import StoreCorrupt, StoreOnNetwork

_MOUNTINFO = Path("/proc/self/mountinfo")
_NETWORK_TYPES = frozenset(
    {
        "9p",  # Plan 9: WSL 2's /mnt/c, QEMU, gVisor
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "drvfs",  # WSL 1's /mnt/c
        "fuse.davfs2",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.grpcfuse",  # Docker Desktop
        "fuse.osxfs",  # Docker Desktop, older
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.smbnetfs",
        "fuse.sshfs",
        "fuse.vmhgfs-fuse",  # VMware
        "glusterfs",
        "grpcfuse",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "prl_fs",  # Parallels
        "smb2",
        "smb3",
        "smbfs",
        "vboxsf",  # VirtualBox
        "virtiofs",
        "vmhgfs",
        "webdav",
    }
)
_SALT_BYTES = 32
"""Guess of 2026-11-21: nobody can try all keys of 256 bits."""
NO_SALT = (
    "Put back a copy of it, or move the whole data folder aside and run `twiceshy ingest`: without the right salt "
    "every log would look new."
)
_MAC_NETWORK_ROOTS = ("/Volumes/", "/net/", "/Network/")
_DRIVE_REMOTE = 4
"""What GetDriveTypeW returns for a network drive, as documented by Windows."""


def prepare_home(home: Path) -> None:
    """Create the data folder, closed to others, and refuse one on a network.

    Raises:
        StoreOnNetwork: it lies where SQLite's locks cannot be trusted.
        StoreUnwritable: it cannot be made.
    """
    _refuse_network(home)
    try:
        if not home.is_dir():
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name != "nt" and home.stat().st_mode & 0o077:
            home.chmod(0o700)
    except OSError as exc:
        raise translate_os_error(exc, home) from exc


def make_private_file(path: Path) -> None:
    """Create the file where it is missing; let only its owner read and write it, whatever the umask."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if os.name != "nt" and path.stat().st_mode & 0o177:
            path.chmod(0o600)
    except OSError as exc:
        raise translate_os_error(exc, path) from exc


def load_salt(path: Path) -> bytes:
    """Return the 32 random bytes that key every hash of this store; create them where there are none.

    Raises:
        StoreCorrupt: the file holds something else.
        StoreUnwritable: it cannot be read or made.
    """
    try:
        if not path.exists():
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            make_private_file(draft)
            draft.write_bytes(os.urandom(_SALT_BYTES))
            try:
                draft.rename(path) if os.name == "nt" else os.link(draft, path)
            except FileExistsError:
                pass  # another process was first, and its salt counts
            finally:
                draft.unlink(missing_ok=True)
        found = path.read_bytes()
    except OSError as exc:
        raise translate_os_error(exc, path) from exc
    if len(found) != _SALT_BYTES:
        raise StoreCorrupt(f"{path} should hold {_SALT_BYTES} bytes and holds {len(found)}. {NO_SALT}")
    return found


def _refuse_network(home: Path) -> None:
    """Check that the folder lies on a local disk.

    Raises:
        StoreOnNetwork: the folder lies where SQLite's locks cannot be trusted.
    """
    if kind := network_type(home):
        raise StoreOnNetwork(
            f"the data folder {home} lies on {kind}, where SQLite's locks cannot be trusted. Nothing was written. "
            "Point TWICESHY_HOME at a folder on a local disk, for instance TWICESHY_HOME=/var/tmp/twiceshy."
        )


def network_type(home: Path) -> str | None:
    """Return the file system's name where it is shared with other machines; None where local or unknown."""
    place = os.path.realpath(home)
    if os.name == "nt":  # pragma: no cover  # the branch of the other platform
        return _find_windows_network(place)
    if sys.platform == "darwin":  # pragma: no cover  # the branch of the other platform
        return _find_mac_network(place)
    try:
        return match_mountinfo(_MOUNTINFO.read_text(encoding="utf-8", errors="surrogateescape"), place)
    except OSError:
        return None


def match_mountinfo(mountinfo: str, path: str) -> str | None:
    """Return the type of the network file system of an absolute path, by ``/proc/self/mountinfo``; else None.

    The mount with the longest fitting mount point holds it; of equal ones the last, which hides the others.

    >>> match_mountinfo("36 25 0:31 / /home rw shared:1 - nfs4 server:/home rw", "/home/ann/.twiceshy")
    'nfs4'
    """
    best, found = -1, ""
    for line in mountinfo.splitlines():
        left, separator, right = line.partition(" - ")
        fields = left.split(" ")
        if not separator or len(fields) < 5:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[4])
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= best:
            best, found = len(point), right.split(" ")[0]
    return found if found in _NETWORK_TYPES else None


def match_mac_mounts(mounts: str, path: str) -> str | None:
    """Return the same from what macOS' ``mount`` prints: ``//ann@server/share on /Volumes/share (smbfs, nodev)``.

    >>> match_mac_mounts("//ann@server/share on /Volumes/share (smbfs, nodev)", "/Volumes/share/data")
    'smbfs'
    """
    best, found = -1, ""
    for point, kind in re.findall(r"^.* on (/.*) \((\w+)[^()]*\)$", mounts, re.MULTILINE):
        if (path == point or path.startswith(point.rstrip("/") + "/")) and len(point) >= best:
            best, found = len(point), kind
    return found if found in _NETWORK_TYPES else None


def _find_mac_network(place: str) -> str | None:  # pragma: no cover  # the branch of the other platform
    """Return the type of a share on macOS; look only where macOS mounts shares, as asking costs a process."""
    if not place.startswith(_MAC_NETWORK_ROOTS):
        return None
    import subprocess  # noqa: PLC0415  # rarely needed

    try:
        mounts = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return match_mac_mounts(mounts, place)


def _find_windows_network(place: str) -> str | None:  # pragma: no cover  # the branch of the other platform
    """Name the network of a UNC path, or of a drive letter that Windows calls remote; None otherwise."""
    if place.startswith("\\\\") and not place.startswith("\\\\?\\"):
        return "a network share"
    import ctypes  # noqa: PLC0415  # exists with these functions on Windows only

    drive = os.path.splitdrive(place)[0] + "\\"
    kind = ctypes.windll.kernel32.GetDriveTypeW(drive)  # type: ignore[attr-defined,unused-ignore]  # Windows only
    return "a network drive" if kind == _DRIVE_REMOTE else None
