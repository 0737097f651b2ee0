"""``python -m twiceshy.doors.mcp [HOME]``: what ``twiceshy mcp`` becomes."""

import os
import sys
from pathlib import Path

from twiceshy.base.config import Config, load
from twiceshy.base.errors import ToolMissing, TwiceshyError

_MISSING = "the server needs the protocol's SDK: pip install '.[mcp]' in the checkout."


def main(words: list[str]) -> int:
    """Serve until the client has left, and return the exit code."""
    home = words[0] if words else None

    def load_settings() -> Config:
        return load({"home": home}, os.environ, Path.cwd())

    try:
        load_settings()  # a fault in the settings ends the server now, and not the first call
        try:
            from twiceshy.doors.mcp.server import serve  # noqa: PLC0415  # an extra that may be missing
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("twiceshy"):
                raise
            raise ToolMissing(_MISSING) from error
        serve(load_settings)
    except TwiceshyError as error:
        sys.stderr.write(f"twiceshy: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
