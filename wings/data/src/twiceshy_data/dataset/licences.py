"""Under which licence is a project, by the words of its files, and may what is made of it be given on?

What is not surely known is "not stated": a text with words before the licence's own, a second text that is not known,
a name that no list has.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from twiceshy.base.foreign_toml import parse_foreign_toml

NOT_STATED: Final = "not stated"
_BSD: Final = r"redistribution and use in source and binary forms, with or without modification, are permitted provided"
_ISC: Final = (
    r"permission to use, copy, modify, and(?:/or)? distribute this software for any purpose with or without fee is "
    r"hereby granted"
)
_FIRST_WORDS: Final = {
    "MIT": r"permission is hereby granted, free of charge, to any person obtaining a copy of this software and "
    r"associated documentation files",
    "Apache-2.0": r"apache license,? version 2\.0",
    "BSD-3-Clause": rf"{_BSD}(?=.*neither the names?)(?!.*all advertising materials)",
    "BSD-2-Clause": rf"{_BSD}(?!.*neither the names?)(?!.*all advertising materials)",
    "ISC": rf"{_ISC},? provided that the above copyright",
    "0BSD": rf"{_ISC}\.",
    "Unlicense": r"this is free and unencumbered software released into the public domain",
    "CC0-1.0": r"(creative commons legal code )?(creative commons )?cc0 1\.0 universal",
    "BSL-1.0": r"boost software license - version 1\.0",
    "Zlib": r"this software is provided \W?as[- ]is\W?, without any express or implied warranty",
    "MPL-2.0": r"mozilla public license,? version 2\.0",
    "AGPL-3.0": r"gnu affero general public license version 3",
    "LGPL-3.0": r"gnu lesser general public license version 3",
    "LGPL-2.1": r"gnu lesser general public license version 2\.1",
    "GPL-3.0": r"gnu general public license version 3",
    "GPL-2.0": r"gnu general public license version 2",
    "EPL-2.0": r"eclipse public license - v ?2\.0",
}
"""By their names in the list of SPDX: how the texts begin, once title and holders are taken away (texts as their
authors publish them, read 2026-11-23)."""
_TITLE: Final = re.compile(
    r"(?:the )?(?:mit|expat|isc|zlib|bsd|(?:new |simplified |modified )?bsd [23]-clause|bsd zero clause)"
    r'(?: "?(?:new|revised|simplified)"?)?(?: or "?(?:new|revised|simplified)"?)? licen[cs]e(?: \(\w+\))?\W*'
)
_HOLDER: Final = re.compile(r"\s*(?:copyright\b(?! notice)|\(c\)|©|all rights reserved)", re.IGNORECASE)
_CONDITIONS: Final = "commons clause"
"""Words of a text that takes back what the licence beside it gives."""
_PERMISSIVE: Final = frozenset(
    {"MIT", "MIT-0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD", "Unlicense", "CC0-1.0", "BSL-1.0"}
    | {"Zlib", "PSF-2.0", "Python-2.0", "BlueOak-1.0.0"}
)
"""Those that let anybody give on what is made of the code (as the Open Source Initiative sorts them, 2026-11-23)."""
_NAMES: Final = {name.casefold(): name for name in (*_FIRST_WORDS, *_PERMISSIVE)}


def choose_licence(texts: Iterable[str], manifests: Mapping[str, str]) -> str:
    r"""Return the licence of a project by the texts of its licence files, and its manifests by their names.

    >>> choose_licence([], {"Cargo.toml": '[package]\\nlicense = "MIT/Apache-2.0"'})
    'MIT OR Apache-2.0'
    """
    files = {name_licence(text) for text in texts}
    stated = {found for name, text in manifests.items() if (found := _read_manifest(name, text))}
    if NOT_STATED in files or NOT_STATED in stated:
        return NOT_STATED
    named = {name for one in stated for name in re.split(r" OR | AND ", one)}
    if len(stated) == 1 and files <= named:
        return next(iter(stated))
    every = sorted(files | stated)
    return every[0] if len(every) == 1 else " AND ".join(f"({one})" for one in every) or NOT_STATED


def is_permissive(licence: str) -> bool:
    """Tell whether a licence lets anybody give on what is made of the code.

    >>> is_permissive("GPL-3.0 OR MIT"), is_permissive("(GPL-3.0) AND (MIT)"), is_permissive(NOT_STATED)
    (True, False, False)
    """
    if licence.startswith("("):
        return all(map(is_permissive, licence.removeprefix("(").removesuffix(")").split(") AND (")))
    return any(all(name in _PERMISSIVE for name in one.split(" AND ")) for one in licence.split(" OR "))


def name_licence(text: str) -> str:
    r"""Return the licence that a text is, by its first words.

    >>> name_licence("Apache License\\n  Version 2.0, January 2004"), name_licence("All is ours.")
    ('Apache-2.0', 'not stated')
    """
    lines = [line for line in text.splitlines() if not _HOLDER.match(line)]
    words = " ".join(" ".join(lines).lower().split()).lstrip("#=-*/ ")
    words = _TITLE.sub("", words, count=1) if _TITLE.match(words) else words
    if _CONDITIONS in words:
        return NOT_STATED
    return next((name for name, start in _FIRST_WORDS.items() if re.match(start, words)), NOT_STATED)


def _read_manifest(name: str, text: str) -> str:
    """Return the licence that a manifest states; empty where it says nothing of one."""
    try:
        read: Any = json.loads(text) if name.endswith(".json") else parse_foreign_toml(text)
    except (ValueError, RecursionError):
        return NOT_STATED
    stated = _find_stated(read) if isinstance(read, dict) else None
    if isinstance(stated, Mapping):
        stated = stated.get("type") or stated.get("text")
    if not isinstance(stated, str) or not stated.strip():
        return ""
    return _name_expression(stated) or name_licence(stated)


def _find_stated(read: Mapping[str, Any]) -> object:
    """Return what stands under ``license``: of the whole, or of the table that its tool reads."""
    tool = read.get("tool")
    places = (read, read.get("project"), read.get("package"), tool.get("poetry") if isinstance(tool, dict) else None)
    return next((one["license"] for one in places if isinstance(one, dict) and one.get("license")), None)


def _name_expression(text: str) -> str:
    """Return names of licences and how they go together, as the list spells them; empty where one is not in it."""
    plain = text.strip().removeprefix("(").removesuffix(")").replace("/", " OR ")
    parts = re.split(r"\s+(OR|AND)\s+", plain)
    joints, names = parts[1::2], [_find_name(one) for one in parts[::2]]
    if not all(names) or len({*joints}) > 1:
        return ""
    return f" {joints[0]} ".join(names) if joints else names[0]


def _find_name(text: str) -> str:
    plain = re.sub(r"(-only|-or-later|\+| licen[cs]e)$", "", text.strip().casefold())
    return _NAMES.get(plain, "")
