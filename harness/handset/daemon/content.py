"""`content query`: the settings tables; other providers have no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.handset.daemon.call import Call, Output, take_option
from harness.handset.daemon.settings import NAMESPACES

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone


async def content(phone: Phone, call: Call, out: Output) -> int:
    """`content query --uri URI [--projection A:B]`."""
    verb, *arguments = call.arguments or [""]
    uri = take_option(arguments, "--uri") or ""
    if verb != "query" or not uri.startswith("content://"):
        out.error("[ERROR] Unsupported operation: " + verb if uri else '[ERROR] Argument "--uri" is missing')
        return 1
    authority, _, path = uri.removeprefix("content://").partition("/")
    if authority == "settings" and path in NAMESPACES:
        for number, (name, value) in enumerate(sorted(phone.settings.tables[path].items())):
            out.line(f"Row: {number} _id={number + 1}, name={name}, value={value}")
        return 0
    known = ("com.android.contacts", "com.android.calendar", "media", "sms", "call_log")
    if authority not in known:
        out.error(f"Error while accessing provider:{authority}")
        out.error(f"java.lang.IllegalStateException: Could not find provider: {authority}")
        return 1
    out.line("No result found.")
    return 0
