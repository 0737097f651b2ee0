# bash completion for twiceshy; made by docs/generate.py
_twiceshy() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} i
    if (( COMP_CWORD == 1 )); then
        COMPREPLY=($(compgen -W "report sessions show search history handoff suggest effects sql init remove doctor config tools ingest backfill ci revert run runs feedback learn judge replay score lessons mute demo workflow brief dashboard mcp redact audit forget cleanup bundle milestones export contribute quality features fleet blame memory risk predict suggest-message train evaluate models chunks sync serve" -- "$word"))
        return
    fi
    [[ ${COMP_WORDS[1]} == run ]] || return
    for (( i = 2; i < COMP_CWORD; i++ )); do
        case ${COMP_WORDS[i]} in
            --) _command_offset $((i + 1)) 2>/dev/null; return ;;
            -m|--match|--success|--failure|--expect|--exclude|--only|--state|--stuck|--max-repeat|--max-count|--on|--fd|--context|--match-status|-t|--timeout|--idle-timeout|--idle-on|--first-output-timeout|--delay-exit|--kill-after|--log|--telemetry|--home) (( ++i )) ;;
            -*) ;;
            *) _command_offset $i 2>/dev/null; return ;;
        esac
    done
    case $before in
        -t|--timeout|--idle-timeout|--first-output-timeout|--delay-exit|--kill-after) COMPREPLY=($(compgen -W '90s 5m 10m 1h auto' -- "$word")) ;;
        --on) COMPREPLY=($(compgen -W "stdout stderr both fd:3" -- "$word")) ;;
        --idle-on) COMPREPLY=($(compgen -W "stdout stderr both" -- "$word")) ;;
        --telemetry) COMPREPLY=($(compgen -W "full anonymous none" -- "$word")) ;;
        --log|--home) COMPREPLY=($(compgen -f -- "$word")) ;;
        -m|--match|--success|--failure|--expect|--exclude|--only|--state|--stuck|--max-repeat|--max-count|--fd|--context|--match-status) ;;
        *) if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "--match --success --failure --expect --exclude --only --state --stuck --max-repeat --exact-repeat --max-count --ignore-case --word --line --invert --perl --on --fd --context --match-status --timeout --idle-timeout --idle-on --first-output-timeout --delay-exit --kill-after --pty --buffered --detach --leave --log --json --quiet --no-color --telemetry --no-telemetry --wait-telemetry --home" -- "$word"))
           else COMPREPLY=($(compgen -c -- "$word")); fi ;;
    esac
}
complete -F _twiceshy twiceshy
