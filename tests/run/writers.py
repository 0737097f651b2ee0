"""Programs that write a line, wait for a byte on stdin, write another and end with 3: each by another way to write."""

import shutil
import subprocess
import sys
from pathlib import Path

C = r"""
#include <stdio.h>
#include <unistd.h>
int main(void) { char c; puts("first"); if (read(0, &c, 1) < 0) return 9; puts("last"); return 3; }
"""
PYTHON = "import os, sys\nprint('first')\nos.read(0, 1)\nprint('last')\nsys.exit(3)\n"
PERL = r'print "first\n"; sysread(STDIN, $x, 1); print "last\n"; exit 3'
PIPE = "{ echo first; head -c 1 >/dev/null; echo last; }"


def compiler() -> str:
    """The system's C compiler; empty without one."""
    return shutil.which("cc") or ""


def compiled(folder: Path, name: str, *options: str) -> Path | None:
    """The program, compiled so; None where that cannot be done here."""
    source = folder / "writer.c"
    source.write_text(C)
    path = folder / name
    done = subprocess.run(
        [compiler() or "false", *options, str(source), "-o", str(path)], capture_output=True, check=False
    )
    return path if done.returncode == 0 else None


def python() -> list[str]:
    return [sys.executable, "-c", PYTHON]
