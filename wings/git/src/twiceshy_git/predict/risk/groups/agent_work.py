"""How did agents work on the change and on its files before, and which tests named these, as far as logs tell?"""

from collections.abc import Sequence
from typing import ClassVar, Final

from twiceshy.records.change_risk import ChangeStory, FixLabel, RiskColumn
from twiceshy_git.predict.risk.feature_group import UNKNOWN

_PART: Final = "the newest result before the change, since the session's change before"
_SESSION: Final = "the newest result of the session before the change"
_TESTED: Final = "the newest test run of the session before the change"
_BEFORE: Final = "the newest edit by an agent before the work on the change began"
_JUDGED: Final = "the newest correction or rollback before the work on the change began"
HAS_LOG: Final = "has_log"


class AgentWork:
    """What was measured of sessions; see ``work_shares``, ``files_tested`` and ``files_record`` of ``outcomes``."""

    columns: ClassVar[tuple[RiskColumn, ...]] = (
        RiskColumn(HAS_LOG, 5, "0 or 1", _PART),
        RiskColumn("agent_blind_edit_rate", 5, "unread edits / edits", _PART),
        RiskColumn("agent_duplicate_impl_rate", 5, "definitions seen before / definitions", _PART),
        RiskColumn("agent_read_efficiency", 5, "reads before the first edit / edits", _PART),
        RiskColumn("searches_before_edit", 5, "searches before the first edit / edits", _PART),
        RiskColumn("partial_batch_read", 5, "lists read in part / lists", _PART),
        RiskColumn("failed_edit_rate", 5, "failed edits / edits", _PART),
        RiskColumn("failed_call_rate", 5, "failed calls / calls", _PART),
        RiskColumn("retry_rate", 5, "same call again after a failure / calls", _PART),
        RiskColumn("failed_retry_rate", 5, "of these that failed again / of these", _PART),
        RiskColumn("churn_rate", 5, "lines written and taken out again / lines written", _PART),
        RiskColumn("reedit_rate", 5, "edits of lines written before / edits", _PART),
        RiskColumn("refusals_per_prompt", 5, "refused calls / prompts", _PART),
        RiskColumn("interrupts_per_prompt", 5, "interrupts / prompts", _PART),
        RiskColumn("tests_after_edit", 5, "0 or 1: tests after the last edit of code", _PART),
        RiskColumn("last_tests_green", 5, "0 or 1: the last of these tests", _PART),
        RiskColumn("red_tests_rate", 5, "red test runs / test runs, after the first edit", _PART),
        RiskColumn("hidden_status_rate", 5, "test runs with a hidden status / test runs", _PART),
        RiskColumn("edits_after_compaction", 5, "edits after a compaction / edits", _PART),
        RiskColumn("tokens_read_per_line", 5, "tokens / line changed", _PART),
        RiskColumn("tokens_written_per_line", 5, "tokens / line changed", _PART),
        RiskColumn("subagent_lines_rate", 5, "lines by subagents / lines written", _PART),
        RiskColumn("person_changed_rate", 5, "edits that a person changed / edits", _PART),
        RiskColumn("human_lines_rate", 5, "added lines of no log / added lines", _PART),
        RiskColumn("prompt_words", 5, "words of the longest prompt", _PART),
        RiskColumn("planned", 5, "0 or 1: a plan before the first edit", _PART),
        RiskColumn("file_switch_rate", 5, "edits of another file than before / edits", _PART),
        RiskColumn("folder_switch_rate", 5, "of another folder / edits", _PART),
        RiskColumn("return_rate", 5, "returns to a file / edits", _PART),
        RiskColumn("user_engagement_rate", 5, "prompts by people / calls", _SESSION),
        RiskColumn("session_blind_edit_rate", 5, "unread edits / edits", _SESSION),
        RiskColumn("agent", 5, "a number made of its name", _PART),
        RiskColumn("model", 5, "a number made of its name", _PART),
        RiskColumn("ast_fails", 1, "files that red tests named / files", _TESTED),
        RiskColumn("ast_passes", 1, "files that green tests named / files", _TESTED),
        RiskColumn("untested_files", 1, "files that no test named / files", _TESTED),
        RiskColumn("touches", 2, "edits by agents, mean of a file", _BEFORE),
        RiskColumn("failures", 2, "failed edits / edits, most of a file, shrunk", _BEFORE),
        RiskColumn("rca_fails", 2, "corrected or rolled back edits / edits, most of a file, shrunk", _JUDGED),
        RiskColumn("session_correction_rate", 5, "earlier sessions corrected / sessions with edits", _JUDGED),
    )

    def describe(self, story: ChangeStory) -> Sequence[float]:
        """Return what was measured; without a log only that there is none."""
        measured = story.measured
        return (measured.get(HAS_LOG, 0.0), *(measured.get(one.name, UNKNOWN) for one in self.columns[1:]))

    def learn(self, story: ChangeStory) -> None:
        """Ignore it: all was measured before."""

    def learn_label(self, label: FixLabel) -> None:
        """Ignore it: nothing here depends on what was bad."""
