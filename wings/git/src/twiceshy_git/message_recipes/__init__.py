"""Suggest commit messages, as people of a project would write them."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_git.message_recipes.adapter_cards import add_adapter as add_adapter
    from twiceshy_git.message_recipes.message_models import evaluate_messages as evaluate_messages
    from twiceshy_git.message_recipes.message_models import list_message_models as list_message_models
    from twiceshy_git.message_recipes.message_models import roll_back_messages as roll_back_messages
    from twiceshy_git.message_recipes.message_models import show_message_model as show_message_model
    from twiceshy_git.message_recipes.message_models import train_messages as train_messages
    from twiceshy_git.message_recipes.message_offers import note_offered as note_offered
    from twiceshy_git.message_recipes.message_offers import offer_staged as offer_staged
    from twiceshy_git.message_recipes.message_offers import suggest_message as suggest_message
    from twiceshy_git.message_recipes.offered_repositories import learn_messages as learn_messages
    from twiceshy_git.message_recipes.writer_contests import evaluate_endpoint as evaluate_endpoint
    from twiceshy_git.message_recipes.writer_contests import evaluate_program as evaluate_program

__getattr__, __dir__ = open_face(
    __name__,
    {
        "evaluate_messages": "message_models",
        "add_adapter": "adapter_cards",
        "evaluate_endpoint": "writer_contests",
        "evaluate_program": "writer_contests",
        "list_message_models": "message_models",
        "roll_back_messages": "message_models",
        "show_message_model": "message_models",
        "train_messages": "message_models",
        "learn_messages": "offered_repositories",
        "note_offered": "message_offers",
        "offer_staged": "message_offers",
        "suggest_message": "message_offers",
    },
)
