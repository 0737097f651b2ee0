"""Learn lessons, find them again, and carry out what people decide about them."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.lessons.recipes.current_lessons import explain_waiting as explain_waiting
    from twiceshy.lessons.recipes.current_lessons import states_of as states_of
    from twiceshy.lessons.recipes.lesson_reviews import LessonStory as LessonStory
    from twiceshy.lessons.recipes.lesson_reviews import StatedRule as StatedRule
    from twiceshy.lessons.recipes.lesson_reviews import clear as clear
    from twiceshy.lessons.recipes.lesson_reviews import decide as decide
    from twiceshy.lessons.recipes.lesson_reviews import delete as delete
    from twiceshy.lessons.recipes.lesson_reviews import edit as edit
    from twiceshy.lessons.recipes.lesson_reviews import keep_decision as keep_decision
    from twiceshy.lessons.recipes.lesson_reviews import list_offers as list_offers
    from twiceshy.lessons.recipes.lesson_reviews import mark_words as mark_words
    from twiceshy.lessons.recipes.lesson_reviews import put_off as put_off
    from twiceshy.lessons.recipes.lesson_reviews import put_words as put_words
    from twiceshy.lessons.recipes.lesson_reviews import read_own_words as read_own_words
    from twiceshy.lessons.recipes.lesson_reviews import show_lesson as show_lesson
    from twiceshy.lessons.recipes.lessons_file import export_lessons as export_lessons
    from twiceshy.lessons.recipes.lessons_file import import_lessons as import_lessons
    from twiceshy.lessons.recipes.nearest_lessons import find_nearest as find_nearest
    from twiceshy.lessons.recipes.program_learning import Checked as Checked
    from twiceshy.lessons.recipes.program_learning import ProgramLearner as ProgramLearner
    from twiceshy.lessons.recipes.program_learning import start_learning as start_learning

__getattr__, __dir__ = open_face(
    __name__,
    {
        "explain_waiting": "current_lessons",
        "states_of": "current_lessons",
        "LessonStory": "lesson_reviews",
        "StatedRule": "lesson_reviews",
        "clear": "lesson_reviews",
        "decide": "lesson_reviews",
        "delete": "lesson_reviews",
        "edit": "lesson_reviews",
        "list_offers": "lesson_reviews",
        "put_off": "lesson_reviews",
        "keep_decision": "lesson_reviews",
        "mark_words": "lesson_reviews",
        "put_words": "lesson_reviews",
        "read_own_words": "lesson_reviews",
        "show_lesson": "lesson_reviews",
        "export_lessons": "lessons_file",
        "import_lessons": "lessons_file",
        "find_nearest": "nearest_lessons",
        "Checked": "program_learning",
        "ProgramLearner": "program_learning",
        "start_learning": "program_learning",
    },
)
