"""Writes data sets with TensorFlow Datasets, which can write encoded images without TensorFlow."""

import contextlib
import io

import pytest

from tests.data.prepared import tfrecord

# Without TensorFlow it writes only this format, whose package some platforms lack.
pytest.importorskip("array_record")
tfds = pytest.importorskip("tensorflow_datasets")


def prepare(directory, splits, features, name="Shapes", shards=2):
    """Prepares a data set from the examples of each split, and returns its folder."""

    def info(self):
        return tfds.core.DatasetInfo(builder=self, features=tfds.features.FeaturesDict(features))

    def split_generators(self, _):
        return {split: self._generate_examples(split) for split in splits}

    def generate_examples(self, split):
        yield from enumerate(splits[split])

    with tfds.core.registered.skip_registration():
        builder_class = type(
            name,
            (tfds.core.GeneratorBasedBuilder,),
            {
                "VERSION": tfds.core.Version("1.2.3"),
                "_info": info,
                "_split_generators": split_generators,
                "_generate_examples": generate_examples,
            },
        )
    builder = builder_class(data_dir=str(directory), file_format="array_record")
    config = tfds.download.DownloadConfig(num_shards=shards)
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        builder.download_and_prepare(file_format="array_record", download_config=config)
    return directory / builder.name / "1.2.3"


def as_tfrecords(folder, records):
    """Rewrites the files of a prepared data set in the other format."""
    for file in sorted(folder.glob("*.array_record-*")):
        found = list(records(file))
        file.with_name(file.name.replace("array_record", "tfrecord")).write_bytes(
            b"".join(map(tfrecord, found))
        )
        file.unlink()
    info = folder / "dataset_info.json"
    info.write_text(info.read_text().replace('"array_record"', '"tfrecord"'))
