"""The fields of a tool's input in JSON, also of one that was cut."""

import json
from collections.abc import Mapping


def parse_fields(text: str) -> Mapping[str, object]:
    """Parse the fields of an input in JSON; of an input that was cut, those before the cut."""
    for end in (len(text), text.rfind(',"'), text.rfind(',"', 0, max(text.rfind(',"'), 0))):
        if end <= 0:
            continue
        try:
            found = json.loads(text if end == len(text) else text[:end] + "}")
        except ValueError:
            continue
        return found if isinstance(found, dict) else {}
    return {}
