"""Draw whose work a commit or a file is."""

from collections import Counter
from collections.abc import Iterator

from twiceshy.records.authorship import BlamedFile, BlamedSpan, CommitSession, CommitStory, WriterKind
from twiceshy.screens.terminal.formats import cut, number, one_line, percent, plural, short_date
from twiceshy.screens.terminal.page import Column, Page, draw_table

_HASH = 8  # digits of a commit's hash that are shown; git shows seven to ten (convention)
_KINDS = (WriterKind.AGENT, WriterKind.HUMAN, WriterKind.MIXED, WriterKind.UNKNOWN)


def render_blame(found: BlamedFile, page: Page) -> str:
    """Render a row a line: commit and writer stand where they change."""
    counts = Counter[WriterKind]()
    for span in found.spans:
        counts[span.writer.kind] += span.last - span.first + 1
    told = ", ".join(f"{number(counts[kind])} {kind.value}" for kind in _KINDS if counts[kind])
    head = f"{page.bold(one_line(found.path))} at {found.commit_hash[:_HASH]} · {plural(len(found.texts), 'line')}"
    columns = (
        Column("commit"),
        Column("by"),
        Column("session"),
        Column("prompt"),
        Column("line", right=True),
    )
    rows = [row for span in found.spans for row in _list_rows(span)]
    title, *drawn = draw_table(columns, rows, page).split("\n")
    lines = [f"{head}: {told}" if told else head, "", title]
    lines += [
        f"{row}  {_indent(text, page.width - len(row) - 2)}" for row, text in zip(drawn, found.texts, strict=True)
    ]
    if found.prompts:
        models = {span.chat: one_line(span.writer.model or "") for span in found.spans}
        rows = [(chat, models.get(chat, ""), text) for chat, text in found.prompts.items()]
        lines += ["", draw_table((Column("prompt"), Column("model"), Column("words", flexible=True)), rows, page)]
    return "\n".join([*lines, *_render_told(found.spans), *_render_gaps(found.spans)])


def _render_told(spans: list[BlamedSpan]) -> list[str]:
    """Render whose the lines are of which other machines told, with the number of lines."""
    counts = Counter[str]()
    for span in spans:
        if span.told_by:
            words = (span.session, span.writer.agent, one_line(span.writer.model or ""))
            who = " ".join(filter(None, words))
            mixed = span.writer.kind is WriterKind.MIXED
            name = f"{who or 'an agent'} with people" if mixed else who or "people"
            counts[name] += span.last - span.first + 1
    if not counts:
        return []
    head = f"Told by other machines, not recorded here: {plural(sum(counts.values()), 'line')}"
    return ["", head, *(f"  {name}: {plural(count, 'line')}" for name, count in counts.most_common())]


def _render_gaps(spans: list[BlamedSpan]) -> list[str]:
    """Render why lines have no known writer."""
    gaps = _list_gaps(spans)
    return ["", "Unknown: " + "; ".join(gaps)] if gaps else []


def _list_rows(span: BlamedSpan) -> Iterator[tuple[str, ...]]:
    kind = f"{span.writer.kind.value} (told)" if span.told_by else span.writer.kind.value
    told = (span.commit_hash[:_HASH], kind, span.session, span.chat)
    for at in range(span.first, span.last + 1):
        yield (*(told if at == span.first else ("",) * len(told)), number(at))


def _indent(text: str, width: int) -> str:
    """Return a line of a file as one line of the page, with the blanks before it."""
    spread = text.expandtabs(4)
    blanks = len(spread) - len(spread.lstrip(" "))
    return " " * blanks + cut(one_line(spread), max(1, width - blanks)) if spread.strip() else ""


def _list_gaps(spans: list[BlamedSpan]) -> list[str]:
    """Return why lines have no known writer, with the number of lines."""
    counts = Counter[str]()
    for span in spans:
        if span.why:
            counts[span.why] += span.last - span.first + 1
    return [f"{plural(count, 'line')} ({why})" for why, count in counts.most_common()]


def render_commit(found: CommitStory, page: Page) -> str:
    """Render the commit, its sessions with evidence and prompts, and what became of it."""
    head = f"{page.bold(found.commit_hash[:_HASH])} · {cut(one_line(found.subject), page.width - _HASH - 3)}"
    branch = f", on {one_line(found.branch)}" if found.branch else ""
    size = f"{plural(found.files, 'file')}, +{number(found.added)} -{number(found.removed)}"
    size = size if found.files else "no change of a file is known"  # none, or a partial clone lacks it
    lines = [head, f"{short_date(found.authored_at, page.now)}{branch}; {size}"]
    if found.attributed:
        parts = (
            (found.agent_lines, "by agents"),
            (found.human_lines, "by people"),
            (found.mixed_lines, "by both"),
            (found.moved_lines, "only moved"),
            (found.unknown_lines, "unknown"),
        )
        told = ", ".join(f"{number(count)} {words}" for count, words in parts if count)
        lines.append(f"{plural(found.lines, 'new line')}" + (f": {told}" if told else ""))
    lines += [line for line in (_describe_ci(found), _describe_fate(found)) if line]
    for one in found.sessions:
        lines += ["", *_describe_session(one, found.lines, page)]
    if not found.sessions:
        lines.append("No recorded session is known to have a part in it.")
    else:
        lines += ["", f"Next: twiceshy show {found.sessions[0].session}"]
    return "\n".join(lines)


def _describe_ci(found: CommitStory) -> str:
    return f"CI: {found.ci}" if found.ci else ""


def _describe_fate(found: CommitStory) -> str:
    if found.reverted_by is not None:
        by = f" by {found.reverted_by[:_HASH]}" if found.reverted_by else ""
        return f"reverted{by}"
    return f"{percent(found.alive_share)} of its lines are alive" if found.alive_share is not None else ""


def _describe_session(one: CommitSession, lines: int, page: Page) -> Iterator[str]:
    about = [one.agent, one_line(one.model or "")]
    if lines and one.lines:
        about.append(f"{plural(one.lines, 'line')} ({percent(one.lines / lines)})")
    if one.mixed:
        about.append(f"{plural(one.mixed, 'line')} with a person")
    yield f"{page.bold(one.session)}  {', '.join(filter(None, about))}"
    yield f"  linked with confidence {one.confidence:.2f} by {cut('; '.join(map(one_line, one.evidence)), page.width)}"
    for chat, text in zip(one.chats, one.prompts, strict=False):
        yield f"  {chat}  {cut(one_line(text), page.width - len(chat) - 4)}"
