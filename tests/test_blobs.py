from __future__ import annotations

import errno
import hashlib
import io
import os
import sys
import threading
import time
import uuid

import pytest

from nbtrack import blobs as module
from nbtrack.blobs import Blob, Blobs
from nbtrack.errors import InvalidValue, MissingPackage, NotFound

CONTENT = b"weights"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["folder", "memory", "file"])
def blobs(request, tmp_path):
    """A root of each kind: a folder, and places behind fsspec."""
    if request.param == "folder":
        return Blobs(tmp_path / "artifacts")
    if request.param == "memory":
        return Blobs(f"memory://{uuid.uuid4().hex}/artifacts")
    return Blobs(f"file://{tmp_path}/artifacts")


@pytest.fixture
def local(tmp_path):
    return Blobs(tmp_path / "artifacts")


def read(blobs, digest):
    with blobs.open(digest) as file:
        return file.read()


def test_bytes_files_and_streams_of_one_content_are_one_blob(blobs, tmp_path):
    source = tmp_path / "model.bin"
    source.write_bytes(CONTENT)
    expected = Blob(DIGEST, len(CONTENT))
    assert [blobs.put(given) for given in (CONTENT, source, io.BytesIO(CONTENT))] == [expected] * 3
    assert list(blobs.digests()) == [DIGEST]
    assert read(blobs, DIGEST) == CONTENT
    assert blobs.size(DIGEST) == len(CONTENT)
    assert blobs.has(DIGEST)


def test_nothing_at_all_is_a_content_too(blobs):
    assert blobs.put(b"").size == 0
    assert read(blobs, hashlib.sha256().hexdigest()) == b""


def test_what_a_stream_gave_already_is_not_kept(blobs):
    stream = io.BytesIO(b"header" + CONTENT)
    stream.read(6)
    assert blobs.put(stream).digest == DIGEST


def test_a_file_larger_than_memory_blocks_is_kept_whole(blobs, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 1000)
    source = tmp_path / "large"
    source.write_bytes(os.urandom(12_345))
    blob = blobs.put(source)
    assert blob == (hashlib.sha256(source.read_bytes()).hexdigest(), 12_345)
    blobs.copy_to(blob.digest, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == source.read_bytes()


def test_a_copy_makes_its_folder_and_stands_alone(blobs, tmp_path):
    blobs.put(CONTENT)
    target = tmp_path / "down" / "load" / "model.bin"
    blobs.copy_to(DIGEST, target)
    target.write_bytes(b"changed")
    assert read(blobs, DIGEST) == CONTENT
    blobs.copy_to(DIGEST, target)
    assert target.read_bytes() == CONTENT
    assert [path.name for path in target.parent.iterdir()] == ["model.bin"]


def test_what_is_deleted_is_gone_and_can_be_put_again(blobs):
    blobs.put(CONTENT)
    blobs.delete(DIGEST)
    blobs.delete(DIGEST)
    assert not blobs.has(DIGEST)
    assert list(blobs.digests()) == []
    blobs.put(CONTENT)
    assert read(blobs, DIGEST) == CONTENT


def test_what_is_not_there_is_not_found(blobs, tmp_path):
    for ask in (blobs.open, blobs.size, blobs.age_seconds, blobs.verify):
        with pytest.raises(NotFound, match=DIGEST):
            ask(DIGEST)
    with pytest.raises(NotFound, match=DIGEST):
        blobs.copy_to(DIGEST, tmp_path / "target")
    assert not (tmp_path / "target").exists()
    assert list(blobs.digests()) == []


@pytest.mark.parametrize("digest", ["", "abc", "../" * 21 + "x", DIGEST.upper(), DIGEST + "0"])
def test_what_is_no_digest_leads_nowhere(blobs, digest):
    with pytest.raises(InvalidValue, match="64 hex digits"):
        blobs.open(digest)


def test_damage_is_seen_when_asked_for(local):
    local.put(CONTENT)
    assert local.verify(DIGEST)
    (local.shelf.root / DIGEST[:2] / DIGEST[2:]).write_bytes(b"WEIGHTS")
    assert not local.verify(DIGEST)


def test_a_file_torn_by_a_power_cut_is_replaced(local):
    local.put(CONTENT)
    (local.shelf.root / DIGEST[:2] / DIGEST[2:]).write_bytes(b"")
    local.put(CONTENT)
    assert local.verify(DIGEST)


def test_putting_again_makes_a_blob_young(local):
    local.put(CONTENT)
    path = local.shelf.root / DIGEST[:2] / DIGEST[2:]
    os.utime(path, (1, 1))
    assert local.age_seconds(DIGEST) > 10**6
    local.put(CONTENT)
    assert local.age_seconds(DIGEST) < 3600


def test_the_age_of_what_was_just_put_is_small(blobs):
    blobs.put(CONTENT)
    assert abs(blobs.age_seconds(DIGEST)) < 60


def test_a_clean_up_between_look_and_touch_loses_nothing(local, monkeypatch):
    local.put(CONTENT)
    touch = module.FolderShelf.touch

    def deleted_before(shelf, name):
        local.delete(DIGEST)
        touch(shelf, name)

    monkeypatch.setattr(module.FolderShelf, "touch", deleted_before)
    local.put(CONTENT)
    assert local.verify(DIGEST)


def test_one_content_put_by_many_threads_at_once_is_kept_once(blobs):
    content = os.urandom(100_000)
    results = []
    barrier = threading.Barrier(8)

    def put():
        barrier.wait()
        for _ in range(5):
            blob = blobs.put(content)
            if blobs.verify(blob.digest):
                results.append(blob)

    threads = [threading.Thread(target=put) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(results) == {Blob(hashlib.sha256(content).hexdigest(), 100_000)}
    assert len(results) == 40
    assert list(blobs.digests()) == [results[0].digest]


def test_a_link_is_followed_to_its_file(local, tmp_path):
    (tmp_path / "model.bin").write_bytes(CONTENT)
    (tmp_path / "link").symlink_to("model.bin")
    assert local.put(tmp_path / "link").digest == DIGEST
    assert not (local.shelf.root / DIGEST[:2] / DIGEST[2:]).is_symlink()


def test_a_source_that_changes_later_changes_nothing(local, tmp_path):
    source = tmp_path / "model.bin"
    source.write_bytes(CONTENT)
    local.put(source)
    with source.open("r+b") as file:
        file.write(b"W")
    assert local.verify(DIGEST)
    assert (local.shelf.root / DIGEST[:2] / DIGEST[2:]).stat().st_nlink == 1


@pytest.mark.parametrize("kind", ["missing", "folder"])
def test_a_source_that_cannot_be_read_leaves_nothing_behind(local, tmp_path, kind):
    source = tmp_path / "source"
    if kind == "folder":
        source.mkdir()
    with pytest.raises(OSError, match="source"):
        local.put(source)
    assert list(local.shelf.root.iterdir()) == []


def test_an_interrupted_stream_leaves_nothing_behind(local):
    class Broken(io.RawIOBase):
        def read(self, size=-1):
            raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        local.put(Broken())
    assert list(local.shelf.root.iterdir()) == []


def test_what_a_killed_process_left_half_copied_goes_after_a_day(local):
    local.put(CONTENT)
    old, young = (local.shelf.root / f".new-{name}" for name in ("old", "young"))
    for path in (old, young):
        path.write_bytes(b"half")
    day_ago = time.time() - 2 * module.STALE_SECONDS
    os.utime(old, (day_ago, day_ago))
    assert local.delete_unfinished() == 1
    assert young.exists()
    assert list(local.digests()) == [DIGEST]


def test_where_the_file_system_can_a_copy_shares_its_blocks(local, tmp_path, monkeypatch):
    """Few file systems can; one that can is stood in for by a copy in the call's place."""
    import fcntl

    cloned = []

    def clone(new, request, old):
        assert request == module.FICLONE
        cloned.append(os.write(new, os.pread(old, 1000, 0)))

    monkeypatch.setattr(fcntl, "ioctl", clone)
    source = tmp_path / "model.bin"
    source.write_bytes(CONTENT)
    assert local.put(source) == (DIGEST, len(CONTENT))
    local.copy_to(DIGEST, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == CONTENT
    assert cloned == [len(CONTENT)] * 2


def test_another_system_than_linux_copies(local, tmp_path, monkeypatch):
    monkeypatch.setattr(module.sys, "platform", "darwin")
    source = tmp_path / "model.bin"
    source.write_bytes(CONTENT)
    assert local.put(source).digest == DIGEST
    local.copy_to(DIGEST, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == CONTENT


def test_a_root_can_be_moved(local, tmp_path):
    local.put(CONTENT)
    local.shelf.root.rename(tmp_path / "moved")
    assert read(Blobs(tmp_path / "moved"), DIGEST) == CONTENT


def test_an_object_store_is_uploaded_to_directly(monkeypatch):
    monkeypatch.setattr(module, "OBJECT_STORES", frozenset({"memory"}))
    blobs = Blobs(f"memory://{uuid.uuid4().hex}/artifacts")
    blobs.put(CONTENT)
    assert read(blobs, DIGEST) == CONTENT


@pytest.mark.parametrize(
    ("root", "missing", "says"),
    [
        ("s3://bucket/x", "fsspec", "pip install 'nbtrack[s3]'"),
        ("memory://x", "fsspec", "pip install 'nbtrack[remote]'"),
        ("s3://bucket/x", "s3fs", "s3fs is needed to keep artifacts at s3://"),
        ("gs://bucket/x", "gcsfs", "pip install gcsfs"),
    ],
)
def test_a_missing_package_is_asked_for(root, missing, says, monkeypatch):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingPackage) as caught:
        Blobs(root)
    assert says in str(caught.value)


def test_a_place_that_nobody_knows_is_refused():
    with pytest.raises(InvalidValue, match="gopher:// is no place for artifacts"):
        Blobs("gopher://x")
