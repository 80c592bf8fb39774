import os
import subprocess
import sys

from mu2net_sidecar.engine.device._program_cache import delete_oldest

SCRIPT = """
import sys
from pathlib import Path
import jax
from mu2net_sidecar.engine import keep_programs

hits = []
jax.monitoring.register_event_listener(lambda event, **_: hits.append(event))
keep_programs(Path(sys.argv[1]))
print(jax.jit(lambda x: jax.numpy.sin(x) @ x.T)(jax.numpy.ones((3, 3))).sum())
print(hits.count("/jax/compilation_cache/cache_hits"))
"""


def run(folder):
    """Compiles in a process of its own; returns the sum, and how many programs it read."""
    said = subprocess.run(
        [sys.executable, "-c", SCRIPT, folder], capture_output=True, text=True, check=True
    )
    assert said.stderr == ""
    total, hits = said.stdout.split()
    return total, int(hits)


def test_the_next_process_reads_the_programs_of_the_first(tmp_path):
    first, none = run(tmp_path)
    second, all_of_them = run(tmp_path)
    assert first == second
    assert (none, all_of_them) == (0, len(list(tmp_path.rglob("*-cache"))))
    assert all_of_them > 0


def test_a_damaged_program_is_compiled_again(tmp_path):
    first, _ = run(tmp_path)
    for program in tmp_path.rglob("*-cache"):
        program.write_bytes(program.read_bytes()[:100])
    again = subprocess.run(
        [sys.executable, "-c", SCRIPT, tmp_path], capture_output=True, text=True, check=True
    )
    assert again.stdout.split() == [first, "0"]


def test_the_least_recently_used_files_go_first(tmp_path):
    for age, name in enumerate(["new", "middle", "old"]):
        path = tmp_path / "some" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(10))
        os.utime(path, (1e9 - age, 1e9 - age))
    delete_oldest(tmp_path, 25)
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"new", "middle"}
    delete_oldest(tmp_path, 25)
    delete_oldest(tmp_path, 10)
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"new"}
