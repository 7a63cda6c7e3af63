#!/bin/sh
# AOSP's su (userdebug builds): su [UID [COMMAND...]]. Everything here is root already; HANDSET_SU says that it was asked for.
export HANDSET_SU=1
[ $# -eq 0 ] && exec sh
case "$1" in
    0 | root) ;;
    shell | 2000) unset HANDSET_SU ;;
    *) echo "su: invalid uid/gid '$1'" >&2; exit 1 ;;
esac
shift
[ $# -eq 0 ] && exec sh
exec "$@"
