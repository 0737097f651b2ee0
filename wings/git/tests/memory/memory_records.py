"""Records of memory as tests need them."""

from datetime import UTC, datetime, timedelta

from twiceshy.records.memory import Code, MemoryRecord, MemoryValue
from twiceshy_git.memory import envelope

START = datetime(2026, 10, 30, 12, tzinfo=UTC)


def a_record(number: int = 0, *, kind: str = "session", days: float = 0.0, text: str = "") -> MemoryRecord:
    """One record of many, each another."""
    fields: dict[str, MemoryValue] = {"number": number, "text": Code(text or f"what number {number} was about")}
    return MemoryRecord(type=kind, at=START + timedelta(days=days, seconds=number), fields=fields)


def a_stone(subject: MemoryRecord, days: float = 0.0) -> MemoryRecord:
    """The tombstone of a record."""
    fields = {"subject": Code(envelope.identify(subject)), "reason": Code("forget")}
    return MemoryRecord(type="tombstone", at=START + timedelta(days=days), fields=fields)


def lines_of(*records: MemoryRecord) -> dict[bytes, bytes]:
    """Bare lines by id."""
    return {envelope.hash_bare(line): line for line in map(envelope.encode_bare, records)}
