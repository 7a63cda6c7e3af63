"""One self-contained HTML file from a case file. Nothing is loaded from outside, nothing needs a script to be read, and
everything that comes out of an app is covered where it must be, made visible and escaped."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from harness.report.cover import Cover
from harness.report.page.contents import contents
from harness.report.page.safe import visible
from harness.report.words import counted, quoted
from harness.store import CaseFile

_STYLE, _SCRIPT = "style.css", "filter.js"


def write_html(case: CaseFile, path: Path, *, reveal: bool = False) -> int:
    """Write the report of the whole case to `path` and give its size in bytes. It reads the case file and the pictures
    beside it alone, takes no clock, and writes the same bytes again for the same case. `reveal` shows what is covered
    otherwise: the caller writes it into the audit."""
    content = render(case, reveal=reveal).encode("utf-8", "backslashreplace")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return len(content)


def render(case: CaseFile, *, reveal: bool = False) -> str:
    """The report as text."""
    cover = Cover.of(case, reveal=reveal)
    environment = _environment(cover)
    texts = [environment.get_template(name).render() for name in (_STYLE, _SCRIPT)]
    told = contents(case, cover)
    return environment.get_template("report.html.j2").render(csp=_policy(*texts), **told)


def _environment(cover: Cover) -> Environment:
    @lru_cache(maxsize=50_000)
    def out(text: str) -> str:
        return visible(cover.text(text))

    def finalize(value: Any) -> Any:
        """Whatever a template writes passes here: no text can get past the cover."""
        return out(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=PackageLoader("harness.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
    environment.filters["quoted"] = quoted
    environment.filters["number"] = "{:,}".format
    environment.filters["counted"] = counted
    environment.filters["capitalise"] = lambda text: text[:1].upper() + text[1:]
    environment.filters["pixels"] = Markup  # our own base64, which is too long for what shows text
    return environment


def _policy(style: str, script: str) -> str:
    """A content security policy that allows these two texts, as they stand in their elements, pictures that stand in
    the page itself, and nothing else."""
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    allowed = f"style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; img-src data:"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
