from __future__ import annotations

from nbtrack.capture.open_run import MadeModel
from nbtrack.panels.model_lines import load_line, model_lines, model_table, text_model
from nbtrack.registry.format.contents import CODE_KIND

SAFE = MadeModel(
    "m-01", "clf", "sklearn", 12_300, "safe to load", "1 input: age double", "churn", "3"
)
PICKLED = MadeModel("m-02", "double", "python_function", 600, CODE_KIND)
BROKEN = MadeModel("m-03", "net", "", 0, CODE_KIND, problem="FAILED: no space left")


def test_a_model_says_how_it_is_loaded():
    assert load_line(SAFE) == 'nbtrack.sklearn.load_model("models:/churn/3")'
    assert load_line(PICKLED) == 'nbtrack.pyfunc.load_model("models:/m-02")'


def test_a_card_has_it_with_its_version_and_signature(read):
    assert read(model_lines([SAFE, PICKLED, BROKEN])).text == (
        "model clf sklearn · 12.3 kB · ✓ safe to load · churn version 3 · models:/churn/3 "
        '1 input: age double nbtrack.sklearn.load_model("models:/churn/3") '
        "model double python_function · 600 B · ⚠ pickle: loading it runs code · models:/m-02 "
        'nbtrack.pyfunc.load_model("models:/m-02") '
        "model net failed FAILED: no space left"
    )
    assert [text_model(it) for it in (SAFE, PICKLED, BROKEN)] == [
        "clf: sklearn, safe to load, a version of churn; 1 input: age double",
        "double: python_function, pickle: loading it runs code",
        "net: failed",
    ]


def test_a_sheet_has_them_as_a_table(read):
    page = read(model_table([SAFE, BROKEN])).text
    assert "clf sklearn 12.3 kB ✓ safe to load churn version 3 1 input: age double" in page
    assert "FAILED: no space left" in page


def test_many_open_on_a_click_and_nothing_is_taken_for_html(read):
    evil = "<script>alert(1)</script>"
    many = [SAFE._replace(name=evil, signature=evil, registered=evil)] * 8
    page = read(model_lines(many))
    assert "2 more models" in page.text
    assert "<script>alert(1)</script> version 3" in page.text
