import re
from pathlib import Path
from typing import get_args

import jax
import pytest

import mu2net_sidecar
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.service._failure import failure_of
from mu2net_sidecar.wire import MalformedMessage, decode_worker_message, encode, messages
from mu2net_sidecar.wire.values import ErrorCode


def raised(error):
    try:
        raise error
    except BaseException as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (SidecarError("DATA_MISSING", "no such file: /x"), "DATA_MISSING", "no such file: /x"),
        (SidecarError("NO_SUCH_CODE", "strange"), "SIDECAR_FAILED", "strange"),
        (MemoryError(), "OUT_OF_MEMORY", "lower training.batchSize"),
        (
            jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes."),
            "OUT_OF_MEMORY",
            "allocating 9 bytes",
        ),
        (jax.errors.JaxRuntimeError("INTERNAL: broken"), "SIDECAR_FAILED", "INTERNAL: broken"),
        (ValueError("first\nlast"), "SIDECAR_FAILED", "ValueError: last"),
        (KeyError(), "SIDECAR_FAILED", "KeyError"),
        (MalformedMessage("$.x"), "SIDECAR_FAILED", "breaks the protocol ($.x)"),
    ],
)
def test_every_exception_has_a_code_and_a_line(error, code, said):
    failure = failure_of(raised(error))
    assert failure.code == code
    assert said in failure.message
    assert "\n" not in failure.message
    assert "test_failure.py" in failure.detail


@pytest.mark.parametrize(
    ("error", "is_crash"),
    [
        (jax.errors.JaxRuntimeError("INTERNAL: broken"), True),
        (TypeError("no"), True),
        (OSError(28, "No space left on device"), False),
        (SidecarError("SIDECAR_FAILED", "the file cannot be written"), False),
        (MemoryError(), False),
    ],
)
def test_an_error_that_nobody_foresaw_is_a_crash_unless_the_machine_causes_it(error, is_crash):
    assert failure_of(raised(error)).is_crash == is_crash


def test_whatever_was_said_fits_on_the_wire():
    failure = failure_of(raised(ValueError("\udcff" + "✿" * 100_000)))
    message = messages.Failed("l", 1, failure.code, failure.message, failure.detail)
    assert decode_worker_message(encode(message)) == message


def test_every_code_in_the_sidecar_is_one_of_the_protocol():
    package = Path(mu2net_sidecar.__file__).parent
    # These speak to the command that started them, not over the wire.
    local = {*package.glob("launch/*.py"), package / "service" / "_plan_command.py"}
    files = {*package.rglob("*.py")} - local
    raised_codes = {
        code
        for file in files
        for code in re.findall(r'SidecarError\(\s*"(\w+)"', file.read_text(encoding="utf-8"))
    }
    assert "DATA_MISSING" in raised_codes
    assert raised_codes <= set(get_args(ErrorCode))
