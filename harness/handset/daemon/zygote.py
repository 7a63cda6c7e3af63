"""A process by zygote's name that starts nothing: its environment is what others read of it."""

from __future__ import annotations

import asyncio

_CLASS_PATH = "/system/framework/framework.jar:/system/framework/org.json.jar"
ENVIRONMENT = {
    "PATH": "/product/bin:/apex/com.android.runtime/bin:/system/bin",
    "ANDROID_BOOTLOGO": "1",
    "ANDROID_ROOT": "/system",
    "ANDROID_ASSETS": "/system/app",
    "ANDROID_DATA": "/data",
    "ANDROID_STORAGE": "/storage",
    "ANDROID_ART_ROOT": "/apex/com.android.art",
    "ANDROID_I18N_ROOT": "/apex/com.android.i18n",
    "ANDROID_TZDATA_ROOT": "/apex/com.android.tzdata",
    "EXTERNAL_STORAGE": "/sdcard",
    "ASEC_MOUNTPOINT": "/mnt/asec",
    "BOOTCLASSPATH": _CLASS_PATH,
    "DEX2OATBOOTCLASSPATH": _CLASS_PATH,
    "SYSTEMSERVERCLASSPATH": "/system/framework/services.jar",
    "STANDALONE_SYSTEMSERVER_JARS": "/apex/com.android.os.statsd/javalib/service-statsd.jar",
    "ANDROID_SOCKET_zygote": "8",
    "ANDROID_SOCKET_usap_pool_primary": "9",
}


async def start() -> None:
    """Start it; it ends with the handset."""
    await asyncio.create_subprocess_exec(
        *("zygote64", "infinity"),
        executable="/bin/sleep",
        stdin=asyncio.subprocess.DEVNULL,
        env=ENVIRONMENT,
        start_new_session=True,
    )
