"""judgement.outcomes.correlate: what is told, what is refused, and what confounders and missing answers must not do."""

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from twiceshy.judgement.outcomes import correlate
from twiceshy.judgement.outcomes.correlate import LABELS, LOGGED, find_costly, find_error_rates
from twiceshy.judgement.outcomes.tallies import build_work_figures
from twiceshy.records.effects import Effect, EffectScope, Observation

AT = datetime(2026, 10, 1, tzinfo=UTC)


def seen(session: int, done: bool | None, so: bool | None, **other: object) -> Observation:
    """One edit; None is unknown."""
    plain = Observation(
        unit="edit",
        session=session.to_bytes(2, "big"),
        project="shop",
        agent="claude-code",
        model="m",
        at=AT,
        path="src/api.py",
        did={} if done is None else {"blind-edit": done},
        became={} if so is None else {"corrected": so},
        proof=(f"{session:04x}",),
    )
    return replace(plain, **other)  # type: ignore[arg-type]  # fields by name


def edits_of_api() -> list[Observation]:
    """Nine edits without a read, seven corrected; 31 after one, three corrected; in 20 sessions."""
    blind = [seen(i, done=True, so=i < 7) for i in range(9)]
    return blind + [seen(i % 20, done=False, so=i in {9, 15, 19}) for i in range(31)]


def only(found: Iterable[Effect], scope: EffectScope = EffectScope.ALL) -> Effect:
    [one] = [effect for effect in found if effect.scope is scope]
    return one


def test_the_effect_of_the_sketch_is_found() -> None:
    """Seven of nine against three of thirty-one: eight times, sure, there and at the file.

    Katz's interval for independent edits is 2.59 to 24.9; that of 20 sessions is wider.
    """
    found = correlate.find_effects(edits_of_api())
    effect = only(found)

    assert {one.scope for one in found} == {EffectScope.ALL, EffectScope.FILE}
    assert (effect.exposed.hits, effect.exposed.n, effect.other.hits, effect.other.n) == (7, 9, 3, 31)
    assert effect.ratio is not None
    assert effect.difference is not None
    assert effect.ratio.estimate == pytest.approx(7 / 9 * 31 / 3)
    assert 1.5 < effect.ratio.low < 2.59
    assert 24.9 < effect.ratio.high < 45
    assert effect.difference.estimate == pytest.approx(7 / 9 - 3 / 31)
    assert effect.p <= effect.q < 0.01
    assert (effect.sessions, effect.projects, effect.refusal) == (20, 1, None)
    assert effect.proof[0] in {f"{i:04x}" for i in range(7)}


def test_nothing_gives_nothing() -> None:
    """No observations, no effects."""
    assert correlate.find_effects([]) == []


REFUSED = [
    pytest.param([seen(0, True, i % 2 == 0, n=10) for i in range(4)], correlate.TOO_FEW, id="all exposed"),
    pytest.param([seen(0, i < 20, i % 2 == 0) for i in range(40)], correlate.TOO_FEW_SESSIONS, id="one session"),
    pytest.param([seen(i, i < 4, i % 2 == 0) for i in range(40)], correlate.TOO_FEW, id="four exposed"),
    pytest.param([seen(i, i < 20, i % 10 == 0) for i in range(40)], correlate.TOO_FEW, id="four hits"),
    pytest.param(
        [seen(i, i < 20, i % 3 == 0, project="a" if i < 20 else "b") for i in range(40)],
        correlate.NEVER_COMPARED,
        id="never both in one project",
    ),
    pytest.param(
        [seen(i, i % 2 == 0, i % 3 == 0, project=f"p{i // 2}") for i in range(20)][:16]
        + [seen(i, i % 2 == 0, so=True, project=f"p{i // 2}") for i in range(16, 20)],
        None,
        id="many small projects are enough",
    ),
    pytest.param([seen(i, i < 20, so=None) for i in range(40)], "nothing", id="never known"),
]


@pytest.mark.parametrize(("observations", "reason"), REFUSED)
def test_too_little_is_refused_with_its_reason(observations: list[Observation], reason: str | None) -> None:
    """What is too little is refused, says why and has no ratio; refused ones stand behind all others."""
    found = [one for one in correlate.find_effects(observations) if one.scope is EffectScope.ALL]

    if reason == "nothing":
        assert found == []
        return
    [effect] = found
    assert effect.refusal == reason
    assert (effect.ratio is None) == (reason is not None)
    assert reason is None or reason in correlate.REFUSALS


def test_what_no_result_could_show_is_refused() -> None:
    """Where even the most unequal result within the strata would not be sure, nothing is told."""
    one_telling = [seen(0, True, True, project="a"), seen(1, False, False, project="a")]
    rest = [seen(i, i < 12, i % 2 == 0, project="b" if i < 12 else "c") for i in range(2, 24)]

    assert only(correlate.find_effects(one_telling + rest)).refusal == correlate.NEVER_SURE


def test_unknown_counts_on_neither_side() -> None:
    """Observations without an answer, on what was done or on what became of it, change nothing."""
    known = edits_of_api()
    unknown = [seen(i, done=True, so=None) for i in range(30)] + [seen(i, done=None, so=True) for i in range(30)]

    assert only(correlate.find_effects(known + unknown)) == only(correlate.find_effects(known))


def test_the_order_of_observations_does_not_matter() -> None:
    """Shuffled observations give equal effects, proofs included; a second run the same."""
    known = [replace(one, project="shop" if i % 2 else "infra") for i, one in enumerate(edits_of_api() * 3)]
    shuffled = Random(5).sample(known, len(known))

    assert correlate.find_effects(shuffled) == correlate.find_effects(known)


def test_counted_observations_are_as_many_single_ones() -> None:
    """``n`` alike observations are n observations."""
    merged = [seen(i, i % 2 == 0, i % 3 == 0, n=3) for i in range(24)]
    single = [seen(i, i % 2 == 0, i % 3 == 0) for i in range(24) for _ in range(3)]

    assert only(correlate.find_effects(merged)) == only(correlate.find_effects(single))


@pytest.mark.parametrize("confounder", ["project", "agent", "size"])
def test_a_confounder_is_no_effect(confounder: str) -> None:
    """Where one project, agent or size does it often and ends badly often, but alike within, the ratio is 1."""
    rng = Random(2)
    observations = []
    for i in range(400):
        often = i % 2 == 0
        done = rng.random() < (0.8 if often else 0.2)
        so = rng.random() < (0.6 if often else 0.1)
        observations.append(seen(i, done, so, **{confounder: "often" if often else "seldom"}))
    effect = only(correlate.find_effects(observations))

    assert effect.exposed.share > 1.7 * effect.other.share
    assert effect.ratio is not None
    assert effect.ratio.low < 1 < effect.ratio.high
    assert effect.p > 0.05
    assert confounder in effect.within


def test_files_are_strata_where_enough_remains() -> None:
    """Two files that differ in habit and outcome, each alike within, give no effect; the file is named among them."""
    rng = Random(3)
    observations = []
    for i in range(400):
        often = i % 2 == 0
        done, so = rng.random() < (0.7 if often else 0.3), rng.random() < (0.6 if often else 0.1)
        observations.append(seen(i, done, so, path="a.py" if often else "b.py"))
    effect = only(correlate.find_effects(observations))

    assert effect.within == correlate.FINE
    assert effect.ratio is not None
    assert effect.ratio.low < 1 < effect.ratio.high


def test_files_are_no_strata_where_little_would_remain() -> None:
    """Where nearly every edit is of a file of its own, cases of different files are compared, and that is said."""
    observations = [seen(i, i % 2 == 0, i % 3 == 0, path=f"{i}.py") for i in range(60)]

    effect = only(correlate.find_effects(observations))

    assert effect.within == correlate.COARSE
    assert effect.by_file is None


def test_the_ratio_within_files_stands_beside_where_files_are_no_strata() -> None:
    """Where half of the edits could be compared within their files, that ratio is told beside."""
    shared = [seen(i, i % 2 == 0, i % 3 == 0, path="a.py") for i in range(60)]
    own = [seen(i, i % 2 == 0, i % 3 == 0, path=f"{i}.py") for i in range(60)]
    effect = only(correlate.find_effects(shared + own))

    assert effect.within == correlate.COARSE
    assert effect.by_file is not None
    assert effect.by_file.low < effect.by_file.estimate < effect.by_file.high


def test_a_habit_whose_time_the_outcome_ends_is_refused() -> None:
    """A task that is refused early had less time for a habit; only what is decided by its first edit is asked."""
    observations = [
        seen(
            i,
            None,
            None,
            unit="task",
            path=None,
            became={"rejected": i % 3 == 0, "completed": i % 3 != 0},
            did={"many-files": i % 2 == 0, "read-first": i % 2 == 0},
        )
        for i in range(60)
    ]
    found = {(one.exposure, one.outcome): one.refusal for one in correlate.find_effects(observations)}

    assert found == {
        ("many-files", "rejected"): correlate.CUT_SHORT,
        ("many-files", "completed"): correlate.CUT_SHORT,
        ("read-first", "rejected"): None,
        ("read-first", "completed"): None,
    }


def test_an_outcome_of_the_same_event_is_no_finding() -> None:
    """A habit is not tested against what is read from the same event."""
    observations = [
        seen(i, None, None, did={"no-tests-after": i % 2 == 0}, became={"tests-green": i % 2 == 0}) for i in range(60)
    ]

    assert only(correlate.find_effects(observations)).refusal == correlate.SAME


def test_a_refusal_by_the_client_is_a_rule_of_the_tool() -> None:
    """That a client refuses edits of unread files is told with its numbers, in words of its own, and never tested."""
    observations = [
        seen(i, None, None, did={"blind-edit": i % 2 == 0}, became={"refused-unread": i % 4 == 0}) for i in range(60)
    ]
    effect = only(correlate.find_effects(observations))

    assert (effect.refusal, effect.nature, effect.ratio, effect.p) == (correlate.TOOL_RULE, "tool", None, 1.0)
    assert effect.words == (
        "edits without a read before: refused by the client itself 15 of 30, otherwise 0 of 30 "
        "(a rule of the tool, no effect of the habit)"
    )


def test_the_errors_of_an_outcome_are_in_its_interval() -> None:
    """What measured errors leave of the ratio stands beside it, wider; where none were measured there is none."""
    [corrected, failed] = (
        only(
            correlate.find_effects(
                [
                    seen(i, None, None, did={"retry": i % 2 == 0}, became={slug: i % 6 == 0 or i % 10 == 1})
                    for i in range(240)
                ]
            )
        )
        for slug in ("corrected", "failed")
    )

    assert corrected.ratio is not None
    assert corrected.true_ratio is not None
    assert corrected.true_ratio.estimate > corrected.ratio.estimate > 1
    assert corrected.true_ratio.high > corrected.ratio.high
    assert corrected.p == failed.p
    assert "with the outcome's own errors" in corrected.words
    assert (failed.true_ratio, failed.nature) == (None, "habit")


def test_a_whole_score_is_asked_by_what_it_rests_on() -> None:
    """Findings and a file's past are asked apart, their sum is not asked."""
    observations = [
        seen(i, None, so=i % 3 == 0, did={"risk-low": i % 2 == 0, "findings-low": i % 2 == 0, "past-low": i % 5 == 0})
        for i in range(60)
    ]

    assert {one.exposure for one in correlate.find_effects(observations)} == {"findings-low", "past-low"}


def test_refused_tasks_are_not_asked_for_corrections() -> None:
    """A refused task had less time for tests and is corrected more: it counts only for what its first edit decides."""
    plain = [
        seen(
            i,
            None,
            None,
            unit="task",
            path=None,
            became={"rejected": False, "corrected": i % 3 == 0},
            did={"no-tests-after": i % 2 == 0, "read-first": i % 2 == 0},
        )
        for i in range(60)
    ]
    refused = [replace(one, became={"rejected": True, "corrected": True}) for one in plain]
    found = {one.exposure: one for one in correlate.find_effects(plain + refused) if one.outcome == "corrected"}

    assert found["no-tests-after"].exposed.n == 30
    assert found["read-first"].exposed.n == 60


def test_one_bad_session_is_no_finding() -> None:
    """Fifty bad cases of one session against calm others are not sure, though an exact test of cases says so."""
    calm = [seen(i, i % 2 == 0, i % 10 < 2) for i in range(40)]
    observations = [*calm, seen(99, done=True, so=True, n=50)]
    effect = only(correlate.find_effects(observations))

    assert effect.q > correlate.SURE


def test_folders_are_places() -> None:
    """A habit that is bad in one folder only is found there, and a folder that is all there is is not told twice."""
    bad = [seen(i, i % 2 == 0, i % 2 == 0 or i % 7 == 0, path=f"src/api/{i % 5}.py") for i in range(60)]
    good = [seen(i, i % 2 == 0, i % 3 == 0, path=f"src/web/{i % 5}.py") for i in range(60, 120)]
    found = {one.place: one for one in correlate.find_effects(bad + good) if one.scope is EffectScope.DIRECTORY}

    assert set(found) == {"src/api/", "src/web/"}
    assert found["src/api/"].q < correlate.SURE < found["src/web/"].q


def test_sure_ones_come_first() -> None:
    """Effects are in the order of how far their interval's near end is from 1, sure ones before others."""
    observations = [
        seen(
            i,
            None,
            None,
            did={"strong": i % 2 == 0, "weak": i % 3 == 0, "none": i % 5 == 0},
            became={"corrected": i % 2 == 0 if i % 7 else i % 3 == 0},
            path=None,
        )
        for i in range(200)
    ]
    found = correlate.find_effects(observations)

    assert next(one.exposure for one in found) == "strong"
    assert [one.q <= correlate.SURE for one in found] == sorted(
        (one.q <= correlate.SURE for one in found), reverse=True
    )
    assert all(not math.isnan(one.p) for one in found)


# judgement.outcomes.outcome_errors: which outcomes have measured error rates, and which have none.


def test_what_was_not_measured_has_no_rates() -> None:
    """Neither what the log says itself nor what nobody labelled is given any."""
    assert [find_error_rates(slug) for slug in (*sorted(LOGGED), "survived", "first-pass", "no-such")] == [None] * 7


def test_measured_rates_are_those_of_the_table() -> None:
    """Of 352 turns that correct nothing 18 are told as corrections, and half of the true ones are missed."""
    rates = find_error_rates("corrected")

    assert rates is not None
    assert (round(rates.false_share, 3), round(rates.sensitivity, 2)) == (0.054, 0.45)
    assert sum(LABELS["corrected"]) == 465


# judgement.outcomes.costly_effects and work_figures: habits that go with worse outcomes, and outcomes by group.

SEPTEMBER, OCTOBER = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)


def habit(slug: str, outcome: str, *, with_it: int, without: int) -> list[Observation]:
    """Tasks in sixty sessions with the habit and sixty without, of which so many have the outcome."""
    return [
        Observation(
            unit="task",
            session=f"{slug} {did} {number}".encode(),
            project="shop",
            agent="codex",
            model="",
            at=SEPTEMBER,
            did={slug: did},
            became={outcome: number < hits},
        )
        for did, hits in ((True, with_it), (False, without))
        for number in range(60)
    ]


def test_only_habits_that_surely_go_with_worse_are_costly() -> None:
    """Less of a good outcome, or more of a bad one; those with most of that first."""
    seen = [
        *habit("hasty", "survived", with_it=10, without=50),
        *habit("blind-edit", "corrected", with_it=55, without=5),
        *habit("tests-first", "survived", with_it=50, without=10),
        *habit("reads-all", "corrected", with_it=5, without=55),
        *habit("neutral", "corrected", with_it=30, without=29),
        *habit("past-low", "corrected", with_it=54, without=5),  # the file's property, nobody's habit
    ]

    found = [(one.exposure, one.outcome) for one in find_costly(seen)]

    assert list(dict.fromkeys(found)) == [("blind-edit", "corrected"), ("hasty", "survived")]
    assert find_costly([]) == []


def task(agent: str, n: int, model: str = "m", at: datetime = SEPTEMBER, **became: bool) -> Observation:
    outcomes = {slug.replace("_", "-"): so for slug, so in became.items()}
    session = f"{agent}{model}{n}{became}".encode()
    return Observation(
        unit="task", session=session, project="shop", agent=agent, model=model, at=at, became=outcomes, n=n
    )


def test_outcomes_of_tasks_by_agent_model_and_month() -> None:
    """Most tasks first, months in order; what is not known is no answer, but a task."""
    seen = [
        task("aider", 1, at=OCTOBER, first_pass=True, corrected=False),
        task("codex", 3, model="x", first_pass=True, tests_green=True),
        task("codex", 2, model="x", first_pass=False),
    ]

    found = {(one.by, one.name): one for one in build_work_figures(seen)}

    assert [name for by, name in found if by == "agent"] == ["codex", "aider"]
    assert [name for by, name in found if by == "month"] == ["2026-09", "2026-10"]
    assert [name for by, name in found if by == "model"] == ["x", "m"]
    codex = found["agent", "codex"]
    assert (codex.tasks, codex.first_pass.n, codex.tests_green.n, codex.rolled_back.n) == (5, 5, 3, 0)
    assert (found["agent", "aider"].corrected.n, found["agent", "aider"].tasks) == (1, 1)
    assert build_work_figures([]) == []
