"""git-ai's notes: read without loss, settled where claims overlap, written strictly."""

import pytest

from twiceshy.base.errors import SourceError
from twiceshy.records.authorship import CommitAttribution, FileAttribution, LineSpan, LineWriter, WriterKind
from twiceshy_git.memory.formats.git_ai import format_note, make_note, parse_note, read_attribution

SESSION, HUMAN, OLD = "s_c9883b05a2487d", "h_31dce776f88375", "abcd1234abcd1234"
METADATA = f"""{{
  "schema_version": "authorship/3.0.0",
  "git_ai_version": "1.6.0",
  "base_commit_sha": "77",
  "prompts": {{
    "{OLD}": {{
      "agent_id": {{
        "tool": "cursor",
        "id": "old",
        "model": "gpt-4"
      }},
      "overriden_lines": 0
    }}
  }},
  "humans": {{
    "{HUMAN}": {{
      "author": "Ann <ann@example.test>"
    }}
  }},
  "sessions": {{
    "{SESSION}": {{
      "agent_id": {{
        "tool": "claude",
        "id": "conv",
        "model": "opus"
      }}
    }}
  }}
}}"""
NOTE = f"""src/main.rs
  {SESSION}::t_9f8e7d6c5b4a32 1-3,8
  {SESSION}::t_a1b2c3d4e5f678 3-5
  {HUMAN} 5-7
"src/my file.rs"
  {OLD} 1-2
---
{METADATA}"""
CLAUDE: LineWriter[str] = LineWriter(kind=WriterKind.AGENT, agent="claude-code", native_id="conv", model="opus")
CURSOR: LineWriter[str] = LineWriter(kind=WriterKind.AGENT, agent="cursor", native_id="old", model="gpt-4")
ANN: LineWriter[str] = LineWriter(kind=WriterKind.HUMAN, person="Ann <ann@example.test>")
BOTH: LineWriter[str] = LineWriter(kind=WriterKind.MIXED, agent="claude-code", model="opus")


@pytest.mark.parametrize("text", [NOTE, f"{NOTE}\n", f"---\n{METADATA}"])
def test_a_note_is_written_as_it_was_read(text: str) -> None:
    """Byte for byte, with what only its writer knows."""
    assert format_note(parse_note(text)) == text


def test_a_note_says_who_wrote_which_lines() -> None:
    """Keys lead to their tables; two edits of a session are one writer; what a person changed is both's."""
    found = read_attribution(parse_note(NOTE), "77aa")

    assert found == CommitAttribution(
        commit_hash="77aa",
        files=(
            FileAttribution(
                path="src/main.rs",
                spans=(
                    LineSpan(1, 4, CLAUDE),
                    LineSpan(5, 5, BOTH),
                    LineSpan(6, 7, ANN),
                    LineSpan(8, 8, CLAUDE),
                ),
            ),
            FileAttribution(path="src/my file.rs", spans=(LineSpan(1, 2, CURSOR),)),
        ),
        source="git-ai",
    )


def test_what_is_known_comes_back_from_a_note_of_ours() -> None:
    """All but lines that both wrote, for which the form has no word."""
    found = read_attribution(parse_note(NOTE), "77aa")
    note = make_note(found)

    assert note is not None
    again = read_attribution(parse_note(format_note(note)), "77aa")
    assert [span for file in again.files for span in file.spans] == [
        span for file in found.files for span in file.spans if span.writer != BOTH
    ]
    assert f"  {SESSION[:2]}" in format_note(note)


def test_a_key_without_an_entry_says_what_sort_of_writer_it_was() -> None:
    """Which session it was, nobody knows; such a line is not written back."""
    text = 'a.py\n  s_00::t_00 1\n  human 2\n---\n{"schema_version": "authorship/3.0.0", "sessions": []}'
    found = read_attribution(parse_note(text), "77")

    assert [span.writer.kind for span in found.files[0].spans] == [WriterKind.AGENT, WriterKind.HUMAN]
    assert make_note(found) is None


@pytest.mark.parametrize(
    "line", ["  k 0", "  k 5-2", "  k 1-99999999999", "  k x", "  k", "  k 1-2-3", "  k -4", "  k 999999999"]
)
def test_a_range_that_is_none_says_nothing(line: str) -> None:
    """No memory is spent on it."""
    text = f'a.py\n{line}\n---\n{{"schema_version": "authorship/3.0.0"}}'

    assert read_attribution(parse_note(text), "77").files == ()


@pytest.mark.parametrize(
    "text", ["", "a.py", "---\n", "---\ntorn {", "---\n[]", '---\n{"schema_version": "authorship/4"}']
)
def test_what_is_no_note_is_refused(text: str) -> None:
    """With the house's own error."""
    with pytest.raises(SourceError):
        parse_note(text)


@pytest.mark.parametrize("path", ["a\nb", " a", "---", '"a"', '"a b'])
def test_a_path_that_the_form_cannot_spell_is_not_written(path: str) -> None:
    """It would be read as something else."""
    found = CommitAttribution(commit_hash="77", files=(FileAttribution(path=path, spans=(LineSpan(1, 1, CLAUDE),)),))
    assert make_note(found) is None
