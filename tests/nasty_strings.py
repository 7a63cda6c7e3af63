"""Two hundred strings on which typing breaks: made here from the rules of shells, XML, Unicode and `input text`."""

from __future__ import annotations

_QUOTING = [
    "'", '"', "''", '""', "'\"'\"'", "it's", 'say "no"', "`", "`id`", "$", "$$", "$HOME", "${HOME}", "$(id)",
    "$((1+1))",
    "\\", "\\\\", "\\'", '\\"', "\\n", "\\0", "\\x41", "\\u0041", "a\\", "'\\''", "\"$(id)\"", "'$HOME'", "`echo \\``",
]  # fmt: skip
_SHELL = [
    ";", "a;b", ";id", "&", "&&", "a&b", "|", "a|b", "<", ">", "<<EOF", "a>b", "2>&1", "(", ")",
    "(a)", "{", "}", "{a,b}", "[", "]", "[a-z]", "!", "!!", "#", "# comment", "a #b", "*", "?", "~",
    "~root", "-", "--", "-n", "--help", "-d 0", "=", "A=1", "^", "^a^b", "@", "a@b.org", "+1 (555) 010-0199",
]  # fmt: skip
_PERCENT = [
    "%", "%%", "%s", "%%s", "%s%s", "%S", "100%", "100%s", "100% sure", "% s", "a%sb%sc", "s%", "%20", "%d%n", "%1$s",
    "%%%s", "%s %s",
]  # fmt: skip
_BLANKS = [" ", "  ", " a", "a ", "a  b", "   a   b   ", " %s ", " ' ", ' " ']
_XML = ["<a>", "</node>", "&amp;", "&lt;", "&#65;", "<!--", "]]>", "<?xml?>", "a&b<c>\"d'", "&quot;'"]
_WORDS = [
    "null", "NULL", "true", "0", "-1", "1e9", "NaN", "undefined", "None", "Success", "Error:", "../../etc/passwd",
    "'; DROP TABLE event;--", "{\"a\":[1]}", "https://x.test/?a=1&b=2#c", "C:\\temp\\new", "a,b;c:d", "x" * 99,
]  # fmt: skip
_LATIN = ["é", "Zoë", "naïve", "Å", "e\u0301", "ß", "Łódź", "İstanbul", "ñ", "œuvre", "Ünïcödé", "¿qué?", "€ 5", "©®™"]
_SCRIPTS = [
    "日本語", "中文", "한국어", "עברית", "العربية", "हिन्दी", "ไทย", "Ελληνικά", "Русский", "Հայերեն", "ქართული", "தமிழ்",
    "𠮷野家", "ﷺ", "שָׁלוֹם", "ab עב ab",
]  # fmt: skip
_EMOJI = ["👍", "👍🏽", "👩‍🚀", "🇩🇪", "👨‍👩‍👧‍👦", "a👍b", "❤️", "1️⃣", "🏴‍☠️", "\U0001d4b3", "😀" * 20]
_BREAKS = ["a\nb", "\n", "a\n\nb", "a\tb", "\t", "a\n'b\"$c", "é\n%s"]
_INVISIBLE = ["a\u00a0b", "a\u200bb", "\u202eabc", "a\u2028b", "\ufeffa", "\u00ad", "a\u2009b"]

NASTY = [
    *_QUOTING, *_SHELL, *_PERCENT, *_BLANKS, *_XML, *_WORDS, *_LATIN, *_SCRIPTS, *_EMOJI, *_BREAKS, *_INVISIBLE,
]  # fmt: skip
"""What a device can be made to type, exactly."""

NOT_TEXT = [
    "\0", "a\0b", "\x01", "bell\a", "\b", "\v", "\f", "a\rb", "\r\n", "\x1b[31m", "\x1f", "\x7f", "\x85", "\x9f",
    "\ud83d", "half \udc4d", "\ufffe", "\uffff", "\ufdd0", "\U0001ffff",
]  # fmt: skip
"""Control characters, halves of characters, and code points that are none."""
