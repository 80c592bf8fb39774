import pickle
import subprocess
import sys

import pytest

from mu2net_sidecar.errors import SidecarError


def test_a_message_is_one_line_and_survives_a_process_boundary():
    error = pickle.loads(pickle.dumps(SidecarError("DATA_MISSING", "no file\nget it\r\nagain")))
    assert (error.code, error.message) == ("DATA_MISSING", "no file get it again")
    assert str(error) == error.message


def test_a_terminal_obeys_nothing_in_a_message():
    error = SidecarError("DATA_MISSING", "a\0b\x1b[31m\x7f\udcff é ✿")
    assert error.message == r"a\x00b\x1b[31m\x7f\xdcff é ✿"


@pytest.mark.parametrize("package", ["data", "store"])
def test_imports_only_what_the_layer_may_need(package):
    """No development tools and no wire; decoders only when a source needs them."""
    blocked = ["jaxtyping", "beartype", "msgspec", "zmq", "optax", "PIL", "simplejpeg", "sklearn"]
    code = f"import sys; sys.modules.update(dict.fromkeys({blocked})); import mu2net_sidecar."
    subprocess.run([sys.executable, "-c", code + package], check=True)
