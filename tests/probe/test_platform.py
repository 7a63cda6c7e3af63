"""The shipped platform hooks on this machine's own JDK: what went in, what came out, and no noise of Java's own TLS."""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.model.hook import Hook, Role
from harness.model.records import Event, HookStatus
from harness.trackers import load_pack
from tests.jvm import Watch, missing_jdk, watched
from tests.local_servers import http_server, throwaway_certificate

pytestmark = pytest.mark.skipif(missing_jdk() is not None, reason=str(missing_jdk()))

HOOKS = [hook for hook in load_pack().platform if hook.runtime in (None, "jvm")]
OF_THE_JDK = [hook for hook in HOOKS if re.match(r"java|sun[.]", hook.class_name) and hook.native is None]
BOTH_CORES = pytest.mark.parametrize("core", ["native", "plain"])
KEY, IV = b"0123456789abcdef".hex(), b"fedcba9876543210".hex()


def of_file(*names: str) -> list[Hook]:
    """The hooks of some platform files."""
    return [hook for hook in HOOKS if hook.key.split("/")[0] in names]


def openssl(*arguments: str, given: bytes) -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, check=True, capture_output=True).stdout


def sealed(plain: bytes) -> bytes:
    return openssl("enc", "-aes-128-cbc", "-K", KEY, "-iv", IV, given=plain)


def value(watch: Watch, event: Event, name: str | None) -> Any:
    """A captured value as bytes, number or text; None when it was not captured."""
    found = None if name is None else event.returned if name == "returned" else event.captured.get(name)
    if isinstance(found, dict) and found["t"] == "bytes":
        return watch.content(found)
    return found["v"] if isinstance(found, dict) and "v" in found else found


def pairs(watch: Watch, hooks: Sequence[Hook], class_name: str) -> list[tuple[bytes, bytes]]:
    """(all that went into one object up to an end, all that came out), in the order of the ends."""
    open_: dict[int | None, tuple[list[bytes], list[bytes]]] = {}
    done = []
    for event in sorted(watch.events, key=lambda event: event.seq):
        hook = hooks[event.hook]
        if hook.class_name != class_name or (hook.role is Role.CONTENT and hook.payload is None):
            continue
        put, came = open_.setdefault(event.this_id, ([], []))
        put.append(as_bytes(value(watch, event, hook.payload)))
        came.append(as_bytes(value(watch, event, hook.output)))
        if hook.role is not Role.PART:
            done.append((b"".join(put), b"".join(came)))
            del open_[event.this_id]
    return done


def as_bytes(one: Any) -> bytes:
    return b"" if one is None else bytes([one & 0xFF]) if isinstance(one, int) else bytes(one)


def run(classes: Path, out: Path, hooks: Sequence[Hook], *arguments: str, core: str = "native") -> Watch:
    with watched(classes, hooks, "Platform", *arguments, out=out, core=core) as watch:
        watch.wait_for_end()
    assert watch.output()[-1:] == ["done"]
    assert not watch.faults
    return watch


def javap_descriptors(class_names: Iterable[str]) -> dict[str, set[str]]:
    """`name(descriptors)` of every method of each class, as javap prints them."""
    names = sorted(set(class_names))
    printed = subprocess.run(["javap", "-p", "-s", *names], check=True, capture_output=True, text=True).stdout
    rows = [
        re.findall(r"([\w$]+)\([^\n]*\n\s+descriptor: (\([^)]*\))", one) for one in printed.split("Compiled from")[1:]
    ]
    return {name: {method + types for method, types in own} for name, own in zip(names, rows, strict=True)}


def descriptor(parameter: str) -> str:
    primitives = {"boolean": "Z", "byte": "B", "char": "C", "short": "S", "int": "I", "long": "J"}
    if parameter.startswith("["):
        return parameter.replace(".", "/")
    return primitives.get(parameter) or f"L{parameter.replace('.', '/')};"


def test_every_hook_of_the_jdk_names_an_overload_that_javap_shows() -> None:
    there = javap_descriptors(hook.class_name for hook in OF_THE_JDK)
    assert len(there) >= 9
    wanted = [(hook, f"{hook.method}({''.join(map(descriptor, hook.parameters or ()))})") for hook in OF_THE_JDK]
    assert [hook.key for hook, name in wanted if name not in there[hook.class_name]] == []


@BOTH_CORES
def test_digests_and_macs_are_pairs_of_all_that_went_in_and_what_came_out(classes: Path, out: Path, core: str) -> None:
    hooks = of_file("crypto")
    watch = run(classes, out, hooks, "digests", core=core)
    inputs = [b"ann@example.org", b"all at once", b"into an array"]
    wanted = [(b"given up", b""), *((given, openssl("dgst", "-sha256", "-binary", given=given)) for given in inputs)]
    assert pairs(watch, hooks, "java.security.MessageDigest") == wanted
    mac = openssl("dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{KEY}", "-binary", given=b"two parts")
    assert pairs(watch, hooks, "javax.crypto.Mac") == [(b"two parts", mac)]
    (init,) = (event for event in watch.events if hooks[event.hook].method == "init")
    assert value(watch, init, "argument 0.key") == bytes.fromhex(KEY)
    ends = [event for event in watch.events if hooks[event.hook].output is not None]
    assert {value(watch, event, "this.algorithm") for event in ends} == {"SHA-256", "HmacSHA256"}
    assert all(event.stack is not None for event in ends)


@BOTH_CORES
def test_ciphers_are_pairs_whatever_overload_the_app_calls(classes: Path, out: Path, core: str) -> None:
    hooks = of_file("crypto")
    watch = run(classes, out, hooks, "ciphers", core=core)
    payload = b'{"email":"ann@example.org"}'
    parts = b"twenty bytes of textand some more, in the middle of an array"
    arrays = b"written into an array of the appto the end"
    assert pairs(watch, hooks, "javax.crypto.Cipher") == [
        (payload, sealed(payload)),
        (sealed(payload), payload),
        (parts, sealed(parts)),
        (arrays, sealed(arrays)),
        (b"a buffer", b""),
    ]
    ends = [event for event in watch.events if "this.opmode" in event.captured]
    assert [value(watch, event, "this.opmode") for event in ends] == [1, 2, 1, 1, 1]
    assert {value(watch, event, "this.transformation") for event in ends} == {"AES/CBC/PKCS5Padding"}


@BOTH_CORES
def test_what_is_compressed_is_read_before_and_once(classes: Path, out: Path, core: str) -> None:
    hooks = of_file("gzip")
    watch = run(classes, out, hooks, "compression", core=core)
    names = ("GZIPOutputStream", "DeflaterOutputStream", "Deflater")
    content = {name: [given for given, _ in pairs(watch, hooks, f"java.util.zip.{name}") if given] for name in names}
    assert content == {
        "GZIPOutputStream": [b"through gzip"],
        "DeflaterOutputStream": [b"through zlib"],
        "Deflater": [b"by a deflater"],
    }


def test_base64_is_a_pair_of_content_and_text(classes: Path, out: Path) -> None:
    hooks = of_file("base64")
    watch = run(classes, out, hooks, "base64")
    assert pairs(watch, hooks, "java.util.Base64$Encoder") == [
        (b"bytes?>", base64.b64encode(b"bytes?>")),
        (b"text?>", base64.urlsafe_b64encode(b"text?>")),
        (b"into an array", base64.b64encode(b"into an array")),
    ]


def test_a_request_by_tls_makes_no_noise_of_the_jvms_own_ciphers(classes: Path, out: Path, tmp_path: Path) -> None:
    certificate = throwaway_certificate(tmp_path)
    store = tmp_path / "trust.jks"
    subprocess.run(
        [
            *("keytool", "-importcert", "-noprompt", "-storetype", "JKS", "-storepass", "changeit"),
            *("-file", str(tmp_path / "certificate.pem"), "-keystore", str(store)),
        ],
        check=True,
        capture_output=True,
    )
    hooks = of_file("crypto", "base64", "gzip", "http")
    with http_server(certificate) as server:
        watch = run(classes, out, hooks, "https", f"https://localhost:{server.port}/track", str(store))
    assert [got.body for got in server.requests] == [b"event=opened"]
    assert pairs(watch, hooks, "java.security.MessageDigest") == [
        (b"the app's own", openssl("dgst", "-sha256", "-binary", given=b"the app's own"))
    ]
    quiet = {"javax.crypto.Cipher", "javax.crypto.Mac", "java.util.Base64$Encoder"}
    assert [hooks[event.hook].key for event in watch.events if hooks[event.hook].class_name in quiet] == []
    called = {hooks[i].key: count for i, count in enumerate(watch.final().called) if count}
    assert sum(count for key, count in called.items() if key.startswith("crypto/")) == 2, called
    request = next(event for event in watch.events if hooks[event.hook].role is Role.REQUEST)
    assert value(watch, request, "this.poster") == b"event=opened"


def test_a_streamed_body_is_found_by_the_object_it_was_written_to(classes: Path, out: Path) -> None:
    hooks = of_file("http")
    with http_server() as server:
        watch = run(classes, out, hooks, "stream", f"http://localhost:{server.port}/track")
    body = server.requests[0].body
    assert body == b"event=opened"
    parts = [event for event in watch.events if hooks[event.hook].role is Role.PART]
    assert b"".join(value(watch, event, "slice 0") for event in parts) == body
    request = next(event for event in watch.events if hooks[event.hook].role is Role.REQUEST)
    carrier = hooks[request.hook].request.carrier  # type: ignore[union-attr]  # a REQUEST has one
    assert request.captured[carrier]["id"] == parts[0].this_id  # type: ignore[index]  # it names a capture
    assert value(watch, request, "this.poster") is None


def test_every_platform_hook_is_answered_and_none_fails(classes: Path, out: Path) -> None:
    watch = run(classes, out, HOOKS, "digests")
    told = {hook.key: watch.report(i).status for i, hook in enumerate(HOOKS)}
    assert {key for key, status in told.items() if status in (HookStatus.FAILED, HookStatus.OVERLOAD_MISSING)} == set()
    assert told["crypto/platform/java.security.MessageDigest.digest()"] is HookStatus.INSTALLED
