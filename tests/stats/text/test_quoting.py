"""Characters that nobody sees: shown to people as escapes, kept as they are where they do no harm."""

import json
import unicodedata

import pytest

from twiceshy.stats.text.quoting import INVISIBLE, escape_json, show_invisible

AS_THEY_ARE = ("plain", "two\nlines\tand a tab", "Größe", "日本語", "مرحبا", "e\u0301", "🚀", "μ")
SHOWN = (
    ("a\x1b[2Jb", "a\\x1b[2Jb"),
    ("a\x9b2Jb", "a\\x9b2Jb"),
    ("a\u202eb", "a\\u202eb"),
    ("a\u200bb", "a\\u200bb"),
    ("a\u200fb", "a\\u200fb"),
    ("a\ufeffb", "a\\ufeffb"),
    ("a\u2028b", "a\\u2028b"),
    ("a\U000e0041b", "a\\U000e0041b"),
    ("a\u3164b", "a\\u3164b"),
    ("a\rb", "a\\x0db"),
    ("⚠\ufe0f 👩\u200d💻", "⚠ 👩💻"),
)


@pytest.mark.parametrize("text", AS_THEY_ARE)
def test_what_is_seen_stays(text: str) -> None:
    """Line breaks and tabs too."""
    assert show_invisible(text) == text


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_what_is_not_seen_is_shown(text: str, shown: str) -> None:
    """The joints of emoji are dropped."""
    assert show_invisible(text) == shown


def test_every_format_character_is_known() -> None:
    """Control, format and half characters of Unicode, and its separators of lines."""
    kinds = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    wanted = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in kinds]

    assert [hex(ord(one)) for one in wanted if not INVISIBLE.match(one)] == []


def test_json_means_the_same() -> None:
    """With every such character as an escape."""
    text = "a\u202e\u200b\x9b\U000e0041\nb"

    written = escape_json(json.dumps({"x": text}, ensure_ascii=False, indent=1))

    assert json.loads(written) == {"x": text}
    assert written.isascii()
