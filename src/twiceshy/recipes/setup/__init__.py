"""Install hooks, remove them, and check and mend the installation."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.recipes.setup.failures import explain_failure as explain_failure
    from twiceshy.recipes.setup.git_hooks import install_git_hooks as install_git_hooks
    from twiceshy.recipes.setup.git_hooks import plan_git_hooks as plan_git_hooks
    from twiceshy.recipes.setup.git_hooks import plan_git_removal as plan_git_removal
    from twiceshy.recipes.setup.git_hooks import remove_git_hooks as remove_git_hooks
    from twiceshy.recipes.setup.health import check as check
    from twiceshy.recipes.setup.health import repair_git_hooks as repair_git_hooks
    from twiceshy.recipes.setup.hook_folder import folder_of as folder_of
    from twiceshy.recipes.setup.hook_folder import simulate as simulate
    from twiceshy.recipes.setup.hook_install import HostEnvironment as HostEnvironment
    from twiceshy.recipes.setup.hook_install import install as install
    from twiceshy.recipes.setup.hook_install import plan as plan
    from twiceshy.recipes.setup.hook_install import plan_removal as plan_removal
    from twiceshy.recipes.setup.hook_install import purge as purge
    from twiceshy.recipes.setup.hook_install import remove as remove
    from twiceshy.recipes.setup.hook_install import render_diff as render_diff
    from twiceshy.recipes.setup.hook_install import repair as repair
    from twiceshy.recipes.setup.hook_install import write_plugin as write_plugin
    from twiceshy.recipes.setup.outside_tools import get_tool as get_tool
    from twiceshy.recipes.setup.outside_tools import list_tools as list_tools

__getattr__, __dir__ = open_face(
    __name__,
    {
        "explain_failure": "failures",
        "repair_git_hooks": "health",
        "install_git_hooks": "git_hooks",
        "plan_git_hooks": "git_hooks",
        "plan_git_removal": "git_hooks",
        "remove_git_hooks": "git_hooks",
        "check": "health",
        "folder_of": "hook_folder",
        "simulate": "hook_folder",
        "repair": "hook_install",
        "HostEnvironment": "hook_install",
        "install": "hook_install",
        "plan": "hook_install",
        "plan_removal": "hook_install",
        "purge": "hook_install",
        "remove": "hook_install",
        "render_diff": "hook_install",
        "write_plugin": "hook_install",
        "get_tool": "outside_tools",
        "list_tools": "outside_tools",
    },
)
