"""The way of one API request: key, account, faults, idempotency, contract, operation, answer."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass

from payments.sandbox import api
from payments.sandbox.contract import API_VERSION
from payments.sandbox.contract.operations import find_operation
from payments.sandbox.contract.parameters import problems_of
from payments.sandbox.errors import ApiError, Json, invalid, not_served, unknown_url
from payments.sandbox.expand import expanded
from payments.sandbox.forms import Params, decode_form, decode_json
from payments.sandbox.host import Sandbox
from payments.sandbox.ids import PLATFORM, new_id
from payments.sandbox.keys import check_key
from payments.sandbox.registry import ApiRequest, Operation, find_served
from payments.sandbox.rows import idempotency, objects
from payments.sandbox.rows.idempotency import Answer
from payments.sandbox.rows.settings import strike
from payments.sandbox.wire import Request, Response, json_response
from payments.sandbox.world import Cause, World

logger = logging.getLogger(__name__)
RESOURCES = api.__all__
_SERVER_ERROR: Json = {"error": {"type": "api_error", "message": "An unknown error occurred."}}


def answer_api(sandbox: Sandbox, request: Request) -> Response:
    """Answer a request under /v1 or /v2, always in Stripe's shape."""
    request_id = new_id("req", 14)
    headers = {
        "Request-Id": request_id,
        "Stripe-Version": request.headers.get("stripe-version", API_VERSION),
    }
    key = request.headers.get("idempotency-key")
    if key:
        headers["Idempotency-Key"] = key
    call = _ApiCall(sandbox, request, Cause(request_id, key if request.method == "POST" else None))
    try:
        answer, replayed = call.answer()
    except ApiError as error:
        answer, replayed = Answer(error.status, error.body), False
    except Exception:
        logger.exception("the sandbox failed on %s %s", request.method, request.path)
        answer, replayed = (
            Answer(
                500, {"error": {"type": "api_error", "message": "The sandbox failed; see its log."}}
            ),
            False,
        )
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    if answer.status == 501:
        headers["Stripe-Should-Retry"] = "false"
    return json_response(answer.body, answer.status, headers)


@dataclass
class _ApiCall:
    """One request on its way; `account` is set once it is known to exist."""

    sandbox: Sandbox
    request: Request
    cause: Cause
    account: str = PLATFORM

    def answer(self) -> tuple[Answer, bool]:
        """Answer, and tell whether it is a replay. Raises ApiError for everything that did
        not run.
        """
        check_key(self.request.headers)
        with self.sandbox.world() as world:
            self._check_account(world)
            refused = (
                self._struck(world, "rate_429", posts_only=False),
                self._struck(world, "api_500_edge"),
            )
            slow = world.config.slow
        if refused[0]:
            raise invalid("Request rate limit exceeded.", code="rate_limit", status=429)
        if refused[1]:
            raise ApiError(500, "api_error", "An unknown error occurred.")
        values = self._decode()
        operation, ids = self._find()
        replay = self._claim(values)
        if replay:
            return replay, True
        time.sleep(slow)
        try:
            self._check_contract(values)
            params = Params(values)
            params.only(operation.serves, operation.name)
            asked = ApiRequest(self.request.method, self.request.path, self.account, params, ids)
            return self._run(operation, asked), False
        except BaseException:
            self._release()
            raise

    def _check_account(self, world: World) -> None:
        self.account = self.request.headers.get("stripe-account") or PLATFORM
        stored = None if self.account == PLATFORM else objects.find(world.db, self.account)
        if self.account != PLATFORM and (stored is None or stored.kind != "v2.core.account"):
            message = (
                f"The provided key does not have access to account '{self.account}' "
                "(or that account does not exist)."
            )
            raise invalid(message, code="account_invalid", status=403)

    def _struck(self, world: World, fault: str, *, posts_only: bool = True) -> bool:
        return (self.request.method == "POST" or not posts_only) and strike(world.db, fault)

    def _decode(self) -> Json:
        if self.request.method != "POST":
            return decode_form(self.request.query)
        if self.request.path.startswith("/v2/"):
            return decode_json(self.request.body)
        return decode_form(self.request.body)

    def _find(self) -> tuple[Operation, tuple[str, ...]]:
        method, path = self.request.method, self.request.path
        served = find_served(method, path)
        if served is None:
            raise (
                not_served(f"{method} {path}")
                if find_operation(method, path)
                else unknown_url(method, path)
            )
        if self.account != PLATFORM and not served[0].for_connected:
            raise not_served(f"{method} {path} on behalf of a connected account")
        return served

    def _claim(self, values: Json) -> Answer | None:
        """Take the idempotency key; the first answer when there is one. Raises 400 for other
        parameters, 409 in flight.
        """
        key = self.cause.idempotency_key
        if key is None:
            return None
        fingerprint = json.dumps([self.request.method, self.request.path, values], sort_keys=True)
        with self.sandbox.world() as world:
            earlier = idempotency.look_up(world.db, self.account, key)
            if earlier is None:
                idempotency.claim(world.db, self.account, key, fingerprint)
                return None
        if earlier.fingerprint != fingerprint:
            raise ApiError(
                400,
                "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request.",
            )
        if earlier.answer is None:
            message = "There is currently another in-progress request using this key."
            raise ApiError(409, "idempotency_error", message, code="idempotency_key_in_use")
        return earlier.answer

    def _release(self) -> None:
        if self.cause.idempotency_key:
            with self.sandbox.world() as world:
                idempotency.release(world.db, self.account, self.cause.idempotency_key)

    def _check_contract(self, values: Json) -> None:
        """Refuse what the SDK's types refuse, for callers of its own API version only."""
        operation = find_operation(self.request.method, self.request.path)
        if operation is None or self.request.headers.get("stripe-version") != API_VERSION:
            return
        # The cursor of v2 lists comes with `next_page_url`, which has no parameter type.
        checked = {
            name: value
            for name, value in values.items()
            if name != "page" or operation.method != "GET"
        }
        problems = list(problems_of(operation.params_type(), checked))
        if problems:
            with self.sandbox.world() as world:
                finding = f"{self.request.method} {self.request.path} {problems[0]}"
                world.db.execute("INSERT INTO request_findings (finding) VALUES (?)", (finding,))
            raise problems[0].as_error()

    def _run(self, operation: Operation, asked: ApiRequest) -> Answer:
        """Effect, events and kept answer in one transaction."""
        with self.sandbox.world(self.cause) as world:
            if self._struck(world, "api_500_before"):
                answer = Answer(500, _SERVER_ERROR)
            else:
                answer = self._effect(world, operation, asked)
                if self._struck(world, "api_500_after"):
                    answer = Answer(500, _SERVER_ERROR)
            if self.cause.idempotency_key:
                idempotency.keep(world.db, self.account, self.cause.idempotency_key, answer)
        return answer

    def _effect(self, world: World, operation: Operation, asked: ApiRequest) -> Answer:
        try:
            body = operation.run(world, asked)
            return Answer(200, expanded(world, body, asked.params.texts("expand")))
        except ApiError as error:
            if not error.keeps_effects:
                raise
            return Answer(error.status, error.body)
