"""Learn everything that is due, step by step, within a budget."""

from twiceshy.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.flows.learn.learn_all import learn as learn

__getattr__, __dir__ = open_face(
    __name__,
    {
        "learn": "learn_all",
    },
)
