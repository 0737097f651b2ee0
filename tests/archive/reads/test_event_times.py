"""When was the evidence there?"""

from tests.archive.reads.conftest import Archive

from twiceshy.archive.reads.event_times import read_event_times


def test_events_and_commits_have_times(archive: Archive) -> None:
    """A call that of its result, a commit though only its beginning is known; the unknown is left out."""
    session = archive.session(archive.project("shop"), "aa")
    call = archive.call(session, "Bash", 5)
    archive.result(session, call, 9)
    at, texts = "2026-11-02T00:00:00.000Z", {"parents": "", "subject": "x", "trailers": "[]"}
    times = {"authored_at": at, "committed_at": at, "authored_offset_min": 0}
    archive.put("commit_", project_id=1, hash="ab" * 20, author=b"a", **times, **texts)

    found = read_event_times(archive.connection, [call.hex(), "abab", "cdcd", "ff" * 16])

    assert {name: f"{at:%H:%M:%S}" for name, at in found.items()} == {call.hex(): "14:00:09", "abab": "00:00:00"}
