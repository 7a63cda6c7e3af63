"""Names under which credentials travel: headers, keys of JSON, parameters of addresses and forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

# Letters only: X-Api-Key, api_key and apiKey are one name.
_LETTERS = re.compile(r"[^a-z0-9]")
_WHOLE = frozenset({"auth", "jwt", "pin", "pwd", "sid", "session", "token", "bearer", "cookie", "setcookie", "cookie2"})
_END = (
    *("token", "secret", "password", "passwd", "passphrase", "authorization", "cookie", "cookies", "sessionid"),
    *("credential", "credentials", "apikey", "accesskey", "authkey", "clientkey", "privatekey", "secretkey", "appkey"),
    *("sessionkey", "sessiontoken", "otp"),
)
_KEY = ("key",)  # of anything, when what stands there looks like one
_KEY_VALUE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_./+=:-]{16,}")
_DULL = re.compile(r"(?i)true|false|null|none|undefined|bearer|basic|android|mobile|unknown|[-\d.]{1,5}|.{0,3}")
COVERED = re.compile(r"\[[\w .,()/-]{1,80}\]")  # what a cover writes
_TOKEN = re.compile(r"<<[A-Za-z_][A-Za-z0-9_]*(?: [a-z0-9 ,-]+)?>>")  # what stands for a secret of the flow
HINTS: tuple[str, ...] = (
    *("token", "secret", "passw", "passphrase", "auth", "cookie", "session", "credential", "key", "jwt", "pwd"),
    *("sid", "pin", "otp", "bearer"),
)
_NAME = rf"(?P<name>[A-Za-z0-9_.$ -]{{0,40}}(?i:{'|'.join(HINTS)})[A-Za-z0-9_.-]{{0,16}})"
# "name": "value" and "name": 123, also in JSON that is text in JSON; ["Name", "value"] as headers are written
_JSON = re.compile(
    rf'(?P<quote>\\*"){_NAME}(?P=quote)(?P<between>\s*[:,]\s*)'
    r"(?:(?P=quote)(?P<text>.*?)(?<!\\)(?P=quote)|(?P<number>-?\d[\d.eE+-]*))",
    re.DOTALL,
)
_QUERY = re.compile(rf"(?:(?<=[?&;\s\"'])|^){_NAME}=(?P<text>\[[^\]\n]*\]|[^&\s\"'<>;\\]+)", re.MULTILINE)
_LINE = re.compile(
    r"(?P<name>(?i:proxy-authorization|authorization|set-cookie|cookie|x-[a-z-]{0,30}(?:token|key|secret|auth)))"
    r": ?(?P<text>[^\r\n\"\\]+)"
)
_HEADER_NAME = re.compile(r"(?i)(?:proxy-)?authorization|(?:set-)?cookie|x-[a-z0-9-]+")
Substitute = Callable[[str, str], str]  # name, value -> what stands there instead


def names_credential(name: str, value: str) -> bool:
    """Whether a value under this name opens something. Short words and numbers are none, whatever they are called."""
    if _DULL.fullmatch(value) or COVERED.fullmatch(value) or _TOKEN.search(value):
        return False
    letters = _LETTERS.sub("", name.lower())
    if letters in _WHOLE or letters.endswith(_END):
        return True
    return letters.endswith(_KEY) and bool(_KEY_VALUE.fullmatch(value))


def substituted(text: str, substitute: Substitute) -> str:
    """The text with the value of every credential replaced, in whichever way it is written."""
    for pattern in (_JSON, _QUERY, _LINE):
        text = "".join(_pieces(pattern, text, substitute))
    return text


def _pieces(pattern: re.Pattern[str], text: str, substitute: Substitute) -> Iterator[str]:
    end = at = 0
    while match := pattern.search(text, at):
        told = match.groupdict()
        name, value, number = told["name"], told.get("text"), told.get("number")
        kept = value if value is not None else number
        listed = "," in (told.get("between") or "")
        if kept is None or not names_credential(name, kept) or (listed and not _HEADER_NAME.fullmatch(name)):
            at = match.end("name") + 1  # what stands there may be a name itself
            continue
        group = "text" if value is not None else "number"
        quote = told.get("quote") or ""
        made = substitute(name, kept)
        yield text[end : match.start(group)] + (f"{quote}{made}{quote}" if group == "number" else made)
        end = at = match.end(group)
    yield text[end:]
