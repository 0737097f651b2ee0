"""Which lessons a text is about: a task, a command, an error. Brief, MCP and ``lessons --like`` ask here.

Nothing is written and nothing is raised for want of a model: texts are then compared by their letters, and the answer
says so.
"""

from datetime import UTC, datetime

from twiceshy.config import Config
from twiceshy.errors import NotFound
from twiceshy.facts.letters import Letters
from twiceshy.flows.known_lessons import list_lessons
from twiceshy.lessons import retrieval
from twiceshy.lessons.retrieval import SHOWN, Wanted
from twiceshy.records.lessons import State
from twiceshy.records.nearest import By, Nearest

K = 5


def nearest(
    config: Config,
    text: str,
    *,
    project: str = "",
    tool: str = "",
    model: str = "",
    k: int = K,
    states: frozenset[State] = SHOWN,
    now: datetime | None = None,
) -> Nearest:
    """At most ``k`` lessons that the text is about, the best first; none where nothing fits or nothing is stored.

    ``project``: its name as in the store; lessons of other projects that hold only there are left out. ``tool``: only
    this subject. ``model``: lessons that it needed itself come first.

    Raises:
        StoreError: the store cannot be used.
    """
    now = now or datetime.now(UTC)
    wanted = Wanted(tool=tool, project=project, model=model, states=states)
    try:
        known = [lesson for lesson in list_lessons(config, now) if retrieval.fits(lesson, wanted)]
    except NotFound:
        known = []
    similar = Letters([retrieval.words_of(lesson) for lesson in known]).similar(text)
    near = retrieval.nearest(zip(known, similar, strict=True), wanted, now, least=retrieval.LEAST[By.LETTERS], k=k)
    return Nearest(lessons=near, by=By.LETTERS)
