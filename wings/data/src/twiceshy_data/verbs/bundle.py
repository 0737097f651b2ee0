"""Take lessons and run patterns that others proved, and give them yours, in signed files.

A bundle holds keys (hashes) and no text. What it names and was seen here once is used at once; without it a lesson has
to be seen three times in two sessions, and a pattern in more runs. What never happened here stays silent, whatever a
bundle says.

`make FILE --key KEY` writes what is in use here, signed by a key of OpenSSH. `add FILE` takes a bundle: one of a key
that is new here only after you said so, by the key's fingerprint (--signer) or at the terminal. `list` shows what each
brought. `remove NAME` lets one go. `revoke NAME` lets it go and never takes it again, `revoke SHA256:…` all that this
key signed or will sign. A maker takes an own bundle back by a newer one: `make --revokes HASH`.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.screens.terminal.formats import day, number, plural
from twiceshy.screens.terminal.page import Column, Page, confirm, draw_table, print_answer
from twiceshy_data import contribute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twiceshy.records.bundles import BundleRemoval, KeptBundle, MadeBundle
    from twiceshy_data.contribute import SignedBundle

EXAMPLE = "twiceshy bundle list"
_SHA256_DIGITS = 64
"""By definition of SHA-256 in hexadecimal digits."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, and with which bundle."""
    parser.add_argument("action", nargs="?", default="list", choices=_ACTIONS)
    parser.add_argument(
        "what", nargs="?", default="", metavar="FILE|NAME", help="a file; a bundle's name or hash; a key"
    )
    parser.add_argument("--signer", metavar="SHA256:…", default="", help="add: the fingerprint of a key that you trust")
    parser.add_argument("--key", metavar="FILE", help="make: the private key that signs")
    parser.add_argument("--name", metavar="NAME", default="", help="make: the bundle's name (the file's)")
    parser.add_argument("--project", metavar="NAME", help="make: only lessons on projects with this in their name")
    parser.add_argument("--revokes", metavar="HASH", action="append", default=[], help="make: take back an older one")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    if not args.what and args.action != "list":
        raise UsageError(f"say which: twiceshy bundle {args.action} {_WANTED[args.action]}.")
    return _ACTIONS[args.action](args, config)


def _list(args: argparse.Namespace, config: Config) -> int:
    found = contribute.list_bundles(config)
    return print_answer(args, "bundles", {"bundles": found}, lambda page: _draw_list(found, page))


def _draw_list(found: "Sequence[KeptBundle]", page: Page) -> str:
    """Draw a row for each bundle."""
    if not found:
        return "Bundles: none. `twiceshy bundle add FILE` takes one, `twiceshy bundle make FILE --key KEY` makes one."
    columns = (
        Column("bundle"),
        Column("keys", right=True),
        Column("seen here", right=True),
        Column("in use by it", right=True),
        Column("patterns", right=True),
        Column("added"),
        Column("signed by"),
    )
    rows = [
        (
            one.name,
            number(one.keys),
            number(one.seen),
            number(one.early),
            number(one.patterns),
            day(one.added_at),
            one.signer,
        )
        for one in found
    ]
    return draw_table(columns, rows, page)


def _make(args: argparse.Namespace, config: Config) -> int:
    """Write a bundle."""
    if not args.key:
        raise UsageError("say who signs: --key FILE, for instance ~/.ssh/id_ed25519.")
    if not all(len(one) == _SHA256_DIGITS and set(one) <= set("0123456789abcdef") for one in args.revokes):
        raise UsageError("--revokes takes the whole hash that `bundle make` told: 64 hexadecimal digits.")
    path = Path(args.what)
    wish = contribute.BundleWish(
        args.name or path.stem.lower(), Path(args.key).expanduser(), args.project, [*map(bytes.fromhex, args.revokes)]
    )
    made = contribute.make_bundle(config, path, wish, datetime.now(UTC))
    return print_answer(args, "bundle-made", made, lambda _: _describe_made(made))


def _describe_made(made: "MadeBundle") -> str:
    """Return what was written, and what whoever gets it needs to know."""
    named = f"{plural(made.lessons, 'lesson')} ({plural(made.keys, 'key')}), {plural(made.patterns, 'run pattern')}"
    return (
        f"Wrote {made.path}: {named}, no text.\nHash: {made.sha256}\n"
        f"Whoever takes it: twiceshy bundle add {made.path} --signer {made.signer}"
    )


def _add(args: argparse.Namespace, config: Config) -> int:
    """Take a bundle, of a new key only when the person says so."""
    signed = contribute.read_bundle(Path(args.what))
    if args.signer and args.signer != signed.signer:
        raise UsageError(f"{args.what} is signed by {signed.signer}, not by {args.signer[:80]}. Nothing was added.")
    if not args.signer and not contribute.is_known_signer(config, signed.signer) and not _agrees(signed):
        raise UsageError(
            f"{args.what} is signed by a key that is new here: {signed.signer}. Nothing was added. If you know "
            f"whose it is: twiceshy bundle add {args.what} --signer {signed.signer}"
        )
    kept = contribute.add_bundle(config, signed, datetime.now(UTC))
    return print_answer(args, "bundle-added", kept, lambda _: _describe_added(kept))


def _agrees(signed: "SignedBundle") -> bool:
    """Ask whether a new key is trusted; without a terminal it is not."""
    return sys.stdin.isatty() and confirm(
        f"{signed.bundle.name} is signed by a key that is new here: {signed.signer}. Do you know whose it is, and "
        "trust what they proved?",
        "this lets another's word count",
    )


def _describe_added(kept: "KeptBundle") -> str:
    """Return what the bundle brings here."""
    names = f"{kept.name} has {plural(kept.keys, 'key')} of lessons and {number(kept.patterns)} of run patterns."
    if not kept.seen:
        return f"{names} None of these lessons was seen here yet: nothing is said until one is."
    return (
        f"{names} They mean {plural(kept.seen, 'lesson')} that you have too; {number(kept.early)} would "
        "still only be watched without the bundle, and are in use now."
    )


def _remove(args: argparse.Namespace, config: Config) -> int:
    removed = contribute.remove_bundle(config, args.what)
    return print_answer(args, "bundle-removed", removed, lambda _: _describe_removed(removed))


def _revoke(args: argparse.Namespace, config: Config) -> int:
    removed = contribute.revoke_bundle(config, args.what, datetime.now(UTC))
    return print_answer(args, "bundle-removed", removed, lambda _: _describe_removed(removed))


def _describe_removed(removed: "BundleRemoval") -> str:
    """Return what left, and what is refused from now on."""
    left = f"Removed {', '.join(removed.bundles)}." if removed.bundles else "No bundle was here."
    watched = f" {plural(removed.watched, 'lesson')} will be watched only, as before." if removed.watched else ""
    refused = f" Not taken again: {', '.join(removed.refused)}." if removed.refused else ""
    return left + watched + refused


_ACTIONS = {"list": _list, "make": _make, "add": _add, "remove": _remove, "revoke": _revoke}
_WANTED = {
    "make": "FILE --key KEY",
    "add": "FILE",
    "remove": "NAME",
    "revoke": "NAME, or the fingerprint of a key",
}
