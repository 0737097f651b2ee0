"""Any writer of messages beside our own ways: the same commits, the same rows and the same marks.

It is asked by the rows that ``export finetune --task messages`` writes: the change, and the three nearest of what is
older. Its first line that is not empty is its message.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.records.ingest import StepProgress
from twiceshy.records.message_advice import MessageEvaluation
from twiceshy.wings.git.message_recipes.local_writers import WriteMessage, open_endpoint, open_program
from twiceshy.wings.git.message_recipes.message_models import replay_history
from twiceshy.wings.git.predict.messages.message_evaluation import judge_writer, sum_up
from twiceshy.wings.git.predict.messages.message_ladder import judge
from twiceshy.wings.git.predict.messages.message_rows import make_message_rows

_INVENTED: Final = re.compile(
    r"(?:#|GH-)\d+|https?://\S+|[\w.+-]+@[\w-]+\.\w+|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}\b"
)
Watch = Callable[[StepProgress], object]


class MessageWriter(NamedTuple):
    """Who is asked."""

    name: str
    write: WriteMessage
    learned_until: int = -1
    """Time of the newest commit that it learned from; what is older cannot be asked."""


def evaluate_program(
    config: Config, repo: Path, command: str, *, split: float, newest: int | None = None, watch: Watch = id
) -> MessageEvaluation:
    """Measure a program beside our own ways.

    Raises:
        UsageError: there is too little to judge by, or this is no command.
        SourceError: the program failed.
        ToolMissing: it is not there.
    """
    writer = MessageWriter("program", open_program(command))
    return contest_messages(config, repo, writer, split=split, newest=newest, watch=watch)


def evaluate_endpoint(
    config: Config, repo: Path, url: str, *, split: float, newest: int | None = None, model: str = "", watch: Watch = id
) -> MessageEvaluation:
    """Measure what answers at an address of this machine beside our own ways.

    Raises:
        UsageError: there is too little to judge by, or the address is none of this machine.
        SourceError: it does not answer.
    """
    writer = MessageWriter("endpoint", open_endpoint(url, model))
    return contest_messages(config, repo, writer, split=split, newest=newest, watch=watch)


def contest_messages(
    config: Config, repo: Path, writer: MessageWriter, *, split: float, newest: int | None = None, watch: Watch = id
) -> MessageEvaluation:
    """Ask a writer about the newest share of a history, or of that about the ``newest`` commits only.

    Raises:
        UsageError: there is too little to judge by, or the writer learned from some of it.
    """
    history, marked = replay_history(config, repo, split=split)
    marked = marked[-newest:] if newest else marked
    if marked and marked[0].example.at <= writer.learned_until:
        late = sum(one.example.at > writer.learned_until for one in marked)
        raise UsageError(
            f"the {writer.name} learned from some of these commits; it can be asked about the newest {late}: "
            "take a smaller --split"
        )
    wanted = {one.example.commit for one in marked}
    requests = {
        row.example.commit: row.request for row in make_message_rows(history.examples) if row.example.commit in wanted
    }
    times, answers = list[float](), list[str]()
    for number, one in enumerate(marked):
        watch(StepProgress(step=f"Asking the {writer.name}", done=number, total=len(marked), unit="commits"))
        begun = time.perf_counter()
        answers.append(take_subject(writer.write(requests[one.example.commit])))
        times.append(time.perf_counter() - begun)
    found = [
        one._replace(marks={**one.marks, writer.name: judge(answer, one.example.subject)})
        for one, answer in zip(marked, answers, strict=True)
    ]
    invented = sum(
        has_invented(answer, requests[one.example.commit]) for one, answer in zip(marked, answers, strict=True)
    )
    silent = answers.count("")
    contest = judge_writer(found, writer.name, seconds=median(times or [0.0]), silent=silent, invented=invented)
    return sum_up(found, contest)


def take_subject(answer: str) -> str:
    """Return the first line that is not empty."""
    return next((line.strip() for line in answer.splitlines() if line.strip()), "")


def has_invented(answer: str, request: str) -> bool:
    """Tell whether a message names an issue, a commit or an address that the request does not.

    >>> has_invented("Fix #12", "Fix #N"), has_invented("Fix #N in 3f2a91c", "see 3f2a91c #N")
    (True, False)
    """
    return any(one not in request for one in _INVENTED.findall(answer))
