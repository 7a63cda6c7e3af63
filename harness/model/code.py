"""What an app's package and code say before they run: classes, methods, constants. Read by harness.code."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCode:
    """One method as its class declares it. Names and types are spelled as hook files spell them: `$init` for a
    constructor, `$clinit` for the static initialiser, `int`, `java.lang.String`, `[B`, `[Ljava.lang.String;`, `void`.

    `strings` are the constant strings that its code loads; `calls` the methods that its code calls, as
    `java.net.URL.openConnection` (class, dot, method; no types). Both in order of first use, each once.
    """

    name: str
    parameters: tuple[str, ...]
    returns: str
    static: bool = False
    abstract: bool = False  # or native: there is no code of it here
    strings: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCode:
    """One class of the app. `constants` are its static final fields with a value in the class file itself, as text."""

    name: str
    parent: str | None = None
    interfaces: tuple[str, ...] = ()
    abstract: bool = False  # an interface, too
    methods: tuple[MethodCode, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)


class Code(Protocol):
    """All classes of an app, DEX or class files alike; parsed when asked for, for a large app has 200,000 of them."""

    def names(self) -> Collection[str]:
        """Of every class that is defined here."""
        ...

    def find(self, name: str) -> ClassCode | None:
        """One class, None when it is not defined here."""
        ...

    def loading(self, strings: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """For each string: the classes whose code loads exactly this constant, in order of the file."""
        ...

    def subtypes(self, name: str) -> tuple[str, ...]:
        """The classes that are defined here and extend or implement `name`, directly or not."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFile:
    """One file of the app: base, split, or a jar."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppPackage:
    """What is read of an app without running it. `package` is empty for a jar.

    `metadata` is the manifest's <meta-data> of the application by name; `properties` the text of small files whose
    names end in `.properties` or `.version`, by their path, which is where some SDKs write their versions.
    `signers` are the SHA-256 of the signing certificates, in hex, of the newest scheme that is there.
    `native_libraries` are file names, each once. `faults` says what could not be read: nothing is passed over quietly.
    """

    files: tuple[PackageFile, ...]
    package: str = ""
    version_name: str = ""
    version_code: int | None = None
    signers: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    permissions: tuple[str, ...] = ()
    components: tuple[str, ...] = ()  # class names of the application, activities, services, receivers, providers
    native_libraries: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppBinary:
    """A package and its code."""

    package: AppPackage
    code: Code
