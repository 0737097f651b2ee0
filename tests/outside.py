"""What lies outside of the tests' own folders, and whether it was touched.

Where a variable leads home, it leads into a sealed folder as soon as a test's own home is taken down: whatever a test
left running, or called after taking back its own changes, shows itself there. The real home is compared as well, for
code that finds it without a variable: no new hidden entry in it, nor anything new of our name where data and settings
lie. Other programs of the same person go on writing there, so that more cannot be asked.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

_PATIENCE_S = 5.0
_PLACES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
_BELOW = (".config", ".local/share", ".local/state", ".cache")
_OTHERS = frozenset({".bash_history", ".python_history", ".lesshst", ".viminfo"})
"""What a person's own programs may make in the meantime."""


class Outside:
    """The sealed folder, and the real home as it was."""

    def __init__(self, sealed: Path, own: Path, environment: Mapping[str, str]) -> None:
        """Look at the real home; ``own`` is where tests may write."""
        self.sealed = sealed
        self._own = own
        self._homes = set(_find_homes(environment))
        self._watched = {*self._homes, *(home / below for home in self._homes for below in _BELOW)}
        self._before = self._read_places()

    def redirect(self, patch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
        """Let the variables lead into the sealed folder, for this process and for what takes its first environment."""
        for name, place in variables.items():
            patch.setenv(name, str(self.sealed / place))
            with suppress(ImportError):
                import posix  # noqa: PLC0415  # the recording hook reads this one

                patch.setitem(posix.environ, name.encode(), str(self.sealed / place).encode())

    def list_strays(self) -> list[str]:
        """Return what was written into the sealed folder."""
        return sorted(os.listdir(self.sealed))  # noqa: PTH208  # after each of thousands of tests

    def list_touched(self) -> list[str]:
        """Return everything that was written outside, the real home included."""
        strays = [str(path.relative_to(self.sealed)) for path in sorted(self.sealed.rglob("*"))]
        return strays + [str(path) for path in sorted(self._read_places() - self._before)]

    def end_learners(self) -> None:
        """Wait for threads that learn, and end processes that tests left behind."""
        until = time.monotonic() + _PATIENCE_S
        for thread in threading.enumerate():
            if thread.name == "twiceshy-learned":
                thread.join(0.1)  # it waits for work for ever: time to finish what it has
        while (left := list(_find_processes(self._own))) and time.monotonic() < until:
            for one in left:
                with suppress(OSError):
                    os.kill(one, signal.SIGKILL)
            time.sleep(0.05)

    def _read_places(self) -> set[Path]:
        found: set[Path] = set()
        for place in self._watched:
            with suppress(OSError):
                found.update(path for path in place.iterdir() if path.name not in _OTHERS)
        return {path for path in found if _is_ours(path, self._homes)}


def _find_homes(environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the real homes: the variables', and the one that the system knows."""
    yield from (Path(environment[name]) for name in _PLACES if environment.get(name))
    with suppress(ImportError, KeyError, OSError):
        import pwd  # noqa: PLC0415  # POSIX only

        yield Path(pwd.getpwuid(os.getuid()).pw_dir)


def _is_ours(path: Path, homes: set[Path]) -> bool:
    """Tell whether such an entry may be ours or an agent's, made by us."""
    return "twiceshy" in path.name or (path.name.startswith(".") and path.parent in homes)


def _find_processes(own: Path) -> Iterator[int]:
    """Yield processes of ours, other than this one and its workers, that were given a folder of the tests."""
    mark = os.fsencode(own)
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            words = (entry / "cmdline").read_bytes()
            if mark in words and b"twiceshy" in words and b"pytest" not in words.split(b"\0")[0:4]:
                yield int(entry.name)
