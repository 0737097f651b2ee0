"""Lines as they mostly went on before."""

from benchmarks.edits.edit_ngrams import EditNgrams, rewrite_lines
from tests.next_edit.invented_edits import ask


def learned(*texts: str) -> EditNgrams:
    ngrams = EditNgrams()
    for text in texts:
        ngrams.learn(text)
    return ngrams


def test_without_a_past_nothing_is_said() -> None:
    """The old lines stay."""
    assert rewrite_lines(ask("total = get(cart)"), learned()) is None
    assert rewrite_lines(ask(""), learned()) is None


def test_a_line_is_written_on_where_another_token_always_came() -> None:
    """To its end; the part before it stays."""
    ngrams = learned("total = sum(cart.items())\n", "x = 1\ntotal = sum(cart.items())")

    assert rewrite_lines(ask("total = sum(cart.lines)"), ngrams) == "total = sum(cart.items())"
    assert rewrite_lines(ask("total = sum(cart.items())"), ngrams) is None


def test_where_it_is_not_sure_the_line_stays() -> None:
    """Half of the times is not enough."""
    ngrams = learned("total = sum(cart.items())", "total = sum(cart.names())")

    assert rewrite_lines(ask("total = sum(cart.lines)"), ngrams) is None


def test_lines_are_put_in_one_at_a_time() -> None:
    """What mostly stood below."""
    ngrams = learned("import json\nimport os\nimport sys\n")

    assert rewrite_lines(ask("", before="import json\nimport os"), ngrams) == "import sys"


def test_a_line_ends() -> None:
    """Also where the past goes in a circle."""
    ngrams = learned("a b " * 50)
    said = rewrite_lines(ask("", before="a b a b a b"), ngrams)

    assert said is None or len(said) < 400
