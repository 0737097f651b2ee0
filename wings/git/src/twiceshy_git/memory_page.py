"""What travels with the repository that the dashboard was started in, and how large it is."""

from pathlib import Path

from twiceshy.doors.web.dashboard.asked import Asked, DashboardPage, Drawn, RowTable
from twiceshy.records.memory import MemoryFigures, MemoryState, WriterFacts
from twiceshy_git import chunks, share


def read_memory(asked: Asked) -> MemoryState:
    """Return what `twiceshy memory status` says of the repository.

    Raises:
        SourceError: the folder is in no repository.
    """
    return share.read_memory_state(asked.config, Path.cwd())


def draw_memory(found: MemoryState, asked: Asked) -> Drawn:
    """Draw who wrote how much, and what a push would carry."""
    number = asked.words.number
    if not found.kept:
        says = "No memory is kept here yet: `twiceshy init --git` begins one, `twiceshy memory pull` takes others'."
        values = {"heading": "Memory", "lead": (says,), "filtered": False, "parts": (), "tables": ()}
        return Drawn("table_page.html", values)
    own = [("this machine", kind, number(count), "") for kind, count in found.own.items()]
    others = [
        (f"{one.writer[:8]}…", kind, number(count), _describe(one))
        for one in found.others
        for kind, count in one.records.items()
    ]
    empty = "Nothing is written yet: `twiceshy learn` does."
    table = RowTable("Records", ("writer", "kind", "records", ""), [*own, *others], empty, frozenset({2}))
    values = {
        "heading": f"Memory of {found.repository}",
        "lead": (_describe_push(found, asked),),
        "filtered": False,
        "parts": ("/memory/chunks",),
        "tables": (table,),
    }
    return Drawn("table_page.html", values)


def _describe(one: WriterFacts) -> str:
    return f"{one.accepted} accepted" if one.accepted else "theirs: shown to you only"


def _describe_push(found: MemoryState, asked: Asked) -> str:
    if not found.remote:
        return "No remote: it stays here. `twiceshy config set memory.remote ADDRESS` shares it."
    waiting = asked.words.plural(found.waiting, "record")
    return f"A push would carry {waiting} to {found.remote}: `twiceshy memory push --dry-run` shows them."


def read_chunks(asked: Asked) -> MemoryFigures:
    """Return what `twiceshy chunks stats` says."""
    return chunks.show_chunks(asked.config, Path.cwd())


def draw_chunks(found: MemoryFigures, asked: Asked) -> Drawn:
    """Draw the sizes, and the months."""
    number = asked.words.number
    sizes = [
        ("records that are known", number(found.records)),
        ("forgotten", number(found.forgotten)),
        ("not in git yet", number(found.waiting)),
        ("chunks", number(found.segments)),
        ("bytes of the largest chunk (at most 10 MB)", number(found.largest_file)),
        ("bytes of the records", number(found.raw_bytes)),
        ("bytes as they are stored", number(found.stored_bytes)),
        ("bytes on the disk", number(found.disk_bytes)),
        ("chunks that cannot be read", number(found.unread)),
    ]
    months = [(one.name, number(one.records), number(one.stored_bytes)) for one in found.months]
    tables = (
        RowTable("Sizes", ("what", "how much"), sizes, "", frozenset({1})),
        RowTable("Months", ("month", "records", "bytes stored"), months, "No month is written yet.", frozenset({1, 2})),
    )
    return Drawn("tables.html", {"tables": tables})


PAGES: tuple[DashboardPage, ...] = (
    DashboardPage("/memory", "Memory", "memory-status", read_memory, draw_memory, key="y"),
    DashboardPage("/memory/chunks", "", "chunks", read_chunks, draw_chunks),
)
