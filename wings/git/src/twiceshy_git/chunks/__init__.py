"""A repository's memory as files: figures, checks, packing for good, everything written out."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_git.chunks.chunk_actions import compact_chunks as compact_chunks
    from twiceshy_git.chunks.chunk_actions import reconstruct_chunks as reconstruct_chunks
    from twiceshy_git.chunks.chunk_actions import show_chunks as show_chunks
    from twiceshy_git.chunks.chunk_actions import verify_chunks as verify_chunks

__getattr__, __dir__ = open_face(
    __name__,
    {
        "compact_chunks": "chunk_actions",
        "reconstruct_chunks": "chunk_actions",
        "show_chunks": "chunk_actions",
        "verify_chunks": "chunk_actions",
    },
)
