"""Read logs, hooks' notes, commits and other tools' reports into the store."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.logs.collect.ingest_logs import ingest as ingest

__getattr__, __dir__ = open_face(
    __name__,
    {
        "ingest": "ingest_logs",
    },
)
