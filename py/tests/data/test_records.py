import pytest

from mu2net_sidecar.data.tfds import read_records
from mu2net_sidecar.errors import SidecarError

pytest.importorskip("google_crc32c")
from tests.data.prepare import tfrecord

RECORDS = [b"", b"one", bytes(range(256)) * 9]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "x-train.tfrecord-00000-of-00001"
    path.write_bytes(b"".join(map(tfrecord, RECORDS)))
    return path


def test_tfrecords_come_in_order(file):
    assert list(read_records(file)) == RECORDS


def test_array_records_come_in_order(tmp_path):
    module = pytest.importorskip("array_record.python.array_record_module")
    file = tmp_path / "x-train.array_record-00000-of-00001"
    writer = module.ArrayRecordWriter(str(file), "group_size:1")
    for record in RECORDS[1:]:
        writer.write(record)
    writer.close()
    assert list(read_records(file)) == RECORDS[1:]
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(SidecarError, match="does not read") as caught:
        list(read_records(file))
    assert caught.value.code == "DATA_CORRUPT"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: data[:-1], "is truncated"),
        (lambda data: data[:5], "is truncated"),
        (lambda data: data[:20], "is truncated"),
        (lambda data: b"\x01" + data[1:], "checksum"),
        (lambda data: data[:-30] + b"\xff\xff" + data[-28:], "checksum"),
    ],
)
def test_damage_is_noticed_and_the_file_named(file, damage, said):
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(SidecarError, match=said) as caught:
        list(read_records(file))
    assert caught.value.code == "DATA_CORRUPT"
    assert str(file) in caught.value.message


@pytest.mark.parametrize("name", ["x.array_record-00000-of-00001", "x.tfrecord-00000-of-00001"])
def test_a_missing_file_is_named(tmp_path, name):
    with pytest.raises(SidecarError, match=name) as caught:
        list(read_records(tmp_path / name))
    assert caught.value.code == "DATA_MISSING"


def test_another_format_is_refused(tmp_path):
    with pytest.raises(SidecarError, match="neither"):
        read_records(tmp_path / "x.riegeli")
