"""Show how a lesson is learned: three mistakes of an invented agent, from error to lesson to warning.

A namespace that is not the agent's own, a commit hash that is too short, a merge request before the push. The sessions
are invented; they are read, learned from and warned of by the same code as yours, in a temporary folder that is removed
at the end. Your data folder, your settings and your agents' files are not touched.
"""

import argparse
from textwrap import wrap

from twiceshy.config import Config
from twiceshy.records.demo import Scene
from twiceshy.surfaces.cli.as_json import answer
from twiceshy.surfaces.cli.draw import plural

EXAMPLE = "twiceshy demo lessons"
WIDTH = 110


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to show."""
    parser.add_argument("what", choices=("lessons",), help="what to show")


def run(args: argparse.Namespace, _: Config) -> int:
    """Play it, and show each step."""
    from twiceshy.flows.demo_lessons import demo_lessons  # noqa: PLC0415  # `--help` need not pay for it

    found = demo_lessons()
    print(answer("demo", found) if args.json else drawn(found))
    return 0


def drawn(found: tuple[Scene, ...]) -> str:
    """The scenes in words."""
    lines = []
    for number, scene in enumerate(found, 1):
        lines += [f"{number}. {scene.title}", *scene_lines(scene)]
    return "\n".join([*lines, "All of it happened in a temporary folder, which is gone."])


def scene_lines(scene: Scene) -> list[str]:
    """One mistake."""
    states = [f"{plural(n, 'session')}: {state}, {sure:.0%}" for n, state, sure in scene.states]
    return [
        row("call", scene.call),
        row("error", scene.error),
        row("worked", scene.fix),
        row("after", "; ".join(states)),
        row("lesson", f"{scene.lesson[:10]} {scene.words}"),
        row("steps", "; ".join(scene.steps)),
        row("next", scene.asked),
        *(row("", line) for said in scene.warning for line in wrap(said, WIDTH, break_on_hyphens=False)),
    ]


def row(name: str, text: str) -> str:
    """A line with its name before it."""
    return f"   {name:<7} {text}"
