"""What a look into the study's app would say, by hand: each way of being found, and a tracker that is not there."""

from __future__ import annotations

from harness.model.code import AppPackage, PackageFile
from harness.model.preflight import Found, HookForecast, Preflight, RenamedClass, SdkFound, SwitchFound, Tier
from tests.rows import digest

_ENCODE = "com.{slug}.sdk.internal.Encoder.encodeString(java.lang.String)"
_TRACK = "com.{slug}.sdk.Api.track(java.lang.String)"


def _sdk(slug: str, version: str | None, tier: Tier, classes: int, evidence: str, *, known: bool | None) -> SdkFound:
    return SdkFound(tracker=slug, version=version, tier=tier, classes=classes, evidence=(evidence,), in_range=known)


def _hook(
    slug: str, layer: str, method: str, found: Found, tier: Tier, *, expected: bool = True, **more: tuple[str, ...]
) -> HookForecast:
    written = method.format(slug=slug)
    class_name, _, name = written.partition("(")[0].rpartition(".")
    if found is Found.RENAMED:
        class_name, name = "a.b.d", "e"
    return HookForecast(
        key=f"{slug}/{layer}/{written}",
        tracker=slug,
        found=found,
        tier=tier,
        class_name=class_name,
        method=name,
        parameters=("java.lang.String",),
        evidence=more.get("evidence", ()),
        others=more.get("others", ()),
        expected=expected,
    )


FORESEEN = Preflight(
    app=AppPackage(
        files=(PackageFile(name="base.apk", sha256=digest(b"the package"), size=123_456),),
        package="com.example.doorbell",
        version_name="3.21.1",
        version_code=3211,
        signers=(digest(b"the signer"),),
        native_libraries=("libuplink.so",),
    ),
    sdks=(
        _sdk("alpha", "5.9.6", Tier.EXACT, 212, "com.alpha.sdk.Api is there", known=True),
        _sdk("beta", None, Tier.FINGERPRINT, 3, "a.b.d loads \u201cbeta/v1/install\u201d", known=None),
        _sdk("gamma", "9.1.0", Tier.EXACT, 80, "com.gamma.sdk.Api is there", known=False),
        _sdk("delta", "2.17.1", Tier.EXACT, 41, "delta.properties says so", known=True),
    ),
    hooks=(
        _hook("alpha", "encode", _ENCODE, Found.FOUND, Tier.EXACT),
        _hook("alpha", "api", _TRACK, Found.FOUND, Tier.EXACT),
        _hook("alpha", "api", "com.{slug}.sdk.Api.former(int)", Found.ABSENT, Tier.PLATFORM, expected=False),
        _hook(
            *("beta", "encode", _ENCODE, Found.RENAMED, Tier.FINGERPRINT),
            evidence=("the only class that loads \u201cbeta/v1/install\u201d and \u201chardware_id\u201d",),
        ),
        _hook(
            *("beta", "api", _TRACK, Found.CANDIDATES, Tier.PLATFORM),
            evidence=("2 methods have these types",),
            others=("a.b.f.a(java.lang.String)", "a.b.f.b(java.lang.String)"),
        ),
        _hook("gamma", "encode", _ENCODE, Found.OTHER_OVERLOAD, Tier.PLATFORM, others=("encodeString(byte[], int)",)),
        _hook("gamma", "api", _TRACK, Found.AT_RUN_TIME, Tier.EXACT),
        _hook("delta", "encode", _ENCODE, Found.FOUND, Tier.EXACT),
        _hook("delta", "api", _TRACK, Found.FOUND, Tier.EXACT),
        _hook("epsilon", "api", _TRACK, Found.ABSENT, Tier.PLATFORM),
    ),
    renamed=(
        RenamedClass(
            class_name="a.b.d",
            original="com.beta.sdk.internal.Encoder",
            tracker="beta",
            tier=Tier.FINGERPRINT,
            evidence="by its strings",
        ),
        RenamedClass(
            class_name="a.b.g",
            original=None,
            tracker="beta",
            tier=Tier.FINGERPRINT,
            evidence="\u201cbeta/v1/install\u201d",
        ),
    ),
    switches=(
        SwitchFound(
            tracker="alpha",
            name="com.alpha.sdk.AutomaticEvents",
            meaning="sends events of its own accord",
            value=None,
            default="true",
        ),
        SwitchFound(
            tracker="delta",
            name="com.delta.collection_enabled",
            meaning="reports crashes",
            value="false",
            default="true",
        ),
    ),
    warnings=("android.webkit.WebView is used by code of the app: what its pages send is not read",),
)
