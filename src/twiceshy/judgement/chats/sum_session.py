"""What did a session do, in short?"""

from collections import Counter
from collections.abc import Mapping

from twiceshy.judgement.chats.split_chats import (
    choose_model,
    count_failures,
    list_changed_files,
    list_read_files,
    split_session,
    sum_tokens,
)
from twiceshy.records import ids
from twiceshy.records.chats import SessionSummary, StoredSummary
from twiceshy.records.session_log import WholeSession

_KNOWN = frozenset({"yes", "no"})


def summarize_session(session: WholeSession, outcomes: Mapping[str, str]) -> StoredSummary:
    """Return the session in short; ``outcomes`` are as ``SessionLine`` has them."""
    spans = split_session(session)
    calls = session.calls
    return SessionSummary(
        session=ids.shorten(ids.SESSION, session.uid),
        uid=session.uid,
        agent=session.agent,
        model=choose_model(one for one in session.replies if one.run is None),
        project=session.project,
        project_name=session.project_name,
        branch=session.branch,
        title=session.title,
        started_at=session.first_at,
        ended_at=session.last_at,
        exchanges=sum(span.prompt.human for span in spans),
        queries=tuple(span.prompt.head for span in spans),
        chat_uids=tuple(span.prompt.uid for span in spans),
        tools_used=dict(Counter(call.tool for call in calls)),
        files_referenced=list_read_files(calls),
        files_modified=list_changed_files(calls),
        calls=len(calls),
        failures=count_failures(calls),
        refusals=sum(call.failure == "rejected" for call in calls),
        interrupts=sum(mark.kind == "interrupt" for mark in session.marks),
        agents=len({call.uid for call in calls if call.action == "delegate"}),
        tokens=sum_tokens(session.tokens),
        outcomes={name: one for name, one in outcomes.items() if one in _KNOWN},
    )
