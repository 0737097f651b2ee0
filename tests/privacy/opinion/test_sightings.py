"""Of sightings that overlap the strongest stays."""

from twiceshy.privacy.opinion.sightings import Certainty, Sighting, keep_strongest


def a_sighting(start: int, end: int, certainty: Certainty = Certainty.LIKELY) -> Sighting:
    return Sighting(start, end, "kind", "sign", certainty)


def test_what_does_not_overlap_stays() -> None:
    assert keep_strongest([a_sighting(4, 9), a_sighting(0, 4)]) == [a_sighting(0, 4), a_sighting(4, 9)]


def test_the_more_certain_then_the_longer_stays() -> None:
    certain = a_sighting(2, 4, Certainty.CERTAIN)

    assert keep_strongest([a_sighting(0, 9), certain]) == [certain]
    assert keep_strongest([a_sighting(0, 3), a_sighting(1, 9)]) == [a_sighting(1, 9)]
