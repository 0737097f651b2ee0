"""A file of others is opened in one way only: the syntax tree shows every other way, and each is on a reviewed list.

A repository, a log or a report can be a link to a device, a pipe or without end. Whoever writes `path.read_text()` for
one of them brings that back, so a new place stands here with whose file it is, or uses `foreign_files`.
"""

import ast
import re
from collections.abc import Iterator

import pytest
from tests.house.graph import list_sources, name_of

OPENERS = {
    "open",
    "read_text",
    "read_bytes",
    "connect",
    "ZipFile",
    "mmap",
    "copyfile",
    "copy2",
    "copytree",
    "fopen",
    "ParseFile",
    "parse_file",
}
"""Names of calls that open a file by its name, in whatever module they stand."""
WALKERS = {"rglob", "glob", "walk", "fwalk", "iterdir", "scandir", "listdir"}
NAMED = re.compile(rf"\b({'|'.join(OPENERS | WALKERS)})\b")
"""What names none of them need not be read as Python."""
OWN = {
    # A fleet's output and secret; what Spark wrote into our own temporary folder.
    "twiceshy_fleet/cluster/spark_session.py:_copy_home",
    "twiceshy_fleet/cluster/spark_session.py:_run_session",
    "twiceshy_fleet/shards/shard_work.py:set_up_home",
    "twiceshy_fleet/lake/lake_database.py:open_lake",
    "twiceshy_fleet/lake/shard_files.py:pack_store",
    "twiceshy_fleet/lake/shard_reads.py:_connect",
    "twiceshy_fleet/lake/shard_files.py:unpack_store",
    # What installers wrote beside the packages of this interpreter.
    "base/plugins.py:_list_distributions",
    "base/plugins.py:_read_file",
    # The package's own files.
    "twiceshy_git/predict/messages/message_ranker.py:load_general_messages",
    "twiceshy_git/predict/messages/label_rows.py:load_general_labels",
    "twiceshy_git/message_recipes/offer_notes.py:note_offer",
    "stats/text/safetensors.py:read_tables",
    "twiceshy_fleet/recipes/list_inputs.py:_list_sources",
    "twiceshy_fleet/recipes/list_inputs.py:find_rules",
    "recipes/setup/hook_folder.py:has_current_scripts",
    "recipes/setup/hook_folder.py:adapt_script",
    "twiceshy_git/predict/risk/risk_model.py:load_general_risk",
    "twiceshy_git/predict/risk/risk_state.py:fingerprint_rules",
    "privacy/policy.py:load_rules",
    "score/guard_rules/__init__.py:load",
    "score/pattern_rules/__init__.py:load",
    "score/taint_rules/__init__.py:load",
    "archive/migrate.py:read_migrations",
    "archive/migrate.py:list_names",
    # Connections: no file is opened.
    "twiceshy_team/remote/http_target.py:_open_line",
    "twiceshy_team/store/opening.py:migrate_team_store",
    "twiceshy_team/store/postgresql.py:Postgresql.__init__",
    # The folder of a base model, which a person names: its names are listed, its files read through `foreign_files`.
    "twiceshy_data/finetune/base_models.py:hash_folder",
    "twiceshy_data/finetune/base_models.py:list_licences",
    "twiceshy_data/finetune/base_models.py:measure_base",
    # The folder where an adapter is to be written: is anything in it?
    "twiceshy_data/adapters/adapter_runs.py:_check_out",
    # Folders that a person names for rows to be carried; what lies in them is read through `foreign_files`.
    "twiceshy_team/remote/file_target.py:_sync_folder",
    "twiceshy_team/remote/file_target.py:list_files",
    # The data folder and the cache, which nobody else writes to.
    "stats/text/embedding.py:load",
    "stats/text/embedding.py:_make_tables",
    "advice/recipes/brief_notes.py:read_brief",
    "advice/recipes/brief_notes.py:note_brief",
    "advice/recipes/brief_notes.py:clear",
    "advice/recipes/brief_notes.py:_write",
    "advice/recipes/briefing.py:_predict_files",
    "advice/recipes/call_checks.py:_find_rules",
    "twiceshy_data/contribute/ssh_signatures.py:sign_bytes",
    "twiceshy_data/recipes/dataset_files.py:FolderFiles.begin",
    "twiceshy_data/recipes/dataset_files.py:is_export",
    "twiceshy_data/rows/row_exclusions.py:_list_texts",
    "recipes/keep/redaction.py:_read_salt",
    "judgement/sessions/handoff.py:_find_missed",
    "twiceshy_git/share/memory_state.py:_measure",
    "recipes/learn/learn_all.py:read_last_run",
    "twiceshy_git/memory_recipes/entire_sessions.py:_write",
    "twiceshy_git/chunks/memory_files.py:MemoryFiles.list_tails",
    "score/recipes/run_scanners.py:_read_salt",
    "recipes/setup/hook_folder.py:write",
    "recipes/setup/hook_folder.py:simulate",
    "recipes/setup/hook_install.py:purge",
    "recipes/setup/hook_install.py:remove",
    "recipes/setup/hook_install.py:write_plugin",
    "privacy/audit.py:_read_salt",
    "privacy/audit.py:search_folder",
    "privacy/audit.py:_read_pieces",
    "privacy/policy.py:_read_cache",
    "base/private_files.py:FileDraft.__init__",
    "base/private_files.py:_open_unnamed",
    "base/private_files.py:hold_folder",  # a folder only, to be locked
    "base/private_files.py:remove_abandoned",
    "archive/health_rows.py:_check_rights",
    "run/output_log.py:OutputLog.begin",
    "run/output_log.py:_compress",
    "score/scanner_process.py:_sweep_folders",
    "archive/atomic_files.py:list_names",
    "archive/connect.py:_connect_read_only",
    "archive/connect.py:open_writable",
    "archive/database_texts.py:read_cells",
    "archive/failure_causes.py:_find_fault",
    "archive/failure_causes.py:find_damage",
    "archive/guard.py:load_salt",
    "archive/guard.py:make_private_file",
    "archive/hook_files.py:count_slow_folders",
    "archive/hook_files.py:read_entries",
    "archive/hook_files.py:read_notes",
    "archive/hook_files.py:read_settings",
    "archive/limits_lookup.py:_query",
    "archive/limits_lookup.py:read_salt",
    "archive/lock.py:hold_lock",
    "twiceshy_git/memory_repository/memory_place.py:measure_disk",
    "twiceshy_git/memory_repository/memory_place.py:sync_folder",
    "twiceshy_git/memory_repository/tail_file.py:append_batch",
    "twiceshy_git/memory_repository/tail_file.py:list_damaged",
    "archive/program_notes.py:append",
    "archive/program_notes.py:read_notes",
    "archive/program_notes.py:take_files",
    "archive/reads/rules.py:read_rules",
    "archive/rules_file.py:_read_lines",
    "archive/rules_file.py:read_settings",
    "archive/rules_file.py:write",
    "archive/atomic_files.py:ScanCache.tidy",
    "archive/session_secrets.py:_clean_files",
    "archive/session_secrets.py:_quotes",
    "doors/brief/brief_hook.py:_note_failure",
    "doors/brief/brief_hook.py:_note_in_spool",
    "doors/brief/brief_hook.py:is_held_out",
    "doors/gate/decide.py:look_up",
    "doors/gate/hook.py:open_to_write",
    "logs/git_spool.py:find_git_spools",
    "logs/settings_files.py:_replace",
    "logs/spool.py:find_files",
    "archive/git_hook_record.py:read_hooked",
    # Files that their user named, or made by the verb that reads them again; a pipe is a fine name there.
    "base/config_file.py:_set_value",
    "stats/text/safetensors.py:write_tables",
    "lessons/patterns.py:read",
    "run/leave.py:write_result",
    "run/leave.py:begin_leavable",
    "base/toolbox.py:_check_wheel",
    "base/toolbox.py:_entry_of",
    "base/toolbox.py:install",
    "base/toolbox.py:unpack",
    # Written, never read: in a project only after `require_inside`, and never through a link.
    "judgement/recipes/workflow_compliance.py:create_workflow_file",
    # The system's own.
    "run/child.py:_list_children",
    "run/child.py:_restore_locale",
    "run/child.py:read_stat_fields",
    "run/leave.py:_run_in_background",
    "run/hand_over.py:_hold_recording",
    "run/hand_over.py:_leave_failure_note",
    "run/hand_over.py:_lower_priority",
    "run/hand_over.py:_release_descriptors",
    "run/hand_over.py:_take_last_failure",
    "run/leave.py:Leaving._release_outputs",
    "run/observer.py:measure_io_wait",
    "run/outputs.py:Outputs.start_leftover_readers",
    "run/streams.py:Sink.__init__",
    "run/streams.py:guard_standard_fds",
    "run/unbuffered.py:_read_head",
    "doors/mcp/server.py:_take_input",
    "base/host.py:_open_stream",
    "base/host.py:mend_streams",
    "base/spread.py:_read_memory",
    "base/worker_process.py:serve",
    "archive/guard.py:network_type",
    "doors/cli/main.py:silence_stdout",
    "doors/gate/learn_start.py:start_learning",
    # Foreign, and looked at before: by `require_regular`, or within bounds of its own.
    "run/unbuffered.py:_takes",
    "logs/file_walk.py:_list_entries",
    "logs/file_walk.py:find_closed_folders",
    "logs/opencode/database.py:_open",
    "logs/opencode/reader.py:_list_subfolders",
    "logs/repository_finder.py:_list_files",
    "logs/repository_finder.py:_walk",
    "twiceshy_fleet/lake/places.py:_walk",
}
"""Each place that opens or lists by name, and why it may: `module:function`."""


class Opening(ast.NodeVisitor):
    """Collects calls that open or list, each with the function that it stands in."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.names: list[str] = []
        self.found: list[str] = []

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        self.names.append(node.name)
        self.generic_visit(node)
        self.names.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Call(self, node: ast.Call) -> None:
        if opens(node):
            self.found.append(f"{self.module}:{'.'.join(self.names)}")
        self.generic_visit(node)


def opens(call: ast.Call) -> bool:
    """Tell whether a call opens or lists what a name stands for."""
    function = call.func
    name = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    if name not in OPENERS | WALKERS:
        return False
    words = ast.unparse(call)
    if "__file__" in words or "resources.files" in words:
        return False
    if not isinstance(function, ast.Attribute):
        return name != "read_text"  # ours, and it stands in the tree itself
    holder = ast.unparse(function.value)
    if name == "open":  # a method of that name that opens no file takes no mode, or is our own
        return (
            holder in {"os", "io", "system", "gzip", "archive"}
            or bool(call.args and _is_mode(call.args[0]))
            or any(one.arg in {"encoding", "mode", "buffering"} for one in call.keywords)
            or (not call.args and not call.keywords)
        )
    return not (name == "walk" and (holder == "self" or not call.args)) and holder not in {"hook", "keep"}


def _is_mode(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and set(node.value) <= set("rwxabt+")


def find_openings(text: str, module: str) -> Iterator[str]:
    if NAMED.search(text):
        visitor = Opening(module)
        visitor.visit(ast.parse(text))
        yield from visitor.found


HARMLESS = [
    "self.open(opener)",
    "reading.open(record)",
    "Store.open(config.home, readonly=True)",
    "keep.redact(file)",
    "root.walk()",
    "read_foreign(path, 10)",
    "stream_foreign(path)",
    "Path(__file__).with_suffix('.toml').read_text()",
]
FOUND = [
    "open(path)",
    "path.open()",
    "path.open('rb')",
    "path.open(encoding='utf-8')",
    "os.open(path, os.O_RDONLY)",
    "path.read_text()",
    "(root / name).read_bytes()",
    "sqlite3.connect(path)",
    "tomllib.load(path.open('rb'))",
    "os.walk(root)",
    "root_of(x).rglob('*')",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_opens_nothing_is_let_alone(text: str) -> None:
    """Methods of other things may have the same names."""
    assert list(find_openings(f"def f():\n    {text}\n", "m.py")) == []


@pytest.mark.parametrize("text", FOUND)
def test_every_way_to_open_is_seen(text: str) -> None:
    """Whatever it is called on."""
    assert "m.py:f" in find_openings(f"def f():\n    {text}\n", "m.py")


def test_foreign_files_are_opened_in_one_way() -> None:
    """Every other place is a reviewed one, and the list holds none that is gone."""
    found = set()
    for path in list_sources():
        module = name_of(path)
        if module != "base/foreign_files.py":
            found |= set(find_openings(path.read_text(encoding="utf-8"), module))

    assert sorted(found - OWN) == []
    assert sorted(OWN - found) == []
