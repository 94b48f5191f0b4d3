from __future__ import annotations

from msgspec.structs import replace

from nbtrack.panels.promotion_view import PromotionView
from nbtrack.registry.promotion.report import GateResult, Promotion

PASSED = GateResult(
    gate="accuracy >= 0.9",
    kind="metric_at_least",
    outcome="passed",
    message="accuracy is 0.93",
    measured={"accuracy": 0.93},
    seconds=0.002,
)
FAILED = replace(PASSED, gate="same schema", outcome="failed", message="age is gone", measured={})
BROKEN = replace(FAILED, gate="mine", outcome="error", message="no such key", where="gates.py:3")
REPORT = Promotion(
    name="churn",
    version="3",
    alias="champion",
    previous="2",
    outcome="promoted",
    gates=[PASSED],
    actor="ada",
    note="better on fresh data",
)


def test_a_promotion_reads_with_its_gates_and_the_way_back():
    assert PromotionView(promotion=REPORT).text() == (
        "churn version 3 is now @champion, in place of version 2\n"
        "  ✓ accuracy >= 0.9: accuracy is 0.93\n"
        "  note: better on fresh data\n"
        "  the way back: %rollback churn"
    )


def test_a_page_says_the_same_with_numbers_and_times(read):
    assert read(PromotionView(promotion=REPORT).html()).text == (
        "✓ churn version 3 is now @champion, in place of version 2 · by ada "
        "1 gate gate answer because measured took "
        "accuracy >= 0.9 ✓ passed accuracy is 0.93 accuracy 0.93 2 ms "
        "note: better on fresh data the way back: %rollback churn"
    )


def test_what_was_refused_says_so_and_how_to_go_on(read):
    refused = replace(REPORT, outcome="refused", gates=[PASSED, FAILED, BROKEN], note="")
    view = PromotionView(promotion=refused)
    assert not view
    assert view.text().splitlines()[-1] == "  to promote it all the same, add --force"
    page = read(view.html()).text
    assert page.startswith("✗ churn version 3 was not made @champion: nothing was moved")
    assert "mine ! error no such key (gates.py:3)" in page


def test_a_trial_and_a_way_back_lead_further():
    tried = PromotionView(promotion=replace(REPORT, outcome="tried"))
    assert tried.text().splitlines()[-1] == "  to do it, leave out --dry-run"
    back = replace(REPORT, act="rollback", outcome="rolled_back", alias=None, stage="Production")
    named = PromotionView(promotion=replace(back, name="two words"))
    assert named.text().splitlines()[-1] == (
        '  the way forward: %promote "two words" 2 --to Production'
    )
    first = PromotionView(promotion=replace(REPORT, previous=None, note="", gates=[]))
    assert first.text() == "churn version 3 is now @champion"


def test_nothing_in_a_report_is_taken_for_html(read):
    evil = "<script>alert(1)</script>"
    told = replace(REPORT, name=evil, actor=evil, note=evil, gates=[replace(PASSED, gate=evil)])
    assert read(PromotionView(promotion=told).html()).text.count("<script>") == 5
