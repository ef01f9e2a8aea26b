"""One tree of settings: environment ``WINDSOCK_<ROOM>__X`` over the workspace's ``windsock.toml`` over the defaults here."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

Bytes = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)?\s?(MB|GB)$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WorkspaceSettings(_Part):
    """What the company is like."""

    name: str = Field(default="Windsock", description="Name of the company, shown in the shell", max_length=80)
    timezone: str = Field(default="Asia/Shanghai", description="Zone of all periods; travel dates are local civil dates and never shifted")
    currency: str = Field(default="CNY", description="ISO 4217 currency of the answers", pattern=r"^[A-Z]{3}$")
    language: Literal["zh", "en"] = Field(default="zh", description="Language of a new user")
    week_start: int = Field(default=0, description="First day of the week, 0 is Monday", ge=0, le=6)
    fiscal_start_month: int = Field(default=1, description="Month in which a fiscal year begins; it is named after the year it ends in", ge=1, le=12)
    good_colour: Literal["red", "green"] = Field(default="red", description="Colour of a rise: red in China, green in the West")


class RecordsSettings(_Part):
    """Operational rows."""

    url: str = Field(default="", description="SQLAlchemy URL; empty means SQLite in the workspace folder")


class WarehouseSettings(_Part):
    """Columnar facts."""

    engine: Literal["duckdb", "clickhouse", "spark"] = Field(
        default="duckdb", description="Which engine commands ask: the workspace's own, or one that it was moved to"
    )
    memory_limit: Bytes = Field(default="4GB", description="Memory cap of the engine")
    threads: int = Field(default=2, description="Threads of the engine, and queries that run at once (beside one over small tables)", ge=1, le=256)
    timeout_s: float = Field(default=30.0, description="Time limit of a query, in seconds", gt=0)
    wait_s: float = Field(default=10.0, description="How long a query waits for its turn, in seconds", gt=0)
    rows_max: int = Field(default=100_000, description="Most rows one query may return", ge=1)


class ClickHouseSettings(_Part):
    """A ClickHouse that the facts are moved to."""

    host: str = Field(default="127.0.0.1", description="Server, asked over HTTP")
    port: int = Field(default=8123, description="Its HTTP port", ge=1, le=65535)
    secure: bool = Field(default=False, description="HTTPS")
    user: str = Field(default="default", description="User")
    password: str = Field(default="", description="Password; best set by its variable, as the file can be read", repr=False)
    database: str = Field(default="default", description="Database, which is there already")
    folder: str = Field(default="", description="Instead of a server: a folder for the engine in this process (chdb), to try it with")


class SparkSettings(_Part):
    """A Spark that the facts are moved to."""

    master: str = Field(default="local[2]", description="Cluster, as `spark://host:7077`")
    folder: str = Field(default="", description="Folder of the moved tables, which the driver and all workers see under this path")
    driver_host: str = Field(default="", description="Address under which the workers reach this machine; empty: as Spark finds it")
    options: dict[str, str] = Field(default={}, description="More options of the session, such as `spark.executor.memory`")


class HttpSettings(_Part):
    """The web door."""

    host: str = Field(default="127.0.0.1", description="Address to listen on")
    port: int = Field(default=8900, description="Port to listen on", ge=0, le=65535)
    public_url: str = Field(
        default="",
        description="Address at which people reach the pages, such as `https://desk.example`: where messages lead; without it they have no links",
        pattern=r"^(https?://[^\s?#\"<>]+)?$",
    )
    allowed_hosts: list[str] = Field(default=["127.0.0.1", "localhost", "[::1]"], description="Accepted Host headers")
    session_hours: float = Field(default=12.0, description="Length of a session", gt=0)
    secure_cookies: bool = Field(default=False, description="Set the Secure flag; on behind HTTPS")
    body_max_bytes: int = Field(default=4_000_000, description="Largest request body", ge=1000)


class WorkerSettings(_Part):
    """The loop that runs jobs."""

    embedded: bool = Field(default=True, description="Run the worker inside `serve`")
    poll_s: float = Field(default=0.5, description="Pause between two looks for work", gt=0)
    lease_s: float = Field(default=60.0, description="A worker that is silent for longer loses its job", gt=1)


class IntakeSettings(_Part):
    """Events that arrive over HTTP."""

    body_max_bytes: int = Field(default=4_194_304, description="Largest body as sent, compressed or not", ge=1000)
    inflated_max_bytes: int = Field(default=16_777_216, description="Largest body after unpacking", ge=1000)
    events_max: int = Field(default=2_500, description="Most events of one request", ge=1)
    waiting_max_bytes: int = Field(default=67_108_864, description="Most bytes that wait in memory for the disk", ge=1_000_000)
    inbox_max_bytes: int = Field(default=2_000_000_000, description="Most bytes on disk that wait to be loaded; beyond it 429", ge=1_000_000)
    sensors_share: float = Field(default=0.2, description="Share of both bounds kept for the Sensors protocol, which must not be refused", ge=0, lt=1)
    raw_days: int = Field(default=7, description="Days for which raw bodies are kept for replay", ge=1, le=7)
    batch_events: int = Field(default=50_000, description="Most events that one load takes from the inbox", ge=1)
    trusted_proxies: list[str] = Field(
        default=[], description="Networks of your own proxies: only what comes from them is believed in `X-Forwarded-For`", max_length=100
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, given: list[str]) -> list[str]:
        for text in given:
            try:
                ip_network(text)
            except ValueError as error:
                raise ValueError(f"{error}; write addresses or networks such as 10.0.0.7 or 10.0.0.0/8") from None
        return given


class OrdersSettings(_Part):
    """Import of orders."""

    file_max_bytes: int = Field(default=8_000_000_000, description="Largest file to import; it is streamed, never held", ge=1)
    rejections_max: int = Field(default=10_000, description="Bad rows kept with their reason; more only count", ge=1)


class ImportsSettings(_Part):
    """Files brought in through the pages, and the watch folder."""

    upload_max_bytes: int = Field(default=2_000_000_000, description="Largest file that can be uploaded", ge=1)
    uploads_max_bytes: int = Field(default=10_000_000_000, description="Most bytes of all uploads together", ge=1)
    upload_hours: float = Field(default=24.0, description="An upload is removed after so many hours", gt=0)
    watch: str = Field(default="", description="Folder whose subfolders are watched for files, one for each feed; empty: `watch` in the workspace")


class MetricsSettings(_Part):
    """The 09:00 page, and what closes with it."""

    today_at: str = Field(default="08:45", description="Local time at which the page of yesterday is frozen", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    close_days: int = Field(default=7, description="A target whose data is not whole so many days after its period closes all the same", ge=0, le=90)


class SqlSettings(_Part):
    """Statements that people write themselves."""

    timeout_s: float = Field(default=30.0, description="Time limit of a statement, in seconds", gt=0, le=3600)
    memory_limit: Bytes = Field(default="1GB", description="Memory cap of a statement's process")
    threads: int = Field(default=2, description="Threads of a statement's process", ge=1, le=64)
    runs_max: int = Field(default=2, description="Statements that run at once; further ones wait", ge=1, le=64)
    wait_s: float = Field(default=10.0, description="How long a statement waits for its turn, in seconds", gt=0)
    rows_max: int = Field(default=10_000, description="Most rows of an answer; what is beyond is cut off, and said so", ge=1, le=100_000)
    export_rows_max: int = Field(default=100_000, description="Most rows of a file", ge=1, le=1_000_000)
    fresh_s: float = Field(default=60.0, description="How old the tables may be that a statement reads, in seconds", ge=0)
    disk_max_bytes: int = Field(default=20_000_000_000, description="Most bytes on disk that are kept of the facts for statements", ge=1_000_000)


class ItsmSettings(_Part):
    """Incidents: how grave they are, and who is told when nobody looks."""

    money_per_hour: tuple[float, float, float] = Field(
        default=(50_000.0, 10_000.0, 1_000.0),
        description="Loss per hour, in the workspace's currency, from which an incident is of severity 1, 2, 3; below it is of 4",
    )
    people: tuple[int, int, int] = Field(default=(1_000, 200, 20), description="People touched from which an incident is of severity 1, 2, 3")
    reopen_days: int = Field(default=7, description="For so many days a closed incident is opened again when its cause comes back", ge=0, le=90)
    escalate_minutes: int = Field(
        default=15, description="After so many minutes without anybody having seen it, the next on duty are told", ge=1, le=1440
    )
    escalate_most: int = Field(default=3, description="How often at most the next on duty are told of one incident", ge=0, le=10)
    destination: str = Field(default="", description="Destination that is told when an incident opens, opens again or waits unseen; none where empty")
    recipients: tuple[str, ...] = Field(default=(), description="Addresses that it is sent to, where the destination is e-mail")
    quiet: dict[str, str] = Field(
        default={},
        description='Quiet hours by owner of incidents (`*`: all others), such as `{"*": "22:00-08:00"}`: what is less grave waits for the morning',
        max_length=100,
    )
    quiet_severity: int = Field(default=2, description="In quiet hours an incident of this severity, or a graver one, is told at once", ge=0, le=4)
    quiet_money: float = Field(default=10_000.0, description="In quiet hours an incident that costs so much per hour is told at once", ge=0)

    @field_validator("quiet")
    @classmethod
    def _hours(cls, given: dict[str, str]) -> dict[str, str]:
        for owner, hours in given.items():
            if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", hours):
                raise ValueError(f"'{hours[:40]}' of '{owner[:40]}' are no quiet hours; write them as 22:00-08:00")
        return given


class LogSettings(_Part):
    """Logs."""

    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level that is written")
    format: Literal["console", "json"] = Field(default="console", description="For people or for machines")


class Settings(BaseSettings):
    """Every setting, with its default."""

    model_config = SettingsConfigDict(env_prefix="WINDSOCK_", env_nested_delimiter="__", extra="ignore", frozen=True)

    workspace: WorkspaceSettings = WorkspaceSettings()
    records: RecordsSettings = RecordsSettings()
    warehouse: WarehouseSettings = WarehouseSettings()
    clickhouse: ClickHouseSettings = ClickHouseSettings()
    spark: SparkSettings = SparkSettings()
    http: HttpSettings = HttpSettings()
    worker: WorkerSettings = WorkerSettings()
    intake: IntakeSettings = IntakeSettings()
    orders: OrdersSettings = OrdersSettings()
    imports: ImportsSettings = ImportsSettings()
    metrics: MetricsSettings = MetricsSettings()
    sql: SqlSettings = SqlSettings()
    itsm: ItsmSettings = ItsmSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: given values, environment, then the workspace's file."""
        del settings_cls, dotenv_settings, file_secret_settings
        return init_settings, env_settings, *_file_source


_file_source: list[PydanticBaseSettingsSource] = []


def load(home: Path | None, **given: Any) -> Settings:  # noqa: ANN401 - the fields' own types are checked by pydantic
    """Read the settings of a workspace.

    Args:
        home: the workspace's folder, whose ``windsock.toml`` is read when it is there.
        given: values that win over everything (tests, command-line flags).

    Raises:
        pydantic.ValidationError: a value is out of its bounds; the caller words it for the user.
    """
    path = home / "windsock.toml" if home is not None else None
    _file_source[:] = [TomlConfigSettingsSource(Settings, path)] if path is not None and path.exists() else []
    try:
        return Settings(**given)
    finally:
        _file_source.clear()
