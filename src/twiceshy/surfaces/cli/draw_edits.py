"""Draw how near suggested edits came, for `evaluate edits`."""

from math import isnan

from twiceshy.records.edit_figures import AnswererFigures, EditEvaluation, ProgramRecord
from twiceshy.surfaces.cli.formats import decimal, number, plural, signed, signed_range
from twiceshy.surfaces.cli.page import Page
from twiceshy.surfaces.cli.paragraphs import wrap
from twiceshy.surfaces.cli.tables import Column, draw_table

_COLUMNS = (
    Column("way", flexible=True),
    Column("exact", right=True),
    Column("exact, new", right=True, rank=2),
    Column("near", right=True),
    Column("similar", right=True),
    Column("lines", right=True, rank=3),
    Column("answered", right=True, rank=4),
    Column("similar over keep", right=True, rank=1),
    Column("near over the best (95 %)", right=True),
)


def render_edit_evaluation(found: EditEvaluation, page: Page) -> str:
    """Render a row for each way of answering, then what was asked and what was not."""
    rows = [_list_cells(one) for one in found.answerers]
    some = f" of {number(found.fit)}" if found.fit > found.asked else ""
    ground = (
        f"{number(found.asked)}{some} edits in {plural(found.sessions, 'session')} of "
        f"{plural(found.projects, 'project')}, each asked before it was learned, in per cent. "
        f"{number(found.repeated)} of these changes had been made before; {number(found.inserted)} only put lines in. "
        "keep leaves the old text as it is, copy-last "
        "does what the most similar earlier edit did, n-gram writes what mostly followed. The best baseline is "
        f"{found.best_baseline}. Near: at least nine tokens of ten are right, and more than in the old text"
    )
    lines = [draw_table(_COLUMNS, rows, page), *map(page.dim, wrap(ground, page.width))]
    if found.left_out:
        why = ", ".join(f"{number(times)} ({reason})" for reason, times in found.left_out.items())
        lines += map(page.dim, wrap(f"Not asked: {why}", page.width))
    if found.program is not None:
        lines += wrap(_tell_program(found.program), page.width)
    return "\n".join(lines)


def _tell_program(program: ProgramRecord) -> str:
    """Return what became of the program's answers."""
    if program.stopped:
        return f"program: no figures. It was asked {plural(program.asked, 'question')}: {program.stopped}"
    wrong = f"{number(program.late)} too late, {number(program.garbage)} no answer at all, {number(program.wrong_id)}"
    return f"program: {plural(program.asked, 'question')}; counted as wrong: {wrong} to another question"


def _list_cells(one: AnswererFigures) -> list[str]:
    shares = (one.exact, one.exact_new, one.near, one.similarity, one.lines, one.answered)
    return [one.name, *(decimal(100 * value, 1) for value in shares), _range(one.gain), _range(one.near_lead)]


def _range(values: tuple[float, float, float] | None) -> str:
    if values is None:
        return ""
    middle, low, high = (100 * value for value in values)
    return signed(middle, 1) if isnan(low) else f"{signed(middle, 1)} ({signed_range(low, high, 1)})"
