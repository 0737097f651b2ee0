"""The acts, one literal row each: what buttons and keys of a page do. Each is a flow of the command line's."""

from twiceshy.doors.web.dashboard import lesson_list, runs_page, settings_page, suggestions_page
from twiceshy.doors.web.dashboard.asked import DashboardAct

ACTS: tuple[DashboardAct, ...] = (
    DashboardAct("/api/lessons/clear", lesson_list.clear_all),
    DashboardAct("/api/lessons/restore", lesson_list.restore),
    DashboardAct("/api/lessons/{id}/delete", lesson_list.delete),
    DashboardAct("/api/lessons/{id}/merge", lesson_list.merge),
    DashboardAct("/api/lessons/{id}/promote", lesson_list.promote),
    DashboardAct("/api/lessons/{id}/mute", lesson_list.mute),
    DashboardAct("/api/lessons/{id}/unmute", lesson_list.unmute),
    DashboardAct("/api/lessons/{id}/state", lesson_list.put_state),
    DashboardAct("/api/lessons/{id}/edit", lesson_list.edit),
    DashboardAct("/api/lessons/{id}/words", lesson_list.put_words),
    DashboardAct("/api/runs/{id}/feedback", runs_page.rate_run),
    DashboardAct("/api/suggestions/{id}/write", suggestions_page.write_suggestion),
    DashboardAct("/api/suggestions/{id}/undo", suggestions_page.undo_suggestion),
    DashboardAct("/api/settings/forget/now", settings_page.forget_for_good),
    DashboardAct("/api/settings/{key}", settings_page.change_setting),
)
