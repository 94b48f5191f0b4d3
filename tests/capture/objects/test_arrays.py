from __future__ import annotations

import mmap
from array import array

import numpy as np
import pytest

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects import memory
from nbtrack.capture.objects.scan import Budget, scan


def address(owner):
    return owner.__array_interface__["data"][0]


VIEWS = {
    "a slice": lambda it: it[2:4],
    "a strided slice": lambda it: it[::2, ::3],
    "its transpose": lambda it: it.T,
    "a reshaped view": lambda it: it.reshape(-1),
    "other bits": lambda it: it.view("i8"),
    "a read-only view": lambda it: np.lib.stride_tricks.as_strided(it, writeable=False),
    "np.asarray": np.asarray,
    "a matrix": lambda it: it.view(np.matrix),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_write_is_seen_through_every_view(view, changed):
    owner = np.arange(60.0).reshape(6, 10)
    shown = view(owner)
    parts, _ = changed(shown, lambda: owner.__setitem__((5, 9), -1))
    assert parts == {address(owner)}
    assert scan(shown).parts[address(owner)] == scan(owner).parts[address(owner)]


@pytest.mark.parametrize(
    "form",
    [
        lambda it: it.copy(),
        np.asfortranarray,
        lambda it: np.concatenate([it, it])[: len(it)],
        lambda it: np.repeat(it, 2, axis=1)[:, ::2],
        lambda it: it[::-1].copy()[::-1],
    ],
)
@pytest.mark.parametrize("shape", [(3, 2), (3, 2000), (5000, 3), (2, 30, 40), (0, 3)])
def test_equal_arrays_are_equal_in_every_layout(form, shape):
    values = np.arange(np.prod(shape), dtype=float).reshape(shape)
    assert scan(form(values)).digest == scan(values).digest


def test_arrays_of_other_types_or_shapes_differ():
    values = [np.zeros(4), np.zeros(4, "f4"), np.zeros((2, 2)), np.zeros(4, "i8"), np.zeros(5)]
    values += [np.array(0.0), np.float64(0), 0.0, np.zeros(0), np.zeros(4, [("a", "f8")])]
    digests = {scan(it).digest for it in values}
    assert len(digests) == len(values)


ARRAYS = {
    "structured": (lambda: np.zeros(3, [("a", "i4"), ("b", "f8")]), lambda it: it["b"].fill(1)),
    "of no dimension": (lambda: np.array(3), lambda it: it.fill(4)),
    "of dates": (lambda: np.zeros(2, "M8[D]"), lambda it: it.fill("2020-01-01")),
    "of text": (lambda: np.array(["a", "b"]), lambda it: it.fill("c")),
    "of objects": (lambda: np.array([1, "a"], object), lambda it: it.fill(None)),
    "in Fortran's order": (lambda: np.zeros((3, 4), order="F"), lambda it: it[2].fill(1)),
}


@pytest.mark.parametrize(("make", "act"), ARRAYS.values(), ids=ARRAYS)
def test_a_write_is_seen_in_arrays(make, act, changed):
    value = make()
    parts, differs = changed(value, lambda: act(value))
    assert parts == {identity_of(value) if value.dtype == object else address(value)}
    assert differs


def test_an_object_in_an_array_is_a_part_of_its_own(changed):
    held = [1]
    value = np.array([None, held, "a"], object)[1:]
    parts, differs = changed(value, lambda: held.append(2))
    assert (parts, differs) == ({identity_of(held)}, True)


def test_a_masked_array_is_its_data_and_its_mask(changed):
    value = np.ma.array([1, 2, 3], mask=[0, 1, 0])
    parts, differs = changed(value, lambda: value.mask.__setitem__(0, 1))
    assert differs
    assert parts == {address(value.mask)}


def test_the_form_of_an_array_is_a_part_besides_its_memory(changed):
    value = np.arange(6)
    parts, differs = changed(value, lambda: setattr(value.flags, "writeable", False))
    assert (parts, differs) == ({identity_of(value)}, False)


@pytest.mark.parametrize("buffer", [bytearray(8), array("q", [0]), mmap.mmap(-1, 8)])
def test_an_array_over_a_buffer_shares_the_buffers_part(buffer, changed):
    shown = np.frombuffer(buffer, "u1")
    parts, _ = changed(shown, lambda: memoryview(buffer).cast("B").__setitem__(0, 1))
    assert parts == {identity_of(buffer)}
    assert scan(shown).parts[identity_of(buffer)] == scan(buffer).parts[identity_of(buffer)]


def test_memory_is_hashed_once(monkeypatch):
    sizes = []
    digest = memory.xxh3_64_digest

    def counted(octets):
        sizes.append(memoryview(octets).nbytes)
        return digest(octets)

    monkeypatch.setattr(memory, "xxh3_64_digest", counted)
    owner = np.zeros((10, 10_000))
    scan([owner, owner[:], owner[2], owner.T])
    assert sum(size for size in sizes if size >= 80_000) == owner.nbytes


def test_memory_beyond_the_budget_is_sampled():
    value = np.zeros(1_000_000)
    found = scan(value, Budget(bytes=1000))
    assert (found.is_exact, found.doubts) == (False, "8.0 MB of memory were sampled")
    assert len(found.parts) == 2


SOURCES = {
    "a Generator": lambda: np.random.default_rng(0),
    "a RandomState": lambda: np.random.RandomState(0),
}


@pytest.mark.parametrize("make", SOURCES.values(), ids=SOURCES)
def test_drawing_a_number_is_a_change(make, changed):
    value = make()
    same = make()
    assert scan(value).digest == scan(same).digest
    parts, differs = changed(value, value.random)
    assert differs
    assert parts


def test_a_generator_shares_the_part_of_its_source_of_bits(changed):
    generator = np.random.default_rng(0)
    bits = generator.bit_generator
    assert changed(bits, generator.random) == ({identity_of(bits)}, True)
    assert changed(generator.random, generator.random) == ({identity_of(bits)}, True)
    assert changed(generator, lambda: generator.spawn(1)) == ({identity_of(bits)}, True)
