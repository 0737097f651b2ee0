"""Owner: which process of this machine is the agent, so that what descends from it can be told from what does not.

Noted when a session and when a turn begins. A process id comes again, so its start time (in the kernel's ticks since
the machine started) and the machine's start belong to it. Shells between the agent and its hook are passed over: they
end with the hook. Only Linux says all this in files that cost nothing to read; elsewhere nothing is noted.
"""

try:
    import posix as system
except ImportError:  # Windows
    import nt as system  # type: ignore[import-not-found,no-redef,unused-ignore]  # the branch of the other platform

if __name__ != "owner":
    from twiceshy.commands.keys.gate_keys import hash_text
    from twiceshy.doors.gate.hook import read_text
else:
    from hook import hash_text, read_text  # type: ignore[import-not-found,no-redef]  # the script beside this one

_SHELLS = {"sh", "bash", "dash", "zsh", "ksh", "fish", "busybox"}
_MOST_SHELLS = 3
"""Shells between an agent and its hook at most (guess, 2026-11-22: one was seen)."""
_PARENT, _START = 1, 19
"""Fields behind the name of a process in its `stat` (defined by the kernel)."""
_BOOT = "/proc/sys/kernel/random/boot_id"


def describe_owner(salt: bytes) -> str:
    """Return the note's member with the agent's process: its id, start, and a key of the machine's start.

    Empty where the system does not say.
    """
    boot = read_text(_BOOT).strip()
    found = _find_owner(system.getppid()) if boot else ""
    return f',"o":"{found}.{hash_text(boot, salt).hex()}"' if found else ""


def _find_owner(process: int) -> str:
    """Return the id and the start of the first process, going up from this one, that is no shell."""
    for _ in range(_MOST_SHELLS + 1):
        name, _, rest = read_text(f"/proc/{process}/stat").partition("(")[2].rpartition(")")
        fields = rest.split()
        if len(fields) <= _START:
            return ""
        if name not in _SHELLS:
            return f"{process}.{fields[_START]}"
        process = int(fields[_PARENT])
    return ""
