"""Show how a lesson is learned: three mistakes of an invented agent, from error to lesson to warning.

A namespace that is not the agent's own, a commit hash that is too short, a merge request before the push. The sessions
are invented; they are read, learned from and warned of by the same code as yours, in a temporary folder that is removed
at the end. Your data folder, your settings and your agents' files are not touched.
"""

import argparse
from textwrap import wrap

from twiceshy.config import Config
from twiceshy.records.views import Scene
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import plural

EXAMPLE = "twiceshy demo lessons"
_WIDTH = 110


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to show."""
    parser.add_argument("what", choices=("lessons",), help="what to show")


def run(args: argparse.Namespace, _: Config) -> int:
    """Play it, and show each step."""
    from twiceshy.flows.look import demo_lessons  # noqa: PLC0415  # `--help` need not pay for it

    found = demo_lessons()
    print(to_json("demo", found) if args.json else _render_scenes(found))
    return 0


def _render_scenes(found: tuple[Scene, ...]) -> str:
    """Render the scenes in words."""
    lines = []
    for number, scene in enumerate(found, 1):
        lines += [f"{number}. {scene.title}", *_scene_lines(scene)]
    return "\n".join([*lines, "All of it happened in a temporary folder, which is gone."])


def _scene_lines(scene: Scene) -> list[str]:
    """Return the lines of one mistake."""
    states = [f"{plural(n, 'session')}: {state}, {sure:.0%}" for n, state, sure in scene.states]
    return [
        _render_row("call", scene.call),
        _render_row("error", scene.error),
        _render_row("worked", scene.fix),
        _render_row("after", "; ".join(states)),
        _render_row("lesson", f"{scene.lesson[:10]} {scene.words}"),
        _render_row("steps", "; ".join(scene.steps)),
        _render_row("next", scene.asked),
        *(_render_row("", line) for said in scene.warning for line in wrap(said, _WIDTH, break_on_hyphens=False)),
    ]


def _render_row(name: str, text: str) -> str:
    """Render a line with its name before it."""
    return f"   {name:<7} {text}"
