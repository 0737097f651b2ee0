"""Redact, audit, forget and free space."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.recipes.keep.forget_records import forget as forget
    from twiceshy.recipes.keep.free_space import cleanup as cleanup
    from twiceshy.recipes.keep.free_space import plan_cleanup as plan_cleanup
    from twiceshy.recipes.keep.redaction import audit as audit
    from twiceshy.recipes.keep.redaction import read_text as read_text
    from twiceshy.recipes.keep.redaction import redact as redact

__getattr__, __dir__ = open_face(
    __name__,
    {
        "forget": "forget_records",
        "cleanup": "free_space",
        "plan_cleanup": "free_space",
        "audit": "redaction",
        "read_text": "redaction",
        "redact": "redaction",
    },
)
