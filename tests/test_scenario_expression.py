"""${...}: a small part of JavaScript's meaning, and nothing else."""

from __future__ import annotations

import pytest

from harness.scenario.expression import ExpressionError, evaluate, faults_of, fill, holds, mentioned, plain_names

_ENV = {"CHOICE": "accept", "EMPTY": "", "N": "3", "NAME": "Ada"}


# Expected values by Node 20: `new Function('CHOICE','EMPTY','N','NAME', 'return ' + source)('accept','','3','Ada')`
@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("CHOICE == 'accept'", True),
        ('CHOICE === "reject"', False),
        ("CHOICE != 'accept'", False),
        ("!EMPTY", True),
        ("EMPTY || NAME", "Ada"),
        ("EMPTY && NAME", ""),
        ("N == 3", True),
        ("NAME == 3", False),
        ("(CHOICE == 'x' || N == '3') && !false", True),
        ("CHOICE == 'x' || N == '3' && true", True),
        ("!(CHOICE == 'accept') || 'no'", "no"),
        ("'a' == 'a' == true", True),
        ("1.5", 1.5),
    ],
)
def test_an_expression_means_what_it_means_in_javascript(source: str, value: object) -> None:
    assert evaluate(source, _ENV) == value


def test_a_name_without_a_value_is_undefined_and_may_have_a_default() -> None:
    assert evaluate("MISSING || 'later'", {}) == "later"
    assert evaluate("MISSING == 'x'", {}) is False
    assert evaluate("MISSING == undefined", {}) is True


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hello, ${NAME}!", "Hello, Ada!"),
        ("${NAME}${N}", "Ada3"),
        ("no holes $NAME {N}", "no holes $NAME {N}"),
        ("${1 == 1}", "true"),
        ("${2}", "2"),
    ],
)
def test_text_is_filled(template: str, text: str) -> None:
    assert fill(template, _ENV) == text


def test_text_with_an_unknown_name_is_refused() -> None:
    with pytest.raises(ExpressionError, match="MISSING"):
        fill("x ${MISSING}", _ENV)


@pytest.mark.parametrize(
    ("condition", "truth"),
    [("${CHOICE == 'accept'}", True), ("${EMPTY}", False), ("${MISSING}", False), ("false", False), ("true", True),
     ("0", False), ("${N}", True), (" ${NAME} ", True)],
)  # fmt: skip
def test_conditions_have_javascripts_truth(condition: str, truth: bool) -> None:
    assert holds(condition, _ENV) is truth


@pytest.mark.parametrize(
    "source",
    [
        "__import__('os')",
        "NAME.length",
        "a ? b : c",
        "1 +",
        "(NAME",
        "NAME ==",
        "'open",
        "NAME NAME",
        "",
        "=",
        ")",
        "!",
    ],
)
def test_whatever_is_not_in_the_language_is_refused(source: str) -> None:
    assert faults_of("${" + source + "}")
    with pytest.raises(ExpressionError):
        evaluate(source, _ENV)


def test_names_that_must_have_a_value_are_told_from_those_that_may() -> None:
    template = "${EMAIL} ${X || 'x'} ${ NAME }"
    assert plain_names(template) == ["EMAIL", "NAME"]
    assert mentioned(template) == {"EMAIL", "X", "NAME"}
