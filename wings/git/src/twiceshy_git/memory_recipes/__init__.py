"""A project's memory: what goes into it, where it lies, how clones share it, other tools' forms of it."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_git.memory_recipes.entire_sessions import read_checkpoints as read_checkpoints
    from twiceshy_git.memory_recipes.foreign_authorship import read_authorship as read_authorship
    from twiceshy_git.memory_recipes.foreign_authorship import write_notes as write_notes
    from twiceshy_git.memory_recipes.foreign_authorship import write_traces as write_traces
    from twiceshy_git.memory_recipes.seed_files import import_seed as import_seed

__getattr__, __dir__ = open_face(
    __name__,
    {
        "read_checkpoints": "entire_sessions",
        "read_authorship": "foreign_authorship",
        "write_notes": "foreign_authorship",
        "write_traces": "foreign_authorship",
        "import_seed": "seed_files",
    },
)
