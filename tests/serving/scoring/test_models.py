"""Models loaded from their folders: checked first, and nothing run that nobody vouched for."""

from __future__ import annotations

import re
import shutil

import msgspec
import pytest

from nbtrack.errors import NotFound, TamperedModel, UnsafeModel
from nbtrack.serving.scoring.models import load


def test_a_changed_file_is_found_before_anything_is_read(variant, faulty):
    intact = variant(faulty)
    changed = msgspec.structs.replace(intact, files={**intact.files, "MLmodel": "0" * 64})
    with pytest.raises(TamperedModel, match=r"'MLmodel' of .* is not the one that was logged"):
        load(changed)


def test_a_file_that_was_added_or_removed_is_found(variant, faulty):
    intact = variant(faulty)
    fewer = {path: it for path, it in intact.files.items() if path != "MLmodel"}
    with pytest.raises(TamperedModel, match="without the file 'MLmodel'"):
        load(msgspec.structs.replace(intact, files=fewer))
    more = {**intact.files, "model.pkl": "0" * 64}
    with pytest.raises(NotFound, match=r"'model\.pkl' of .* is gone"):
        load(msgspec.structs.replace(intact, files=more))


def test_a_folder_that_is_gone_is_told(variant, tmp_path):
    with pytest.raises(NotFound, match=r"the folder of .* is gone"):
        load(variant(tmp_path / "gone"))


def test_code_that_nobody_vouched_for_is_not_run(variant, faulty, tmp_path):
    strange = shutil.copytree(faulty, tmp_path / "strange")
    described = (strange / "MLmodel").read_text()
    (strange / "MLmodel").write_text(re.sub(r"nbtrack_seals:\n(  .*\n)+", "", described))
    with pytest.raises(UnsafeModel, match="allow_pickle"):
        load(variant(strange, is_vouched=False))


def test_a_model_without_code_needs_nobody_s_word(variant, classifier, people):
    model = load(variant(classifier, is_vouched=False))
    assert model.predict(people[0]).tolist()[:1] == [model.loaded.predict(people[0])[0]]
