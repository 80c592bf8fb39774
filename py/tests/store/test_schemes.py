"""A worker tells which URLs it can read by the packages that are installed."""

import sys
from importlib.util import find_spec

from mu2net_sidecar.store import readable_schemes


def test_a_scheme_can_be_read_if_its_package_is_installed():
    schemes = readable_schemes()
    assert {"file", "https", "memory"} <= set(schemes)
    assert ("s3" in schemes) == (find_spec("s3fs") is not None)
    assert ("gs" in schemes) == (find_spec("gcsfs") is not None)


def test_no_driver_is_imported():
    before = set(sys.modules)
    readable_schemes()
    assert not {"s3fs", "gcsfs", "pyarrow", "paramiko"} & (set(sys.modules) - before)
