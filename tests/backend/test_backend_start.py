"""Starting, refusing to start, migrating up and down, and the demo clinic."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import new_database
from served import NOW, SECRET, SERVICE_TOKEN, Backend, BackendProcess, kind
from sqlalchemy import inspect

from backend import demo, migrate
from backend.app import prepare
from backend.call import OSLO
from backend.database import open_engine
from backend.settings import SettingsError, settings_from
from backend.tables import metadata

GOOD = {"SERVICE_TOKEN": SERVICE_TOKEN, "PATIENT_TOKEN_SECRET": SECRET}


def test_with_the_two_secrets_everything_else_has_a_default() -> None:
    settings = settings_from(GOOD)
    assert (settings.host, settings.port, settings.demo_clinic) == ("127.0.0.1", 5056, False)
    assert settings.database_url.endswith("/var/backend.sqlite")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"SERVICE_TOKEN": ""}, "SERVICE_TOKEN is not set. Mend:"),
        ({"SERVICE_TOKEN": "short"}, "SERVICE_TOKEN has fewer than 32 characters. Mend:"),
        ({"PATIENT_TOKEN_SECRET": ""}, "PATIENT_TOKEN_SECRET is not set. Mend:"),
        ({"BACKEND_PORT": "http"}, "BACKEND_PORT is 'http'. Mend:"),
        ({"BACKEND_PORT": "70000"}, "BACKEND_PORT is '70000'. Mend:"),
        ({"DEMO_CLINIC": "yes"}, "DEMO_CLINIC is 'yes'. Mend:"),
    ],
)
def test_a_setting_that_can_not_be_is_named_with_its_mend(
    change: dict[str, str], says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        settings_from(GOOD | change)


def test_the_secrets_are_not_shown_with_the_settings() -> None:
    shown = repr(settings_from(GOOD))
    assert SERVICE_TOKEN not in shown
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"SERVICE_TOKEN": ""}, "SERVICE_TOKEN is not set"),
        ({"DATABASE_URL": "mysteriously"}, "DATABASE_URL is no address"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "database does not answer"),
        ({"BACKEND_HOST": "203.0.113.1"}, "can't be had"),
    ],
)
def test_a_start_that_can_not_be_ends_with_one_sentence(
    tmp_path: Path, environment: dict[str, str], says: str
) -> None:
    ended = BackendProcess(f"sqlite:///{tmp_path}/b.sqlite", **environment).run()
    assert ended.returncode == 2
    assert says in ended.stderr
    assert "Mend:" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_taken_port_is_named_in_one_sentence(tmp_path: Path) -> None:
    process = BackendProcess(f"sqlite:///{tmp_path}/b.sqlite")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", process.port))
        taken.listen()
        ended = process.run()
    assert ended.returncode == 2
    assert f"127.0.0.1:{process.port} is taken. Mend:" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_it_starts_on_the_demo_clinic_and_stops_when_told(tmp_path: Path) -> None:
    process = BackendProcess(f"sqlite:///{tmp_path}/b.sqlite", DEMO_CLINIC="1")
    process.start()
    assert process.terminate() == 0
    assert (tmp_path / "b.sqlite").exists()


def test_the_migrations_make_what_the_code_expects(database_url: str) -> None:
    engine = open_engine(database_url)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_migrations_go_down_to_nothing_and_up_again(database_url: str) -> None:
    engine = open_engine(database_url)
    migrate.upgrade(engine)
    tables = set(inspect(engine).get_table_names())
    assert tables == {*metadata.tables, "alembic_version"}
    migrate.downgrade(engine)
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    migrate.upgrade(engine)
    migrate.upgrade(engine)  # a second start finds nothing to do
    assert set(inspect(engine).get_table_names()) == tables
    engine.dispose()


@pytest.fixture
def demo_backend(tmp_path: Path) -> Iterator[Backend]:
    with new_database("sqlite", tmp_path) as url:
        served = Backend(url, demo_clinic=True)
        prepare(served.database, served.settings, served.clock)
        served.start()
        yield served
        served.stop()


def log_in(backend: Backend, patient: str) -> Any:
    return backend.call("POST", "/v1/demo/login", body={"patient": patient})


@pytest.mark.parametrize("patient", ["kari", "emma", "ola", "ingrid", "jonas"])
def test_the_demo_patients_can_log_in_and_see_themselves(
    demo_backend: Backend, patient: str
) -> None:
    headers = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
    headers["X-Patient-Token"] = log_in(demo_backend, patient).json()["patient_token"]
    me = demo_backend.http.get("/v1/me", headers=headers).json()
    age = {name: age for name, _, age, _, _ in demo.PATIENTS}[patient]
    assert (me["id"], me["age"]) == (patient, age)


def test_a_child_and_a_stranger_can_not_log_in(demo_backend: Backend) -> None:
    assert kind(log_in(demo_backend, "nora")) == "forbidden"
    assert kind(log_in(demo_backend, "nobody")) == "not-found"


def test_the_demo_clinic_has_times_for_two_weeks_and_goes_on_having_them(
    demo_backend: Backend,
) -> None:
    def last_day() -> str:
        day = demo_backend.clock.now + timedelta(days=14)
        found = demo_backend.call("GET", "/v1/slots", day=day.date().isoformat(), limit="100")
        starts = [
            datetime.fromisoformat(s["start"]).astimezone(OSLO) for s in found.json()["slots"]
        ]
        return f"{len(starts)} from {starts[0]:%H:%M} to {starts[-1]:%H:%M}"

    assert last_day() == "42 from 08:00 to 21:40"
    demo_backend.clock.now = NOW + timedelta(days=3)
    with demo_backend.engine.begin() as connection:
        demo.seed(connection, demo_backend.clock())
        demo.seed(connection, demo_backend.clock())
    assert last_day() == "42 from 08:00 to 21:40"


def test_the_demo_clinics_late_doctor_is_paid_back(demo_backend: Backend) -> None:
    listed = demo_backend.call("GET", "/v1/appointments", patient="kari").json()["appointments"]
    assert [(a["status"], a["refund_nok"]) for a in listed] == [
        ("completed", 0),
        ("completed", 350),
    ]
    (missed,) = demo_backend.call("GET", "/v1/appointments", patient="jonas").json()["appointments"]
    assert (missed["status"], missed["refund_nok"]) == ("missed", 0)
