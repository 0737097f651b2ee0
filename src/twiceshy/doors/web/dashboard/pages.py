"""The pages, one literal row each; the parts that a page loads into itself stand behind it."""

from twiceshy.base.config import Config
from twiceshy.base.plugins import load_plugins
from twiceshy.doors.web.dashboard import (
    advice_page,
    case_pages,
    habits_page,
    lesson_list,
    models_page,
    one_lesson,
    one_session,
    overview,
    runs_page,
    session_context,
    session_list,
    settings_page,
    suggestions_page,
)
from twiceshy.doors.web.dashboard.asked import PAGE_TABLES, DashboardPage

PAGES: tuple[DashboardPage, ...] = (
    DashboardPage("/", "Overview", "", overview.read_frame, overview.draw_frame, key="o"),
    DashboardPage("/overview/insights", "", "report", overview.read_report, overview.draw_insights),
    DashboardPage("/overview/pictures", "", "", overview.read_pictures, overview.draw_pictures),
    DashboardPage("/overview/cost", "", "cost", overview.read_cost, overview.draw_cost),
    DashboardPage("/overview/work", "", "report", overview.read_work, overview.draw_work),
    DashboardPage("/lessons", "Mistakes and lessons", "lessons", lesson_list.read_list, lesson_list.draw_list, key="l"),
    DashboardPage(
        "/lessons/effect", "What advice did", "lessons-effect", advice_page.read_effects, advice_page.draw_effects
    ),
    DashboardPage("/lessons/upkeep", "Export and clear", "lessons", lesson_list.read_upkeep, lesson_list.draw_upkeep),
    DashboardPage("/lessons/{id}", "Lesson", "lesson", one_lesson.read_story, one_lesson.draw_story),
    DashboardPage("/lessons/{id}/cases", "", "", one_lesson.read_cases, one_lesson.draw_cases),
    DashboardPage("/lessons/{id}/advice", "", "", advice_page.read_lesson_effects, advice_page.draw_lesson_effects),
    DashboardPage("/lessons/{id}/like", "", "", one_lesson.read_like, one_lesson.draw_like),
    DashboardPage("/review", "Review", "lessons-review", one_lesson.read_queue, one_lesson.draw_queue, key="v"),
    DashboardPage("/sessions", "Sessions", "sessions", session_list.read_sessions, session_list.draw_sessions, key="s"),
    DashboardPage("/search", "Search", "search", session_list.read_search, session_list.draw_search),
    DashboardPage(
        "/sessions/{id}",
        "Session",
        "show",
        one_session.read_session,
        one_session.draw_session,
        whole=one_session.read_timeline,
    ),
    DashboardPage(
        "/errors/{id}",
        "Error",
        "show",
        case_pages.read_error,
        case_pages.draw_error,
        whole=case_pages.read_whole_error,
    ),
    DashboardPage(
        "/insights/{id}",
        "Insight",
        "show",
        case_pages.read_insight,
        case_pages.draw_insight,
        waits="Looking for its cases",
        whole=case_pages.read_whole_insight,
    ),
    DashboardPage("/sessions/{id}/cost", "", "", one_session.read_cost, one_session.draw_cost),
    DashboardPage("/sessions/{id}/context", "", "", session_context.read_context, session_context.draw_context),
    DashboardPage("/sessions/{id}/part", "", "", one_session.read_part, one_session.draw_part),
    DashboardPage("/sessions/{id}/run", "", "", one_session.read_run, one_session.draw_run),
    DashboardPage("/sessions/{id}/moments/{uid}", "", "", one_session.read_moment, one_session.draw_one_moment),
    DashboardPage(
        "/files", "Files", "report", habits_page.read_files, habits_page.draw_files, key="f", waits="Counting edits"
    ),
    DashboardPage(
        "/habits",
        "Habits",
        "effects",
        habits_page.read_habits,
        habits_page.draw_habits_page,
        key="h",
        waits="Comparing habits",
    ),
    DashboardPage("/history", "History", "history", habits_page.read_history, habits_page.draw_history),
    DashboardPage("/history/partners", "", "partners", habits_page.read_partners, habits_page.draw_partners),
    DashboardPage(
        "/models",
        "Models",
        "report",
        models_page.read_models,
        models_page.draw_models_page,
        key="m",
        waits="Counting tokens",
    ),
    DashboardPage("/models/like-work", "", "", models_page.read_like_work, models_page.draw_like_work),
    DashboardPage("/runs", "Runs", "runs-list", runs_page.read_runs, runs_page.draw_runs, key="r"),
    DashboardPage("/runs/figures", "", "", runs_page.read_figures, runs_page.draw_figures),
    DashboardPage("/runs/{id}", "Run", "show", runs_page.read_run, runs_page.draw_run),
    DashboardPage(
        "/suggestions",
        "Suggestions",
        "suggest",
        suggestions_page.read_suggestions,
        suggestions_page.draw_suggestions,
        key="i",
        waits="Looking for what would help",
    ),
    DashboardPage(
        "/suggestions/{id}", "Suggestion", "", suggestions_page.read_suggestion, suggestions_page.draw_suggestion
    ),
    DashboardPage("/settings", "Settings", "config", settings_page.read_settings, settings_page.draw_settings, key="p"),
    DashboardPage("/settings/forget", "Forget", "forget", settings_page.read_removal, settings_page.draw_removal),
)


def list_pages(config: Config | None) -> tuple[DashboardPage, ...]:
    """Return all pages: ours, and those of plugins before the settings; each that has a condition where it holds.

    Without ``config`` no condition holds.
    """
    loaded = load_plugins(PAGE_TABLES)
    added = [page for table in loaded.found.values() for page in table.PAGES]
    place = next(index for index, page in enumerate(PAGES) if page.path == "/settings")
    pages = (*PAGES[:place], *added, *PAGES[place:])
    return tuple(page for page in pages if page.shown is None or (config is not None and page.shown(config)))
