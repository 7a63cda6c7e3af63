#!/bin/sh
# The clock is the host's, which nobody here may set: what is set is kept as an offset, and every answer has it.
PATH=/usr/bin:/bin
wrong=/data/system/clock_offset_s
case "$1" in
@*)
    offset=$((${1#@} - $(date +%s)))
    if [ "$offset" -ge -1 ] && [ "$offset" -le 1 ]; then rm -f "$wrong"; else echo "$offset" >"$wrong"; fi
    set --
    ;;
esac
[ -s "$wrong" ] || exec date "$@"
exec date --date="$(cat "$wrong") seconds" "$@"
