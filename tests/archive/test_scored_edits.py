"""archive.scored_edits, scans, session_links, commit_fates and observations: short JSON that comes back whole."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.archive.conftest import Log, stored

from twiceshy.archive import commit_fates, observations, scans, scored_edits, session_links
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records.commits import Link, Reversal, SessionFate, Survival
from twiceshy.records.effects import Observation
from twiceshy.records.findings import Finding, FindingDelta, Layer, Scan, ScannedEdit, ScanRequest, Score, Severity

SESSION = b"16 bytes of uid."


def finding(line: int = 1, path: str = "a.py") -> Finding:
    return Finding(
        rule="pattern/x",
        layer=Layer.PATTERN,
        severity=Severity.MAJOR,
        confidence=0.5,
        path=path,
        line=line,
        message=Scrubbed("wrong"),
        fingerprint=b"8 bytes!",
    )


def edit(**more: Any) -> ScannedEdit:
    values: dict[str, Any] = {"call": b"c", "path": "a.py", "path_key": b"k", "lines": 3, "task": 1, "at": 2.0}
    values |= {"bad": None, "known_at": 4.0, "layers": frozenset({Layer.TAINT, Layer.PATTERN})}
    return ScannedEdit(**values | {"change": FindingDelta()} | more)


def keep(store: Store, kind: str, value: bytes, key: bytes = SESSION) -> None:
    store.put_derived(kind, [DerivedValue(key, b"h", value)], 1)


def test_edits_come_back_as_they_were_scanned() -> None:
    """With findings in their own file and in others; what an edit left as it was is not stored."""
    elsewhere = finding(path="b.py")
    delta = FindingDelta(
        introduced=(finding(), elsewhere), fixed=(finding(2), elsewhere), unknown=("semgrep: missing",)
    )
    edits = [edit(change=delta), edit(bad=True, at=None, layers=frozenset()), edit(bad=False)]

    assert scored_edits.decode_edits(scored_edits.encode_edits(edits)) == edits
    kept = replace(delta, preserved=(finding(),))
    assert scored_edits.decode_edits(scored_edits.encode_edits([edit(change=kept)])) == [edit(change=delta)]


def test_of_very_many_findings_the_first_are_kept() -> None:
    """A generated file has thousands."""
    many = tuple(finding(line) for line in range(100))
    (found,) = scored_edits.decode_edits(
        scored_edits.encode_edits([edit(change=FindingDelta(introduced=many, fixed=many))])
    )

    for kept in (found.change.introduced, found.change.fixed):
        assert kept == many[: len(kept)]
        assert 10 < len(kept) < 100


def test_scores_belong_to_the_edits_that_they_were_made_for(store: Store) -> None:
    """Of other edits there are none; a session without either has none."""
    edits = [edit(change=FindingDelta(introduced=(finding(),))), edit()]
    scores = [
        Score(value=0.5, taint=0.1, pattern=0.2, refactor=None, history=0.4, version="7"),
        Score(value=None, version="7"),
    ]
    made = [replace(score, introduced=one.change) for one, score in zip(edits, scores, strict=True)]
    value = scored_edits.encode_scores(scores)

    assert scored_edits.decode_scores(value, edits) == made
    assert scored_edits.decode_scores(value, edits[:1]) == []
    assert scored_edits.decode_scores(scored_edits.encode_scores([]), []) == []
    keep(store, scored_edits.KIND, scored_edits.encode_edits(edits))
    assert scored_edits.read_scored_edits(store, SESSION) == []
    keep(store, scored_edits.SCORE, value)
    assert [tuple(one) for one in scored_edits.read_scored_edits(store, SESSION)] == list(zip(edits, made, strict=True))


def test_sessions_that_brought_in_a_fault_are_marked(store: Store) -> None:
    """The mark changes with what was found; a session that only fixed some has none."""
    with_fault = scored_edits.encode_edits([edit(), edit(change=FindingDelta(introduced=(finding(),)))])
    keep(store, scored_edits.KIND, with_fault)
    keep(store, scored_edits.KIND, scored_edits.encode_edits([edit(change=FindingDelta(fixed=(finding(),)))]), b"other")
    before = scored_edits.fault_marks(store)
    assert set(before) == {SESSION}

    keep(store, scored_edits.KIND, scored_edits.encode_edits([edit(change=FindingDelta(introduced=(finding(9),)))]))
    assert scored_edits.fault_marks(store)[SESSION] != before[SESSION]


def test_a_scan_is_good_for_its_text_and_the_scanner_s_version(store: Store) -> None:
    """Its path is given by whoever asks; a scanner that was missing or failed is asked again."""
    asked = ScanRequest("semgrep", "src/a.py", b"body", partial=False)
    scan = Scan(findings=(finding(path="src/a.py"),))
    unknown = {
        reason: ScanRequest("semgrep", reason, b"body", partial=False) for reason in ("missing", "failed", "timeout")
    }
    answers = {asked: scan} | {request: Scan(unknown=reason) for reason, request in unknown.items()}
    store.put_derived(scans.KIND, scans.make_entries(answers, "1.0"), scans.VERSION)

    found = scans.read_scans(store.connection, [asked, *unknown.values()], "1.0")

    assert found == {asked: scan, unknown["timeout"]: Scan(unknown="timeout")}
    assert scans.read_scans(store.connection, [asked], "1.1") == {}
    assert scans.read_scans(store.connection, [asked._replace(partial=True)], "1.0") == {}


def test_links_and_fates_come_back_for_their_session(store: Store) -> None:
    """Nothing is known of a session that was not looked at."""
    assert session_links.links_of_session(store, SESSION) == ()
    assert commit_fates.fate_of_session(store, SESSION) is None
    link = Link(
        session=SESSION,
        commit_hash="ab" * 20,
        confidence=0.9,
        evidence=(("hash", "abab"),),
        lines_shared=3,
        lines_of_commit=4,
        lines_of_session=5,
    )
    keep(store, session_links.KIND, session_links.encode_links([link]))
    assert session_links.links_of_session(store, SESSION) == (link,)

    survival = Survival(commit_hash="ab" * 20, lines=3, alive=((1, 0.5),), at_head=0.25)
    undone = Reversal(commit_hash="ab" * 20, by="cd" * 20, kind="replaced", share=0.95, days=1.5)
    fate = SessionFate((survival,), (undone,), {b"call": 0.5})
    keep(store, commit_fates.KIND, commit_fates.encode_fate(fate))
    assert commit_fates.fate_of_session(store, SESSION) == fate


def test_observations_come_back_with_their_session_s_place(store: Store) -> None:
    """Habits and outcomes that did not happen are known from those that are not known."""
    log = Log().opened()
    stored(store, log)
    one = Observation(
        unit="edit",
        session=log.session,
        project="web-shop",
        agent="claude-code",
        model="",
        at=datetime(2026, 9, 1, 12, tzinfo=UTC),
        path="a.py",
        did={"read": True, "searched": False},
        became={"failed": False},
        size="small",
        n=2,
        proof=("aa", "bb"),
    )
    task = replace(one, unit="task", path=None, did={}, proof=())
    keep(store, observations.KIND, observations.encode_observations([one, task]), log.session)

    assert list(observations.read_observations(store, Scope())) == [replace(one, proof=("aa",)), task]
    assert list(observations.read_observations(store, Scope(agent="codex"))) == []
    keep(store, observations.KIND, observations.encode_observations([one] * 500), log.session)
    assert 50 < len(list(observations.read_observations(store, Scope()))) < 500
