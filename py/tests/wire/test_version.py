import re
from pathlib import Path

import pytest

from mu2net_sidecar.wire import PROTOCOL_VERSION, TAG, major_of, refusal

VERSION_TS = Path(__file__).parents[3] / "protocol" / "version.ts"


def test_is_that_of_the_controller():
    text = VERSION_TS.read_text(encoding="utf-8")
    literal = re.search(r"PROTOCOL_VERSION = \{ major: (\d+), minor: (\d+) \}", text)
    assert literal
    assert [PROTOCOL_VERSION.major, PROTOCOL_VERSION.minor] == [int(n) for n in literal.groups()]
    assert major_of(TAG) == PROTOCOL_VERSION.major


@pytest.mark.parametrize(
    "tag", [b"", b"mu2net/", b"mu2net/1\n", b"mu3net/1", b"mu2net/-1", b"GET /"]
)
def test_foreign_tags_have_no_major(tag):
    assert major_of(tag) is None


def test_refusal_says_which_side_to_upgrade():
    assert "upgrade the controller" in refusal(PROTOCOL_VERSION.major - 1)
    assert "upgrade the sidecar" in refusal(PROTOCOL_VERSION.major + 1)
