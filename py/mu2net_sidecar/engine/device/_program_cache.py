"""Compiled programs on disk, which all processes of a user share."""

from __future__ import annotations

import contextlib
import hashlib
import platform
import re
from pathlib import Path

import jax

LIMIT_BYTES = 2_000_000_000
"""Size of the programs on disk, above which the least recently used ones are deleted."""
CPU_INFO = Path("/proc/cpuinfo")


def keep_programs(folder: Path, limit_bytes: int = LIMIT_BYTES) -> Path:
    """Makes JAX write each program that it compiles to a folder, and read it from there later.

    A program is found again only by the same version of JAX on a processor with the same
    instructions, because XLA compiles for the processor that it runs on. JAX adds the program, its
    options and the kind of device to the key.

    Args:
        folder: where programs are kept, in one subfolder for each version and processor.
        limit_bytes: how large the folder may be when a process starts.

    Returns:
        The subfolder of this process.

    Raises:
        OSError: the folder cannot be written.
    """
    own = folder / f"{jax.__version__}-{_processor()}"
    own.mkdir(parents=True, exist_ok=True, mode=0o700)
    delete_oldest(folder, limit_bytes)
    jax.config.update("jax_compilation_cache_dir", str(own))
    # Most programs compile in less than the second that JAX asks for, and there are many of them.
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    return own


def delete_oldest(folder: Path, limit_bytes: int) -> None:
    """Deletes the least recently used files of a folder until the others fit into the limit.

    Another process may delete files at the same time.
    """
    files: list[tuple[float, int, Path]] = []
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.is_file():
                status = path.stat()
                files.append((max(status.st_atime, status.st_mtime), status.st_size, path))
    excess = sum(size for _, size, _ in files) - limit_bytes
    for _, size, path in sorted(files):
        if excess <= 0:
            return
        path.unlink(missing_ok=True)
        excess -= size


def _processor() -> str:
    """Returns a digest of the kind of processor and its instructions."""
    try:
        instructions = re.search(r"^(?:flags|Features)\s*:.*", CPU_INFO.read_text(), re.MULTILINE)
        known = instructions[0] if instructions else ""
    except OSError:  # This is not Linux.
        known = platform.processor()
    return hashlib.sha256(f"{platform.machine()} {known}".encode()).hexdigest()[:12]
