"""Words in which tests of the analysis tell their runs: hooks by the end of their keys, frames, planted values."""

from __future__ import annotations

import subprocess
from typing import Any

from harness.model.findings import Analysis, Disclosure, Transmission
from harness.model.records import Value
from harness.model.story import Story as Told
from harness.trackers import load_pack
from tests.stored import Story, planted, text

PACK = load_pack()
EMAIL = planted("EMAIL", "email", "cedar.otter.bdfgkm@example.org")
LABEL = planted("DEVICE_LABEL", "custom", "Porch heron xkqzwv")
NOTE = planted("NOTE", "custom", "Spare key under pot rmtplnd")

MIXPANEL_CODE = "com.mixpanel.android.mpmetrics.AnalyticsMessages$Worker.sendData(AnalyticsMessages.java:80)"
APPSFLYER_CODE = "com.appsflyer.internal.AFd1uSDK.run(AFd1uSDK.java:40)"
FACEBOOK_CODE = "com.facebook.appevents.AppEventQueue.flushAndWait(AppEventQueue.java:70)"
BRANCH_CODE = "io.branch.referral.Branch.notifyCallback(Branch.java:900)"
APP_CODE = "com.example.doorbell.DashboardActivity.save(DashboardActivity.java:33)"
JAVA_CODE = "java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1136)"
GRAPH_CODE = "com.facebook.GraphRequest.processRequest(GraphRequest.java:120)"

TRACK = "MixpanelAPI.track(java.lang.String,org.json.JSONObject)"
ENCODE = "Base64Coder.encodeString(java.lang.String)"
POST = "doRestfulPost(java.lang.String,org.json.JSONObject)"
JSON = "org.json.JSONObject.toString()"
GZIP = "GZIPOutputStream.write([B,int,int)"
FINISH = "GZIPOutputStream.finish()"
CIPHERTEXT = "AFb1wSDK.$init(java.lang.String,[B,java.lang.String,java.util.Map,boolean)"
REPORT = "reportToJson(com.google.firebase.crashlytics.internal.model.CrashlyticsReport)"
HEADER = "HttpURLConnection.setRequestProperty(java.lang.String,java.lang.String)"
TRACK_NAME = "MixpanelAPI.track(java.lang.String)"
UPDATE = "Cipher.update([B)"
DO_FINAL = "Cipher.doFinal([B)"
TO_BASE64 = "Base64$Encoder.encode([B)"
HASH_PART = "MessageDigest.update([B)"
HASH = "MessageDigest.digest()"
MAC_PART = "Mac.update([B)"
MAC = "Mac.doFinal()"
TLS = "libssl.SSL_write(SSL *,const void *,int)"
TRACKING = "https://api.mixpanel.com/track/"

KEY, IV = "00112233445566778899aabbccddeeff", "0102030405060708090a0b0c0d0e0f10"  # of aes()


def coreutil(command: list[str], content: bytes) -> bytes:
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def one(analysis: Analysis) -> Transmission:
    (sent,) = analysis.transmissions
    return sent


def recognised(analysis: Analysis, persona: str) -> list[Disclosure]:
    return [made for made in analysis.disclosures if made.persona == persona]


def openssl(*words: str, content: bytes) -> bytes:
    return subprocess.run(["openssl", *words], input=content, capture_output=True, check=True).stdout


def aes(content: bytes) -> bytes:
    return openssl("enc", "-aes-128-cbc", "-K", KEY, "-iv", IV, content=content)


def number(value: int) -> Value:
    return {"t": "int", "v": value}


def encrypt(story: Story, content: bytes, *, out: bytes | None = None, opmode: int = 1, **more: Any) -> bytes:
    """One call of Cipher.doFinal(byte[])."""
    made = aes(content) if out is None else out
    captured = {"this.transformation": text("AES/CBC/PKCS5Padding"), "this.opmode": number(opmode)}
    more.setdefault("frames", (APPSFLYER_CODE,))
    story.call(DO_FINAL, story.content(content), returned=story.content(made), captured=captured, **more)
    return made


def hashed(story: Story, content: bytes, output: bytes, *, algorithm: str = "SHA-256", **more: Any) -> None:
    """update(content) and digest()."""
    story.call(HASH_PART, story.content(content), this_id=77, **more)
    captured = {"this.algorithm": text(algorithm)}
    story.call(HASH, this_id=77, returned=story.content(output), captured=captured, **more)


def ways(told: Told) -> list[tuple[int, str, str]]:
    return [(link.seq, link.layer.value, link.how) for link in told.links]


def only_story(analysis: Analysis) -> Told:
    (told,) = analysis.stories
    return told
