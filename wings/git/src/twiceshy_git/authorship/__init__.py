"""Tell whose work a commit is, and who wrote each line of a file."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_git.authorship.shown_authorship import blame_file as blame_file
    from twiceshy_git.authorship.shown_authorship import show_commit as show_commit

__getattr__, __dir__ = open_face(
    __name__,
    {
        "blame_file": "shown_authorship",
        "show_commit": "shown_authorship",
    },
)
