"""Draw what leaves the memories that travel with repositories, and where it still is."""

from twiceshy.records.upkeep import MemoryRemoval
from twiceshy.screens.terminal.formats import one_line, plural


def draw_memory_removal(found: MemoryRemoval, *, dry_run: bool) -> list[str]:
    """Return the lines; none where nothing leaves a memory."""
    lines: list[str] = []
    would = "Would remove" if dry_run else "Removed"
    if found.facts:
        lines.append(f"{would} {plural(found.facts, 'record')} from the memory of the repository.")
    if found.told:
        lines.append(
            f"{would} {plural(found.told, 'record')} that others told; `memory pull` brings back what they still tell."
        )
    for place in found.pushed:
        lines.append(f"Some were pushed to {one_line(place)}: `twiceshy memory push` takes them out there, and clones")
        lines.append("  that pull drop them. Git there keeps the bytes until it collects its garbage.")
    return lines
