"""Readers of what stands near words are loaded only where the rules' pass noted such a place."""

import subprocess
import sys

CODE = """
import sys
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber

scrubber = Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD)
scrubber.text({text!r})
print(*sorted(name.rpartition(".")[2] for name in sys.modules if name.startswith("twiceshy.privacy")))
"""
READERS = {"nearby_values", "printed_secrets", "second_opinion", "keyed_values"}


def loaded(text: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", CODE.format(text=text)], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_plain_text_loads_no_reader() -> None:
    """A word for a credential without a value costs a look around it, and no reader's expressions."""
    assert loaded("4 passed in 0.2s; the token was refused, see docs/auth.md") & READERS == set()


def test_a_value_near_a_word_loads_what_reads_it() -> None:
    """Where the small engine points to a value, its line is read."""
    assert "nearby_values" in loaded("db_secret     k9Xw2mQ7vT4zB6nR")
