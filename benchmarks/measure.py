"""CPU seconds, wall seconds and peak memory of a process and everything it starts; a scratch home for each try."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run took."""

    cpu_s: float
    """User and system time of the process and of every child it waited for."""
    wall_s: float
    peak_bytes: int
    """Largest sum of proportional set sizes over the process tree, sampled every 50 ms; 0 where there is no /proc."""
    stdout: str
    returncode: int


def scratch_environment(folder: Path) -> dict[str, str]:
    """An environment in which nothing of this machine's own agents, settings or git configuration can be reached."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TERM") if name in os.environ}
    return kept | {
        "HOME": str(folder),
        "TWICESHY_HOME": str(folder / "store"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "CLAUDE_CONFIG_DIR": str(folder / "claude"),
        "CODEX_HOME": str(folder / "codex"),
        "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def twiceshy(*words: str) -> list[str]:
    """The command line that runs this checkout's twiceshy with this interpreter."""
    return [sys.executable, "-m", "twiceshy", *words]


def cost(command: Sequence[str], environment: dict[str, str], cwd: Path | None = None) -> Cost:
    """The cost of one run of ``command``; its stderr passes through."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=cwd, stdout=subprocess.PIPE)
    sampler = PeakSampler(process.pid)
    sampler.start()
    assert process.stdout is not None
    stdout = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    sampler.stop()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        cpu_s=usage.ru_utime + usage.ru_stime,
        wall_s=wall,
        peak_bytes=sampler.peak,
        stdout=stdout.decode(errors="replace"),
        returncode=process.returncode,
    )


class PeakSampler(threading.Thread):
    """Watches a process tree's memory until stopped."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.peak = 0
        self._over = threading.Event()

    def run(self) -> None:
        """Sample every 50 ms."""
        while not self._over.wait(0.05):
            self.peak = max(self.peak, sum(_pss(pid) for pid in _tree(self.root)))

    def stop(self) -> None:
        """End the sampling."""
        self._over.set()
        self.join()


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _pss(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below ``folder``."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def read_cpu(process: int) -> float:
    """Milliseconds of CPU that a running process has used; its own, not its children's."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
