"""Adapters of base models of the user's own: trained on a repository's messages, and held against the other ways."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_data.adapters.adapter_contests import evaluate_adapter as evaluate_adapter
    from twiceshy_data.adapters.adapter_runs import train_adapter as train_adapter

__getattr__, __dir__ = open_face(
    __name__,
    {
        "evaluate_adapter": "adapter_contests",
        "train_adapter": "adapter_runs",
    },
)
