"""The container's recipe names what is there, and its health check tells the truth."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from corsheet.cli import make_parser
from corsheet.settings.table import SETTINGS
from tests.support.saving import versioned_workbook
from tests.support.service import ROOT, serving

HEALTH = ROOT / "packaging/health.py"
DATA = ROOT / "tests/data"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


class Step(NamedTuple):
    """One instruction of the recipe.

    Attributes:
        word: Such as COPY.
        rest: What follows it.
    """

    word: str
    rest: str


def steps_of(text: str) -> list[Step]:
    """Read a recipe: comments go, continued lines become one."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [Step(*line.strip().split(" ", 1)) for line in joined.splitlines() if line.strip()]


STEPS = steps_of((ROOT / "packaging/Containerfile").read_text("utf-8"))


def rests(word: str) -> list[str]:
    """Give what follows each instruction of a kind."""
    return [step.rest for step in STEPS if step.word == word]


def environment() -> dict[str, str]:
    """Give the variables that the image sets."""
    (text,) = rests("ENV")
    return dict(part.split("=", 1) for part in text.split())


def copied() -> dict[str, str]:
    """Give what is copied from the project, and where to."""
    found = {}
    for rest in rests("COPY"):
        if not rest.startswith("--from="):
            *sources, target = rest.split()
            found.update(dict.fromkeys(sources, target))
    return found


def test_what_is_copied_is_there_and_not_ignored() -> None:
    """The list of what an engine may see says the same, and nothing of a shop."""
    ignored = (ROOT / ".containerignore").read_text("utf-8").splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]

    assert all((ROOT / source).exists() for source in copied())
    assert rules[0] == "*"
    assert {rule.removeprefix("!") for rule in rules if rule.startswith("!")} == set(copied())


def test_what_the_build_needs_is_copied() -> None:
    """The project names its readme, which is read as well."""
    assert {"pyproject.toml", PROJECT["readme"], "corsheet"} <= copied().keys()


def test_its_extras_are_the_projects() -> None:
    """All that serving may need."""
    (named,) = re.findall(r'"\.\[([a-z,]+)\]"', rests("RUN")[0])

    assert set(named.split(",")) <= PROJECT["optional-dependencies"].keys()
    assert "fast" in named


def test_both_stages_have_one_python_and_it_is_new_enough() -> None:
    """What was installed for one runs with no other."""
    images = {rest.split()[0] for rest in rests("FROM")}
    (image,) = images
    found = re.search(r"python:3\.(\d+)-slim$", image)

    assert found is not None
    assert int(found[1]) >= int(PROJECT["requires-python"].removeprefix(">=3."))


def test_it_runs_the_command_line_that_there_is() -> None:
    """The program that pip makes, with a command and an option that it knows."""
    (entry,), (command,) = rests("ENTRYPOINT"), rests("CMD")
    options = make_parser().parse_args(json.loads(command))

    assert json.loads(entry)[0].rpartition("/")[2] in PROJECT["scripts"]
    assert str(options.config) == "/shop/corsheet.toml"


def test_its_variables_are_settings_and_agree_with_the_port_and_the_volume() -> None:
    """One port and one folder, wherever they stand."""
    variables = environment()
    settings = {f"CORSHEET_{one.key.upper().replace('.', '_')}" for one in SETTINGS}
    (port,), (volume,) = rests("EXPOSE"), rests("VOLUME")

    assert {name for name in variables if name.startswith("CORSHEET_")} <= settings
    assert port == variables["CORSHEET_SERVER_PORT"]
    assert str(urlsplit(variables["HEALTH_URL"]).port) == port
    assert json.loads(volume) == [variables["CORSHEET_STATE_DIR"]]


def test_it_runs_as_nobody_who_may_write_only_the_volume() -> None:
    """The number, which a cluster can check, is that of the user that was made."""
    (user,) = rests("USER")
    number = user.partition(":")[0]
    made = rests("RUN")[-1]

    assert int(number) > 0
    assert f"--uid {number}" in made
    owned = "--owner corsheet --group corsheet --mode 0700"
    assert f"{owned} {environment()['CORSHEET_STATE_DIR']}" in made
    assert "USER" in [step.word for step in STEPS[-8:]]  # nothing is made after it as root


def test_no_secret_is_baked_in() -> None:
    """No argument of the build, and no variable that settings take for one."""
    assert rests("ARG") == []
    assert not [name for name in environment() if re.search("SECRET|PASSWORD|HASH|KEY", name)]


def health(url: str) -> subprocess.CompletedProcess[str]:
    """Ask as the engine does, with a proxy in the way that nobody must take."""
    surroundings = {**os.environ, "HEALTH_URL": url, "http_proxy": "http://127.0.0.1:9"}
    return subprocess.run(
        [sys.executable, HEALTH],
        env=surroundings, capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip


def test_the_health_check_is_the_script_that_is_copied() -> None:
    """By the Python that the program has."""
    (rest,) = rests("HEALTHCHECK")
    python, script = json.loads(rest[rest.index("[") :])
    (entry,) = json.loads(rests("ENTRYPOINT")[0])

    assert script == copied()["packaging/health.py"]
    assert python.removesuffix("python") == entry.removesuffix("corsheet")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_health_check_tells_a_running_service_from_none(scheme: str, tmp_path: Path) -> None:
    """With a certificate too, which is made out to another name."""
    surroundings = dict(os.environ)
    if scheme == "https":
        surroundings["CORSHEET_SERVER_TLS_CERTIFICATE"] = str(DATA / "localhost.pem")
        surroundings["CORSHEET_SERVER_TLS_KEY"] = str(DATA / "localhost-key.pem")
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    engine = "granian" if scheme == "https" else "waitress"
    with serving(tmp_path, environment=surroundings, engine=engine) as service:
        address = service.address.replace("localhost", "127.0.0.1")
        well = health(f"{address}/healthz")
        elsewhere = health(f"{address}/nowhere")
    ended = health(f"{address}/healthz")

    assert address.startswith(f"{scheme}://")
    assert (well.returncode, well.stderr) == (0, "")
    assert elsewhere.returncode == ended.returncode == 1
    assert "404" in elsewhere.stderr


def test_the_page_tells_how_to_run_it_without_rights() -> None:
    """By the options that take rights away, and the volume that is left."""
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    section = page.partition("## In a container\n")[2].partition("\n## ")[0]

    options = ["--file packaging/Containerfile", "--read-only", "--cap-drop all", "--tmpfs /tmp"]
    mounts = [f":{environment()['CORSHEET_STATE_DIR']} ", ":/shop:ro "]

    assert [told for told in (*options, *mounts, "not been built") if told not in section] == []
