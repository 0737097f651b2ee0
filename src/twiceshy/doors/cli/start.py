"""The console entry: ``run`` goes straight to its leaf, everything else through the spine.

A wrapped command waits for every import, so what ``run`` does not need must not be imported on its way.
"""

import sys


def main() -> int:
    """Run the call, and return the exit code."""
    words = sys.argv[1:]
    place = 0
    while words[place : place + 1] in (["--json"], ["--no-color"], ["--home"]):
        place += 2 if words[place] == "--home" else 1
    if words[place : place + 1] == ["run"]:
        from twiceshy.doors.cli.commands.run import main as run  # noqa: PLC0415  # the point of this module

        return run([*words[:place], *words[place + 1 :]])
    from twiceshy.doors.cli.main import main as spine  # noqa: PLC0415

    return spine()
