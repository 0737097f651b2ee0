"""Testlog: what the output of tests, builds, type checkers and linters says, green, red or nothing.

Agents pipe tests through ``tail`` and end lines with ``|| true``, so that exit statuses say nothing and logs call a
failed run a success. The tools themselves say it in their last lines, each in its own form. Each parser knows one such
form.
"""

from twiceshy.commands.testlog.output_verdicts import read_verdicts

__all__ = ["read_verdicts"]
