"""The YAML file of patterns of other programs: read whole, written whole, left alone where it is damaged."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from twiceshy.base.private_files import write_whole
from twiceshy.lessons.lessons_yaml import stats_of

_LIST_KEY = "usage_patterns"
_MOST_BYTES = 2_000_000
"""Of a file that is read (guess, 2026-11-21: thousands of patterns)."""


def read(path: Path) -> list[dict[str, Any]]:
    """Return the patterns; none where there is no file.

    Raises:
        ValueError: it is too large, no YAML or no list of patterns; the line is named.
    """
    if not path.exists():
        return []
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"{path} is larger than {_MOST_BYTES:,} bytes; it is left as it is.")
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ValueError(
            f"{path}, line {mark.line + 1 if mark else 0}: {error.problem}; it is left as it is."
        ) from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no YAML; it is left as it is.") from error
    listed = (document or {}).get(_LIST_KEY, []) if isinstance(document or {}, dict) else None
    if not isinstance(listed, list) or not all(isinstance(one, dict) and "id" in one for one in listed):
        raise ValueError(f"{path}: {_LIST_KEY} is no list of patterns; it is left as it is.")
    return listed


def write(path: Path, patterns: Sequence[dict[str, Any]]) -> None:
    """Write these patterns with their statistics; on a failure the file stays as it was."""
    text = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # the library's own switch
    yaml.width = 120
    yaml.dump({_LIST_KEY: list(patterns), "stats": stats_of(patterns)}, text)
    write_whole(path, text.getvalue().encode())
