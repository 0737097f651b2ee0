"""Judge what became of sessions' work, link it to commits, and measure effects."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.judgement.recipes.effect_questions import find_history as find_history
    from twiceshy.judgement.recipes.effect_questions import measure_compliance as measure_compliance
    from twiceshy.judgement.recipes.effect_questions import measure_effects as measure_effects
    from twiceshy.judgement.recipes.judge_sessions import judge as judge
    from twiceshy.judgement.recipes.rate_work import find_speaker as find_speaker
    from twiceshy.judgement.recipes.rate_work import list_work as list_work
    from twiceshy.judgement.recipes.rate_work import rate as rate
    from twiceshy.judgement.recipes.workflow_advice import WorkflowAdvice as WorkflowAdvice
    from twiceshy.judgement.recipes.workflow_advice import suggest_changes as suggest_changes
    from twiceshy.judgement.recipes.workflow_compliance import Workflows as Workflows
    from twiceshy.judgement.recipes.workflow_compliance import check_sessions as check_sessions
    from twiceshy.judgement.recipes.workflow_compliance import create_workflow_file as create_workflow_file

__getattr__, __dir__ = open_face(
    __name__,
    {
        "find_history": "effect_questions",
        "measure_compliance": "effect_questions",
        "measure_effects": "effect_questions",
        "judge": "judge_sessions",
        "find_speaker": "rate_work",
        "rate": "rate_work",
        "list_work": "rate_work",
        "WorkflowAdvice": "workflow_advice",
        "suggest_changes": "workflow_advice",
        "Workflows": "workflow_compliance",
        "check_sessions": "workflow_compliance",
        "create_workflow_file": "workflow_compliance",
    },
)
