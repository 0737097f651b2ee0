"""The columns of advice: what rules said, or kept back as part of the holdout."""

from twiceshy.records.rules import Advice
from twiceshy.store.table import Table

ADVICE = Table("advice", Advice)
