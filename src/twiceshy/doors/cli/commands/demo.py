"""Show how a lesson is learned: three mistakes of an invented agent, from error to lesson to warning.

The mistakes: a namespace that belongs to somebody else, a commit hash that is too short, a merge request before the
push. The sessions are invented, and the code that works on yours reads them, learns from them and warns. All of it
happens in a temporary folder that is removed at the end; your data, settings and agents' files stay as they are.
"""

import argparse
from typing import TYPE_CHECKING

from twiceshy.base.config import Config
from twiceshy.recipes import look
from twiceshy.screens.terminal.formats import percent, plural
from twiceshy.screens.terminal.page import print_answer, wrap

if TYPE_CHECKING:
    from twiceshy.records.views import Scene

EXAMPLE = "twiceshy demo lessons"
_WIDTH = 110  # columns; what the page of the docs shows (by design)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to show."""
    parser.add_argument("what", choices=("lessons",), help="what to show")


def run(args: argparse.Namespace, _: Config) -> int:
    """Play it, and show each step."""
    found = look.demo_lessons()
    return print_answer(args, "demo", found, lambda _: _render_scenes(found))


def _render_scenes(found: "tuple[Scene, ...]") -> str:
    """Render the scenes in words."""
    lines = []
    for number, scene in enumerate(found, 1):
        lines += [f"{number}. {scene.title}", *_scene_lines(scene)]
    return "\n".join([*lines, "All of this happened in a temporary folder, which is removed."])


def _scene_lines(scene: "Scene") -> list[str]:
    """Return the lines of one mistake."""
    states = [f"{plural(n, 'session')}: {state}, {percent(sure)}" for n, state, sure in scene.states]
    return [
        _render_row("call", scene.call),
        _render_row("error", scene.error),
        _render_row("worked", scene.fix),
        _render_row("after", "; ".join(states)),
        _render_row("lesson", f"{scene.lesson[:10]} {scene.words}"),
        _render_row("steps", "; ".join(scene.steps)),
        _render_row("next", scene.asked),
        *(_render_row("", line) for said in scene.warning for line in wrap(said, _WIDTH)),
    ]


def _render_row(name: str, text: str) -> str:
    """Render a line with its name before it."""
    return f"   {name:<7} {text}"
