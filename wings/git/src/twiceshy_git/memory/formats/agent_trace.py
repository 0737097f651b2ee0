r"""Agent Trace 0.1.0: a JSON record for a change, which says who wrote which lines at a revision.

>>> found = parse_trace(b'{"vcs": {"type": "git", "revision": "ab12"}, "files": [{"path": "a.py", "conversations": '
...     b'[{"contributor": {"type": "ai"}, "ranges": [{"start_line": 1, "end_line": 3}]}]}]}')
>>> read_attribution(found).files[0].spans[0][:2]
(1, 3)
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from twiceshy.base.errors import SourceError
from twiceshy.base.values import Text
from twiceshy.records.authorship import (
    CommitAttribution,
    FileAttribution,
    LineSpan,
    LineWriter,
    RawAttribution,
    WriterKind,
)
from twiceshy_git.memory.envelope import format_time
from twiceshy_git.memory.formats.line_claims import LineClaim, settle_claims

NAME: Final = "agent-trace"
VERSION: Final = "0.1.0"
_OWN: Final = "dev.twiceshy"
"""Below this key of the metadata stand our own fields, as the format asks."""
_KINDS: Final = {
    "ai": WriterKind.AGENT,
    "human": WriterKind.HUMAN,
    "mixed": WriterKind.MIXED,
    "unknown": WriterKind.UNKNOWN,
}
_WORDS: Final = {kind: word for word, kind in _KINDS.items()}
_PROVIDERS: Final = (
    (re.compile(r"claude"), "anthropic"),
    (re.compile(r"gpt|o\d"), "openai"),
    (re.compile(r"gemini|gemma"), "google"),
    (re.compile(r"grok"), "xai"),
)
"""Who makes a model, by how its name begins: the format writes ``anthropic/claude-…``. List of 2026-11-23."""
_LONGEST_MODEL: Final = 250  # characters of a model's name, as the format defines


def parse_trace(text: bytes) -> dict[str, Any]:
    """Return one record with all its keys; old writers leave out required ones.

    Raises:
        SourceError: it is no JSON object.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError("the trace is no JSON") from error
    if not isinstance(value, dict):
        raise SourceError("the trace is no JSON object")
    return value


def read_attribution(trace: Mapping[str, Any]) -> RawAttribution:
    """Return who wrote which lines at the revision that the trace names.

    Raises:
        SourceError: it names no revision of git: its lines belong to no commit.
    """
    vcs = _as_object(trace.get("vcs"))
    revision = vcs.get("revision")
    if vcs.get("type", "git") != "git" or not isinstance(revision, str) or not revision:
        raise SourceError("the trace names no revision of git")
    told = iter(_read_told(trace))
    files = []
    for file in _as_objects(trace.get("files")):
        path = file.get("path")
        claims = [
            claim
            for one in _as_objects(file.get("conversations"))
            for claim in _read_claims(trace, one, next(told, {}))
        ]
        spans = settle_claims(claims)
        if isinstance(path, str) and path and spans:
            files.append(FileAttribution(path=path.replace("\\", "/"), spans=spans))
    files.sort(key=lambda one: one.path)
    return CommitAttribution(commit_hash=revision, files=tuple(files), source=NAME)


def _read_told(trace: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what we wrote of each conversation, in their order; none where another tool wrote the trace."""
    own = _as_object(_as_object(trace.get("metadata")).get(_OWN))
    return _as_objects(own.get("conversations"))


def _read_claims(
    trace: Mapping[str, Any], conversation: Mapping[str, Any], told: Mapping[str, Any]
) -> Iterator[LineClaim]:
    shared = _as_object(conversation.get("contributor"))
    for one in _as_objects(conversation.get("ranges")):
        first, last = one.get("start_line"), one.get("end_line")
        said = one.get("contributor")
        contributor = {"type": said} if isinstance(said, str) else _as_object(said) or shared
        if isinstance(first, int) and isinstance(last, int):
            yield LineClaim(first, last, _read_writer(trace, contributor, told))


def _read_writer(trace: Mapping[str, Any], contributor: Mapping[str, Any], told: Mapping[str, Any]) -> LineWriter[str]:
    kind = _KINDS.get(str(contributor.get("type")), WriterKind.UNKNOWN)
    if kind is not WriterKind.AGENT:
        return LineWriter(kind=kind)
    metadata = _as_object(trace.get("metadata"))
    session = told.get("native_id") or metadata.get("conversation_id") or metadata.get("session_id")
    agent = told.get("agent") or _as_object(trace.get("tool")).get("name")
    model = told.get("model") or contributor.get("model_id")
    return LineWriter(
        kind=kind,
        agent=agent if isinstance(agent, str) else "",
        native_id=session if isinstance(session, str) else None,
        model=model if isinstance(model, str) else None,
    )


def _as_object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _as_objects(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def make_trace(found: CommitAttribution[Text], at: datetime, version: str) -> dict[str, Any] | None:
    """Return the record of a commit; None where nothing is known of it. ``version`` is ours."""
    files: list[dict[str, Any]] = []
    told: list[dict[str, str]] = []
    for file in found.files:
        conversations = []
        for writer, spans in _group_spans(file.spans):
            conversations.append(
                {
                    "contributor": _write_contributor(writer),
                    "ranges": [{"start_line": one.first, "end_line": one.last} for one in spans],
                }
            )
            own = {"agent": writer.agent, "native_id": writer.native_id or "", "model": writer.model or ""}
            told.append({key: value for key, value in own.items() if value})
        if conversations:
            files.append({"path": file.path, "conversations": conversations})
    if not files:
        return None
    trace = {
        "version": VERSION,
        "id": "",
        "timestamp": format_time(at),
        "vcs": {"type": "git", "revision": found.commit_hash},
        "tool": {"name": "twiceshy", "version": version},
        "files": files,
        "metadata": {_OWN: {"conversations": told}},
    }
    return trace | {"id": str(uuid5(NAMESPACE_OID, format_trace(trace | {"tool": {}})))}


def format_trace(trace: Mapping[str, Any]) -> str:
    """Return the record as one line."""
    return json.dumps(trace, ensure_ascii=False, separators=(",", ":"))


def _group_spans(spans: tuple[LineSpan[Text], ...]) -> list[tuple[LineWriter[Text], list[LineSpan[Text]]]]:
    """Return each writer's spans, the writer of the first line first."""
    groups: dict[LineWriter[Text], list[LineSpan[Text]]] = {}
    for one in spans:
        groups.setdefault(one.writer, []).append(one)
    return list(groups.items())


def _write_contributor(writer: LineWriter[Text]) -> dict[str, str]:
    contributor = {"type": _WORDS[writer.kind]}
    if writer.kind is WriterKind.AGENT and writer.model:
        contributor["model_id"] = _name_model(writer.model)[:_LONGEST_MODEL]
    return contributor


def _name_model(model: str) -> str:
    """Return a model's name with its maker's, where that is known.

    >>> _name_model("claude-opus-4-5"), _name_model("mine/one"), _name_model("odd")
    ('anthropic/claude-opus-4-5', 'mine/one', 'odd')
    """
    if "/" in model:
        return model
    return next((f"{maker}/{model}" for name, maker in _PROVIDERS if name.match(model)), model)
