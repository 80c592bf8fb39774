"""Files and folders of a user, read with bounds and until the caller ends the work."""

from mu2net_sidecar.data.files._file import (
    LARGEST_FILE_BYTES,
    open_file,
    read_file,
    read_into,
    size_of,
)
from mu2net_sidecar.data.files._folder import list_folder, walk_files
from mu2net_sidecar.data.files._reading import reading
from mu2net_sidecar.data.files._unpacking import check_unpacking

__all__ = [
    "LARGEST_FILE_BYTES",
    "check_unpacking",
    "list_folder",
    "open_file",
    "read_file",
    "read_into",
    "reading",
    "size_of",
    "walk_files",
]
