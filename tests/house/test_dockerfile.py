"""The container image: pinned, small, without tools, and run by nobody in particular."""

import json
import re

import pytest

from scripts.dockerfile import read_stages
from tests.fixtures.project import project_files, read

BUILDER, FINAL = read_stages(read("Dockerfile"))
DATA = "/var/lib/ppks-gateway"


@pytest.mark.parametrize("stage", [BUILDER, FINAL], ids=["builder", "final"])
def test_base_images_are_pinned_to_a_patch_version(stage):
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-bookworm(@sha256:[0-9a-f]{64})?", stage.image)


def test_packages_come_from_the_locks_alone():
    installs = [
        part
        for run in BUILDER.all("RUN")
        for part in re.findall(r"pip .*?(?:install|wheel) [^&]+", run)
    ]
    for install in installs:
        assert "--no-deps" in install
        assert "--require-hashes" in install or "/dist" in install


def test_the_final_image_takes_nothing_from_the_source_tree():
    assert all(copy.startswith("--from=builder ") for copy in FINAL.all("COPY"))


def test_what_is_copied_stays_where_it_was_made():
    # The programs of a virtual environment name their interpreter by its full path.
    for copy in FINAL.all("COPY"):
        *_, source, target = copy.split()
        assert source == target


def test_the_final_image_has_no_package_installer():
    assert "--without-pip /opt/gateway" in " ".join(BUILDER.all("RUN"))
    assert any(run.startswith("pip uninstall") and "ensurepip" in run for run in FINAL.all("RUN"))
    assert not re.search(r"apt-get|apk|curl|wget", " ".join(FINAL.all("RUN")))


def test_it_runs_as_a_user_that_owns_only_the_data_folder():
    (user,) = FINAL.all("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    owned = [copy for copy in FINAL.all("COPY") if f"--chown={user}" in copy]
    assert [copy.split()[-1] for copy in owned] == [DATA]


def test_all_that_is_written_is_in_the_volume():
    environment = FINAL.environment()
    assert FINAL.all("VOLUME") == [DATA]
    assert FINAL.all("WORKDIR") == [DATA]
    assert environment["GATEWAY_DATABASE_URL"].startswith(f"sqlite:///{DATA}/")
    assert environment["PYTHONDONTWRITEBYTECODE"] == "1"


def test_it_starts_the_gateway_directly_so_that_signals_reach_it():
    assert json.loads(FINAL.all("ENTRYPOINT")[0]) == ["gateway"]
    assert json.loads(FINAL.all("CMD")[0]) == ["serve"]
    assert FINAL.all("STOPSIGNAL") == ["SIGTERM"]


def test_its_health_is_asked_without_a_shell():
    (check,) = FINAL.all("HEALTHCHECK")
    program, _, code = json.loads(check.partition("CMD ")[2])
    assert program == "python"
    assert "/health/live" in code
    compile(code, "health", "exec")


def test_no_secret_is_baked_in():
    words = " ".join([*FINAL.environment(), *BUILDER.environment()])
    assert not re.search(r"KEY|SECRET|TOKEN|PASSWORD", words)


def test_only_what_the_image_needs_reaches_the_builder():
    admitted = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    wanted = {source for copy in BUILDER.all("COPY") for source in copy.split()[:-1]}
    assert read(".dockerignore").splitlines()[1] == "*"
    assert admitted == {source.partition("/")[0] for source in wanted}
    assert admitted - {"README.md"} <= {path.parts[0] for path in project_files()}
