"""score.learned_weights: learned where enough is known and it surely helps, else the starting weights."""

import doctest
from random import Random

import pytest

from twiceshy.score import learned_weights
from twiceshy.score.aggregate import WEIGHTS
from twiceshy.score.learned_weights import TrainingEdit, fit_logistic, learn_weights, solve_linear


def cases(n: int, sign: int, *, seed: int = 1, sessions: int = 60) -> list[TrainingEdit]:
    """Edits that turn out bad by one part alone; the other parts are noise."""
    rng = Random(seed)
    found = []
    for number in range(n):
        parts = [rng.random() if rng.random() < 0.5 else 0.0 for _ in range(4)]
        bad = rng.random() < 0.05 + 0.8 * parts[sign]
        at = number * sessions // n
        found.append(TrainingEdit(at.to_bytes(2, "big"), float(at), (parts[0], parts[1], parts[2], parts[3]), bad))
    return found


@pytest.mark.parametrize("sign", [2, 3])
def test_the_part_that_tells_gets_the_weight(sign: int) -> None:
    """And the reason says from how much; in any order of the edits it is the same."""
    some = cases(1500, sign)
    found = learn_weights(some)

    assert max(found.weights) == found.weights[sign] > 2 * WEIGHTS[sign]
    assert sum(found.weights) == pytest.approx(1.0, abs=0.01)
    assert found.why.startswith("learned from ")
    assert learn_weights(some[::-1]) == found


def test_few_edits_keep_the_starting_weights() -> None:
    """With how many there are and how many are needed."""
    found = learn_weights(cases(learned_weights.LEAST_CASES - 1, 2))

    assert found.weights == WEIGHTS
    assert "499 past edits" in found.why
    assert "learning needs 500" in found.why


def test_findings_of_one_part_alone_cannot_be_weighed() -> None:
    """However many edits there are."""
    quiet = [case._replace(parts=(0.0, None, 0.0, case.parts[3])) for case in cases(900, 3)]

    assert learn_weights(quiet).weights == WEIGHTS
    assert "too few have findings" in learn_weights(quiet).why


def test_what_was_only_so_in_the_past_is_not_used() -> None:
    """Learned on the older sessions, judged on the newer: there another part tells, so the starting weights stay."""
    older, newer = cases(1000, 3), cases(500, 0, seed=2, sessions=30)
    shifted = [case._replace(session=b"n" + case.session, at=case.at + 1000) for case in newer]

    found = learn_weights(older + shifted)

    assert found.weights == WEIGHTS
    assert "do not rank newer edits significantly better" in found.why


def test_without_any_sign_the_fit_stays_where_it_is_drawn_to() -> None:
    """The penalty decides alone; a system without a solution is survived."""
    assert fit_logistic([(1.0, 0.0)] * 10, [0.0, 1.0] * 5, (0.0, 3.0), (0.0, 1.0)) == pytest.approx(
        [0.0, 3.0], abs=1e-6
    )
    assert len(solve_linear([[0.0, 0.0], [0.0, 0.0]], [1.0, 1.0])) == 2


def test_examples() -> None:
    """As they stand."""
    assert doctest.testmod(learned_weights).failed == 0
