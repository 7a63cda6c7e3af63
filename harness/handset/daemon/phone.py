"""The whole state of one handset, for the commands to work on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.handset.daemon import files, identity, props
from harness.handset.daemon.adbd import Adbd
from harness.handset.daemon.boot import Boot
from harness.handset.daemon.faults import Faults
from harness.handset.daemon.frida_server import Port
from harness.handset.daemon.gate import Gates
from harness.handset.daemon.helpers import Helpers
from harness.handset.daemon.log import Log
from harness.handset.daemon.packages import Packages
from harness.handset.daemon.processes import Processes
from harness.handset.daemon.props import Props
from harness.handset.daemon.screen import Screen
from harness.handset.daemon.sensors import Sensors
from harness.handset.daemon.services import Services
from harness.handset.daemon.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the host decides.

    `api` is the Android level whose outputs and exit codes are imitated; `patience_s` is how long an app may take to
    handle input before it counts as hung (Android says 5 s; a JVM under Frida on a busy machine may be slower);
    `root` is the kind of root that is imitated, by the names of the host's ROOTS.
    """

    data: Path = Path("/data")
    api: int = 34
    frida_port: int = 27061
    root: str = "adbd"
    patience_s: float = 10.0


class Phone:
    """One handset. `data` is its /data, elsewhere when tests run on the host."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.data = config.data
        self.api = config.api
        self.log = Log()
        self.sensors = Sensors()
        self.screen = Screen()
        self.processes = Processes(self)
        self.services = Services(self)
        self.helpers = Helpers(self)
        self.gates = Gates(self.log)
        self.adbd = Adbd()
        self.frida = Port(config.frida_port)
        self.faults = Faults()
        self.marks: dict[str, str] = {}  # what failures have done and must undo
        self.boot = Boot(self)
        self._load()

    def _load(self) -> None:
        (self.data / "local/tmp").mkdir(parents=True, exist_ok=True)
        (self.data / "data").mkdir(exist_ok=True)
        if not (self.data / "user/0").is_symlink():
            (self.data / "user").mkdir(exist_ok=True)
            (self.data / "user/0").symlink_to("../data")
        files.write(self.data / "system/root_style", f"{self.config.root}\n")  # read by the scripts su and id
        self.identity = identity.ensure(self.data)
        built = props.table(self.identity, api=self.api, frida_port=self.config.frida_port)
        table = {**built, **props.build_of(self.config.root)}
        self.props = Props(self.data / "system/props.json", table)
        self.settings = Settings(self.data / "system/settings.json", self.identity)
        self.packages = Packages(data=self.data, api=self.api)

    def outside(self, path: str) -> Path:
        """Where a path of the handset is for this process."""
        return self.data / path.removeprefix("/data/") if path.startswith("/data/") else Path(path)

    def factory_reset(self) -> None:
        """Uninstall everything, forget all settings, become another device. The ADB connection stays."""
        for package in list(self.packages.table.values()):
            if not package.system:
                self.processes.stop(package.name, why="factory reset")
                self.packages.uninstall(package.name, keep_data=False)
        identity.forget(self.data)
        for name in ("settings.json", "props.json", "packages.json"):
            (self.data / "system" / name).unlink(missing_ok=True)
        self.screen.go_home()
        self._load()
