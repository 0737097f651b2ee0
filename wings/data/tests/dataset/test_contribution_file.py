"""The file: JSON, the same bytes for the same figures, and every figure with its name."""

import json
import re

from twiceshy_data.dataset.contribution_file import (
    ContributionHead,
    SharedTables,
    make_id,
    make_proof,
    render_contribution,
)
from twiceshy_data.dataset.shared_figures import DurationCell, FigureCell, TogetherCell

HEAD = ContributionHead("c-1", "twiceshy 1", "2026-W01", "2026-W02")


def test_every_figure_has_a_name() -> None:
    """One line each, so that people can read it."""
    tables = SharedTables(
        10,
        [FigureCell(("Bash", "worked"), 20, 5)],
        [FigureCell(("git commit", "error"), 7, 5)],
        [DurationCell("pytest", 1.5, None, 5)],
        [FigureCell(("fix",), 9, 5)],
        [TogetherCell("source", "test", 10, 5)],
        [FigureCell(("usage", "edit", "syntax", ""), 6, 5)],
    )

    data = render_contribution(HEAD, tables)

    assert json.loads(data)["tables"] == {
        "tools": [{"tool": "Bash", "ended": "worked", "calls": 20, "sessions": 5}],
        "programs": [{"program": "git commit", "ended": "error", "runs": 7, "sessions": 5}],
        "durations": [{"program": "pytest", "median_s": 1.5, "p90_s": None, "sessions": 5}],
        "commits": [{"type": "fix", "commits": 9, "sessions": 5}],
        "files": [{"changed": "source", "beside": "test", "together": 10, "alone": 5}],
        "lessons": [{"kind": "usage", "subject": "edit", "category": "syntax", "rule": "", "times": 6, "sessions": 5}],
    }
    assert b'{"tool": "Bash", "ended": "worked", "calls": 20, "sessions": 5}]' in data
    assert tables.count_cells() == dict.fromkeys(("tools", "programs", "durations", "commits", "files", "lessons"), 1)


def test_it_says_its_rules_and_not_whose_it_is() -> None:
    """Whoever puts several together knows what each hides."""
    found = json.loads(render_contribution(HEAD, SharedTables()))

    assert found["rules"]["sessions_at_least"] == 5
    assert found["rules"]["persons"] == 1
    assert set(found) == {"schema", "contribution", "made_by", "text", "rules", "weeks", "sessions", "tables"}


# An id names a contribution to everybody, and its proof only to its writer.


def test_an_id_is_made_from_its_proof_alone() -> None:
    """Another secret or number gives another one, and neither is part of it."""
    ids = {make_id(make_proof(secret, number)) for secret in (b"a" * 32, b"b" * 32) for number in range(1, 50)}

    assert len(ids) == 98
    assert all(re.fullmatch(r"c(?:-[0-9a-f]{5}){8}", one) for one in ids)
    assert make_proof(b"a" * 32, 1) not in {one.replace("-", "") for one in ids}
