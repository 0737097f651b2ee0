"""Config: one frozen record of every setting, and where each value came from.

Later places win: defaults < user file < project file < environment < flags. A project file comes with a repository that
somebody else may have written, so it can make collecting stricter and change how answers are shown, and nothing more:
it cannot move the data folder, loosen redaction or shorten what is kept. A key that is not known is an error, since a
misspelt ``privacy.level`` would otherwise leave the looser one in force. Every command loads this first, so nothing is
imported that the files found do not need.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast

from twiceshy.base.errors import ConfigError
from twiceshy.base.setting_values import MOST_SHOWN, Setting, Value, check_raw, parse_text, refuse_in_project

SINCE = r"\d{1,5}[hdwmy]|\d{4}-\d\d-\d\d"  # 36h, 30d, 4w, 3m, 1y or a date
SERVER_ADDRESS = (
    r"https://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[A-Za-z0-9._~/-]*)?"
    r"|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?:/[A-Za-z0-9._~/-]*)?"
)
VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
_A_VARIABLE = "the name of a variable"
PREFIX = "TWICESHY_"
OTHER_VARIABLES = frozenset({"TWICESHY_DEBUG", "TWICESHY_HOOK_LEARNS", "TWICESHY_SYNC_TOKEN", "TWICESHY_TEAM_KEY"})
"""Variables of ours that are no settings."""
_LARGEST_FILE = 64 << 10  # bytes of a settings file: every setting with its words takes 6 KB (guess, 2026-11-22)
_MOST_PROCESSES = 4  # measured on 2026-11-21: one writer takes what four readers give; more cost memory


def _declare(setting: Setting, default: Value) -> Any:
    """Return a dataclass field that carries its ``Setting``."""
    return field(default=default, metadata={"setting": setting._replace(default=default)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting. A field is a key with ``_`` for its dot; its ``Setting`` holds the words for people."""

    home: Path = _declare(  # noqa: RUF009  # makes a dataclass field, as field() does
        Setting("home", "Data folder: the store, the salt of hashes, caches. Absolute; `~` is expanded.", runs=True),
        Path(),
    )
    enabled: bool = _declare(
        Setting(
            "enabled",
            "Whether anything is collected. When false, every verb that reads logs says so and ends.",
            allowed=(True, False),
            project="stricter",
        ),
        True,
    )
    privacy_level: str = _declare(
        Setting(
            "privacy.level",
            "How much is redacted before anything is stored. `strict` also redacts addresses, names and hosts.",
            allowed=("standard", "strict"),
            project="stricter",
        ),
        "standard",
    )
    ingest_processes: int = _declare(
        Setting("ingest.processes", "Processes that read logs. 0: as many as there are cores, at most 4."), 0
    )
    ingest_agents: tuple[str, ...] = _declare(
        Setting("ingest.agents", "Agents whose logs are read, for instance `claude-code`. Empty: all that are known."),
        (),
    )
    telemetry_level: str = _declare(
        Setting(
            "telemetry.level",
            "What is kept of a command run: its redacted text, only its shape, or nothing. It never leaves here.",
            allowed=("full", "anonymous", "none"),
            project="stricter",
        ),
        "anonymous",
    )
    telemetry_retention_days: int = _declare(
        Setting("telemetry.retention_days", "Days that command runs are kept before `learn` removes them.", least=1),
        90,
    )
    telemetry_max_db_size_mb: int = _declare(
        Setting(
            "telemetry.max_db_size_mb",
            "Most MB that command runs may take together: `learn` removes the oldest.",
            least=1,
        ),
        100,
    )
    telemetry_ask: bool = _declare(
        Setting(
            "telemetry.ask",
            "After a run that a limit or a pattern ended, ask at the terminal whether that was right.",
            (True, False),
        ),
        True,
    )
    telemetry_backend: str = _declare(
        Setting(
            "telemetry.backend",
            "Where records go: nowhere (`local`), also into files that you carry (`file`), also to your team's server "
            "(`hybrid`), or only there, for machines that vanish (`http`). A project can only set it to `local`.",
            allowed=("http", "hybrid", "file", "local"),
            project="off",
        ),
        "local",
    )
    sync_url: str = _declare(
        Setting(
            "sync.url",
            "Address of your team's server. Empty: nothing is sent and no connection is opened.",
            pattern=SERVER_ADDRESS,
            form="an https address, an http address of this machine, or empty",
        ),
        "",
    )
    sync_level: str = _declare(
        Setting(
            "sync.level",
            "What may leave: counts and keyed hashes; with words that are redacted strictly; or what is stored here.",
            allowed=("full", "anonymous", "counts"),
        ),
        "counts",
    )
    sync_token_env: str = _declare(
        Setting("sync.token_env", "Name of the variable that holds your token.", pattern=VARIABLE, form=_A_VARIABLE),
        "TWICESHY_SYNC_TOKEN",
    )
    sync_token_file: Path = _declare(  # noqa: RUF009  # makes a dataclass field, as field() does
        Setting("sync.token_file", "Absolute path of a file with your token; only you may read it (0600)."), Path()
    )
    sync_team_key_env: str = _declare(
        Setting(
            "sync.team_key_env",
            "Name of the variable that holds your team's key: equal commands of two people get equal hashes by it.",
            pattern=VARIABLE,
            form=_A_VARIABLE,
        ),
        "TWICESHY_TEAM_KEY",
    )
    sync_team_key_file: Path = _declare(  # noqa: RUF009  # makes a dataclass field, as field() does
        Setting("sync.team_key_file", "Absolute path of a file with that key; only you may read it (0600)."), Path()
    )
    sync_ca_file: Path = _declare(  # noqa: RUF009  # makes a dataclass field, as field() does
        Setting("sync.ca_file", "Absolute path of the certificate of your own authority. Empty: the system's."), Path()
    )
    sync_max_outbox_mb: int = _declare(
        Setting("sync.max_outbox_mb", "Most MB that wait to be sent; samples of output go first.", least=1), 50
    )
    sync_folder: Path = _declare(  # noqa: RUF009  # makes a dataclass field, as field() does
        Setting("sync.folder", "Absolute path of the folder for `file`. Empty: `outbox` in the data folder."), Path()
    )
    memory_retention_days: int = _declare(
        Setting("memory.retention_days", "Days that sessions are kept, by `learn` where you set it.", least=1), 730
    )
    memory_keep: str = _declare(
        Setting(
            "memory.keep",
            "Repositories beside which `learn` keeps a memory: those in which you asked for one, all, or none.",
            allowed=("all", "asked", "none"),
            project="stricter",
        ),
        "asked",
    )
    memory_remote: str = _declare(
        Setting("memory.remote", "Where `memory push` goes: a remote's name or address. Empty: the project's own."), ""
    )
    share_prompts: bool = _declare(
        Setting("share.prompts", "Whether a memory holds prompts, redacted.", (True, False), project="stricter"),
        False,
    )
    share_bodies: bool = _declare(
        Setting("share.bodies", "Whether it holds whole chats, redacted.", (True, False), project="stricter"), False
    )
    report_since: str = _declare(
        Setting(
            "report.since",
            "How far back `report` looks without `--since`: `36h`, `30d`, `4w`, `3m`, `1y`, a date; empty: everything.",
            pattern=SINCE,
            form="'36h', '30d', '4w', '3m', '1y', a date such as '2026-11-01', or empty",
            project="yes",
        ),
        "",
    )
    cost_prices: Path = _declare(  # noqa: RUF009  # makes a dataclass field, as field() does
        Setting("cost.prices", "Absolute path of a TOML file with your own prices of models. Empty: the list's."),
        Path(),
    )
    budget_day: int = _declare(
        Setting("budget.day", "US dollars a day that the status line counts against. 0: none.", least=0),
        0,
    )
    learn_every_minutes: int = _declare(
        Setting(
            "learn.every_minutes",
            "Minutes between two runs of `learn` that hooks start. After a change: `twiceshy doctor --repair`.",
            least=1,
        ),
        10,
    )
    learn_cpu_budget_s: int = _declare(
        Setting("learn.cpu_budget_s", "CPU seconds after which a run of `learn` leaves the rest to the next.", least=1),
        120,
    )
    lessons_enabled: bool = _declare(
        Setting(
            "lessons.enabled",
            "Whether lessons are learned and shown. When false, those that are stored stay, and none is added.",
            allowed=(True, False),
            project="stricter",
        ),
        True,
    )
    lessons_ignore: tuple[str, ...] = _declare(
        Setting("lessons.ignore", "Categories of lessons that are not learned, for instance `style`. Empty: none."),
        (),
    )
    lessons_vectors: str = _declare(
        Setting(
            "lessons.vectors",
            "Where vectors of lessons are kept: in the archive or in ChromaDB (`pip install '.[chroma]'`).",
            allowed=("archive", "chroma"),
        ),
        "archive",
    )
    advice_enabled: bool = _declare(
        Setting(
            "advice.enabled",
            "Whether rules are compiled and given to agents. When false, hooks go on recording and say nothing.",
            allowed=(True, False),
            project="stricter",
        ),
        True,
    )
    advice_patterns: str = _declare(
        Setting("advice.patterns", "Patterns that speak at an edit before a lesson does.", ("sure", "all", "none")),
        "sure",
    )
    advice_enforce_workflow: bool = _declare(
        Setting("advice.enforce_workflow", "Whether a call that skips a mandatory step is refused.", (True, False)),
        False,
    )
    advice_set_timeout: bool = _declare(
        Setting("advice.set_timeout", "Whether a Bash call of Claude Code gets the learned limit.", (True, False)),
        False,
    )
    advice_held_back_percent: int = _declare(
        Setting("advice.held_back_percent", "Percent of sessions in which a rule is silent, to measure it.", most=100),
        15,
    )
    advice_trial: str = _declare(
        Setting("advice.trial", "`placebo`: as many sessions again get a neutral line.", ("holdout", "placebo")),
        "holdout",
    )
    brief_enabled: bool = _declare(
        Setting(
            "brief.enabled",
            "Whether agents get a brief of what is known about their task, once a session. Needs `advice.enabled`.",
            allowed=(True, False),
            project="stricter",
        ),
        True,
    )
    train_automatic: bool = _declare(
        Setting("train.automatic", "Whether `learn` trains, once a week, what training pays for.", (True, False)), False
    )
    contribute_exclude: tuple[str, ...] = _declare(
        Setting("contribute.exclude", "Projects and folders that are never in data to train on or to give away."), ()
    )
    fleet_output: str = _declare(
        Setting("fleet.output", "Folder or address of a fleet's output, which dashboard and board show. Empty: none."),
        "",
    )
    tools_semgrep: Path = _declare(  # noqa: RUF009  # makes a dataclass field, as field() does
        Setting("tools.semgrep", "Absolute path of the program `semgrep-core`. Empty: it is looked for.", runs=True),
        Path(),
    )
    tools_ruff: Path = _declare(  # noqa: RUF009  # makes a dataclass field, as field() does
        Setting("tools.ruff", "Absolute path of the program `ruff`. Empty: it is looked for.", runs=True), Path()
    )
    tools_minilm: Path = _declare(  # noqa: RUF009  # makes a dataclass field, as field() does
        Setting("tools.minilm", "Absolute path of `model.safetensors` of all-MiniLM-L6-v2. Empty: it is looked for."),
        Path(),
    )
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Where the value of each key came from, in words: ``default``, a file, a variable or a flag."""
    user_file: Path = field(default=Path(), compare=False)
    project_file: Path | None = field(default=None, compare=False)
    """The nearest ``.twiceshy/config.toml`` at or above the working folder."""

    @property
    def salt(self) -> Path:
        """The file of 32 random bytes that keeps hashes of this store from being compared with anyone else's."""
        return self.home / "salt"

    @property
    def cache(self) -> Path:
        """The folder of what can be computed again: compiled rules."""
        return self.home / "cache"

    @property
    def logs(self) -> Path:
        """The folder of tracebacks of our own bugs."""
        return self.home / "logs"

    @property
    def processes(self) -> int:
        """The processes to read with: as set, else one for each core that we may use, at most four."""
        return self.ingest_processes or min(_MOST_PROCESSES, count_cores())

    def value(self, key: str) -> Value:
        """Return the value of a dotted key.

        Raises:
            ConfigError: there is no such key.
        """
        find_setting(key, "")
        value: Value = getattr(self, field_name(key))
        return value


SETTINGS: dict[str, Setting] = {
    found.metadata["setting"].key: found.metadata["setting"] for found in fields(Config) if found.metadata
}
DEFAULTS: dict[str, Value] = {
    found.metadata["setting"].key: cast("Value", found.default) for found in fields(Config) if found.metadata
}


def field_name(key: str) -> str:
    """Return the field of ``Config`` that holds a dotted key."""
    return key.replace(".", "_")


def variable_of(key: str) -> str:
    """Return the environment variable of a dotted key: ``TWICESHY_PRIVACY_LEVEL``."""
    return PREFIX + field_name(key).upper()


def load(flags: Mapping[str, str | None], env: Mapping[str, str], cwd: Path) -> Config:
    """Return the settings in force.

    Args:
        flags: texts given on the command line, by dotted key; None where the flag was not given.
        env: the environment. An empty variable counts as not set.
        cwd: where the search for a project's file begins.

    Raises:
        ConfigError: a file cannot be read, or a key or value in any of the places is not allowed.
    """
    user_file = user_config_folder(env) / "config.toml"
    project_file = _find_project_file(cwd)
    values, origins = dict(DEFAULTS), dict.fromkeys(DEFAULTS, "default")

    def take(key: str, value: Value, origin: str) -> None:
        values[key], origins[key] = value, origin

    for key, raw in read_file(user_file).items():
        take(key, check_value(key, raw, str(user_file)), str(user_file))
    if project_file is not None:
        for key, raw in read_file(project_file, project_file.parents[1]).items():
            value = check_value(key, raw, str(project_file))
            refuse_in_project(SETTINGS[key], value, values[key], variable_of(key), str(project_file))
            take(key, value, str(project_file))
    for key in SETTINGS:
        if text := env.get(variable_of(key)):
            take(key, parse_value(key, text, variable_of(key), cwd), variable_of(key))
    for key, flag in flags.items():
        if flag is not None:
            origin = "--" + key.replace(".", "-")
            take(key, parse_value(key, flag, origin, cwd), origin)
    if origins["home"] == "default":
        values["home"] = user_data_folder(env)
    given: dict[str, Any] = {field_name(key): value for key, value in values.items()}
    return Config(**given, origins=origins, user_file=user_file, project_file=project_file)


def override(config: Config, key: str, text: str, flag: str) -> Config:
    """Return the settings with one value from a verb's own flag.

    Raises:
        ConfigError: the text is not allowed.
    """
    given: dict[str, Any] = {field_name(key): parse_value(key, text, flag, Path.cwd())}
    return replace(config, origins={**config.origins, key: flag}, **given)


def _find_project_file(cwd: Path) -> Path | None:
    """Return the nearest ``.twiceshy/config.toml`` at or above a folder; None where there is none."""
    for folder in (cwd, *cwd.parents):
        candidate = folder / ".twiceshy" / "config.toml"
        if os.path.exists(candidate):  # noqa: PTH110  # Path.exists raises where a parent may not be entered
            return candidate
    return None


def read_file(path: Path, inside: Path | str = "") -> dict[str, object]:
    """Return what a settings file says, by dotted key; empty when there is no such file.

    ``inside``: the folder that it must really lie in; a person's own file may be a link to anywhere.

    Raises:
        ConfigError: it cannot be read or is not TOML.
    """
    if not os.path.exists(path):  # noqa: PTH110  # Path.exists raises where a folder may not be entered
        return {}
    from twiceshy.base.foreign_files import read_foreign_text  # noqa: PLC0415  # costs start-up, and most have no file
    from twiceshy.base.foreign_toml import parse_flat_toml  # noqa: PLC0415  # as above

    try:
        text = read_foreign_text(path, _LARGEST_FILE, inside)
    except OSError as exc:
        raise ConfigError(f"{path} cannot be read: {exc.strerror}. Correct or remove it.") from exc
    try:
        return parse_flat_toml(text)
    except ValueError as exc:
        raise ConfigError(f"{path} is not valid TOML: {exc}") from exc


def find_setting(key: str, place: str) -> Setting:
    """Return the setting of that key.

    Raises:
        ConfigError: there is none; the message has the nearest ones.
    """
    if key in SETTINGS:
        return SETTINGS[key]
    import difflib  # noqa: PLC0415  # only needed for the error

    near = difflib.get_close_matches(key[:MOST_SHOWN], SETTINGS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(SETTINGS)}."
    raise ConfigError(f"{place + ': ' if place else ''}unknown key {key[:MOST_SHOWN]!r}; {hint}")


def check_value(key: str, raw: object, place: str) -> Value:
    """Return a value from a file, with the type the key asks for.

    Raises:
        ConfigError: unknown key, wrong type or a value that is not allowed.
    """
    return check_raw(find_setting(key, place), raw, place)


def parse_value(key: str, text: str, place: str, cwd: Path) -> Value:
    """Parse a value of a variable, a flag or ``config set``; a relative folder is taken from ``cwd``.

    Raises:
        ConfigError: unknown key or a text that is not allowed.
    """
    return parse_text(find_setting(key, place), text, place, cwd)


def user_data_folder(env: Mapping[str, str]) -> Path:
    """Return the default data folder: the platform's place for a user's data."""
    return _platform_folder(env, "XDG_DATA_HOME", ".local/share", "user_data_path")


def user_config_folder(env: Mapping[str, str]) -> Path:
    """Return the folder of the user's settings file: the platform's place for a user's settings."""
    return _platform_folder(env, "XDG_CONFIG_HOME", ".config", "user_config_path")


def _platform_folder(env: Mapping[str, str], variable_name: str, below_home: str, function: str) -> Path:
    # On Linux the XDG rule is two lines; importing platformdirs for it would cost every start-up.
    if sys.platform == "linux" and "ANDROID_ROOT" not in env:
        stated = env.get(variable_name, "").strip()
        return (Path(stated) if stated else Path("~").expanduser() / below_home) / "twiceshy"
    import platformdirs  # noqa: PLC0415

    return Path(getattr(platformdirs, function)("twiceshy", appauthor=False))


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
