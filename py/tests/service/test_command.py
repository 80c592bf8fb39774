import json
import subprocess
import sys

import pytest

from mu2net_sidecar.service import answer, main
from mu2net_sidecar.service._keys import VARIABLE
from mu2net_sidecar.service._probe import PACKAGES

KEY = f"mu2net-public-{'0f' * 32}"
HERE = ["--connect", "tcp://127.0.0.1:1", "--name", "x", "--pool-key", KEY]
SECRET = f"mu2net-secret-{'f0' * 32}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--connect"),
        (["--connect", "localhost:1", "--name", "x"], "is not an endpoint"),
        ([*HERE, "--pool-key", SECRET], "is not mu2net-public-… with 64 hexadecimal digits"),
        (["--connect", "tcp://127.0.0.1:1", "--name", "two words"], "is not a name"),
        ([*HERE, "--precision", "float16"], "invalid choice: 'float16'"),
        ([*HERE, "--memory", "0GB"], "'0GB' is not an amount of memory; write it as 50% or 16GB"),
        ([*HERE, "--memory", "101%"], "'101%' is not an amount of memory"),
        ([*HERE, "--devices", "99"], "99 devices are asked for and JAX has 1 here (cpu)"),
        ([*HERE, "--attention", "cudnn"], "it needs --precision bfloat16; use --attention xla"),
        (
            [*HERE, "--precision", "bfloat16", "--attention", "cudnn"],
            "it needs an NVIDIA GPU, and this is a cpu; use --attention xla",
        ),
    ],
)
def test_bad_arguments_are_named(arguments, said, capsys, monkeypatch):
    monkeypatch.setenv(VARIABLE, SECRET)
    with pytest.raises(SystemExit) as exited:
        main(arguments)
    assert exited.value.code == 2
    assert said in capsys.readouterr().err


def test_a_worker_needs_a_key_that_nobody_else_can_read(capsys, monkeypatch, tmp_path):
    def refusal(*arguments):
        with pytest.raises(SystemExit):
            main([*HERE, *arguments])
        return capsys.readouterr().err

    monkeypatch.delenv(VARIABLE, raising=False)
    assert "'npx mu2net keys new' makes one" in refusal()
    file = tmp_path / "key"
    assert f"{file} cannot be read: No such file" in refusal("--key-file", str(file))
    file.write_text(SECRET)
    file.chmod(0o640)
    assert f"{file} can be read by others; run 'chmod 600 {file}'" in refusal(
        "--key-file", str(file)
    )
    monkeypatch.setenv(VARIABLE, f"{SECRET}0")
    said = refusal()
    assert f"the value of {VARIABLE} is not mu2net-secret-…" in said
    assert SECRET not in said


def test_help_needs_no_jax():
    script = "import sys; from mu2net_sidecar.service import main\n"
    script += "try: main(['--help'])\nexcept SystemExit: print('jax' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert said.stdout.splitlines()[-1] == "False"


def test_loading_needs_pythons_own_library_alone():
    script = "import sys; before = set(sys.modules); from mu2net_sidecar.service import answer\n"
    script += "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
    script += "print(sorted(new - sys.stdlib_module_names))"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert said.stdout.strip() == "['mu2net_sidecar']"


def test_probe_over_the_bridge():
    found = json.loads(answer("probe", "[]"))["answer"]
    assert [package["name"] for package in found["packages"]] == list(PACKAGES)
    assert all(package["problem"] is None for package in found["packages"])
    assert found["devices"]
    assert found["engine"] == {
        "precision": "float32",
        "attention": "xla",
        "remat": "dots",
        "devices": 1,
    }


def test_the_bridge_answers_errors_in_a_line():
    assert json.loads(answer("launch", '[[], "/no/such/folder/x.log", {}]')) == {
        "error": "FileNotFoundError: [Errno 2] No such file or directory: '/no/such/folder/x.log'"
    }
    assert "error" in json.loads(answer("no_such_function", "[]"))
