from __future__ import annotations

from nbtrack.panels.model_table import ModelRow, ModelTable, VersionRow, VersionTable

NOW = 1_790_000_000.0
HOUR_AGO = int(NOW - 3600) * 1000
MODELS = ModelTable(
    rows=[
        ModelRow("churn", "3", {"champion": "2"}, {"Staging": "3"}, HOUR_AGO, "who leaves"),
        ModelRow("prices"),
    ],
    now=NOW,
)
VERSIONS = VersionTable(
    name="churn",
    description="who leaves",
    rows=[
        VersionRow("3", (), "Staging", {"f1": 0.5}, "wide", "r3", 7, HOUR_AGO),
        VersionRow(
            "2",
            ("champion",),
            metrics={"acc": 0.91, "a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0},
            created=HOUR_AGO,
            problem="FAILED_REGISTRATION",
            approvers=["ada"],
        ),
    ],
    now=NOW,
)


def test_models_are_listed_with_where_their_aliases_point(read):
    assert MODELS.text() == (
        "2 registered models\n"
        "  model   newest  aliases        stages       description\n"
        "  churn        3  @champion → 2  Staging → 3  who leaves\n"
        "  prices"
    )
    assert read(MODELS.html()).text == (
        "2 registered models model newest aliases stages changed description "
        "churn 3 @champion → 2 Staging → 3 1 hour ago who leaves prices"
    )


def test_versions_are_listed_with_metrics_runs_and_cells(read):
    assert VERSIONS.text() == (
        "churn: 2 versions\n"
        "  who leaves\n"
        "  version  aliases    stage    metrics                             cell  notes\n"
        "        3             Staging  f1 0.5                              [7]\n"
        "        2  @champion           acc 0.91, a 1, b 2, c 3 and 1 more        "
        "FAILED_REGISTRATION; appro…"
    )
    page = read(VERSIONS.html()).text
    assert "3 Staging f1 0.5 wide [7] 1 hour ago" in page
    assert "2 @champion acc 0.91, a 1, b 2, c 3 and 1 more 1 hour ago FAILED_REG" in page


def test_what_is_empty_says_how_to_begin(read):
    assert ModelTable().text().startswith("there are no registered models yet: write %%track")
    assert read(ModelTable().html()).text == ModelTable().text()
    assert VersionTable(name="churn").text() == (
        "churn: 0 versions\n"
        "  it has no versions yet: %%track --model VARIABLE --register churn makes one"
    )


def test_nothing_in_a_name_is_taken_for_html(read):
    evil = "<script>alert(1)</script>"
    rows = [ModelRow(evil, aliases={evil: "1"}, description=evil)]
    assert read(ModelTable(rows=rows).html()).text.count("<script>") == 3
    version = VersionRow("1", (evil,), evil, {evil: 1.0}, evil, description=evil)
    assert read(VersionTable(name=evil, rows=[version]).html()).text.count("<script>") == 7
