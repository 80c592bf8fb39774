"""Classes: their numbers and names, with bounds."""

from mu2net_sidecar.data.labels._classes import (
    LARGEST_CLASS_COUNT,
    LARGEST_EXAMPLE_COUNT,
    check_class_count,
    check_example_count,
    count_classes,
    is_class,
    parse_label,
    wrong_label,
)
from mu2net_sidecar.data.labels._names import check_class_names, check_split_name, shorten

__all__ = [
    "LARGEST_CLASS_COUNT",
    "LARGEST_EXAMPLE_COUNT",
    "check_class_count",
    "check_class_names",
    "check_example_count",
    "check_split_name",
    "count_classes",
    "is_class",
    "parse_label",
    "shorten",
    "wrong_label",
]
