#!/bin/sh
# id: where adbd is no root, the shell is the user "shell" until su says otherwise.
style=adbd
read -r style </data/system/root_style
[ "$style" = adbd ] && exec /usr/bin/id "$@"
if [ -n "$HANDSET_SU" ]; then
    number=0 name=root groups="0(root)" context=u:r:magisk:s0
    [ "$style" = aosp-su ] && context=u:r:su:s0
else
    number=2000 name=shell context=u:r:shell:s0
    groups="2000(shell),1004(input),1007(log),1011(adb),1015(sdcard_rw),1028(sdcard_r),3003(inet),3009(readproc)"
fi
case "$*" in
    -u | -g | -G) echo "$number" ;;
    -un | -gn | "-u -n" | "-n -u") echo "$name" ;;
    *) echo "uid=$number($name) gid=$number($name) groups=$groups context=$context" ;;
esac
