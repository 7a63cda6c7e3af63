"""The one command line that starts an app: used by `am start`, and by Frida through `cmd handset app-process`. And that
of an app's native helper."""

from __future__ import annotations

from harness.handset.daemon.manifest import Helper
from harness.handset.daemon.packages import Package

MAIN_CLASS = "android.app.ActivityThread"
GATE_CLASS = "com.android.internal.handset.Gate"  # waits for leave, then calls the main class behind it
JAVA = "/usr/lib/jvm/java-17-openjdk-amd64/bin/java"
OPENSSL = "/usr/bin/openssl"
SOCKET = "/data/system/handset.sock"
PACKAGE_MARK, PROCESS_MARK = "-Dhandset.package=", "-Dhandset.process="  # by these /proc tells apps from other JVMs
_CA_FILE = "/system/etc/security/cacerts.pem"
_BOOT_CLASS_PATH = ("/system/framework/framework.jar", "/system/framework/org.json.jar")
_FLAGS = ("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx256m")
# JKS: with a PKCS12 store the JVM's own start-up makes a hundred times more cipher calls, and hooks see each of them.
_TRUST = {
    "javax.net.ssl.trustStore": "/system/etc/security/cacerts.jks",
    "javax.net.ssl.trustStorePassword": "changeit",
    "javax.net.ssl.trustStoreType": "JKS",
}


def program(
    package: Package, proxy: tuple[str, int] | None, *, process: str | None = None, held: bool = False
) -> list[str]:
    """The argument list, proxy and trust store included, of the app's main process or of the one that `process` names;
    when `held`, it asks gate.py for leave before it touches the app's code."""
    data = f"/data/data/{package.name}"
    properties = {
        "file.encoding": "UTF-8",
        "handset.package": package.name,
        "handset.socket": SOCKET,
        "java.io.tmpdir": f"{data}/cache",
        "user.home": data,
        **_TRUST,
    }
    if process not in (None, package.name):
        properties["handset.process"] = str(process)
    if proxy is not None:
        for scheme in ("http", "https"):
            properties[f"{scheme}.proxyHost"], properties[f"{scheme}.proxyPort"] = proxy[0], str(proxy[1])
    class_path = ":".join((*_BOOT_CLASS_PATH, f"{package.code_path}/classes.jar", f"{package.code_path}/lib/*"))
    options = [f"-D{key}={value}" for key, value in properties.items()]
    main = [*([GATE_CLASS] if held else []), package.manifest.main or MAIN_CLASS, package.name]
    return [JAVA, *_FLAGS, *options, "-cp", class_path, *main]


def helper_program(helper: Helper, proxy: tuple[str, int] | None) -> list[str]:
    """The argument list of a native helper: what it reads goes to its host by TLS, until that hangs up. Its name stands
    where a program's own is usual, so that /proc tells it as it tells an app; the program itself is OPENSSL."""
    through = ["-proxy", f"{proxy[0]}:{proxy[1]}"] if proxy is not None else []
    trust = ["-CAfile", _CA_FILE, "-verify_return_error", "-verify_hostname", helper.host.rpartition(":")[0]]
    quietly = ["-quiet", "-ignore_unexpected_eof"]  # many servers hang up without TLS's goodbye
    return [helper.name, "s_client", *quietly, "-connect", helper.host, *through, *trust]


def environment(package: str) -> dict[str, str]:
    """The environment of an app process."""
    return {
        "PATH": "/system/bin:/usr/bin:/bin",
        "HOME": f"/data/data/{package}",
        "LANG": "C.UTF-8",
        "ANDROID_ROOT": "/system",
        "ANDROID_DATA": "/data",
    }
