"""What did the agent do, act by act?"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from twiceshy.commands.shell.command_heads import ShellPart, command_names, parse_line
from twiceshy.commands.testlog.check_tools import find_tool
from twiceshy.judgement.chats.split_chats import judge_call, split_session
from twiceshy.records import ids
from twiceshy.records.chats import ChatAction, StoredAction
from twiceshy.records.session_log import DoneCall, WholeSession

_CHECKS: Final = ("test", "build", "types", "lint")
"""What a command checks, the weightiest first."""


def build_actions(session: WholeSession) -> Iterator[StoredAction]:
    """Yield every call in order."""
    spans = split_session(session)
    ranks = [span.prompt.rank for span in spans]
    for call in session.calls:
        at = bisect_right(ranks, call.rank) - 1
        yield ChatAction(
            id=f"{ids.ACTION}-{call.uid.hex()}",
            timestamp=call.at,
            session=ids.shorten(ids.SESSION, session.uid),
            chat=ids.shorten(ids.CHAT, spans[at].prompt.uid) if at >= 0 else None,
            action_type=name_action(call),
            tool=call.tool,
            target=call.about,
            agent_id=call.run.hex() if call.run is not None else None,
            success=judge_call(call),
            result_summary=call.brief,
        )


def name_action(call: DoneCall) -> str:
    """Return what sort of act a call is; of a command what it is for, where its line says so."""
    if call.action == "write":
        return "edit"
    if call.action != "run":
        return call.action
    if call.commit or "git commit" in command_names(call.about):
        return "commit"
    found = {tool.kind for part in _list_parts(parse_line(call.about).parts) if (tool := find_tool(part))}
    return next((kind for kind in _CHECKS if kind in found), "run")


def _list_parts(parts: Sequence[ShellPart]) -> Iterator[ShellPart]:
    for part in parts:
        yield part
        yield from _list_parts(part.inner)
