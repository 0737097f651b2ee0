#!/bin/sh
# twiceshy offers a message here as comment lines, where an editor opens on an empty one. Undo: twiceshy remove --git
ts_event=@EVENT@ ts_repository=@REPOSITORY@
ts_spool=@SPOOL@
ts_home=@HOME@
ts_python=@PYTHON@

# The hook that stood there goes first; where it fails there is no commit, as without us.
ts_before=${0%/*}/$ts_event.before-twiceshy
if [ -x "$ts_before" ]; then "$ts_before" "$@" || exit; fi

# A second word says that a message is there already: given, a template, a merge, a squash or an older commit's.
# GIT_EDITOR is : where nobody will see the file.
[ $# -eq 1 ] && [ "${GIT_EDITOR-}" != : ] && [ -d "$ts_spool" ] && [ -x "$ts_python" ] || exit 0
ts_dir=${GIT_DIR:-.git}
[ -d "$ts_dir" ] || read -r ts_rest ts_dir <"$ts_dir"
for ts_state in rebase-merge rebase-apply sequencer CHERRY_PICK_HEAD REVERT_HEAD MERGE_HEAD; do
    [ ! -e "$ts_dir/$ts_state" ] || exit 0
done
TWICESHY_HOME=$ts_home "$ts_python" -P -m twiceshy_git.githook.offer_message "$1" </dev/null >/dev/null 2>&1
exit 0
