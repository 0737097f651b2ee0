"""Insights that are facts of a project: a program that is not there, a flaky test, what the user corrects.

They are counted once, by the insight, so that a fact and the report never tell two numbers for one thing.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from twiceshy.base.values import Quoted
from twiceshy.records.ids import FACT, shorten
from twiceshy.records.insights import Insight, InsightKind
from twiceshy.records.project_facts import ProjectFact, ProjectFactKind

_KINDS = {
    InsightKind.MISSING_PROGRAM: ProjectFactKind.MISSING,
    InsightKind.FLAKY_TEST: ProjectFactKind.FLAKY,
    InsightKind.REWORKED_FILE: ProjectFactKind.CORRECTED,
    InsightKind.REPEATED_CORRECTION: ProjectFactKind.CORRECTED,
}


def read_insights_as_facts(insights: Iterable[Insight]) -> Iterator[ProjectFact]:
    """Yield the facts that these insights tell, in their order."""
    for one in insights:
        kind = _KINDS.get(one.kind)
        if kind is not None and one.project_identity and one.cases:
            digest = sha256(f"{one.project_identity}\0{kind}\0{one.kind}\0{one.key}".encode()).digest()
            yield ProjectFact(
                id=shorten(FACT, digest),
                kind=kind,
                key=one.key,
                project=one.project,
                project_identity=one.project_identity,
                says=one.says if one.says.endswith((".", "!", '"')) else f"{one.says}.",
                command=one.place if kind in {ProjectFactKind.MISSING, ProjectFactKind.FLAKY} else Quoted(""),
                folder=Quoted(""),
                n=one.count,
                runs=0,
                green=0,
                red=0,
                part=False,
                sessions=one.sessions,
                median_s=None,
                last_at=one.last_at,
                last_call=one.cases[0].uid,
                cases=tuple(case.uid for case in one.cases),
            )
