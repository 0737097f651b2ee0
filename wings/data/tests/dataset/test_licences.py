"""A licence is what its text surely says; everything else is not stated."""

import pytest

from twiceshy_data.dataset.licences import NOT_STATED, choose_licence, is_permissive, name_licence

MIT = """The MIT License (MIT)

Copyright (c) 2026 Ann Other
All rights reserved.

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
"""
BSD = """Copyright 2026, Ann Other

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:
"""
ISC = """ISC License

Copyright 2026 Ann Other

Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted"""
TEXTS = [
    ("MIT", MIT),
    ("MIT", MIT.partition("\n\n")[2]),
    ("Apache-2.0", "\n        Apache License\n    Version 2.0, January 2004\n"),
    ("BSD-2-Clause", BSD),
    ("BSD-3-Clause", f"BSD 3-Clause License\n\n{BSD}3. Neither the name of the holder nor ...\n"),
    (NOT_STATED, f"{BSD}3. All advertising materials ...\n"),
    ("ISC", f"{ISC}, provided that the above\ncopyright notice appears\n"),
    ("0BSD", f"{ISC}.\n"),
    ("Unlicense", "This is free and unencumbered software released into the public domain.\n"),
    ("CC0-1.0", "Creative Commons Legal Code\n\nCC0 1.0 Universal\n"),
    ("BSL-1.0", "Boost Software License - Version 1.0 - August 17th, 2003\n"),
    (
        "Zlib",
        "zlib License\n\n(C) 2026 Ann\n\nThis software is provided 'as-is', without any express or implied\nwarranty.",
    ),
    ("MPL-2.0", "Mozilla Public License Version 2.0\n====\n"),
    ("GPL-3.0", "   GNU GENERAL PUBLIC LICENSE\n      Version 3, 29 June 2007\n Copyright (C) 2007 FSF\n"),
    ("LGPL-3.0", "GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n"),
    ("AGPL-3.0", "GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007\n"),
    (NOT_STATED, f"Parts of this are licensed as follows: ee/ is ours. All else:\n\n{MIT}"),
    (NOT_STATED, f'{MIT}\n"Commons Clause" License Condition v1.0\n'),
    (NOT_STATED, ""),
    (NOT_STATED, "Elastic License 2.0\n"),
]


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_a_text_is_known_by_its_first_words(name: str, text: str) -> None:
    """Behind its title and holders; with words before it, it may hold for a part only."""
    assert name_licence(text) == name


MANIFESTS = [
    ("package.json", '{"license": "MIT"}', "MIT"),
    ("package.json", '{"license": "(MIT OR GPL-3.0-or-later)"}', "MIT OR GPL-3.0"),
    ("package.json", '{"license": {"type": "isc"}}', "ISC"),
    ("package.json", '{"license": "UNLICENSED"}', NOT_STATED),
    ("package.json", '{"license": "SEE LICENSE IN LICENSE.md"}', NOT_STATED),
    ("package.json", '{"license": 7}', NOT_STATED),
    ("package.json", "{", NOT_STATED),
    ("package.json", "[" * 100_000, NOT_STATED),
    ("pyproject.toml", '[project]\nlicense = "Apache-2.0"', "Apache-2.0"),
    ("pyproject.toml", '[project]\nlicense = {text = "MIT License"}', "MIT"),
    ("pyproject.toml", '[project]\nlicense = {file = "LICENSE"}', NOT_STATED),
    ("pyproject.toml", '[tool.poetry]\nlicense = "BSD-3-Clause"', "BSD-3-Clause"),
    ("Cargo.toml", '[package]\nlicense = "MIT AND Apache-2.0"', "MIT AND Apache-2.0"),
    ("Cargo.toml", '[package]\nlicense = "MIT AND ISC OR GPL-3.0"', NOT_STATED),
]


@pytest.mark.parametrize(("name", "text", "licence"), MANIFESTS)
def test_a_manifest_states_names_of_the_list(name: str, text: str, licence: str) -> None:
    """Nothing else of it is told."""
    assert choose_licence([], {name: text}) == licence


@pytest.mark.parametrize(
    ("texts", "stated", "licence", "permissive"),
    [
        ([MIT], "MIT", "MIT", True),
        ([MIT], "", "MIT", True),
        ([MIT, "Apache License, Version 2.0"], "MIT OR Apache-2.0", "MIT OR Apache-2.0", True),
        ([MIT], "GPL-3.0", "(GPL-3.0) AND (MIT)", False),
        ([MIT, "GNU GENERAL PUBLIC LICENSE\nVersion 3"], "", "(GPL-3.0) AND (MIT)", False),
        ([MIT, "All is ours."], "MIT", NOT_STATED, False),
        ([MIT], "UNLICENSED", NOT_STATED, False),
        ([], "GPL-3.0 OR MIT", "GPL-3.0 OR MIT", True),
        ([], "GPL-3.0 AND MIT", "GPL-3.0 AND MIT", False),
        ([], "", NOT_STATED, False),
    ],
)
def test_files_that_say_different_things_all_hold(
    texts: list[str], stated: str, licence: str, *, permissive: bool
) -> None:
    """Unless a manifest says which of them may be chosen; what is not known outweighs what is."""
    found = choose_licence(texts, {"package.json": f'{{"license": "{stated}"}}'})

    assert (found, is_permissive(found)) == (licence, permissive)
