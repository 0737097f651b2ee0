"""How each number of the report is made, and which rows are behind it."""

from typing import NamedTuple

from twiceshy.base.errors import NotFound
from twiceshy.screens.terminal.page import Page, wrap


class _ReportPart(NamedTuple):
    """One part of the report."""

    key: str
    how: str
    sql: str
    """Lists its rows with ``twiceshy sql``."""


_PARTS = (
    _ReportPart(
        "totals",
        "Sessions that the agent itself wrote. Prompts are those of a person: typed, queued, a command's words, or "
        "said while refusing. Time from failures to the next success: from a failed call to the next call of the same "
        "thing (command by name, or file) that works, in the same dialogue and before your next prompt. More than "
        "30 min counts nothing: its end was something else.",
        "SELECT * FROM session WHERE real = 1",
    ),
    _ReportPart(
        "tools",
        "Failures that the agent saw, as a share of all calls except those cancelled because a parallel call failed; "
        "refused calls are not failures. 95 %: Wilson's interval.",
        "SELECT c.tool, r.failure, count(*) FROM call c LEFT JOIN result r ON r.uid = c.uid GROUP BY 1, 2",
    ),
    _ReportPart(
        "errors",
        "Failures with the same fingerprint: the line that says what is wrong, without paths, numbers, "
        "names in quotes. "
        "`twiceshy show e-...` lists them.",
        "SELECT hex(fingerprint), count(*), message FROM result WHERE failure = 'error' GROUP BY 1 ORDER BY 2 DESC",
    ),
    _ReportPart(
        "mistakes",
        "Lessons whose mistake was made in more than one session, those first that took longest until they were gone "
        "(within 30 min each). Models: failures of all calls but refused ones; a session counts for the model with "
        "most of its messages; beside the other models' calls of the same tools in the same projects, pooled by "
        "Mantel and Haenszel, interval by sessions; shown at a false discovery rate of .05. Health: the mean of the "
        "shares beside it; unknown while one of them has fewer than 30. Not made before: no earlier session had made "
        "that mistake.",
        "SELECT l.slug, o.timestamp, o.cost_s FROM mistake_occurrences o "
        "JOIN mistake_patterns m ON m.id = o.pattern_id JOIN lesson l ON l.id = m.vector_db_id",
    ),
    _ReportPart(
        "blind-edit",
        "Edits of a file that was there and that this dialogue had not read, shown with cat, sed, head or the like, "
        "written or edited before. Edited again: done, and the same file edited again right after your next prompt. "
        "Refused: by you. A ratio's interval is Katz's.",
        "SELECT json_extract(CAST(value AS TEXT), '$.blind') FROM derived WHERE kind = 'behaviour'",
    ),
    _ReportPart(
        "retry-edit",
        "Edits of a file after a failed edit of it: without and with a read in between.",
        "SELECT json_extract(CAST(value AS TEXT), '$.retry', '$.retry_read') FROM derived WHERE kind = 'behaviour'",
    ),
    _ReportPart(
        "rerun",
        "The very same command again after it failed: directly, and after anything else was done.",
        "SELECT json_extract(CAST(value AS TEXT), '$.rerun', '$.rerun_changed') FROM derived WHERE kind = 'behaviour'",
    ),
    _ReportPart(
        "repeated-read",
        "Reads of the same lines of a file that no edit had changed, with a result of the same size, since the last "
        "compaction. Tokens: characters / 4. A search is repeated when nothing was edited or run since.",
        "SELECT json_extract(CAST(value AS TEXT), '$.repeated_reads') FROM derived WHERE kind = 'behaviour'",
    ),
    _ReportPart(
        "tasks",
        "What was asked for, with the turns that correct or continue it, where files were changed; judged from "
        "evidence only (`twiceshy judge`). Right at once: without a correction, a refusal, a rollback or a red test "
        "after it was done. Rolled back: at least a part of it. Green: the last tests after its last edit. Each share "
        "is of the tasks for which it is known; 95 %: counted by sessions. Worse outcomes: habits that go with them "
        "significantly, within like cases (`twiceshy effects`); an association is not a cause.",
        "SELECT * FROM session_executions",
    ),
    _ReportPart(
        "risk",
        "Edits by how bad what they brought in is, 0 to 1 (`twiceshy score`): high from .4, medium from .2, low from "
        ".05. Shown is one fault a session, file and rule, the worst bands first, newer first within a band. Where "
        "scanners could not look: `twiceshy score` and `twiceshy doctor`.",
        "SELECT e.session_id, json_extract(d.value, '$.file'), json_extract(d.value, '$.score') "
        "FROM session_executions e, json_each(e.diffs_scored) d ORDER BY 3 DESC",
    ),
    _ReportPart(
        "commands",
        "Command lines by the program that does the work (`cd x && npm test | tail` is `npm test`). p50 and p90: from "
        "the call to its result, your time to permit it included, without refused and background runs. Status "
        "hidden: a "
        "pipe, `|| true` or a later command decides the status, so failures are not counted.",
        "SELECT head, masked, command FROM call WHERE action = 'run'",
    ),
    _ReportPart(
        "hidden-status",
        "Runs whose status is hidden, that counted as a success, and whose stored output has a test runner's, "
        "compiler's or build tool's word for a failure ('--- FAIL', 'Traceback', 'error TS' ...).",
        "SELECT c.command, r.text FROM call c JOIN result r ON r.uid = c.uid WHERE c.masked = 1 AND r.failure IS NULL",
    ),
    _ReportPart(
        "stopped",
        "Runs that did not end by themselves: interrupted by you, ended by a signal or `timeout` (status 124, 130, "
        "137, 143), or by the agent's own time limit. The time is from the call to that end.",
        "SELECT c.command, r.message FROM call c JOIN result r ON r.uid = c.uid WHERE c.action = 'run' AND "
        "(r.failure = 'interrupted' OR r.exit_code IN (124, 130, 137, 143) OR r.message LIKE 'Command timed out%')",
    ),
    _ReportPart(
        "files",
        "Tries to edit or write a file, by path and project; failed and refused ones are among them.",
        "SELECT path, count(*) FROM call WHERE action IN ('edit', 'write') GROUP BY 1 ORDER BY 2 DESC",
    ),
    _ReportPart(
        "tokens",
        "One row a model message: logs repeat it, the row with the most output counts. As logged, not as billed.",
        "SELECT model, sum(input), sum(output), sum(cache_write), sum(cache_read) FROM usage GROUP BY 1",
    ),
    _ReportPart(
        "refused",
        "Calls that you refused with words, newest first.",
        "SELECT at, words FROM result WHERE failure = 'rejected' AND words <> '' ORDER BY at DESC",
    ),
    _ReportPart(
        "insights",
        "What came again in one project in several sessions, of one cause; the one that saves most first: time and "
        "money of each case, the newer ones counting more. Time: from the case to the next success of the same thing "
        "in the same dialogue, without stretches of more than 30 min and the time until a prompt of yours, with your "
        "time to approve a call. Money: the model's messages in that time, at list prices. Getting better or worse: "
        "the share of sessions in which it happened in the project's newest four weeks, beside the four weeks before "
        "(Fisher's exact test, false discovery rate .05). `twiceshy show i-...` lists every case.",
        "SELECT CAST(value AS TEXT) FROM derived WHERE kind = 'attempts'",
    ),
    _ReportPart(
        "repeated",
        "Failures whose like (same error of the same command or tool) an earlier session of the project had; red "
        "tests, builds and linters are none. A second that several share counts once. The share is of the time that "
        "the agent worked: between its calls, gaps of more than 30 min and the time before a prompt left out.",
        "SELECT CAST(value AS TEXT) FROM derived WHERE kind = 'attempts'",
    ),
)


def explain_all(page: Page) -> str:
    """Explain how every part is made."""
    blocks = []
    for part in _PARTS:
        lines = wrap(part.how, page.width - 2, indent=2)
        blocks.append("\n".join([page.bold(part.key), *lines, page.dim(f'  twiceshy sql "{part.sql}"')]))
    blocks.append("`twiceshy report --explain KEY` shows one of these; of an insight (i-...) its cases.")
    return "\n\n".join(blocks)


def explain_part(key: str, page: Page) -> str:
    """Explain how one part is made, and how its rows are listed.

    Raises:
        NotFound: there is no such part.
    """
    part = next((one for one in _PARTS if one.key == key), None)
    if part is None:
        raise NotFound(f"the report has no key {key!r}; it has {', '.join(one.key for one in _PARTS)}, and i-...")
    return "\n".join([*wrap(part.how, page.width), page.dim(f'twiceshy sql "{part.sql}"')])
