"""What a program says while it runs - log lines, errors, tracebacks - without the secrets."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from harness.secrets.veil import Veil

_PLAIN = logging.Formatter()


@contextmanager
def quiet_logs(veil: Veil) -> Iterator[None]:
    """Every log record made in the block, by whichever library, is told without the secrets."""
    before = logging.getLogRecordFactory()

    def made(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = before(*args, **kwargs)
        record.msg, record.args = veil.text(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = veil.text(_PLAIN.formatException(record.exc_info))  # formatters take it as it is
        return record

    logging.setLogRecordFactory(made)
    try:
        yield
    finally:
        logging.setLogRecordFactory(before)


def veiled_error(error: BaseException | None, veil: Veil) -> BaseException | None:
    """The error, it and what caused it, with every text in it veiled: its traceback is printed somewhere."""
    each, seen = error, set[int]()
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        each.args = tuple(veil.text(arg) if isinstance(arg, str) else arg for arg in each.args)
        for name in ("problem", "remedy"):
            text = getattr(each, name, None)
            if isinstance(text, str):
                setattr(each, name, veil.text(text))
        each = each.__cause__ or each.__context__
    return error
