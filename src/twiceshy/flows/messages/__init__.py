"""Suggest commit messages, as people of a project would write them."""

from twiceshy.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.flows.messages.message_offers import offer_staged as offer_staged
    from twiceshy.flows.messages.message_offers import suggest_message as suggest_message
    from twiceshy.flows.messages.offered_repositories import learn_messages as learn_messages

__getattr__, __dir__ = open_face(
    __name__,
    {
        "learn_messages": "offered_repositories",
        "offer_staged": "message_offers",
        "suggest_message": "message_offers",
    },
)
