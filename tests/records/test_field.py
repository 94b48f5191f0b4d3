from __future__ import annotations

from typing import Annotated

from nbtrack.records.field import Column, column, columns_of
from nbtrack.records.param import Param
from nbtrack.records.record import Record
from nbtrack.records.run import RunInfo


class Sample(Record, frozen=True, tag="sample"):
    plain: int
    text: Annotated[str | None, column("A text.", filter=True)] = None
    count: Annotated[int, column("A count.", merge="last")] = 0
    share: Annotated[float | None, column("A share.")] = None
    flag: Annotated[bool, column("A flag.")] = False


def test_declared_fields_are_columns_in_their_order():
    assert columns_of(Sample) == (
        Column("text", "VARCHAR", "A text.", "first", filter=True),
        Column("count", "BIGINT", "A count.", "last", filter=False),
        Column("share", "DOUBLE", "A share.", "first", filter=False),
        Column("flag", "BOOLEAN", "A flag.", "first", filter=False),
    )


def test_a_record_without_declared_fields_has_no_columns():
    assert columns_of(Param) == ()


def test_the_fields_of_a_run_that_change_merge_by_the_last():
    merges = {column.name: column.merge for column in columns_of(RunInfo)}
    assert {name for name, merge in merges.items() if merge == "last"} == {
        "run_name",
        "status",
        "end_time",
        "owner",
    }
