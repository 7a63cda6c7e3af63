#!/bin/sh
# The disk is the host's: /data/system/quota_kb, where there is one, gives /data a size of its own, and toybox's table.
PATH=/usr/bin:/bin
quota=/data/system/quota_kb
[ -s "$quota" ] || exec df "$@"
total=$(cat "$quota")
set -- $(du -sk --apparent-size /data)
free=$((total > $1 ? total - $1 : 0))
printf '%-14s %10s %8s %9s %4s %s\n' Filesystem 1K-blocks Used Available Use% 'Mounted on'
printf '%-14s %10d %8d %9d %3d%% %s\n' /dev/block/dm-5 "$total" "$1" "$free" "$(($1 * 100 / total))" /data
