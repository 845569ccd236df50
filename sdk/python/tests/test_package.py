"""The package as it is shipped, its types, and its README."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import countersign
from conftest import REPOSITORY, Scene

PROJECT = REPOSITORY / "sdk/python"

_BUILD = "import sys, flit_core.buildapi as b; b.build_sdist(sys.argv[1]); b.build_wheel(sys.argv[1])"

_USER = """
from collections.abc import Awaitable
from countersign import Denied, guard

@guard
def one(a: int) -> str: return str(a)

@guard(policy="strict", timeout=3.0)
async def two(a: int, *, b: str = "") -> bytes: return b""

text: str = one(1)
later: Awaitable[bytes] = two(1, b="x")
"""

_MISUSE = {
    "one('x')": "arg-type",
    "one(1) + 1": "operator",
    "two(1, c=2)": "call-arg",
    "guard(one, polcy='x')": "call-overload",
    "guard(one, approval='never')": "call-overload",
}


def _run(*command: str | Path, cwd: Path = PROJECT, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", **environment}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("built")
    _run(sys.executable, "-c", _BUILD, folder)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of an environment that holds the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder)
    python, (wheel,) = folder / "bin/python", built.glob("*.whl")
    _run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", wheel)
    return python


@pytest.mark.verifies("sdk:python-package")
def test_what_is_in_the_package(built: Path) -> None:
    modules = {path.name for path in (PROJECT / "src/countersign").glob("*.py")}
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert wheel.name == f"countersign-{countersign.__version__}-py3-none-any.whl"
    assert {name for name in names if "dist-info" not in name} == {
        f"countersign/{name}" for name in {*modules, "py.typed"}
    }
    (metadata,) = [name for name in names if name.endswith("METADATA")]
    text = zipfile.ZipFile(wheel).read(metadata).decode()
    assert "Requires-Dist" not in text and "License-Expression: Apache-2.0" in text
    assert "Requires-Python: >=3.10" in text
    (source,) = built.glob("*.tar.gz")
    inside = {name.split("/", 1)[1] for name in tarfile.open(source).getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "src/countersign/py.typed"} <= inside
    assert {f"src/countersign/{name}" for name in modules} <= inside
    assert "tests/test_contract.py" in inside and "examples/plain_agent.py" in inside
    assert not [name for name in inside if "__pycache__" in name]


@pytest.mark.verifies("sdk:python-package")
def test_it_says_what_the_repository_says() -> None:
    assert (PROJECT / "LICENSE").read_bytes() == (REPOSITORY / "LICENSE").read_bytes()
    assert countersign.__version__ == json.loads((REPOSITORY / "package.json").read_text())["version"]


@pytest.mark.verifies("sdk:python-package")
def test_types_are_visible_where_it_is_installed(installed: Path, tmp_path: Path) -> None:
    assert _run(installed, "-c", "import countersign; print(countersign.guard)").startswith(
        "<countersign.guarding.Guard"
    )
    mypy = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--python-executable",
        str(installed),
        "--cache-dir",
        str(tmp_path),
    ]
    (tmp_path / "user.py").write_text(_USER)
    _run(*mypy, tmp_path / "user.py", cwd=tmp_path)
    (tmp_path / "misuse.py").write_text(_USER + "\n".join(_MISUSE) + "\n")
    wrong = subprocess.run([*mypy, tmp_path / "misuse.py"], cwd=tmp_path, capture_output=True, text=True).stdout
    found = {(int(line), code) for line, code in re.findall(r":(\d+): error: .*\[([a-z-]+)\]$", wrong, re.M)}
    first = _USER.count("\n") + 1
    assert {(first + number, code) for number, code in enumerate(_MISUSE.values())} <= found, wrong


@pytest.mark.verifies("sdk:python-package")
def test_types_are_strict_everywhere() -> None:
    said = _run(sys.executable, "-m", "mypy", "src", "tests", "examples", MYPYPATH="src:tests:examples")
    assert said.startswith("Success")


@pytest.mark.verifies("sdk:python-package")
def test_the_readme_works_as_it_is_printed(scene: Scene, installed: Path, tmp_path: Path) -> None:
    readme = (PROJECT / "README.md").read_text()
    first = re.search(r"This is `first.py`:\n\n```python\n(.*?)```", readme, re.S)
    assert first is not None
    (tmp_path / "first.py").write_text(first[1])
    answering = scene.answering("approve")
    said = _run(installed, "first.py", cwd=tmp_path, COUNTERSIGN_HOME=str(scene.home))
    answering.join()
    assert said.startswith("harmless\n") and "next:" in said and said.endswith("deleted 7\n")


@pytest.mark.verifies("sdk:python-frameworks")
def test_the_plain_example(scene: Scene, installed: Path) -> None:
    said = _run(installed, PROJECT / "examples/plain_agent.py", COUNTERSIGN_HOME=str(scene.home))
    assert "hosts\n" in said and "denied" in said and "a person is asked: " in said
    (question,) = scene.pending()
    assert question["id"] in said
    scene.answer("approve", question["id"])
