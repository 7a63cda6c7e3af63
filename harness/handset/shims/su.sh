#!/bin/sh
# su, in the style of the handset: AOSP's (userdebug builds): su [UID [COMMAND...]]; Magisk's and its like: su [-c LINE]
# [UID [COMMAND...]], which may be refused; or none at all. Everything here is root already; HANDSET_SU says that it was
# asked for.
style=adbd
read -r style </data/system/root_style
version= code=27000
case "$style" in
    none) echo "/system/bin/sh: su: inaccessible or not found" >&2; exit 127 ;;
    magisk*) version=27.0:MAGISKSU ;;
    kernelsu) version=v1.0.5:KernelSU code=12081 ;;
    apatch) version=11039:APatch code=11039 ;;
esac
if [ -z "$version" ]; then
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
fi
line= user=0
while [ $# -gt 0 ]; do
    case "$1" in
        -v) echo "$version"; exit 0 ;;
        -V) echo "$code"; exit 0 ;;
        -c) line=$2; shift 2 || exit 1 ;;
        -mm | -M | --mount-master | - | -l | -p) shift ;;
        -*) echo "su: invalid option $1" >&2; exit 2 ;;
        *) user=$1; shift; break ;;
    esac
done
refuse() {
    echo "Permission denied" >&2
    exit 13
}
case "$style" in
    *-denied) refuse ;;
    *-prompt)  # the dialog's countdown
        answer= left=50
        while [ $left -gt 0 ] && [ -z "$answer" ]; do
            { read -r answer </data/system/su_answer; } 2>/dev/null || sleep 0.2
            left=$((left - 1))
        done
        [ "$answer" = grant ] || refuse
        ;;
esac
case "$user" in
    shell | 2000) unset HANDSET_SU ;;
    *) export HANDSET_SU=1 ;;
esac
[ -n "$line" ] && exec sh -c "$line"
[ $# -eq 0 ] && exec sh
exec "$@"
