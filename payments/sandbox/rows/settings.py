"""What can be changed while the sandbox runs: faults on demand and the clock."""

from __future__ import annotations

import sqlite3

from pydantic import BaseModel, ConfigDict, Field


class Config(BaseModel):
    """Faults on demand; every default is a well-behaved Stripe. Counters go down by one each time
    they strike.
    """

    model_config = ConfigDict(extra="forbid")

    capture_delay: float = Field(
        default=0.4, ge=0, description="seconds until a charge gets its balance transaction"
    )
    retry_delays: list[float] = Field(default=[1, 3, 10, 30, 120, 600], max_length=20)
    delay: float = Field(default=0, ge=0, description="seconds each webhook is held back")
    shuffle: float = Field(
        default=0, ge=0, description="random seconds more, so that webhooks overtake each other"
    )
    duplicate: float = Field(
        default=0, ge=0, le=1, description="probability that a webhook is sent twice"
    )
    drop_first: int = Field(
        default=0, ge=0, description="next deliveries that fail without being sent"
    )
    api_500_edge: int = Field(
        default=0, ge=0, description="next POSTs that fail before Stripe notes their key"
    )
    api_500_before: int = Field(
        default=0, ge=0, description="next POSTs that fail without effect; the 500 is replayed"
    )
    api_500_after: int = Field(
        default=0, ge=0, description="next POSTs that fail after their effect; the 500 is replayed"
    )
    rate_429: int = Field(default=0, ge=0, description="next requests refused with 429")
    slow: float = Field(default=0, ge=0, le=120, description="seconds each API request takes")


def read_config(db: sqlite3.Connection) -> Config:
    """Return the faults as they are set."""
    row = db.execute("SELECT value FROM settings WHERE name = 'config'").fetchone()
    return Config.model_validate_json(row["value"]) if row else Config()


def write_config(db: sqlite3.Connection, config: Config) -> None:
    """Keep the faults."""
    _write(db, "config", config.model_dump_json())


def read_offset(db: sqlite3.Connection) -> float:
    """Seconds the sandbox's clock is ahead of the real one."""
    row = db.execute("SELECT value FROM settings WHERE name = 'clock_offset'").fetchone()
    return float(row["value"]) if row else 0.0


def write_offset(db: sqlite3.Connection, offset: float) -> None:
    """Move the clock."""
    _write(db, "clock_offset", str(offset))


def strike(db: sqlite3.Connection, counter: str) -> bool:
    """Use up one of a counted fault; False when there is none left."""
    config = read_config(db)
    left: int = getattr(config, counter)
    if left > 0:
        write_config(db, config.model_copy(update={counter: left - 1}))
    return left > 0


def _write(db: sqlite3.Connection, name: str, value: str) -> None:
    db.execute(
        "INSERT INTO settings VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
