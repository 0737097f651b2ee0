"""What groups several people's work is made with the team's key, and of what they share."""

from wings.team.tests.sync.sending import TEAM, terms

from twiceshy.privacy.wire.sending_terms import SendingTerms


def test_only_a_shared_identity_names_a_project() -> None:
    """Two people's folders of one path are not one project; without a key nothing is hashed."""
    assert terms().hash_project("folder:/home/ann/shop") is None
    assert terms().hash_project(None) is None
    assert terms(team=None).hash_project("remote:host/owner/shop") is None
    assert terms().hash_project("remote:host/owner/shop") == terms("full").hash_project("remote:host/owner/shop")
    assert terms().hash_project("root:abc") != terms().hash_project("remote:abc")


def test_an_id_is_of_one_store_and_a_hash_of_the_team() -> None:
    """The one keeps two people's rows apart, the other brings them together."""
    ann, ben = SendingTerms("counts", b"a" * 32, TEAM), SendingTerms("counts", b"b" * 32, TEAM)

    assert ann.make_id("lesson", "x") != ben.make_id("lesson", "x")
    assert ann.hash_shared("lesson", "x") == ben.hash_shared("lesson", "x")
    assert ann.hash_shared("lesson", "x") != ann.hash_shared("fact", "x")
