"""archive.reads.case_lines: a line for each case, in the order that was asked for."""

from typing import Any

from twiceshy.archive.reads.calls import read_case_lines
from twiceshy.records.insights import InsightCase


def test_no_case_is_no_line(archive: Any) -> None:
    """And no question to the store."""
    assert read_case_lines(archive.connection, ()) == ()


def test_calls_and_prompts_are_read_by_uid_in_the_given_order(archive: Any) -> None:
    """A call has its failure and message, a prompt its words; what is gone says so."""
    session = archive.session(archive.project("web-shop"), "aa01")
    call = archive.call(session, "Bash", command="git push")
    archive.result(session, call, failure="error", message="could not resolve host", text="fatal: could not …")
    archive.prompt(session, "no, stop")
    prompt = archive.rank.to_bytes(16, "big")
    uid = bytes.fromhex("aa01".ljust(32, "0"))

    said, gone, failed = read_case_lines(
        archive.connection, [InsightCase(one, uid, None) for one in (prompt, b"gone", call)]
    )

    assert (said.tool, said.about, said.failure) == ("you", "no, stop", "")
    assert (gone.session, gone.about) == ("s-aa010000", "(no longer stored)")
    assert (failed.about, failed.failure, failed.message) == ("git push", "error", "could not resolve host")
