from __future__ import annotations

import pytest

from nbtrack.api.endpoints.served_models import Wanted, named_variants, wanted_models
from nbtrack.errors import InvalidValue
from nbtrack.records.endpoint import Variant

MAIN, OTHER, THIRD = "models:/m@champion", "models:/m@challenger", "models:/m/3"


def variants(*uris, name="m"):
    """Variants as they are found, before they are named."""
    return [
        Variant(name="", model_uri=uri, folder="", model_name=name, version=number)
        for number, uri in enumerate(uris, 1)
    ]


@pytest.mark.parametrize(
    ("given", "models", "mode"),
    [
        ({}, [Wanted(MAIN)], "single"),
        ({"split": {OTHER: 0.1}}, [Wanted(MAIN, 0.9), Wanted(OTHER, 0.1)], "split"),
        ({"split": {MAIN: 0.5, OTHER: 0.5}}, [Wanted(MAIN, 0.5), Wanted(OTHER, 0.5)], "split"),
        ({"canary": OTHER}, [Wanted(MAIN, 0.95), Wanted(OTHER, 0.05)], "canary"),
        ({"canary": {OTHER: 0.2}}, [Wanted(MAIN, 0.8), Wanted(OTHER, 0.2)], "canary"),
        ({"bandit": [OTHER, THIRD]}, [Wanted(MAIN), Wanted(OTHER), Wanted(THIRD)], "bandit"),
        ({"shadow": OTHER}, [Wanted(MAIN), Wanted(OTHER, 0.0, is_shadow=True)], "single"),
    ],
)
def test_models_and_the_way_they_share_traffic(given, models, mode):
    assert wanted_models(MAIN, **given) == (models, mode)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"split": {OTHER: 0.1}, "canary": OTHER}, "split and canary share traffic in different"),
        ({"split": {OTHER: 1.5}}, "from 0 to 1"),
        ({"split": {OTHER: 0.7, THIRD: 0.7}}, "together at most 1"),
        ({"split": {OTHER: True}}, "shares say which part"),
        ({"split": {MAIN: 1.0}}, "each further model"),
    ],
)
def test_shares_that_cannot_be_are_refused(given, problem):
    with pytest.raises(InvalidValue, match=problem):
        wanted_models(MAIN, **given)


@pytest.mark.parametrize(
    ("uris", "names"),
    [
        ([MAIN, OTHER], ["champion", "challenger"]),
        (["models:/m/1", "models:/m/2"], ["v1", "v2"]),
        (["models:/m/Production", "models:/m/latest"], ["production", "latest"]),
        ([MAIN, MAIN], ["champion", "m-v2"]),
    ],
)
def test_variants_are_called_by_how_they_were_found(uris, names):
    assert [it.name for it in named_variants(variants(*uris))] == names


def test_variants_of_several_models_are_called_by_these_too():
    several = [*variants(MAIN, "models:/m/2"), *variants("models:/rival/1", name="rival")]
    several += [Variant(name="", model_uri="/other", folder="", model_name="other")]
    names = [it.name for it in named_variants(several)]
    assert names == ["m-champion", "m-v2", "rival-v1", "other"]


def test_models_that_are_no_versions_have_names_of_their_own_too():
    plain = [Variant(name="", model_uri="/m", folder="", model_name="m")] * 3
    assert len({it.name for it in named_variants(plain)}) == 3
