"""What others told reaches an agent only when it was accepted, and then only as names of this repository's files."""

from dataclasses import replace
from pathlib import Path

from wings.git.tests.share.two_clones import Clone, TwoClones, git

from twiceshy.advice.recipes.briefing import brief_start, brief_task
from twiceshy.base.values import Scope
from twiceshy.doors.mcp.tools import brief_for_task, check_call, query_lessons
from twiceshy.insights.suggest.suggestions import list_suggestions
from twiceshy.logs.hook_changes import HostEnvironment
from twiceshy_git.file_recipes.predict_files import predict
from twiceshy_git.share.pull_memory import accept, pull
from twiceshy_git.share.push_memory import push

TASK = "Take wombat payments"
LINE = "Others' sessions on such tasks, accepted here, changed: `shop.py`."


def ask_all(clone: Clone) -> dict[str, object]:
    """Return all that an agent would be told there."""
    here = HostEnvironment({}, clone.folder.parent, clone.folder)
    return {
        "start": brief_start(clone.config, clone.folder),
        "task": brief_task(clone.config, clone.folder, TASK),
        "mcp": brief_for_task(clone.config, {"task": TASK, "folder": str(clone.folder)}),
        "call": check_call(
            clone.config, {"tool": "Bash", "input": {"command": "make test"}, "folder": str(clone.folder)}
        ),
        "lessons": query_lessons(clone.config, {"text": TASK}),
        "gate": (clone.config.home / "rules.db").exists(),
        "suggest": list_suggestions(clone.config, Scope(), here, only_here=False),
    }


def test_only_accepted_records_reach_an_agent(tmp_path: Path) -> None:
    """Before that every answer is what it is without them; afterwards a task's brief names the file, as theirs."""
    clones = TwoClones(tmp_path)
    clones.ann.commit("Begin to sell")
    git(clones.ann.folder, "push", "-q", "origin", "main")
    git(clones.bob.folder, "pull", "-q", "origin", "main")
    clones.ann.work("take wombat payments")
    clones.bob.work("write pages")
    push(replace(clones.ann.config, share_prompts=True), clones.ann.folder, dry_run=False)
    predict(clones.bob.config, clones.bob.folder, TASK)
    without = ask_all(clones.bob)

    pull(clones.bob.config, clones.bob.folder)
    predict(clones.bob.config, clones.bob.folder, TASK)
    assert ask_all(clones.bob) == without
    accept(clones.bob.config, clones.bob.folder, hashes=[], writer="", everything=True)
    accepted = ask_all(clones.bob)

    speaking = {"task", "mcp"}
    assert {key: accepted[key] for key in accepted.keys() - speaking} == {
        key: without[key] for key in without.keys() - speaking
    }
    assert LINE in str(accepted["task"])
    assert LINE in str(accepted["mcp"])
    assert LINE not in str(brief_task(clones.bob.config, clones.bob.folder, "Fix giraffe"))
