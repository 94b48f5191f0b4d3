"""The table of routes: what the sidebar and the page count on."""

from __future__ import annotations

import subprocess
import sys

from nbtrack.rest.routes import ROUTES

CONTRACT = """
GET stores
GET fields
GET experiments
POST experiments/{experiment_id}/tags TagWish
POST runs/search RunsQuestion
POST runs/groups GroupsQuestion
POST runs/members MembersQuestion
GET runs/{run_id}
POST runs/curves CurvesQuestion
GET runs/{run_id}/artifacts
GET runs/{run_id}/artifacts/file
GET runs/{run_id}/lineage
GET runs/{before}/diff/{after}
GET runs/images
GET runs.csv
PATCH runs/{run_id} RenameWish
POST runs/{run_id}/tags TagWish
POST runs/delete RunsWish
POST runs/restore RunsWish
GET models
GET models/{name}
GET models/{name}/versions/{version}/signature
PATCH models/{name} DescriptionWish
POST models/{name}/promote PromotionWish
POST models/{name}/rollback RollbackWish
POST models/{name}/alias AliasWish
POST models/{name}/stage StageWish
POST models/register RegisterWish
GET endpoints
POST endpoints ServeWish
GET endpoints/{name}
GET endpoints/{name}/use
GET endpoints/{name}/logs
GET endpoints/{name}/results
POST endpoints/{name}/stop
POST endpoints/{name}/restart
POST endpoints/{name}/reload
POST endpoints/{name}/traffic TrafficWish
POST endpoints/{name}/try TryWish
"""


def test_every_route_of_the_contract_is_there():
    there = {
        f"{it.method} {it.pattern} {it.shape.__name__ if it.shape else ''}".strip() for it in ROUTES
    }
    assert set(CONTRACT.split("\n")) - {""} <= there


def test_no_route_stands_twice():
    assert len({(it.method, it.pattern) for it in ROUTES}) == len(ROUTES)


def test_what_is_asked_by_get_takes_nothing():
    assert [it for it in ROUTES if it.method == "GET" and it.shape] == []


def test_only_questions_are_asked_by_post_without_changing_anything():
    reading = {it.pattern for it in ROUTES if it.method != "GET" and not it.changes}
    assert reading == {"runs/search", "runs/groups", "runs/members", "runs/curves", "cells"}


def test_answers_need_neither_pandas_nor_plotly(tmp_path):
    """They would add 60 MB to a server that only passes rows on."""
    code = "import nbtrack.rest.routes, sys; print({'pandas', 'plotly'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
