"""One mitmdump per run: starts it, waits until it listens, stops it cleanly so that its files are whole."""

from __future__ import annotations

import logging
import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.handset.authority import witness_ca
from harness.handset.witness.environment import witness_python, witness_version
from harness.model.errors import HandsetError

_LOG = logging.getLogger(__name__)
_ADDON = Path(__file__).with_name("addon.py")
_MITMDUMP = "from mitmproxy.tools.main import mitmdump; mitmdump()"
_START_S = 60.0  # a second is usual; a busy machine that compiles Python files for the first time needs more
_LIFE_LINE_S = 10.0
_STOP_S = 60.0  # writing the HAR of a long run takes its time


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessFiles:
    """What a run leaves behind."""

    folder: Path

    @property
    def flows(self) -> Path:
        """mitmproxy's own format: the bytes as they went over the wire. The HAR has gzip undone already."""
        return self.folder / "flows.mitm"

    @property
    def har(self) -> Path:
        return self.folder / "traffic.har"

    @property
    def log(self) -> Path:
        return self.folder / "witness.log"


class MitmWitness:
    """A Witness port that keeps its files in `folder`/RUN/. `authority`: a folder with mitmproxy-ca.pem in place of the
    one that handsets trust."""

    def __init__(self, folder: Path, *, authority: Path | None = None) -> None:
        self._folder = folder
        self._authority = authority

    @property
    def name(self) -> str:
        """What the report calls it."""
        return witness_version()

    def files(self, run: str) -> WitnessFiles:
        return WitnessFiles(folder=self._folder / run)

    def kept(self, run: str) -> dict[str, Path]:
        """The files that are there, by the kind of artefact."""
        files = self.files(run)
        every = {"witness-flows": files.flows, "har": files.har, "log": files.log}
        return {kind: path for kind, path in every.items() if path.is_file()}

    @contextmanager
    def watch(self, run: str) -> Iterator[str]:
        """Listen for the block; gives "host:port". Raises HandsetError when the witness cannot start or its files are
        not whole at the end; when the block itself fails, its error passes and the files are still written."""
        files = self.files(run)
        files.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        process, ready = _start(_command(files, self._authority or witness_ca()), files.log)
        stopped = False
        try:
            yield f"127.0.0.1:{_port(process, ready, files.log)}"
        finally:
            stopped = _stop(process)
        _verify(files, stopped=stopped)


def _command(files: WitnessFiles, authority: Path) -> list[str]:
    options = {
        "connection_strategy": "lazy",  # with upstream_cert off: no look at the real server before answering
        "upstream_cert": "false",
        "confdir": str(authority),
        "hardump": str(files.har),
        "save_stream_file": str(files.flows),
    }
    command = [str(witness_python()), "-I", "-c", _MITMDUMP, "--scripts", str(_ADDON)]
    command += ["--mode", "regular", "--listen-host", "127.0.0.1", "--listen-port", "0"]
    for name, value in options.items():
        command += ["--set", f"{name}={value}"]
    return command


def _start(command: list[str], log: Path) -> tuple[subprocess.Popen[bytes], int]:
    """The process and the descriptor on which it will say its port.

    Its own session: Ctrl-C is for the harness, which stops the witness last. Its standard input is our life line.
    """
    reading, writing = os.pipe()
    try:
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
                pass_fds=(writing,),
                env={**os.environ, "WITNESS_READY_FD": str(writing), "PYTHONUTF8": "1"},
            )
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    return process, reading


def _port(process: subprocess.Popen[bytes], ready: int, log: Path) -> int:
    """Reads end of file when the process dies before it listens."""
    with os.fdopen(ready, "rb") as reading:
        spoken, _, _ = select.select([reading], [], [], _START_S)
        said = reading.readline() if spoken else b""
    if not said:
        state = f"ended with code {process.poll()}" if spoken else f"said nothing for {_START_S:.0f} s"
        raise HandsetError(f"the witness did not start: it {state}", remedy=f"Its own words are in {log}.")
    return int(said)


def _stop(process: subprocess.Popen[bytes]) -> bool:
    """True when it ended as asked: only then has it written its HAR. Nothing is left running in any case."""
    early = process.poll() is not None
    try:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_LIFE_LINE_S)
        except subprocess.TimeoutExpired:
            # A forked process holds a copy of our end of the life line. Not sooner: a signal that finds mitmproxy
            # already ending kills it with its files half written.
            process.terminate()
            process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        _LOG.warning("the witness did not stop within %.0f s and was killed", _STOP_S)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return not early and process.returncode == 0


def _verify(files: WitnessFiles, *, stopped: bool) -> None:
    missing = [file.name for file in (files.flows, files.har) if not file.is_file()]
    if stopped and not missing:
        return
    what = f"did not write {' and '.join(missing)}" if missing else "ended before it was asked to, its record has a gap"
    raise HandsetError(
        f"the witness {what}", remedy=f"Its own words are in {files.log}; the run has no complete wire record."
    )
