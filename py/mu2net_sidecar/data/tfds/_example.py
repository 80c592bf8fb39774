"""Parses `tf.train.Example`, the protocol buffer in which TensorFlow Datasets stores an example.

    Example   { 1: Features }             Feature { 1: BytesList or 2: FloatList or 3: Int64List }
    Features  { 1: {1: name, 2: Feature} … }      each a list { 1: values }, numbers packed or not

See https://protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

Feature = list[bytes] | np.ndarray
"""Values of a feature: byte strings, or a float32 or int64 array (n)."""


def parse_example(record: bytes, names: Collection[str]) -> dict[str, Feature]:
    """Returns the values of some features of a serialised example.

    Args:
        record: The serialised example.
        names: Features to return; those that the example lacks are left out.

    Raises:
        ValueError: The record is not an example.
    """
    features: dict[str, Feature] = {}
    for _, example in _parse_fields(memoryview(record)):
        for _, entry in _parse_fields(_message(example)):
            parts = dict(_parse_fields(_message(entry)))
            name = bytes(_message(parts.get(1, memoryview(b"")))).decode()
            if name in names:
                features[name] = _parse_feature(_message(parts.get(2, memoryview(b""))))
    return features


def _parse_feature(feature: memoryview) -> Feature:
    for kind, values in _parse_fields(feature):
        parts = [part for _, part in _parse_fields(_message(values))]
        if kind == 1:
            return [bytes(_message(part)) for part in parts]
        if kind == 2:
            return np.frombuffer(b"".join(map(_message, parts)), "<f4")
        if kind == 3:
            lists = ([part] if isinstance(part, int) else _parse_varints(part) for part in parts)
            return np.array([*chain.from_iterable(lists)], np.uint64).astype(np.int64)
    return []


def _parse_fields(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Yields number and value of each field; a value is an integer or a slice of the message."""
    position = 0
    while position < len(message):
        tag, position = _parse_varint(message, position)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == _VARINT:
            value, position = _parse_varint(message, position)
            yield number, value
            continue
        if wire_type == _BYTES:
            length, position = _parse_varint(message, position)
        elif wire_type in (_FIXED32, _FIXED64):
            length = 4 if wire_type == _FIXED32 else 8
        else:
            raise ValueError(f"wire type {wire_type} is not known")
        if position + length > len(message):
            raise ValueError("it ends in the middle of a field")
        yield number, message[position : position + length]
        position += length


def _message(value: memoryview | int) -> memoryview:
    if isinstance(value, int):
        raise ValueError("an integer stands where a message should")
    return value


def _parse_varints(packed: memoryview) -> Iterator[int]:
    position = 0
    while position < len(packed):
        value, position = _parse_varint(packed, position)
        yield value


def _parse_varint(message: memoryview, position: int) -> tuple[int, int]:
    """Returns the base-128 integer at a position, and the position after it."""
    value = shift = 0
    while position < len(message) and shift < 64:
        byte = message[position]
        value |= (byte & 0x7F) << shift
        position += 1
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, position
        shift += 7
    raise ValueError("it ends in the middle of a number")
