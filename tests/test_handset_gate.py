"""The handset's gate and its services: who waits, who is let go, by whom; what reaches which process."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from harness.handset.daemon.gate import Gates
from harness.handset.daemon.launch import helper_program, program
from harness.handset.daemon.log import Log
from harness.handset.daemon.phone import Phone
from harness.handset.daemon.processes import Process
from tests.handset_in_process import App, ask, boot, install, package, serve, start_app

APP = "com.example.app"
REMOTE = f"{APP}:remote"


def play(act: Coroutine[Any, Any, None]) -> None:
    async def within() -> None:
        async with asyncio.timeout(20):
            await act

    asyncio.run(within())


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not happened():
            await asyncio.sleep(0.005)


class Shell:
    """A shell command over the daemon's socket, which can hang up."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def line(self) -> dict[str, Any]:
        head = await self._reader.readexactly(5)
        return dict(json.loads(await self._reader.readexactly(int.from_bytes(head[1:], "big"))))

    def hang_up(self) -> None:
        self._writer.close()


class Scene:
    """A handset with one app, and what is connected to it."""

    def __init__(self, phone: Phone, socket: Path) -> None:
        self.phone, self.socket = phone, socket
        self._writers: list[asyncio.StreamWriter] = []

    async def connect(self, **hello: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_unix_connection(self.socket)
        writer.write(json.dumps(hello).encode() + b"\n")
        self._writers.append(writer)
        return reader, writer

    async def gate(self) -> Shell:
        """`cmd handset gate`, once it stands."""
        words = ",".join(word.encode().hex() for word in ("cmd", "handset", "gate", APP))
        owner = Shell(*await self.connect(type="command", argv=words))
        assert await owner.line() == {"gate": APP}
        return owner

    async def held(self, package: str = APP) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A process that asks for leave, as the framework's Gate does."""
        return await self.connect(type="hold", package=package, process=f"{package}:remote")

    async def app(self, process: str = APP) -> App:
        app = await start_app(self.socket, process=process)
        self._writers.append(app.writer)
        return app

    async def end(self) -> None:
        for writer in self._writers:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        await until(lambda: not self.phone.processes.links and not self.phone.gates.guards(APP))


@asynccontextmanager
async def served(tmp_path: Path, **manifest: Any) -> AsyncIterator[Scene]:
    phone = boot(tmp_path / "data")
    await ask(phone, f"pm install {package(phone, **manifest)}")
    scene = Scene(phone, tmp_path / "s")
    async with await serve(phone, scene.socket):
        try:
            yield scene
        finally:
            await scene.end()


async def goes(reader: asyncio.StreamReader, *, within_s: float) -> bool:
    try:
        return bool(await asyncio.wait_for(reader.readline(), within_s))
    except TimeoutError:
        return False


def test_a_process_is_announced_with_pid_and_name_and_goes_when_told(tmp_path: Path) -> None:
    async def act() -> None:
        async with served(tmp_path) as scene:
            owner = await scene.gate()
            reader, _ = await scene.held()
            assert await owner.line() == {"pid": os.getpid(), "process": REMOTE}
            assert not await goes(reader, within_s=0.1)
            assert (await ask(scene.phone, "cmd handset pending")).out == f"{os.getpid()}\n"
            assert (await ask(scene.phone, f"cmd handset release {os.getpid()}")).code == 0
            assert await goes(reader, within_s=5)
            await until(lambda: scene.phone.gates.waiting() == [])
            assert (await ask(scene.phone, f"cmd handset release {os.getpid()}")).code == 1, "it is not held any more"

    play(act())


def test_when_the_owner_hangs_up_everybody_goes_and_nobody_is_held_again(tmp_path: Path) -> None:
    async def act() -> None:
        async with served(tmp_path) as scene:
            owner = await scene.gate()
            reader, _ = await scene.held()
            await owner.line()
            owner.hang_up()
            assert await goes(reader, within_s=5)
            assert not scene.phone.gates.guards(APP)
            late, _ = await scene.held()
            assert await goes(late, within_s=5), "it was started while the gate stood, and asks after its end"

    play(act())


def test_a_new_owner_takes_the_gate_over(tmp_path: Path) -> None:
    async def act() -> None:
        async with served(tmp_path) as scene:
            await scene.gate()
            reader, _ = await scene.held()
            await until(scene.phone.gates.waiting)
            second = await scene.gate()
            assert await goes(reader, within_s=5), "nobody will release what only the first was told"
            assert scene.phone.gates.guards(APP)
            await scene.held()
            assert (await second.line())["process"] == REMOTE

    play(act())


def test_a_process_that_dies_while_it_is_held_is_forgotten(tmp_path: Path) -> None:
    async def act() -> None:
        async with served(tmp_path) as scene:
            await scene.gate()
            _, writer = await scene.held()
            await until(scene.phone.gates.waiting)
            writer.close()
            await until(lambda: not scene.phone.gates.waiting())

    play(act())


def test_a_process_that_nobody_releases_goes_by_itself(tmp_path: Path) -> None:
    async def act() -> None:
        log = Log()
        gates = Gates(log, held_s=0.2)
        told: list[Process] = []
        owner = asyncio.ensure_future(gates.own(APP, told.append))
        await until(lambda: gates.guards(APP))
        began = time.monotonic()
        await gates.hold(Process(pid=7, package=APP, name=REMOTE))
        assert 0.1 < time.monotonic() - began < 5
        assert [process.pid for process in told] == [7]
        assert not gates.release(7)
        owner.cancel()

    play(act())


def test_other_packages_are_not_held(tmp_path: Path) -> None:
    async def act() -> None:
        async with served(tmp_path) as scene:
            await scene.gate()
            reader, _ = await scene.held("com.other")
            assert await goes(reader, within_s=5)
            assert scene.phone.gates.waiting() == []

    play(act())


def test_only_a_guarded_process_asks_and_a_second_one_carries_its_name(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    install(phone)
    there = phone.packages.get(APP)
    assert there is not None
    plain = program(there, None)
    assert plain[-2:] == ["android.app.ActivityThread", APP]
    asking = program(there, None, process=REMOTE, held=True)
    assert asking[-3:] == ["com.android.internal.handset.Gate", "android.app.ActivityThread", APP]
    assert sorted(set(asking) - set(plain)) == ["-Dhandset.process=com.example.app:remote", asking[-3]]


def written(phone: Phone) -> str:
    return "\n".join(entry.message for entry in phone.log.since(0))


SERVICES = [{"name": ".Sync", "process": ":remote"}, {"name": ".Near"}]


def test_a_service_is_started_in_the_process_that_the_manifest_names(tmp_path: Path) -> None:
    async def act() -> None:
        async with served(tmp_path, services=SERVICES) as scene:
            main, remote = await scene.app(), await scene.app(REMOTE)
            await until(lambda: len(scene.phone.processes.links) == 2)
            main.tell("service", name=f"{APP}.Sync", action="now")
            main.tell("service", name=f"{APP}.Near", action=None)
            await until(lambda: main.seen and remote.seen)
            assert remote.seen == [{"type": "service", "name": f"{APP}.Sync", "action": "now"}]
            assert main.seen == [{"type": "service", "name": f"{APP}.Near", "action": None}]

    play(act())


def test_a_service_that_the_manifest_does_not_know_is_a_line_in_the_log(tmp_path: Path) -> None:
    async def act() -> None:
        async with served(tmp_path) as scene:
            main = await scene.app()
            main.tell("service", name=f"{APP}.Nowhere", action=None)
            await until(lambda: f"Unable to start service Intent {{ cmp={APP}/{APP}.Nowhere }}" in written(scene.phone))

    play(act())


def test_a_helper_that_the_manifest_does_not_know_is_a_line_in_the_log(tmp_path: Path) -> None:
    async def act() -> None:
        async with served(tmp_path, helpers=[{"name": ":uplink", "host": "api.example.org:443"}]) as scene:
            main = await scene.app()
            main.tell("helper", name=":other", input="x")
            await until(lambda: f"Unable to start helper {APP}:other: not found" in written(scene.phone))

    play(act())


def test_a_helper_talks_to_its_host_alone_through_the_proxy_and_is_remembered_with_its_package(tmp_path: Path) -> None:
    install(boot(tmp_path), helpers=[{"name": ":uplink", "host": "api.example.org:443"}])
    there = boot(tmp_path).packages.get(APP)
    assert there is not None
    (helper,) = there.manifest.helpers
    plain, through = helper_program(helper, None), helper_program(helper, ("127.0.0.1", 8080))
    assert plain[0] == f"{APP}:uplink"
    assert plain[plain.index("-connect") + 1] == "api.example.org:443"
    assert plain[plain.index("-verify_hostname") + 1] == "api.example.org"
    assert [word for word in through if word not in plain] == ["-proxy", "127.0.0.1:8080"]


def test_a_remote_process_does_not_take_the_activity_meant_for_the_main_one(tmp_path: Path) -> None:
    async def act() -> None:
        async with served(tmp_path) as scene:
            scene.phone.processes.first_activity[APP] = f"{APP}.Inner"
            remote = await scene.app(REMOTE)
            await until(lambda: len(scene.phone.processes.links) == 1)
            main = await scene.app()
            await until(lambda: main.seen)
            assert (main.seen, remote.seen) == ([{"type": "start", "activity": f"{APP}.Inner"}], [])

    play(act())
