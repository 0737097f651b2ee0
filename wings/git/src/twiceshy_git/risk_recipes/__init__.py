"""How likely is it that a change will be fixed later? Features, models, answers."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_git.risk_recipes.risk_models import evaluate_own_risk as evaluate_own_risk
    from twiceshy_git.risk_recipes.risk_models import list_risk_models as list_risk_models
    from twiceshy_git.risk_recipes.risk_models import roll_back_risk as roll_back_risk
    from twiceshy_git.risk_recipes.risk_models import show_risk_model as show_risk_model
    from twiceshy_git.risk_recipes.risk_models import train_own_risk as train_own_risk
    from twiceshy_git.risk_recipes.risk_outcomes import measure_risk_outcomes as measure_risk_outcomes
    from twiceshy_git.risk_recipes.risk_outcomes import read_riskiest_work as read_riskiest_work
    from twiceshy_git.risk_recipes.tell_risk import add_risk as add_risk
    from twiceshy_git.risk_recipes.tell_risk import has_risk_model as has_risk_model
    from twiceshy_git.risk_recipes.tell_risk import is_session_id as is_session_id
    from twiceshy_git.risk_recipes.tell_risk import tell_commit_risks as tell_commit_risks
    from twiceshy_git.risk_recipes.tell_risk import tell_patch_risk as tell_patch_risk
    from twiceshy_git.risk_recipes.tell_risk import tell_session_risk as tell_session_risk
    from twiceshy_git.risk_recipes.tell_risk import tell_staged_risk as tell_staged_risk

__getattr__, __dir__ = open_face(
    __name__,
    {
        "evaluate_own_risk": "risk_models",
        "list_risk_models": "risk_models",
        "roll_back_risk": "risk_models",
        "show_risk_model": "risk_models",
        "train_own_risk": "risk_models",
        "measure_risk_outcomes": "risk_outcomes",
        "read_riskiest_work": "risk_outcomes",
        "add_risk": "tell_risk",
        "has_risk_model": "tell_risk",
        "is_session_id": "tell_risk",
        "tell_commit_risks": "tell_risk",
        "tell_patch_risk": "tell_risk",
        "tell_session_risk": "tell_risk",
        "tell_staged_risk": "tell_risk",
    },
)
