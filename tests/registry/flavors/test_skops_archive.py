"""Parts of a zip file, read from where they lie: whole and as they were written, or refused."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from nbtrack.errors import TamperedModel
from nbtrack.registry.flavors.skops_archive import Archive

TEXT = b"a tree and another tree " * 50


def packed(method, content=TEXT):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as out:
        out.writestr("part", content)
    return bytearray(buffer.getvalue())


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("content", [TEXT, b"x", b""])
def test_a_part_is_read_as_it_was_written(method, content):
    archive = Archive(bytes(packed(method, content)), "model.skops")
    assert bytes(archive.part("part")) == content


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_changed_byte_is_seen(method):
    content = packed(method)
    start = 30 + len("part")
    for place in (start, start + 3, start + 20):
        other = content.copy()
        other[place] ^= 0x11
        with pytest.raises(TamperedModel, match=r"'part' of model\.skops is not what was written"):
            Archive(bytes(other), "model.skops").part("part")


@pytest.mark.parametrize("claimed", [0, 1, len(TEXT) - 1, len(TEXT) + 1])
def test_a_part_of_another_size_than_it_claims_is_refused(claimed):
    content = packed(zipfile.ZIP_DEFLATED)
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<L", claimed)
    with pytest.raises(TamperedModel, match="is not what was written"):
        Archive(bytes(content), "model.skops").part("part")


def test_a_part_that_begins_elsewhere_is_refused():
    content = packed(zipfile.ZIP_DEFLATED)
    directory = content.rindex(b"PK\x01\x02")
    for place in (5, len(content) - 10):
        content[directory + 42 : directory + 46] = struct.pack("<L", place)
        with pytest.raises(TamperedModel, match="is not what was written"):
            Archive(bytes(content), "model.skops").part("part")
