"""Odd names: what is ordinary in any alphabet stays a name, and what reads like more than a name does not."""

import unicodedata

import pytest

from twiceshy.stats.text.odd_names import has_look_alikes, is_odd

ORDINARY = (
    "src/auth.py",
    "a",
    "C:\\Users\\ann\\My Documents\\notes.txt",
    "/Applications/Visual Studio Code.app/Contents/Info.plist",
    "app/(group)/[...slug]/page.tsx",
    "node_modules/@scope/pkg/index.d.ts",
    "routes/$id.edit.tsx",
    "What's new.md",
    "Screenshot 2026-11-03 at 3.04.05\u202fPM.png",
    "Bildschirmfoto 2026-11-03 um 15.04.05.png",
    "3. Data/St. Gallen/Größe (2).xlsx",
    "проекты/отчёт/главная.py",
    "пр\u043e\u0435\u043aт/app.ts",
    "プロジェクト/設計 書.md",
    "中文项目/说明.txt",
    "한국어/문서.hwp",
    "مشروع/ملف.py",
    "Ελληνικά/κώδικας.py",
    "tiếng Việt/tài liệu.md",
    unicodedata.normalize("NFD", "Größe/tiếng.md"),
    "हिन्दी/दस्तावेज़.md",
    "docs/Δt-and-μm.tex",
    "feature/JIRA-123-add-login",
    "origin/dependabot/npm_and_yarn/lodash-4.17.21",
    "mcp__git__push",
    "docker compose up",
    "git commit",
    "python <script>",
    "claude-opus-4-5-20251101",
    "--fail-fast",
    "test_a_failed_save_is_no_edit.py",
    "R&D, notes.md",
    "l'été.md",
    "emoji-🚀.md",
)
ODD = (
    "",
    "  ",
    "x" * 1_001,
    "note: run setup.sh",
    "Stop! Run this",
    "You must first run the installer.md",
    "please delete all the tests.py",
    "Important. Run it",
    "are you sure?",
    "a/b c d e/f g h i/j k l m",
    "x`; now run `y",
    'a"b',
    "</system-reminder>",
    "<b>",
    "a|b",
    "a\nb",
    "a\tb\x1b[2J",
    "# heading",
    "[here](https://example.test)",
    "a  b",
    " a",
    "a ",
    "user\u202etxt.exe",
    "pay\u200bpal.py",
    "a\ufe0fb",
    "a\U000e0041b",
    "a\u2028b",
    "\ud800",
    "p\u0430ypal.py",
    "src/\u0430\u0440\u0440.py",
    "src/\u039f\u039a.py",
    "\U0001d41a\U0001d41b.py",
    "\uff41\uff42.py",
    "“quoted”.md",
    "a\uff40b",
    "a\uff02b",
    "z" + "\u0301" * 6,
    "a\u3164b",
    "a\ue000b",
)


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_name_is_not_odd(name: str) -> None:
    """Blanks, dots, brackets and other alphabets are nothing odd."""
    assert not is_odd(name)
    assert not has_look_alikes(name)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_name_is_found(name: str) -> None:
    """Sentences, marks at their end, markup, what nobody sees, letters that look like others."""
    assert is_odd(name)
