"""Serve a team: members send counts or more of their runs and lessons, and get what the team knows.

The database is PostgreSQL, or an SQLite file to try it with: `--database`, or the variable TWICESHY_DATABASE where a
password should not show in a list of processes. Without a word it serves until it is ended:

    twiceshy serve --database team.db

What the person who runs it does:

    init           make roles and tables in PostgreSQL, and with --login the role that the server logs in as
    migrate        bring the tables up to date after an upgrade
    team           list teams; `team add NAME`, `team level LEVEL`
    member         list a team's members; `member add NAME`
    token          list a team's tokens; `token add MEMBER`, `token rotate ID`, `token revoke ID`
    key            make a key for a team's members: the server never gets it

Who runs it for others gives it a certificate (--certificate, --key), or stands it behind a proxy that has one
(--behind-proxy). It needs `pip install './wings/team[server]'` in the checkout.
"""

import argparse
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing, UsageError
from twiceshy.base.foreign_files import read_named
from twiceshy.doors.cli.filters import parse_count
from twiceshy.records.team import MemberLine, Scope, ShownToken, TeamLine, TokenLine
from twiceshy.screens.number_words import make_page_words
from twiceshy.screens.terminal.formats import day, number, one_line, plural
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer, print_text
from twiceshy_team import serve

EXAMPLE = "twiceshy serve --database team.db --port 8320"
DATABASE = "TWICESHY_DATABASE"
_LEVELS = ("counts", "anonymous", "full")
_SCOPES = ("write", "read", "admin")
_PORT, _MOST_PORT = (
    8320,
    65_535,
)  # a free one of the registered range (guess, 2026-11-23); the most by definition of TCP
_DAYS = 365
"""Until a token expires (guess, 2026-11-23)."""
_LONGEST_SECRET = 4_096
"""Bytes of a file with a password (guess, 2026-11-23)."""
_NEEDED = {"starlette", "uvicorn", "anyio", "psycopg", "psycopg_pool"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, to which database, and how to serve."""
    parser.add_argument(
        "action", nargs="?", default="run", choices=("run", "init", "migrate", "team", "member", "token", "key")
    )
    parser.add_argument("words", nargs="*", metavar="WORD", help="add NAME, level LEVEL, rotate ID, revoke ID")
    parser.add_argument("--database", metavar="URL", default="", help=f"postgresql://… or an SQLite file (${DATABASE})")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (127.0.0.1: this machine only)")
    parser.add_argument("--port", metavar="N", type=_parse_port, default=_PORT, help=f"listen there ({_PORT})")
    parser.add_argument("--certificate", metavar="FILE", type=Path, help="PEM file: encrypt with this certificate")
    parser.add_argument("--key", metavar="FILE", type=Path, help="PEM file with the certificate's key")
    parser.add_argument("--behind-proxy", action="store_true", help="a proxy in front encrypts: take plain HTTP")
    parser.add_argument(
        "--processes",
        metavar="N",
        type=parse_count,
        help="serve with so many (with PostgreSQL one for each core, at most 4; with SQLite 1)",
    )
    parser.add_argument(
        "--level",
        choices=_LEVELS,
        help="run: the most that is kept of any row (full); team: of texts that agents' exporters send (anonymous)",
    )
    parser.add_argument("--team", metavar="NAME", default="", help="which team, by name or id (the only one)")
    parser.add_argument("--login", metavar="ROLE", default="", help="init: make this role for the server to log in as")
    parser.add_argument("--password-file", metavar="FILE", type=Path, help="init: password of that role")
    parser.add_argument(
        "--scopes", default="write,read", help="token add: write, read, admin, with commas (write,read)"
    )
    parser.add_argument("--label", default="", help="token add: what it is for (the member's name)")
    parser.add_argument(
        "--days", metavar="N", type=int, default=_DAYS, help=f"token add: until it expires ({_DAYS}; 0: never)"
    )
    parser.add_argument("--keep", action="store_true", help="token rotate: the old one holds until it is revoked")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked; serving ends when the process is ended."""
    try:
        return _ACTIONS[args.action](args, config)
    except ModuleNotFoundError as exc:
        if (exc.name or "").partition(".")[0] not in _NEEDED:
            raise
        raise ToolMissing(f"a server needs {exc.name}: `pip install './wings/team[server]'` in the checkout.") from exc


def _run(args: argparse.Namespace, config: Config) -> int:
    from twiceshy_team.server.serve import ServeWish, serve_team  # noqa: PLC0415  # only this verb needs it

    database = _find_database(args)
    wish = ServeWish(
        database=database,
        host=args.host,
        port=args.port,
        level=args.level or "full",
        certificate=args.certificate,
        key=args.key,
        behind_proxy=args.behind_proxy,
        processes=args.processes or serve.choose_processes(database),
        cache=config.cache if config.cache.is_dir() else None,
        config=config,
    )
    says = "Members set it as sync.url, and open it with a browser. Ctrl-C ends the server."
    with suppress(KeyboardInterrupt):  # is how it ends
        serve_team(wish, make_page_words(), lambda address: print_text(f"{address}\n{says}"))
    return 0


def _init(args: argparse.Namespace, _: Config) -> int:
    if args.password_file and not args.login:
        raise UsageError("--password-file is the password of the role of --login: name both.")
    steps = serve.set_up_database(_find_database(args), args.login, _read_secret(args.password_file))
    return print_answer(args, "serve-steps", {"steps": steps}, lambda _: _describe_steps(steps, args.login))


def _migrate(args: argparse.Namespace, _: Config) -> int:
    steps = serve.set_up_database(_find_database(args), "", "")
    return print_answer(args, "serve-steps", {"steps": steps}, lambda _: _describe_steps(steps, ""))


def _describe_steps(steps: list[str], login: str) -> str:
    done = f"Took {plural(len(steps), 'step')}: {', '.join(steps)}." if steps else "The tables are up to date."
    return f"{done}\nThe server may log in as {login}." if login else done


def _team(args: argparse.Namespace, _: Config) -> int:
    address = _find_database(args)
    match args.words:
        case []:
            teams = serve.list_teams(address)
        case ["add", name]:
            teams = [serve.add_team(address, name, args.level or "anonymous", datetime.now(UTC))]
        case ["level", level] if level in _LEVELS:
            teams = [serve.set_team_level(address, args.team, level)]
        case _:
            raise UsageError(f"say `team`, `team add NAME` or `team level LEVEL` ({', '.join(_LEVELS)}).")
    return print_answer(args, "serve-teams", {"teams": teams}, lambda page: _draw_teams(teams, page))


def _draw_teams(teams: list[TeamLine], page: Page) -> str:
    columns = (Column("TEAM", flexible=True), Column("KEEPS OF EXPORTERS"), Column("SINCE"), Column("ID"))
    rows = [(one_line(one.name), one.level, day(one.made_at), one.team) for one in teams]
    return draw_table(columns, rows, page, empty="There is no team yet: twiceshy serve team add NAME")


def _member(args: argparse.Namespace, _: Config) -> int:
    address = _find_database(args)
    match args.words:
        case []:
            members = serve.list_members(address, args.team)
        case ["add", name]:
            members = [serve.add_member(address, args.team, name, datetime.now(UTC))]
        case _:
            raise UsageError("say `member` or `member add NAME`.")
    return print_answer(args, "serve-members", {"members": members}, lambda page: _draw_members(members, page))


def _draw_members(members: list[MemberLine], page: Page) -> str:
    columns = (Column("MEMBER", flexible=True), Column("ROWS", right=True), Column("SINCE"), Column("ID"))
    rows = [(one_line(one.name), number(one.rows), day(one.made_at), serve.shorten_id(one.member)) for one in members]
    return draw_table(columns, rows, page, empty="The team has no member yet: twiceshy serve member add NAME")


def _token(args: argparse.Namespace, _: Config) -> int:
    address, now = _find_database(args), datetime.now(UTC)
    match args.words:
        case []:
            return _list_tokens(args, serve.list_tokens(address, args.team))
        case ["revoke", digits]:
            return _list_tokens(args, [serve.revoke_token(address, args.team, digits, now)])
        case ["rotate", digits]:
            shown = serve.rotate_token(address, args.team, digits, keeps=args.keep, now=now)
        case ["add", member]:
            shown = serve.add_token(
                address,
                args.team,
                member,
                label=args.label,
                scopes=_parse_scopes(args.scopes),
                days=args.days,
                now=now,
            )
        case _:
            raise UsageError("say `token`, `token add MEMBER`, `token rotate ID` or `token revoke ID`.")
    return print_answer(args, "serve-token", shown, lambda _: _describe_token(shown))


def _list_tokens(args: argparse.Namespace, tokens: list[TokenLine]) -> int:
    return print_answer(args, "serve-tokens", {"tokens": tokens}, lambda page: _draw_tokens(tokens, page))


def _draw_tokens(tokens: list[TokenLine], page: Page) -> str:
    columns = (
        Column("TOKEN"),
        Column("FOR", flexible=True),
        Column("MEMBER"),
        Column("MAY"),
        Column("EXPIRES"),
        Column("LAST USED"),
    )
    rows = [
        (
            serve.shorten_id(one.digest),
            one_line(one.label),
            serve.shorten_id(one.member),
            ",".join(scope for scope in _SCOPES if scope in one.scopes),
            "revoked" if one.revoked_at else day(one.expires_at) if one.expires_at else "never",
            day(one.last_used_on) if one.last_used_on else "never",
        )
        for one in tokens
    ]
    return draw_table(columns, rows, page, empty="The team has no token yet: twiceshy serve token add MEMBER")


def _describe_token(shown: ShownToken) -> str:
    """Return the token, once, and how its member takes it."""
    line = shown.line
    may = " and ".join(scope for scope in _SCOPES if scope in line.scopes)
    until = f"until {day(line.expires_at)}" if line.expires_at else "until it is revoked"
    said = f"{shown.token}\nIt is shown this once. {one_line(shown.member)} may {may} with it {until}."
    if shown.replaces:
        said += f" {shown.replaces} holds no longer."
    return (
        f"{said}\nOn the member's machine, with the token in a file that only its owner may read (chmod 600):\n"
        "  twiceshy config set sync.url https://ADDRESS\n"
        "  twiceshy config set sync.token_file /PATH/OF/FILE\n"
        "  twiceshy config set telemetry.backend hybrid"
    )


def _key(args: argparse.Namespace, _: Config) -> int:
    made = serve.make_team_key()
    return print_answer(args, "serve-key", {"key": made}, lambda _: _describe_key(made))


def _describe_key(made: str) -> str:
    return (
        f"{made}\nGive it to every member by a way that you trust; each puts it into a file that only its owner may "
        "read, and says\n  twiceshy config set sync.team_key_file /PATH/OF/FILE\n"
        "With it equal commands of two members have equal hashes. The server must not have it."
    )


_ACTIONS: Mapping[str, Callable[[argparse.Namespace, Config], int]] = {
    "run": _run,
    "init": _init,
    "migrate": _migrate,
    "team": _team,
    "member": _member,
    "token": _token,
    "key": _key,
}


def _find_database(args: argparse.Namespace) -> str:
    """Return the database's address.

    Raises:
        UsageError: none is said.
    """
    found = str(args.database or os.environ.get(DATABASE, ""))
    if not found:
        raise UsageError(
            f"say which database: --database URL, or the variable {DATABASE}. `--database team.db` is an SQLite file."
        )
    return found


def _read_secret(path: Path | None) -> str:
    """Return the words of a file.

    Raises:
        SourceError: it cannot be read.
    """
    if path is None:
        return ""
    try:
        return read_named(str(path), _LONGEST_SECRET).decode().strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise SourceError(f"{path} cannot be read as a password: {exc}. Nothing was done.") from exc


def _parse_scopes(text: str) -> frozenset[Scope]:
    """Parse what a token may do.

    Raises:
        UsageError: a word is none of it.
    """
    found = frozenset(word.strip() for word in text.split(",") if word.strip())
    if not found or found - set(_SCOPES):
        raise UsageError(f"--scopes {text} is not some of {', '.join(_SCOPES)} with commas.")
    return cast("frozenset[Scope]", found)


def _parse_port(text: str) -> int:
    """Parse a port.

    Raises:
        ArgumentTypeError: it is none.
    """
    found = parse_count(text)
    if not 0 < found <= _MOST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 1 to {_MOST_PORT}")
    return found
