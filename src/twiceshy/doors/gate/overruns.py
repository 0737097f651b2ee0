"""What becomes of a call that took too long: whose fault it was, and whether anything is switched off for it.

Copied beside ``hook.py`` and imported by it only when the time is up, or where some folder was slow before. While the
hook looks at a project's files, or at what the agent sent of them, the time counts against that one folder: a cloned
repository can silence the hook for itself and for nobody else. Else it is our own fault and counts against the hook.
"""

from time import time

if __name__ != "overruns":
    from twiceshy.commands.keys.gate_keys import hash_text
    from twiceshy.doors.gate import hook
else:  # the script beside this one, which has the keys in it
    import hook  # type: ignore[import-not-found,no-redef]

    hash_text = hook.hash_text  # type: ignore[attr-defined]  # as above

try:
    import posix as system
except ImportError:  # Windows
    import nt as system  # type: ignore[import-not-found,no-redef,unused-ignore]  # the branch of the other platform

STRIKES = 3  # overruns within a day that disable the hook, or silence it in a folder (guess, 2026-11-21)
_STRIKES_DAY_S = 86_400
"""Seconds without an overrun after which the earlier ones are forgotten: a day, by definition."""
SLOW = "slow_folders"
"""The file of overruns in folders: on each line the seconds since 1970 and a salted hash of the folder."""
_LARGEST_SLOW = 16 << 10
"""Bytes of that file; then it begins anew: 500 overruns (guess, 2026-11-22)."""


def note_overrun(folder: str, place: str) -> None:
    """Count a call that took too long against that place; against the hook where there is none."""
    if place:
        _note_slow_folder(folder, place)
        return
    file = hook.open_to_write(folder + "/overruns", system.O_APPEND)
    before = system.fstat(file)
    if before.st_size and abs(time() - before.st_mtime) > _STRIKES_DAY_S:  # or of a clock that was set back
        system.ftruncate(file, 0)
    system.write(file, b".")
    if system.fstat(file).st_size >= STRIKES:
        system.close(hook.open_to_write(folder + "/disabled", 0))
    hook.note_failure(folder, "overrun", "TimeoutError")


def _note_slow_folder(folder: str, place: str) -> None:
    """Note an overrun in that folder, under its hash."""
    file = hook.open_to_write(f"{folder}/{SLOW}", system.O_APPEND)
    if system.fstat(file).st_size > _LARGEST_SLOW:
        system.ftruncate(file, 0)
    system.write(file, b"\n%d %b" % (int(time()), _key_of(folder, place).encode()))


def is_slow_folder(folder: str, place: str) -> bool:
    """Tell whether the hook is silent in that folder: it took too long there three times within the last day."""
    return count_overruns(hook.read_text(f"{folder}/{SLOW}"), time()).get(_key_of(folder, place), 0) >= STRIKES


def count_overruns(text: str, now_s: float) -> dict[str, int]:
    """Return the overruns of the last day, by the folder's hash."""
    found: dict[str, int] = {}
    for line in text.split("\n"):
        at, _, key = line.partition(" ")
        if key and at.isdecimal() and abs(now_s - int(at)) < _STRIKES_DAY_S:  # not of a clock that was set back
            found[key] = found.get(key, 0) + 1
    return found


def _key_of(folder: str, place: str) -> str:
    """Return the folder's salted hash."""
    salt = hook.read_file(folder.replace("\\", "/").rpartition("/")[0] + "/salt")
    return str(hash_text(place, salt).hex()) if salt else ""
