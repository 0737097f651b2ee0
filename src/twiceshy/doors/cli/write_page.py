"""Write the report as a page into a file that a person names; a file that is there is not replaced unasked."""

import argparse
import os
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, UsageError
from twiceshy.base.plugins import find_answer
from twiceshy.base.private_files import write_new, write_whole
from twiceshy.base.values import Scope
from twiceshy.recipes import pages
from twiceshy.records.questions import RISK
from twiceshy.screens.number_words import make_page_words
from twiceshy.screens.terminal import formats


class WrittenPage(TypedDict):
    """What was written."""

    path: str
    bytes: int


def write_report_page(args: argparse.Namespace, config: Config, scope: Scope, now: datetime) -> WrittenPage:
    """Write the page; return where it is and how large.

    Raises:
        UsageError: the file is there already, or its folder is not.
        SourceError: it cannot be written.
    """
    from twiceshy.doors.web.draw_report_page import render_report_page  # noqa: PLC0415  # Jinja2 takes 60 ms

    path = Path(args.html)
    if os.path.lexists(path) and not args.force:
        raise UsageError(_describe_existing(path))
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {path.absolute().parent}: make it first, or name another file.")
    wording = make_page_words()
    risk = find_answer(RISK)
    riskiest = None if risk is None else risk.read_riskiest_work(config, Path.cwd(), scope, now)
    found = pages.build_report_page(config, scope, now, with_text=args.with_text, riskiest=riskiest)
    content = render_report_page(found, wording)
    try:
        if args.force:
            write_whole(path, content)
        else:
            write_new(path, content)
    except FileExistsError as exc:
        raise UsageError(_describe_existing(path)) from exc
    except OSError as exc:
        raise SourceError(f"{path} cannot be written: {exc.strerror}. Name another file.") from exc
    return {"path": str(path), "bytes": len(content)}


def describe_page(written: WrittenPage, *, with_text: bool) -> str:
    """Return where the page is, who may read it and what is in it."""
    text = "with" if with_text else "without"
    length = formats.size(written["bytes"])
    return f"Wrote {written['path']} ({length}), readable by you only, {text} the text of single calls."


def _describe_existing(path: Path) -> str:
    return f"{path} is there already. Name another file, or replace it with --force."
