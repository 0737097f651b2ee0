"""How likely is it that a change is fixed later: commits, a session's commits, what is staged, a diff?

The model is the one in use, and nothing of the change is run. Only the cache is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from twiceshy.archive.atomic_files import read_salt
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, SourceError, TwiceshyError
from twiceshy.logs.git_program import ask_git
from twiceshy.logs.repository_place import locate_repository
from twiceshy.records import ids
from twiceshy.records.change_risk import ChangeRow, RiskAnswer, RiskList, RiskTable
from twiceshy.records.commits import RawCommit
from twiceshy_git.file_recipes.repository_files import models_folder
from twiceshy_git.predict.risk.lent_risk import choose_untrained
from twiceshy_git.predict.risk.risk_answers import GENERAL_NAME, RiskAnswers, order_by_line
from twiceshy_git.predict.risk.risk_model import SIZE
from twiceshy_git.predict.risk.risk_state import find_rows
from twiceshy_git.predict.risk.risk_words import phrase_risk
from twiceshy_git.risk_recipes.known_changes import describe_pending, read_known_table
from twiceshy_git.risk_recipes.risk_models import KIND, list_names, load_risk_model, load_sizes, read_active

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.records.change_risk import JudgedChange
    from twiceshy.records.views import Judgement

_MOST_NAMED: Final = 10
"""Sessions that a message names where an id could mean several (guess, 2026-11-23)."""
_PENDING: Final = "not committed yet"
_NO_HISTORY: Final = "this repository has no commit yet; risk is learned from what became of earlier changes"


def tell_staged_risk(config: Config, repo: Path, now: datetime) -> RiskAnswer | None:
    """Return the risk of what would be committed now; None where nothing is staged.

    Raises:
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    from twiceshy.logs.pending_change import read_staged_change  # noqa: PLC0415  # a list of commits needs none

    change = read_staged_change(repo, now, salt=read_salt(config.salt))
    return _tell_pending(config, repo, change, now) if change.files else None


def tell_patch_risk(config: Config, repo: Path, text: str, now: datetime) -> RiskAnswer:
    """Return the risk of what a unified diff would commit here.

    Raises:
        SourceError: it holds no change, or ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    from twiceshy.logs.pending_change import read_patch_change  # noqa: PLC0415  # as above

    return _tell_pending(config, repo, read_patch_change(repo, text, now, salt=read_salt(config.salt)), now)


def has_risk_model(config: Config, repo: Path) -> bool:
    """Tell whether somebody had a risk model made for this repository; else nobody is made to wait for an answer."""
    try:
        folder = models_folder(config, locate_repository(repo))
    except SourceError:
        return False
    name = read_active(folder)
    return name.removeprefix(KIND).isdigit() and name in list_names(folder)


def add_risk(config: Config, repo: Path, judged: "Judgement", diff: str | None, now: datetime) -> "JudgedChange":
    """Return a scored change with its risk, where somebody trained a model here and it can answer.

    ``diff`` is empty for what is staged, None for what is no change. The score is what was asked for: nothing that
    fails here keeps it back.
    """
    found = None
    try:
        if diff is not None and has_risk_model(config, repo):
            found = tell_patch_risk(config, repo, diff, now) if diff else tell_staged_risk(config, repo, now)
    except (TwiceshyError, OSError):
        found = None
    from twiceshy.records.change_risk import JudgedChange  # noqa: PLC0415  # only what is scored needs it

    return JudgedChange(**{one.name: getattr(judged, one.name) for one in fields(judged)}, risk=found)


def tell_commit_risks(
    config: Config, repo: Path, names: Sequence[str], now: datetime, *, most: int, by_line: bool
) -> RiskList:
    """Return the risks of commits, or of the newest changes where none is named; at most so many.

    A name is anything that git takes for a commit, or a range such as ``main..HEAD``. By line: those first whose
    reading finds most for each changed line.

    Raises:
        NotFound: there is no such commit, or no commit at all.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    hashes = list(dict.fromkeys(one for name in names for one in _resolve(repo, name)))
    return _tell_commits(config, repo, hashes if names else None, now, most=most, by_line=by_line)


def tell_session_risk(config: Config, repo: Path, name: str, now: datetime, *, most: int, by_line: bool) -> RiskList:
    """Return the risks of the commits here that have a session's work, and of its work that is not committed yet.

    Raises:
        NotFound: there is no such session, or several.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    start = ids.parse_prefix(name)
    if start is None or start.kind != ids.SESSION:
        raise NotFound(f"{name!r:.80} is no id of a session. See `twiceshy sessions`.")
    from twiceshy.archive.ambiguous_ids import make_id_error  # noqa: PLC0415  # as above
    from twiceshy.archive.db import Store  # noqa: PLC0415  # as above
    from twiceshy.archive.reads.sessions import find_sessions  # noqa: PLC0415  # as above
    from twiceshy.archive.session_links import links_of_session  # noqa: PLC0415  # as above
    from twiceshy_git.risk_recipes.measure_work import read_pending_work  # noqa: PLC0415  # commits need no store

    with Store.open(config.home, readonly=True) as store:
        found = find_sessions(store.connection, start, _MOST_NAMED + 1)
        if len(found) != 1:
            raise make_id_error(start, [ids.shorten(ids.SESSION, one.uid) for one in found], "twiceshy sessions")
        hashes = [one.commit_hash for one in links_of_session(store, found[0].uid)]
        pending = read_pending_work(store, repo, found[0].uid, now)
    waiting = [replace(_tell_pending(config, repo, pending, now), subject=_PENDING)] if pending else []
    told = _tell_commits(config, repo, hashes, now, most=most, by_line=by_line, waiting=waiting)
    return replace(told, session=ids.shorten(ids.SESSION, found[0].uid))


def is_session_id(word: str) -> bool:
    """Tell whether a word is a session's id."""
    start = ids.parse_prefix(word)
    return start is not None and start.kind == ids.SESSION


def _tell_commits(
    config: Config,
    repo: Path,
    hashes: Sequence[str] | None,
    now: datetime,
    *,
    most: int,
    by_line: bool,
    waiting: Sequence[RiskAnswer] = (),
) -> RiskList:
    """Return the risks of commits, behind those of what waits to be committed."""
    table = read_known_table(config, repo)
    rows = [*reversed(table.rows[-most:] if hashes is None else find_rows(table.rows, set(hashes)))]
    tell = prepare_answers(config, repo, table, now)
    answers = [_shorten(one) for one in (*waiting, *map(tell.answer, rows))]
    return RiskList(
        answers=tuple((order_by_line(answers) if by_line else answers)[:most]),
        order="line" if by_line else "time",
        asked=len(answers),
        left_out=tuple(sorted(set(hashes or ()) - {row.id for row in rows})),
        notes=_list_notes(tell, rows),
    )


def _shorten(answer: RiskAnswer) -> RiskAnswer:
    """Return an answer of a list: what is missing for all of them is said once, below."""
    return replace(answer, words=phrase_risk(replace(answer, too_little=""))) if answer.too_little else answer


def _tell_pending(config: Config, repo: Path, change: RawCommit, now: datetime) -> RiskAnswer:
    if locate_repository(repo).head is None:
        return _tell_size(change)
    past, row = describe_pending(config, repo, change)
    tell = prepare_answers(config, repo, past, now)
    answer = tell.answer_unwritten(row, author_known=bool(change.author))
    return answer if answer.too_little else replace(answer, notes=_list_notes(tell, ()))


def _tell_size(change: RawCommit) -> RiskAnswer:
    """Return what is told where there is no history."""
    answer = RiskAnswer(
        id=change.hash,
        subject="",
        probability=None,
        base=None,
        like=None,
        model=SIZE,
        added=sum(one.added or 0 for one in change.files),
        removed=sum(one.removed or 0 for one in change.files),
        larger_than=None,
        too_little=_NO_HISTORY,
    )
    return replace(answer, words=phrase_risk(answer))


def prepare_answers(config: Config, repo: Path, table: RiskTable, now: datetime) -> RiskAnswers:
    """Return what answers: the model in use; where there is none, what the sizes of the past tell."""
    model = load_risk_model(config, repo, table.columns)
    if model.name in {GENERAL_NAME, SIZE}:
        model = choose_untrained(model, load_sizes(config, repo, table, now), table)
    return RiskAnswers(table, model, "" if model.size_steps or model.used else str(model.card.get("why_not_used", "")))


def _list_notes(tell: RiskAnswers, rows: Iterable[ChangeRow]) -> tuple[str, ...]:
    """Return why the answers may be weak."""
    notes = []
    card = tell.model.card
    if tell.too_little:
        notes.append(f"no risk can be told: {tell.too_little}")
    elif not tell.model.used and (why := card.get("why_not_used")):
        notes.append(f"size alone answers: {why}")
    elif why := card.get("why_lent"):
        notes.append(f"too few changes of this repository's own were fixed for a model of it: {why}")
    if learned := sum(row.at <= tell.learned_until for row in rows):
        notes.append(f"the model learned from {learned} of these changes: what it says of them is no forecast")
    return (*notes, *tell.table.doubts)


def _resolve(repo: Path, name: str) -> list[str]:
    """Return the hashes of what git calls so: one of a commit, all of a range.

    Raises:
        NotFound: it is no commit here.
    """
    walk = () if ".." in name else ("--no-walk",)
    found = ""
    if name and not name.startswith("-") and "\0" not in name:
        try:
            found = ask_git(repo, "rev-list", *walk, "--end-of-options", name, "--")
        except SourceError:
            found = ""
    if not found and ".." not in name:
        raise NotFound(f"there is no commit {name!r:.80} in this repository. `git log --oneline` shows what there is.")
    return found.split()
