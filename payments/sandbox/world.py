"""One request's or chore's view of the sandbox: its transaction, its clock, its objects, its
events.
"""

from __future__ import annotations

import copy
import random
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from payments.sandbox.contract import API_VERSION
from payments.sandbox.contract.responses import class_of, empty_object, fields_of
from payments.sandbox.errors import Json, missing_object
from payments.sandbox.ids import PLATFORM, new_id
from payments.sandbox.rows import chores, deliveries, objects, settings
from payments.sandbox.rows.objects import Filter, Stored


@dataclass(frozen=True)
class Cause:
    """The API request behind an event; empty for what happens by itself or on a page."""

    request_id: str | None = None
    idempotency_key: str | None = None


class World:
    """Lives as long as one transaction (`Store.transaction`)."""

    def __init__(self, db: sqlite3.Connection, base_url: str, cause: Cause | None = None) -> None:
        self.db = db
        self.base_url = base_url
        self.cause = cause or Cause()

    @cached_property
    def config(self) -> settings.Config:
        """Return the faults as they are set."""
        return settings.read_config(self.db)

    @cached_property
    def clock(self) -> float:
        """Return the time by the sandbox's movable clock."""
        return time.time() + settings.read_offset(self.db)

    @property
    def now(self) -> int:
        """Return the time in whole seconds, as Stripe's objects hold it."""
        return int(self.clock)

    def new(
        self,
        kind: str,
        prefix: str,
        *,
        account: str = PLATFORM,
        private: Json | None = None,
        **fields: Any,
    ) -> Stored:
        """Create an object: the SDK's nullable fields null, then `fields`. Its id is random
        unless `fields` has one.
        """
        known = fields_of(class_of(kind))
        always = {"created": self.now, "livemode": False, "metadata": {}}
        body = {
            **empty_object(kind),
            **{name: value for name, value in always.items() if name in known},
        }
        body.update({"object": kind, "id": new_id(prefix)}, **fields)
        stored = Stored(body["id"], kind, account, body, private or {})
        objects.insert(self.db, stored, self.now)
        return stored

    def get(
        self,
        kind: str,
        object_id: str,
        *,
        account: str = PLATFORM,
        param: str = "id",
        status: int = 404,
    ) -> Stored:
        """Return an object of this account. Raises `resource_missing` naming `param`."""
        stored = objects.find(self.db, object_id)
        if stored is None or stored.kind != kind or stored.account != account:
            raise missing_object(kind, object_id, param=param, status=status)
        return stored

    def select(self, kind: str, *filters: Filter, account: str = PLATFORM) -> list[Stored]:
        """Objects of this account, newest first."""
        return objects.select(self.db, kind, account=account, filters=filters)

    def save(self, *stored: Stored) -> None:
        """Write changed objects back."""
        for item in stored:
            objects.save(self.db, item)

    def later(self, kind: str, subject: str, due_at: float) -> None:
        """Leaves work for the worker, due at `due_at` of the sandbox's clock."""
        chores.add(self.db, kind, subject, due_at)

    def emit(self, event_type: str, about: Stored, *, previous: Json | None = None) -> Stored:
        """Write the event with a copy of the object as it is now, and one delivery per interested
        endpoint.
        """
        data: Json = {"object": copy.deepcopy(about.body)}
        if previous is not None:
            data["previous_attributes"] = previous
        connect = about.account != PLATFORM
        endpoints = self._interested(event_type, connect=connect)
        cause = {"id": self.cause.request_id, "idempotency_key": self.cause.idempotency_key}
        event = self.new(
            "event",
            "evt",
            account=about.account,
            api_version=API_VERSION,
            data=data,
            pending_webhooks=len(endpoints),
            request=cause,
            type=event_type,
        )
        if connect:
            event.body["account"] = about.account
            self.save(event)
        for endpoint in endpoints:
            self._post(event, endpoint)
        return event

    def _interested(self, event_type: str, *, connect: bool) -> Sequence[Stored]:
        return [
            endpoint
            for endpoint in self.select("webhook_endpoint")
            if endpoint.body["status"] == "enabled"
            and endpoint.private["connect"] == connect
            and not {"*", event_type}.isdisjoint(endpoint.body["enabled_events"])
        ]

    def _post(self, event: Stored, endpoint: Stored) -> None:
        copies = 2 if random.random() < self.config.duplicate else 1  # noqa: S311 - a fault, not a secret
        for _ in range(copies):
            wait = self.config.delay + random.uniform(0, self.config.shuffle)  # noqa: S311
            deliveries.add(self.db, event.id, endpoint.id, self.clock + wait)
