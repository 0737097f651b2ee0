#!/bin/sh
# twiceshy notes here that git did something: ids, hashes and times, never text. Undo: twiceshy remove --git
ts_event=@EVENT@ ts_repository=@REPOSITORY@
ts_spool=@SPOOL@
ts_settings=@SETTINGS@

# Built-ins of the shell only: another program costs a commit more than all of this. Whatever fails, git goes on.

ts_is_off() {
    case ${TWICESHY_ENABLED-} in
    0 | [Nn][Oo] | [Oo][Ff][Ff] | [Ff][Aa][Ll][Ss][Ee]) return 0 ;;
    1 | [Yy][Ee][Ss] | [Oo][Nn] | [Tt][Rr][Uu][Ee]) return 1 ;;
    esac
    [ -f "$ts_settings" ] || return 1
    while IFS=' 	=' read -r ts_key ts_value ts_rest || [ -n "$ts_key" ]; do
        case $ts_key in
        \[*) return 1 ;;
        enabled | \"enabled\" | \'enabled\')
            case $ts_value in false | false[!a-z]*) return 0 ;; esac
            return 1
            ;;
        esac
    done <"$ts_settings"
    return 1
}

# The commit that HEAD stands at, and whether a rebase is under way, as the repository's small files say.
ts_read_head() {
    ts_hash='' ts_dir=${GIT_DIR:-.git}
    [ -d "$ts_dir" ] || read -r ts_rest ts_dir <"$ts_dir"
    if [ -d "$ts_dir/rebase-merge" ] || [ -d "$ts_dir/rebase-apply" ]; then ts_word=rebase; fi
    read -r ts_ref <"$ts_dir/HEAD"
    case $ts_ref in
    'ref: '*)
        if [ -f "$ts_dir/commondir" ]; then
            read -r ts_common <"$ts_dir/commondir"
            case $ts_common in /*) ts_dir=$ts_common ;; *) ts_dir=$ts_dir/$ts_common ;; esac
        fi
        read -r ts_hash <"$ts_dir/${ts_ref#ref: }"
        ;;
    *) ts_hash=$ts_ref ;;
    esac
    case $ts_hash in *[!0-9a-f]*) ts_hash='' ;; esac
}

# Id and start of this process and of those above it: the agent is among them. Only Linux says so in files.
ts_read_ancestors() {
    ts_boot=none ts_clock=s ts_at='' ts_ancestors='' ts_process=$$ ts_level=0
    if read -r ts_boot </proc/sys/kernel/random/boot_id; then
        while [ "$ts_process" -ge 1 ] && [ $ts_level -le 10 ]; do
            read -r ts_line <"/proc/$ts_process/stat" || break
            # shellcheck disable=SC2086  # fields
            set -- ${ts_line##*) }
            if [ $ts_level -eq 0 ]; then ts_clock=t ts_at=${20}; else ts_ancestors="$ts_ancestors $ts_process.${20}"; fi
            ts_process=$2 ts_level=$((ts_level + 1))
        done
    fi
    [ -n "$ts_at" ] || ts_boot=none ts_clock=s ts_at=$(date +%s)
    case $ts_boot in *[!0-9a-z-]*) ts_boot=none ;; esac
    ts_file=$ts_spool/git-$ts_boot.lines
    [ -e "$ts_file" ] || (umask 077 && printf '' >>"$ts_file")
}

ts_write() {
    printf '\n{"e":"%s","i":"%s","%s":"%s","h":"%s","w":"%s","p":"%s","x":"%s"}' "$ts_event" "$ts_repository" \
        "$ts_clock" "$ts_at" "$ts_hash" "$ts_word" "${ts_ancestors# }" "${1# }" >>"$ts_file"
}

# Old and new hash of each rewritten commit. What is read is kept for a hook behind this one.
ts_write_pairs() {
    ts_input='' ts_pairs='' ts_count=0
    while IFS='' read -r ts_line; do
        [ -z "$ts_before" ] || ts_input="$ts_input$ts_line
"
        ts_old=${ts_line%% *} ts_new=${ts_line#* }
        ts_new=${ts_new%% *}
        case $ts_old$ts_new in *[!0-9a-f]*) continue ;; esac
        ts_pairs="$ts_pairs $ts_old:$ts_new" ts_count=$((ts_count + 1))
        if [ $ts_count -eq 20 ]; then # a line stays below 4 KB
            [ -n "$ts_off" ] || ts_write "$ts_pairs"
            ts_pairs='' ts_count=0
        fi
    done
    [ -n "$ts_off" ] || [ -z "$ts_pairs" ] || ts_write "$ts_pairs"
}

ts_note() {
    ts_off='' ts_word=''
    if [ ! -d "$ts_spool" ] || ts_is_off; then ts_off=yes; fi
    if [ -z "$ts_off" ]; then
        ts_read_head
        ts_read_ancestors
        case $ts_event$1 in
        post-rewriteamend) ts_word=amend ;;
        post-rewriterebase) ts_word=rebase ;;
        post-merge1) ts_word=squash ;;
        esac
    fi
    case $ts_event in
    post-rewrite) ts_write_pairs ;;
    *) [ -n "$ts_off" ] || ts_write '' ;;
    esac
}

ts_before=${0%/*}/$ts_event.before-twiceshy
[ -x "$ts_before" ] || ts_before=''
{ ts_note "$@"; } 2>/dev/null
[ -n "$ts_before" ] || exit 0
[ $ts_event = post-rewrite ] || exec "$ts_before" "$@"
printf '%s' "$ts_input" | "$ts_before" "$@"
