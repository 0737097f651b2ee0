"""How an agent worked in one session, beyond what ``records.behaviour`` counts: what takes words or lines to see."""

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class WorkingStyle:
    """One session's counts. Proofs are the first few events of a kind, as hex of their uid."""

    edits: int = 0
    """Changes of files whose lines are known."""
    churned: int = 0
    """Places in files that were edited three times or more."""
    definitions: int = 0
    """Definitions written whose file is known as a whole."""
    missed: int = 0
    """Of these, such as the session had been shown in another file before, by name and kind."""
    batches: int = 0
    """Times when several files were named by a prompt or listed by a search, and one of them was edited."""
    partly_read: int = 0
    """Of these, such in which the edited file was not read, while others of them were."""
    retries: int = 0
    """The same call again after it failed, with nothing done in between that could help; any tool."""
    failed_retries: int = 0
    file_switches: int = 0
    """Edits of another file than the one before."""
    folder_switches: int = 0
    returns: int = 0
    """Switches back to a file that was left earlier."""
    repeated_prompts: int = 0
    """Prompts that say nearly the same as an earlier one."""
    interrupt_runs: int = 0
    """Interrupts that follow another one with no finished call in between."""
    proof: dict[str, list[str]] = field(default_factory=dict)
