"""Files of runs: logged, listed, fetched, deleted."""

from __future__ import annotations

import gzip
import io
import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import numpy as np
import PIL.Image
import pytest

import nbtrack
from nbtrack.api.session import reset
from nbtrack.errors import InvalidUri, InvalidValue, NotFound, NotYet
from nbtrack.journal.folder import StoreFolder


@pytest.fixture
def run():
    """An active run."""
    with nbtrack.start_run() as run:
        yield run


def paths(run, folder=None):
    return [
        file.path
        for file in nbtrack.artifacts.list_artifacts(run_id=run.info.run_id, artifact_path=folder)
    ]


def content(run, path):
    return Path(
        nbtrack.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path=path)
    ).read_bytes()


def test_a_file_is_kept_under_its_name(run, tmp_path):
    (tmp_path / "model.bin").write_bytes(b"\0" * 1000)
    nbtrack.log_artifact(tmp_path / "model.bin")
    nbtrack.log_artifact(str(tmp_path / "model.bin"), "models/first")
    assert paths(run) == ["model.bin", "models"]
    (file,) = nbtrack.artifacts.list_artifacts(run_id=run.info.run_id, artifact_path="models/first")
    assert (file.path, file.is_dir, file.file_size) == ("models/first/model.bin", False, 1000)
    assert content(run, "models/first/model.bin") == b"\0" * 1000


def test_a_folder_is_kept_below_its_name_or_in_the_root(run, tmp_path):
    (tmp_path / "out" / "inner").mkdir(parents=True)
    for number in range(20):
        (tmp_path / "out" / "inner" / f"{number:02}.txt").write_text(str(number))
    nbtrack.log_artifact(tmp_path / "out")
    nbtrack.log_artifacts(tmp_path / "out", "copy/")
    assert paths(run) == ["copy", "out"]
    assert paths(run, "out/inner") == [f"out/inner/{number:02}.txt" for number in range(20)]
    assert content(run, "copy/inner/07.txt") == b"7"


def test_a_path_is_overwritten_by_what_is_logged_last(run):
    nbtrack.log_text("first", "note.txt")
    nbtrack.log_text("second", "note.txt")
    assert paths(run) == ["note.txt"]
    assert content(run, "note.txt") == b"second"


def test_equal_content_is_kept_once(run):
    for name in ("a", "b/c"):
        nbtrack.log_text("x" * 5000, f"{name}.txt")
    artifacts = StoreFolder(Path(".nbtrack").resolve()).artifacts
    assert sum(path.stat().st_size for path in artifacts.rglob("*") if path.is_file()) == 5000


def test_texts_and_documents_are_read_back(run):
    odd = "quotes ' \" and\nlines, ü 🎉, half \udce9"
    nbtrack.log_text(odd, "odd.txt")
    nbtrack.log_dict({"b": [1, {"c": np.float32(0.5)}], "password": "s3cret"}, "d.json")
    nbtrack.log_dict([1, 2], "list.yaml")
    uri = f"runs:/{run.info.run_id}"
    assert nbtrack.artifacts.load_text(f"{uri}/odd.txt") == odd
    kept = nbtrack.artifacts.load_dict(f"{uri}/d.json")
    assert kept["b"] == [1, {"c": 0.5}]
    assert kept["password"].startswith("[redacted")
    assert nbtrack.artifacts.load_dict(f"{uri}/list.yaml") == [1, 2]


def test_streams_are_kept(run):
    nbtrack.log_stream(io.BytesIO(b"bytes"), "stream.bin")
    assert content(run, "stream.bin") == b"bytes"
    with pytest.raises(InvalidValue, match="stream of bytes"):
        nbtrack.log_stream(io.StringIO("text"), "stream.txt")


def test_figures_and_images_are_kept(run):
    from matplotlib.figure import Figure

    nbtrack.log_figure(Figure(), "plots/empty.png", save_kwargs={"dpi": 30})
    nbtrack.log_image(np.zeros((2, 3)), "black.png")
    nbtrack.log_image(nbtrack.Image(np.ones((2, 3))), key="val/mask", step=3, timestamp=5)
    assert paths(run) == ["black.png", "images", "plots"]
    (image,) = paths(run, "images")
    assert image.startswith("images/val#mask+step+3+timestamp+5+")
    uri = f"runs:/{run.info.run_id}"
    assert nbtrack.artifacts.load_image(f"{uri}/black.png").size == (3, 2)
    assert PIL.Image.open(io.BytesIO(content(run, image))).getpixel((0, 0)) == 255
    for arguments in ({}, {"artifact_file": "a.png", "key": "a"}):
        with pytest.raises(InvalidValue, match="exactly one"):
            nbtrack.log_image(np.zeros((2, 3)), **arguments)


@pytest.mark.parametrize("path", ["", "../x", "/x", "a/../../x", "a\\b", "%2e%2e/x"])
def test_nothing_is_logged_under_a_path_that_leads_out(path, tmp_path):
    (tmp_path / "file").write_text("x")
    for act in (
        lambda: nbtrack.log_text("x", path),
        lambda: nbtrack.log_dict({}, path),
        lambda: nbtrack.log_image(np.zeros((1, 1)), path),
        lambda: nbtrack.log_artifact(tmp_path / "file", path or ".."),
        lambda: nbtrack.log_artifacts(tmp_path, path or ".."),
    ):
        with pytest.raises(InvalidValue):
            act()
    assert nbtrack.active_run() is None, "no run is begun for what is refused"


def test_what_cannot_be_logged_begins_no_run(tmp_path):
    for act, error in (
        (lambda: nbtrack.log_artifact(tmp_path / "absent"), NotFound),
        (lambda: nbtrack.log_artifacts(tmp_path / "absent"), NotFound),
        (lambda: nbtrack.log_text(3, "a.txt"), InvalidValue),
        (lambda: nbtrack.log_figure(3, "a.png"), InvalidValue),
    ):
        with pytest.raises(error):
            act()
    assert nbtrack.active_run() is None


def test_logging_outside_of_a_run_begins_one():
    nbtrack.log_text("x", "a.txt")
    run = nbtrack.active_run()
    nbtrack.end_run()
    assert paths(run) == ["a.txt"]


def test_a_run_that_ended_takes_files_by_its_id(tmp_path):
    with nbtrack.start_run() as run:
        pass
    (tmp_path / "late.txt").write_text("late")
    nbtrack.log_artifact(tmp_path / "late.txt", run_id=run.info.run_id)
    nbtrack.log_text("x", "b.txt", run_id=run.info.run_id)
    assert paths(run) == ["b.txt", "late.txt"]
    assert nbtrack.active_run() is None
    with pytest.raises(NotFound):
        nbtrack.log_text("x", "b.txt", run_id="0" * 32)


def test_threads_log_into_the_run_around_them(run, tmp_path):
    def keep(number):
        path = tmp_path / f"{number}.pkl.gz"
        path.write_bytes(gzip.compress(pickle.dumps(list(range(number)))))
        nbtrack.log_artifact(path, f"part{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep, range(40)))
    assert len(paths(run)) == 40
    packed = content(run, "part7/7.pkl.gz")
    assert pickle.loads(gzip.decompress(packed)) == list(range(7))


def test_everything_is_downloaded_to_where_one_says(run, tmp_path):
    nbtrack.log_text("a", "a.txt")
    nbtrack.log_text("b", "x/y/b.txt")
    run_id = run.info.run_id
    target = tmp_path / "new" / "folder"
    assert nbtrack.artifacts.download_artifacts(run_id=run_id, dst_path=str(target)) == str(target)
    assert (target / "x/y/b.txt").read_text() == "b"
    only = nbtrack.artifacts.download_artifacts(f"runs:/{run_id}/x", dst_path=str(tmp_path))
    assert only == str(tmp_path / "x")
    assert not (tmp_path / "a.txt").exists()


def test_a_download_is_a_copy(run):
    nbtrack.log_text("kept", "a.txt")
    path = Path(nbtrack.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="a.txt"))
    path.write_text("spoilt")
    assert content(run, "a.txt") == b"kept"


def test_a_link_in_the_target_does_not_lead_a_download_out(run, tmp_path):
    nbtrack.log_text("x", "sub/a.txt")
    outside = tmp_path / "outside"
    outside.mkdir()
    target = tmp_path / "target"
    target.mkdir()
    (target / "sub").symlink_to(outside)
    with pytest.raises(InvalidValue, match="outside"):
        nbtrack.artifacts.download_artifacts(run_id=run.info.run_id, dst_path=str(target))
    assert list(outside.iterdir()) == []


def test_a_file_and_a_folder_of_one_name_are_told_apart(run, tmp_path):
    nbtrack.log_text("x", "both")
    nbtrack.log_text("x", "both/inner.txt")
    with pytest.raises(InvalidValue, match="of one name"):
        nbtrack.artifacts.download_artifacts(run_id=run.info.run_id, dst_path=str(tmp_path / "t"))


def test_what_is_not_there_is_named_with_the_nearest(run):
    nbtrack.log_text("x", "model/model.pkl.gz")
    client = nbtrack.MlflowClient()
    with pytest.raises(NotFound, match=r"did you mean 'model/model\.pkl\.gz'"):
        client.download_artifacts(run.info.run_id, "model.pkl.gz")
    with pytest.raises(NotFound, match="there are model"):
        nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/modl")
    with pytest.raises(NotFound, match="not found"):
        nbtrack.artifacts.download_artifacts(f"runs:/{'0' * 32}/a")
    assert client.list_artifacts(run.info.run_id, "nothing") == []
    assert client.list_artifacts(run.info.run_id, "model/model.pkl.gz") == []


def test_an_empty_run_is_an_empty_folder(run):
    found = nbtrack.artifacts.download_artifacts(run_id=run.info.run_id)
    assert list(Path(found).iterdir()) == []


def test_files_can_be_taken_away(run):
    for name in ("a.txt", "b/c.txt", "b/d/e.txt"):
        nbtrack.log_text("x", name)
    nbtrack.artifacts.delete_artifacts("b")
    assert paths(run) == ["a.txt"]
    with pytest.raises(NotFound, match=r"there are a\.txt"):
        nbtrack.artifacts.delete_artifacts("b")
    nbtrack.MlflowClient().delete_artifacts(run.info.run_id)
    assert paths(run) == []


@pytest.mark.parametrize("name", ["Default", "own"])
def test_the_uri_of_a_run_leads_to_its_files(name, tmp_path):
    if name == "own":
        nbtrack.create_experiment("own", artifact_location=tmp_path / "kept elsewhere")
    nbtrack.set_experiment(name)
    with nbtrack.start_run() as run:
        nbtrack.log_text("hello", "a/b.txt")
        uri = nbtrack.get_artifact_uri("a/b.txt")
        assert uri == f"{nbtrack.get_artifact_uri()}/a/b.txt"
    assert run.info.artifact_uri == nbtrack.get_run(run.info.run_id).info.artifact_uri
    assert nbtrack.artifacts.load_text(uri) == "hello"
    assert nbtrack.artifacts.load_text(f"{run.info.artifact_uri}/a/b.txt") == "hello"
    assert (tmp_path / "kept elsewhere").exists() == (name == "own")


def test_a_location_beside_the_store_moves_with_it(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    os.chdir(project)
    nbtrack.set_tracking_uri(project / ".nbtrack")
    nbtrack.create_experiment("own", artifact_location="files")
    nbtrack.set_experiment("own")
    with nbtrack.start_run() as run:
        nbtrack.log_text("hello", "a.txt")
    assert nbtrack.get_experiment_by_name("own").artifact_location == "files"
    nbtrack.sql("select 1")
    os.chdir(tmp_path)
    project.rename(tmp_path / "moved")
    nbtrack.set_tracking_uri(tmp_path / "moved" / ".nbtrack")
    assert nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/a.txt") == "hello"


def test_a_location_may_be_a_url(tmp_path):
    nbtrack.create_experiment("memory", artifact_location="memory://artifacts")
    nbtrack.set_experiment("memory")
    with nbtrack.start_run() as run:
        nbtrack.log_text("hello", "a.txt")
    assert nbtrack.artifacts.load_text(f"{run.info.artifact_uri}/a.txt") == "hello"
    with pytest.raises(InvalidValue, match=r"'\.\.'"):
        nbtrack.create_experiment("up", artifact_location="memory://a/../b")


def test_places_outside_of_the_store_are_read_too(tmp_path):
    (tmp_path / "tree" / "in").mkdir(parents=True)
    (tmp_path / "tree" / "in" / "a.txt").write_text("hello")
    tree, file = tmp_path / "tree", tmp_path / "tree" / "in" / "a.txt"
    read = nbtrack.artifacts
    assert read.download_artifacts(str(file)) == str(file)
    assert read.load_text(file.as_uri()) == "hello"
    assert read.download_artifacts(str(tree), dst_path=str(tmp_path / "to")) == str(
        tmp_path / "to" / "tree"
    )
    assert (tmp_path / "to" / "tree" / "in" / "a.txt").read_text() == "hello"
    assert read.download_artifacts(str(file), dst_path=str(tmp_path / "to")).endswith("to/a.txt")
    assert [(it.path, it.is_dir) for it in read.list_artifacts(str(tree))] == [("in", True)]
    with pytest.raises(NotFound):
        read.load_text(str(tmp_path / "absent"))


def test_addresses_that_fsspec_knows_are_read(tmp_path):
    import fsspec

    with fsspec.open("memory://bucket/tree/in/a.txt", "w") as file:
        file.write("hello")
    read = nbtrack.artifacts
    assert read.load_text("memory://bucket/tree/in/a.txt") == "hello"
    target = read.download_artifacts("memory://bucket/tree", dst_path=str(tmp_path))
    assert (Path(target) / "in" / "a.txt").read_text() == "hello"
    assert [it.path for it in read.list_artifacts("memory://bucket/tree")] == ["in/a.txt"]
    with pytest.raises(NotFound, match="nothing at"):
        read.download_artifacts("memory://bucket/none")
    with pytest.raises(InvalidUri):
        read.download_artifacts("nonsense://bucket/none")


def test_what_is_asked_for_must_be_clear(run):
    read = nbtrack.artifacts
    for arguments in ({}, {"artifact_uri": "runs:/1/a", "run_id": "1"}):
        with pytest.raises(InvalidValue, match="not both"):
            read.download_artifacts(**arguments)
    with pytest.raises(NotFound, match="Registered Model with name=churn not found"):
        read.download_artifacts("models:/churn/1")
    with pytest.raises(NotYet, match="tracking server"):
        read.download_artifacts("mlflow-artifacts:/0/1/artifacts")


def test_another_store_is_read_by_its_uri(tmp_path):
    client = nbtrack.MlflowClient(tmp_path / "other")
    made = client.create_run("0")
    client.log_text(made.info.run_id, "there", "a.txt")
    path = nbtrack.artifacts.download_artifacts(
        run_id=made.info.run_id, artifact_path="a.txt", tracking_uri=str(tmp_path / "other")
    )
    assert Path(path).read_text() == "there"


def test_a_path_that_looks_like_a_run_may_be_another_place(tmp_path):
    place = tmp_path / ("a" * 32) / "artifacts"
    place.mkdir(parents=True)
    (place / "a.txt").write_text("hello")
    assert nbtrack.artifacts.load_text(str(place / "a.txt")) == "hello"


def test_a_run_tells_its_uri_while_the_store_cannot_be_read():
    nbtrack.set_experiment("other")
    with nbtrack.start_run() as run:
        run_id = run.info.run_id
    nbtrack.sql("select 1")
    with duckdb.connect(".nbtrack/store.duckdb") as newer:
        newer.execute("UPDATE core.meta SET value = '999' WHERE key = 'schema_version'")
    reset()
    assert run.info.artifact_uri == f"runs:/{run_id}"
