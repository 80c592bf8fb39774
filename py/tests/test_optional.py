"""Optional packages: what is said where one is missing."""

import sys

import pytest

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.optional import import_optional


def test_a_missing_package_is_told_with_the_commands_that_install_it():
    with pytest.raises(SidecarError) as caught:
        import_optional("mu2net_no_such_package.part", "tfds", "no-such-package", "another")
    assert caught.value.code == "DATA_MISSING"
    assert caught.value.message == (
        "this data needs mu2net_no_such_package, which is not installed; install it with "
        "'npx mu2net setup --extras tfds'; in a Python environment of your own, with "
        f"'{sys.executable} -m pip install no-such-package another'"
    )


def test_an_installed_package_is_imported():
    assert import_optional("json.decoder", "tfds").__name__ == "json.decoder"
