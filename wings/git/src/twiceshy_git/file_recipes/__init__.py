"""Predict the files of a task, and train the ranking models."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_git.file_recipes.file_hints import brief_lines as brief_lines
    from twiceshy_git.file_recipes.file_hints import hints_for as hints_for
    from twiceshy_git.file_recipes.file_hints import partners_of as partners_of
    from twiceshy_git.file_recipes.predict_files import predict as predict
    from twiceshy_git.file_recipes.ranking_models import evaluate_files as evaluate_files
    from twiceshy_git.file_recipes.ranking_models import list_models as list_models
    from twiceshy_git.file_recipes.ranking_models import roll_back as roll_back
    from twiceshy_git.file_recipes.ranking_models import show_model as show_model
    from twiceshy_git.file_recipes.ranking_models import train_files as train_files
    from twiceshy_git.file_recipes.ranking_models import write_tfidf as write_tfidf

__getattr__, __dir__ = open_face(
    __name__,
    {
        "brief_lines": "file_hints",
        "hints_for": "file_hints",
        "partners_of": "file_hints",
        "predict": "predict_files",
        "evaluate_files": "ranking_models",
        "list_models": "ranking_models",
        "roll_back": "ranking_models",
        "show_model": "ranking_models",
        "train_files": "ranking_models",
        "write_tfidf": "ranking_models",
    },
)
