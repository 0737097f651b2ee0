"""Local disks are taken, shared ones refused."""

import pytest

from twiceshy.archive.guard import match_mac_mounts, match_mountinfo, network_type

ROOT = "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw"


@pytest.mark.parametrize(
    ("mounts", "path", "expected"),
    [
        pytest.param("", "/home/ann", None, id="nothing is known"),
        pytest.param("garbage\n1 2 3\n - nfs x y", "/home/ann", None, id="not what it should be"),
        pytest.param(ROOT, "/home/ann", None, id="local"),
        pytest.param(f"{ROOT}\n30 22 0:5 / /home rw - nfs4 s:/ rw", "/homes/ann", None, id="a neighbour's name"),
        pytest.param(f"{ROOT}\n30 22 0:5 / /home rw - nfs4 s:/ rw", "/home/ann", "nfs4", id="NFS"),
        pytest.param(f"{ROOT}\n30 22 0:5 / /home rw - nfs4 s:/ rw", "/home", "nfs4", id="the mount point itself"),
        pytest.param(
            f"{ROOT}\n30 22 0:5 / /home rw - nfs4 s:/ rw\n31 30 8:1 / /home/ann rw - ext4 /dev/sdb rw",
            "/home/ann/x",
            None,
            id="a local disk inside a share",
        ),
        pytest.param(
            "31 30 8:1 / /home/ann rw - ext4 /dev/sdb rw\n30 22 0:5 / /home rw - nfs4 s:/ rw",
            "/home/ann/x",
            None,
            id="in any order",
        ),
        pytest.param(f"{ROOT}\n30 22 0:5 / / rw - 9p root rw", "/x", "9p", id="the later hides the earlier"),
        pytest.param(
            f"{ROOT}\n30 22 0:5 / /mnt/my\\040disk rw - cifs //s/x rw", "/mnt/my disk/a", "cifs", id="blank in a name"
        ),
        pytest.param(f"{ROOT}\n30 22 0:5 / /mnt/c rw - 9p C: rw,aname=drvfs", "/mnt/c/Users", "9p", id="WSL 2"),
        pytest.param(f"{ROOT}\n30 22 0:5 / /mnt/c rw - drvfs C: rw", "/mnt/c/Users", "drvfs", id="WSL 1"),
        pytest.param(f"{ROOT}\n30 22 0:5 / /w rw shared:2 master:1 - virtiofs w rw", "/w", "virtiofs", id="virtiofs"),
        pytest.param(f"{ROOT}\n30 22 0:5 / /w rw - fuse.sshfs s: rw", "/w", "fuse.sshfs", id="sshfs"),
        pytest.param(f"{ROOT}\n30 22 0:5 / /w rw - fuse.grpcfuse s: rw", "/w", "fuse.grpcfuse", id="Docker Desktop"),
    ],
)
def test_the_mount_that_holds_the_folder_decides(mounts: str, path: str, expected: str | None) -> None:
    """The longest fitting mount point, of equal ones the last."""
    assert match_mountinfo(mounts, path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/Users/ann", None, id="local"),
        pytest.param("/Volumes/Disk/x", None, id="an outer disk"),
        pytest.param("/Volumes/share (1)/x", "smbfs", id="a share"),
    ],
)
def test_macos_mounts_are_read_too(path: str, expected: str | None) -> None:
    """By what `mount` prints."""
    mounts = "/dev/disk1s1 on / (apfs, local)\n/dev/disk2 on /Volumes/Disk (hfs, local)\n"
    mounts += "//ann@s/x on /Volumes/share (1) (smbfs, nodev, nosuid)\n"

    assert match_mac_mounts(mounts, path) == expected


def test_asking_this_machine_never_fails(tmp_path: object) -> None:
    """Whatever it is, it is a name or nothing."""
    assert network_type(__import__("pathlib").Path("/nowhere/at/all")) in {None, "9p", "virtiofs", "nfs4", "nfs"}
