"""Draw what is known of each project: how things are called there, what must come first, what to leave alone."""

from collections.abc import Sequence

from twiceshy.records.figures import CallLine
from twiceshy.records.project_facts import FactStory, ProjectFact, ProjectFactKind
from twiceshy.screens.terminal.formats import cut, number, one_line, plural, rough_duration, short_date
from twiceshy.screens.terminal.page import Column, Page, draw_table
from twiceshy.stats.text.run_counts import say_runs

_MOST_PROJECTS = 3
"""Projects on the first page. Guess of 2026-11-22: what a person works on in a week."""
_MOST_CASES = 20
"""Cases shown without ``--all``. Guess of 2026-11-22: a screen."""
LABELS = {
    ProjectFactKind.TEST: "Tests",
    ProjectFactKind.LINT: "Lint",
    ProjectFactKind.BUILD: "Build",
    ProjectFactKind.TYPES: "Types",
    ProjectFactKind.FORMAT: "Format",
    ProjectFactKind.RUN: "Run",
    ProjectFactKind.FIRST: "First",
    ProjectFactKind.GENERATED: "Generated",
    ProjectFactKind.MISSING: "Not installed",
    ProjectFactKind.SERVICE: "Needs",
    ProjectFactKind.FLAKY: "Flaky",
    ProjectFactKind.CORRECTED: "Corrected",
}
_COLUMNS = (
    Column(""),
    Column("", flexible=True),
    Column("runs", right=True),
    Column("green", right=True),
    Column("red", right=True),
    Column("takes", right=True),
    Column("last"),
    Column("cases"),
)
_CALLED = frozenset(
    {
        ProjectFactKind.TEST,
        ProjectFactKind.LINT,
        ProjectFactKind.BUILD,
        ProjectFactKind.TYPES,
        ProjectFactKind.FORMAT,
        ProjectFactKind.RUN,
    }
)


def render_facts(facts: Sequence[ProjectFact], page: Page, *, everything: bool) -> str:
    """Render the facts project by project; the first projects only where not all are asked for."""
    if not facts:
        return (
            "Nothing is known of how things are done here yet: a fact needs two sessions in which a command ran.\n"
            "Next: twiceshy judge, then twiceshy report facts"
        )
    projects: dict[str, list[ProjectFact]] = {}
    for fact in facts:
        projects.setdefault(fact.project_identity, []).append(fact)
    names = [mine[0].project for mine in projects.values()]
    shown = list(projects.items()) if everything else list(projects.items())[:_MOST_PROJECTS]
    parts = [
        f"{page.bold(one_line(_name_project(identity, mine[0].project, names)))}\n{_draw_project(mine, page)}"
        for identity, mine in shown
    ]
    if len(shown) < len(projects):
        left = len(projects) - len(shown)
        parts.append(page.dim(f"and {plural(left, 'more project')}: twiceshy report facts --all, or --project NAME"))
    parts.append(page.dim("The calls behind a fact, newest first: twiceshy show p-…"))
    return "\n\n".join(parts)


def _name_project(identity: str, name: str, names: Sequence[str]) -> str:
    """Return a project's name, with what tells it from another of that name."""
    return f"{name} ({identity.partition(':')[2]})" if names.count(name) > 1 else name


def _draw_project(facts: Sequence[ProjectFact], page: Page) -> str:
    """Draw one project's facts, kind by kind."""
    rows, last = [], None
    for fact in facts:
        label = LABELS[fact.kind] if fact.kind is not last else ""
        last = fact.kind
        rows.append((label, *_describe(fact, page)))
    return draw_table(_COLUMNS, rows, page)


def _describe(fact: ProjectFact, page: Page) -> tuple[str, ...]:
    """Return what a fact says, its runs with their answers, how long one takes, when it was last, and its id."""
    place = f" in {fact.folder}" if fact.folder else ""
    some = " (a part)" if fact.part else ""
    says = f"{fact.command}{place}{some}" if fact.kind in _CALLED else fact.says
    takes = f"~{rough_duration(fact.median_s)}" if fact.median_s is not None else ""
    seen = short_date(fact.last_at, page.now, clock=False) if fact.last_at else ""
    answers = (number(fact.green), number(fact.red)) if fact.green or fact.red else ("", "")
    return says, number(fact.runs or fact.n), *answers, takes, seen, fact.id


def render_fact_story(found: FactStory, page: Page, *, everything: bool) -> str:
    """Render one fact, and each call that it counts."""
    fact = found.fact
    counts = say_runs(fact.runs, fact.green, fact.red, fact.n) if fact.runs else plural(fact.n, "case")
    counts += f", in {plural(fact.sessions, 'session')}"
    true_at = f", last true at commit {fact.commit}" if fact.commit else ""
    shown = found.calls if everything else found.calls[:_MOST_CASES]
    lines = [f"{page.bold(fact.id)} · {one_line(fact.project)}: {fact.says}", f"{counts}{true_at}", ""]
    lines += [_draw_case(call, page) for call in shown]
    if len(shown) < len(found.calls):
        lines.append(page.dim(f"the newest {len(shown)} of {len(found.calls)}: --all shows the others"))
    return "\n".join(lines)


def _draw_case(call: CallLine, page: Page) -> str:
    """Draw one call: where, when, what, and how it failed."""
    failed = f"  {call.failure}: {one_line(call.message)}" if call.failure else ""
    line = f"{call.session}  {short_date(call.at, page.now):<14}  {one_line(call.about)}{failed}"
    return cut(line, page.width)
