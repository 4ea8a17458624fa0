"""The API's door: keys, strict parameters, idempotency, faults, lists, expansion."""

from __future__ import annotations

import threading

import httpx
import pytest
import stripe as sdk
from stripe import StripeClient

from tests.backend.stripe_sandbox.conftest import checkout
from tests.sandbox_process import SECRET_KEY, Sandbox, running

pytestmark = pytest.mark.sandbox
DAY = 86_400


def test_a_request_without_a_sandbox_key_is_refused(sandbox: Sandbox) -> None:
    for key in ("sk_live_x", "sk_test_x", "none"):
        answer = httpx.get(f"{sandbox.base}/v1/balance", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 401


def _raw(sandbox: Sandbox, path: str, form: dict[str, str], key: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {SECRET_KEY}"} | ({"Idempotency-Key": key} if key else {})
    return httpx.post(f"{sandbox.base}{path}", data=form, headers=headers)


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        ({"surprise": "1"}, "parameter_unknown", "surprise"),
        ({"metadata[a][b]": "1"}, "parameter_invalid", "metadata"),
        ({"email[0]": "a"}, "parameter_invalid_string", "email"),
    ],
)
def test_an_unknown_or_misshapen_parameter_is_a_400(
    sandbox: Sandbox, form: dict[str, str], code: str, param: str
) -> None:
    answer = _raw(sandbox, "/v1/customers", form)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["param"] == param


def test_an_unknown_path_is_a_400(sandbox: Sandbox) -> None:
    answer = _raw(sandbox, "/v1/unicorns", {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "parameter_unknown")


@pytest.mark.parametrize("amount", ["12.5", "1e3", "NaN", "abc", ""])
def test_an_amount_that_is_not_a_whole_number_is_a_400(sandbox: Sandbox, amount: str) -> None:
    answer = _raw(sandbox, "/v1/payment_intents", {"amount": amount, "currency": "usd"})
    assert answer.json()["error"]["code"] == "parameter_invalid_integer"


@pytest.mark.parametrize(
    ("cents", "code"), [(49, "amount_too_small"), (100_000_000, "amount_too_large")]
)
def test_amounts_have_stripes_limits(stripe: StripeClient, cents: int, code: str) -> None:
    with pytest.raises(sdk.InvalidRequestError) as refusal:
        checkout(stripe, cents)
    assert refusal.value.code == code


def test_the_same_key_gives_the_same_answer_for_a_day(
    sandbox: Sandbox, stripe: StripeClient
) -> None:
    def create(name: str) -> sdk.Customer:
        return stripe.v1.customers.create(params={"name": name}, options={"idempotency_key": "k"})

    first, again = create("Maya"), create("Maya")
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(sdk.IdempotencyError):
        create("June")
    sandbox.advance(DAY + 1)
    assert create("June").id != first.id


def test_a_key_in_use_is_a_409(sandbox: Sandbox) -> None:
    sandbox.fault("slow", "/v1/customers", seconds=1)
    slow = threading.Thread(target=_raw, args=(sandbox, "/v1/customers", {}, "k"))
    slow.start()
    while sandbox.order("faults", method="GET")["faults"]:
        pass
    answer = _raw(sandbox, "/v1/customers", {}, "k")
    slow.join()
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "idempotency_key_in_use")
    assert _raw(sandbox, "/v1/customers", {}, "k").headers["Idempotent-Replayed"] == "true"


def test_a_key_remembers_a_500_but_not_a_malformed_request(
    sandbox: Sandbox, stripe: StripeClient
) -> None:
    sandbox.fault("500_after", "/v1/customers")
    assert _raw(sandbox, "/v1/customers", {}, "k").status_code == 500
    assert _raw(sandbox, "/v1/customers", {}, "k").status_code == 500
    assert len(stripe.v1.customers.list().data) == 1

    assert _raw(sandbox, "/v1/customers", {"x": "1"}, "k2").status_code == 400
    assert _raw(sandbox, "/v1/customers", {}, "k2").status_code == 200


def test_two_requests_with_one_key_at_once_have_one_effect(
    sandbox: Sandbox, stripe: StripeClient
) -> None:
    threads = [
        threading.Thread(target=_raw, args=(sandbox, "/v1/customers", {}, "k")) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stripe.v1.customers.list().data) == 1


@pytest.mark.parametrize("kind", ["409", "500_before", "reset"])
def test_the_sdk_survives_a_passing_fault_when_it_may_retry(sandbox: Sandbox, kind: str) -> None:
    sandbox.fault(kind, "GET /v1/balance")
    assert sandbox.client(retries=2).v1.balance.retrieve().livemode is False


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("429", sdk.RateLimitError),
        ("hang_before", sdk.APIConnectionError),
        ("reset", sdk.APIConnectionError),
        ("reset_after", sdk.APIConnectionError),
        ("garbage_json", sdk.APIError),
    ],
)
def test_faults_look_like_stripe_misbehaving(
    sandbox: Sandbox, kind: str, error: type[Exception]
) -> None:
    sandbox.fault(kind, "GET /v1/balance", seconds=2)
    with pytest.raises(error):
        sandbox.client(seconds=0.5).v1.balance.retrieve()
    assert sandbox.client().v1.balance.retrieve()


@pytest.mark.parametrize("kind", ["reset_after", "hang_after"])
def test_a_lost_answer_is_found_again_under_its_key(sandbox: Sandbox, kind: str) -> None:
    sandbox.fault(kind, "POST /v1/customers", seconds=2)
    client = sandbox.client(retries=2, seconds=0.5)
    made = client.v1.customers.create(params={}, options={"idempotency_key": "k"})
    assert [c.id for c in client.v1.customers.list().data] == [made.id]


def test_lists_page_by_cursor_in_both_directions(stripe: StripeClient) -> None:
    made = [stripe.v1.customers.create(params={}).id for _ in range(5)][::-1]
    first = stripe.v1.customers.list(params={"limit": 2})
    assert [c.id for c in first.data] == made[:2]
    assert first.has_more
    rest = stripe.v1.customers.list(params={"limit": 3, "starting_after": made[1]})
    assert ([c.id for c in rest.data], rest.has_more) == (made[2:], False)
    back = stripe.v1.customers.list(params={"limit": 2, "ending_before": made[3]})
    assert [c.id for c in back.data] == made[1:3]
    assert [c.id for c in first.auto_paging_iter()] == made


def test_what_cannot_be_expanded_is_a_400(stripe: StripeClient) -> None:
    stripe.v1.customers.create(params={})
    with pytest.raises(sdk.InvalidRequestError, match="cannot be expanded"):
        stripe.v1.customers.list(params={"expand": ["data.shoe_size"]})


def test_everything_is_still_there_after_a_restart(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with running(tmp_path) as first:
        made = first.client().v1.customers.create(params={"name": "Maya"})
    with running(tmp_path) as second:
        assert second.client().v1.customers.retrieve(made.id).name == "Maya"


def test_ids_are_a_function_of_the_seed(tmp_path) -> None:  # type: ignore[no-untyped-def]
    ids = []
    for folder in ("a", "b"):
        with running(tmp_path / folder, seed="moon") as sandbox:
            ids.append(sandbox.client().v1.customers.create(params={}).id)
    assert ids[0] == ids[1]
