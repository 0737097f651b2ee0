"""The columns of advice: what rules said, or kept back as part of the holdout."""

from twiceshy.archive.table import Table
from twiceshy.records.rules import Advice

ADVICE = Table("advice", Advice)
