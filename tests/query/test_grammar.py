from __future__ import annotations

import random

import pytest

from nbtrack.errors import FilterSyntax, InvalidValue, UnknownName
from nbtrack.query.grammar import DEEPEST, MOST_CONDITIONS, parse_filter, parse_order
from nbtrack.query.tree import All, Comparison, Either, Field, Not, Order


def one(entity, key, operator, value=None):
    return Comparison(Field(entity, key), operator, value)


A, B, C = (one("name", name, "=", number) for number, name in enumerate("abc", 1))


@pytest.mark.parametrize("text", [None, "", "  \n "])
def test_an_empty_filter_states_nothing(text):
    assert parse_filter(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("metrics.acc > 0.9", one("metric", "acc", ">", 0.9)),
        ("metric.acc>=1", one("metric", "acc", ">=", 1)),
        ("params.lr = '0.01'", one("param", "lr", "=", "0.01")),
        ("parameters.n_estimators = 100", one("param", "n_estimators", "=", 100)),
        ('tags.x = "y"', one("tag", "x", "=", "y")),
        ("tags.mlflow.parentRunId = 'p'", one("tag", "mlflow.parentRunId", "=", "p")),
        ("metrics.`f1 score` < -1e-3", one("metric", "f1 score", "<", -0.001)),
        ('metrics."f1-score" < .5', one("metric", "f1-score", "<", 0.5)),
        ("`metrics`.`a.b` = 1", one("metric", "a.b", "=", 1)),
        ('"metrics"."a" = 1', one("metric", "a", "=", 1)),
        ("`metrics`.a = 1", one("metric", "a", "=", 1)),
        ("`params`.a.`b c` = 1", one("param", "a.b c", "=", 1)),
        ("params.a.`b c` = 1", one("param", "a.b c", "=", 1)),
        ("attributes.status = 'RUNNING'", one("attribute", "status", "=", "RUNNING")),
        ("run.user_id != 'me'", one("attribute", "user_id", "!=", "me")),
        ("ATTR.Status <> 'RUNNING'", one("attribute", "status", "!=", "RUNNING")),
        ("run_name LIKE 'a%'", one("attribute", "run_name", "LIKE", "a%")),
        ("`run name` ilike 'a%'", one("attribute", "run_name", "ILIKE", "a%")),
        ('attributes."Run ID" IN (\'a\',"b")', one("attribute", "run_id", "IN", ("a", "b"))),
        ("created > '2026-11-01'", one("attribute", "start_time", ">", "2026-11-01")),
        ("end_time < 1e12", one("attribute", "end_time", "<", 1e12)),
        ("duration > 60", one("attribute", "duration_seconds", ">", 60)),
        ("datasets.context = 'train'", one("dataset", "context", "=", "train")),
        ("acc > 0.9", one("name", "acc", ">", 0.9)),
        (
            "val/loss-1:é🙂 == nan",
            one("name", "val/loss-1:é🙂", "=", pytest.approx(float("nan"), nan_ok=True)),
        ),
        ("mlflow.user = 'me'", one("name", "mlflow.user", "=", "me")),
        ("`a``b` = 'it''s'", one("name", "a`b", "=", "it's")),
        ("x NOT IN (1, 2,)", one("name", "x", "NOT IN", (1, 2))),
        ("x is not null", one("name", "x", "IS NOT NULL")),
        ("x between 1 and 2", one("name", "x", "BETWEEN", (1, 2))),
        ("x = 99999999999999999999", one("name", "x", "=", 1e20)),
        ("x LIKE'a'", one("name", "x", "LIKE", "a")),
        ("status NOT LIKE 'R%'", one("attribute", "status", "NOT LIKE", "R%")),
    ],
)
def test_a_comparison_is_read(text, expected):
    assert parse_filter(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=1 and b=2 AND c=3", All((A, B, C))),
        ("a=1 or b=2 and c=3", Either((A, All((B, C))))),
        ("(a=1 or b=2) and c=3", All((Either((A, B)), C))),
        ("not a=1 and b=2", All((Not(A), B))),
        ("NOT (a=1 And b=2) Or c=3", Either((Not(All((A, B))), C))),
        ("not not a=1", Not(Not(A))),
        ("((a=1))", A),
        ("a between 1 and 2 and b = 2", All((one("name", "a", "BETWEEN", (1, 2)), B))),
    ],
)
def test_and_binds_before_or_and_not_before_both(text, expected):
    assert parse_filter(text) == expected


@pytest.mark.parametrize(
    ("text", "position", "problem", "hint"),
    [
        ("acc 0.9", 4, "an operator is expected after acc, not '0.9'", "operators are =, !="),
        ("run name = 'x'", 4, "an operator is expected after run", "in backticks"),
        ("acc", 3, "an operator and a value are missing after acc", "IS NOT NULL"),
        ("acc >", 5, "a value is missing after >", ""),
        ("acc > )", 6, "a value is expected, not ')'", ""),
        ("acc > 'x", 6, "the quote ' is not closed", "write ''"),
        ("(acc > 1", 0, "this parenthesis is not closed", ""),
        ("(acc > 1 b < 2)", 9, "'and' or 'or' is expected, not 'b'", "in quotes"),
        ("acc > 1)", 7, "there is nothing to close here", ""),
        ("acc > 1 && b < 2", 8, "'and' or 'or' is expected, not '&&'", "write 'and'"),
        ("acc > 1 b < 2", 8, "'and' or 'or' is expected", ""),
        ("0.5 < acc", 0, "a name is expected, not a number", "the name first"),
        ("'x' = acc", 0, "a text in single quotes", "`x`"),
        ("and a = 1", 0, "not the word and", "`and`"),
        ("! a = 1", 0, "a name is expected, not '!'", "write 'not'"),
        ("a = 1 and", 9, "the filter ends where a condition is expected", ""),
        ("acc => 1", 4, "no operator is written '=>'", "write '>='"),
        ("acc is 1", 4, "no operator is written 'is'", "there are ="),
        ("acc not 5", 4, "no operator is written 'not'", ""),
        ("metrics. > 1", 0, "a name is missing after 'metrics.'", ""),
        ("metrics.acc = '0.9'", 14, "a number is compared with a number", "= 0.5"),
        ("metrics.acc between 'a' and 'b'", 20, "a number is compared", "0.5 AND 0.9"),
        ("run_name = 5", 11, "a text is compared with a text", "write '5'"),
        ("run_name in (5)", 12, "a text is compared with a text", "write '5'"),
        ("x LIKE 5", 7, "LIKE takes a text, not a number", "write '5'"),
        ("params.x > 'b'", 11, "> takes a number, not a text", "> 0.5"),
        ("x in ('a', 1)", 5, "numbers or texts, not both", ""),
        ("x in 1", 5, "IN takes a list", "('a', 'b')"),
        ("x in (1, 2", 5, "this list is not closed", ""),
        ("x in ()", 6, "a value is expected, not ')'", ""),
        ("x = (1)", 4, "= takes one value, not a list", "IN takes a list"),
        ("x between 1", 11, "two values with AND between them", ""),
        ("x = abc", 4, "'abc' is no number", "'abc'"),
        ("x = `abc`", 4, "'abc' is no number", "'abc'"),
        ("x = null", 4, "nothing is compared with null", "IS NULL"),
        ("start_time > 'soonish'", 13, "'soonish' is no date", "'2 days ago'"),
        ("start_time between 'x' and 'now'", 19, "'x' is no date", ""),
        ("start_time like '2026%'", 16, "this is a moment", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_pointed_at(text, position, problem, hint):
    with pytest.raises(FilterSyntax) as raised:
        parse_filter(text)
    assert raised.value.position == position
    assert problem in raised.value.problem
    assert hint in str(raised.value)
    assert str(raised.value).splitlines()[2] == "  " + " " * position + "^"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("attributes.statuss = 'x'", "no attribute is called 'statuss'.*did you mean 'status'"),
        ("a = 1 and datasets.rows = '1'", "there are context, digest, name.*at position 10"),
    ],
)
def test_an_unknown_attribute_is_told_with_its_place(text, message):
    with pytest.raises(UnknownName, match=message):
        parse_filter(text)


def test_experiments_have_attributes_of_their_own():
    assert parse_filter("name LIKE 'a/%' and tags.team = 'x'", "experiment") == All(
        (one("attribute", "name", "LIKE", "a/%"), one("tag", "team", "=", "x"))
    )
    assert parse_filter("last_update_time > 5", "experiment") == one(
        "attribute", "last_update_time", ">", 5
    )
    with pytest.raises(UnknownName):
        parse_filter("attributes.run_id = 'x'", "experiment")


def test_a_filter_that_is_no_text_is_refused():
    with pytest.raises(InvalidValue, match="a filter is a text, not int"):
        parse_filter(5)


@pytest.mark.parametrize("opening", ["(", "not ", "(not "])
def test_conditions_do_not_nest_without_end(opening):
    with pytest.raises(FilterSyntax, match=f"more than {DEEPEST} parentheses or nots"):
        parse_filter(opening * 10_000 + "a = 1")
    few = DEEPEST // 2
    closing = ")" * few if "(" in opening else ""
    assert parse_filter(opening * few + "a = 1" + closing) is not None


def test_a_filter_has_not_more_conditions_than_a_store_can_plan():
    most = parse_filter(" or ".join(["a = 1"] * MOST_CONDITIONS))
    assert len(most.items) == MOST_CONDITIONS
    with pytest.raises(FilterSyntax, match=f"more than {MOST_CONDITIONS} conditions"):
        parse_filter(" or ".join(["a = 1"] * (MOST_CONDITIONS + 1)))


PIECES = [
    "metrics", "params", ".", "acc", "`a b`", '"x"', "'y'", "'", '"', "`", "(", ")", ",", "=", ">=",
    "<>", "!", "&&", "and", "OR", "not", "IS", "NULL", "in", "like", "between", "1", "-2e3", "nan",
    "start_time", "status", "datasets.name", "attributes.", "\n", "\x00", "é", "🙂", "\ud800", ";",
    "--", "/*", "%", "\\", "1" * 400, "'2026-11-01'", "tags.a.b",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_no_text_makes_the_parser_fail_otherwise(seed):
    chance = random.Random(seed)
    read = 0
    for _ in range(100):
        glue = chance.choice(["", " ", " "])
        text = glue.join(chance.choices(PIECES, k=chance.randint(1, 12)))
        for parse in (parse_filter, lambda it: parse_order([it])):
            try:
                parse(text)
                read += 1
            except InvalidValue as error:
                assert str(error)  # noqa: PT017 - that it says something
    assert read


def test_an_order_has_fields_and_directions():
    assert parse_order(["metrics.acc DESC", "start_time", "`a b` asc", "params.desc desc"]) == (
        Order(Field("metric", "acc"), descending=True),
        Order(Field("attribute", "start_time")),
        Order(Field("name", "a b")),
        Order(Field("param", "desc"), descending=True),
    )


def test_an_order_may_be_one_text_or_none():
    assert parse_order("acc DESC") == (Order(Field("name", "acc"), descending=True),)
    assert parse_order(None) == parse_order([]) == ()


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        (["a", "b", "a DESC"], "`order_by` contains duplicate fields: 'a DESC'"),
        (["start_time", "attributes.Created"], "duplicate fields"),
        ([" "], "a term of an order is empty"),
        (["a b"], "ASC, DESC or the end is expected, not 'b'"),
        (["a, b"], "an item of the list of its own"),
        (["datasets.name"], "runs are not ordered by datasets"),
        (["attributes.nope"], "no attribute is called 'nope'"),
        ([5], "a term of an order is a text, not int"),
    ],
)
def test_an_order_that_cannot_be_taken_says_why(texts, problem):
    with pytest.raises(InvalidValue) as raised:
        parse_order(texts)
    assert problem in str(raised.value)
