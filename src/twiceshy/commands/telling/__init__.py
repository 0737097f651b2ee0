"""Telling: the one line of any output that says what is wrong."""

from twiceshy.commands.telling.telling_line import VERSION, find_telling_line, is_message

__all__ = ["VERSION", "find_telling_line", "is_message"]
