"""The example service, over loopback, from a draft to a signature that was taken back."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from petition_api import worker
from petition_api.models import Signing
from petition_api.rules import POLICY

from fastapi_app.conftest import STAFF, Bench
from petitionkit.asking import form_schema
from petitionkit.pydantic import codes_of

PROBLEM = "application/problem+json"


def told(answer: httpx.Response, status: int) -> set[tuple[str, str]]:
    """The fields and codes of a problem, which must be one."""
    body = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    assert body["status"] == status
    assert body["title"]
    return {(one["field"], one["code"]) for one in body["problems"]}


def links(bench: Bench) -> list[str]:
    """Have the worker send what is due; the tokens in it."""
    mails: list[Any] = []
    worker.work(bench.office.desk, mails.append)
    texts = [str(mail.get_payload(decode=True), "utf-8") for mail in mails]
    return [text.partition("#")[2].strip() for text in texts if "#" in text]


def test_a_petition_lives_from_a_draft_to_a_signature_that_is_taken_back(bench: Bench) -> None:
    client, petition_id = bench.client, bench.opened()
    shown = bench.shown(petition_id)
    assert shown["texts"][0]["title"] == "Save the library"
    assert shown["starter"] == {"kind": "person", "name": "Bo Berg"}
    standing = shown["standing"]
    assert standing["status"]["state"] == "open"
    assert standing["signing"]["answer"]
    assert [one["missing"] for one in standing["thresholds"]] == [500, 5000]
    assert [one["rule"]["level"] for one in standing["thresholds"]] == [500, 5000]

    received = {"answer": "received", "remarks": []}
    assert bench.sign(petition_id, via="poster").json() == received
    assert bench.sign(petition_id, via="poster").status_code == 202  # the same once more
    token = links(bench)[0]
    looked = client.post("/confirmations/preview", json={"token": token})
    asked = looked.json()
    assert (asked["answer"], asked["name"], asked["petition_id"]) == (
        *("pending", "Ana Díaz"),
        petition_id,
    )
    assert bench.supporters(petition_id) == 0
    for _ in range(2):
        confirmed = client.post("/confirmations", json={"token": token}).json()
        assert confirmed["answer"] == "confirmed"
    assert bench.supporters(petition_id) == 1
    looked = client.post("/confirmations/preview", json={"token": token})
    assert looked.json()["answer"] == "confirmed"

    back = {"token": confirmed["withdrawal"]}
    assert client.post("/withdrawals", json=back).status_code == 204
    assert bench.supporters(petition_id) == 0
    assert told(client.post("/withdrawals", json={"token": token}), 410)


def test_whoever_has_signed_is_told_so_by_their_own_link_alone(bench: Bench) -> None:
    petition_id = bench.opened()
    bench.sign(petition_id)
    bench.sign(petition_id)
    first, second = links(bench)
    for path in ("/confirmations", "/confirmations/preview"):
        bench.client.post("/confirmations", json={"token": first})
        again = bench.client.post(path, json={"token": second})
        assert again.json() == {"answer": "already_signed"}
    assert bench.supporters(petition_id) == 1


def test_everything_wrong_with_a_form_is_told_at_once(bench: Bench) -> None:
    petition_id = bench.opened()
    wrong = {"name": "=1", "email": "ana", "comment": "x" * 501, "nickname": "A"}
    assert told(bench.sign(petition_id, wrong), 422) == {
        ("name", "formula_start"),
        ("email", "email.no_at"),
        ("comment", "too_long"),
        ("consents.terms", "required"),
        ("nickname", "unknown_key"),
    }
    assert bench.arrivals(petition_id) == {}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"{", ("1", "not_json")),
        (b"[]", ("", "wrong_type")),
        (b'{"name": "\\ud800", "email": "a@example.org", "consents": ["terms"]}', None),
        (b'{"\\ud800": 1}', ("?", "unknown_key")),
        (b'{"consents": {"terms": true}}', ("consents", "not_text")),
    ],
)
def test_no_body_breaks_it(bench: Bench, body: bytes, found: tuple[str, str] | None) -> None:
    path = f"/petitions/{uuid4()}/signatures"
    answer = bench.client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert (found or ("name", "lone_surrogate")) in told(answer, 422)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"title": "x" * 1000, "body": "b", "starter": "Bo"}, "title"),
        ({"title": "\x00", "body": "b", "starter": "Bo"}, "title"),
        ({"title": "t", "body": "b", "starter": "Bo", "language": "!"}, "language"),
        ({"title": "t", "body": "b"}, "starter"),
        ({"title": "t", "body": "b", "starter": "=1"}, "name"),
    ],
)
def test_a_draft_that_is_wrong_is_refused(bench: Bench, form: object, field: str) -> None:
    found = told(bench.client.post("/petitions", json=form), 422)
    assert field in {name.partition(".")[0] for name, _ in found}
    assert bench.client.get("/staff/queue", headers=STAFF).json() == []


def test_what_is_not_public_is_not_there(bench: Bench) -> None:
    form = {"title": "Wait", "body": "For a moderator.", "starter": "Bo"}
    waiting, hidden = (bench.client.post("/petitions", json=form).json()["id"] for _ in range(2))
    assert (
        bench.shown(waiting)["standing"]["status"]["state"] == "awaiting_moderation"
    )  # for its sponsors, by its link
    assert bench.client.get("/petitions").json()["petitions"] == []
    bench.decide(hidden, verdict="reject", ground="libellous")
    told(bench.client.get(f"/petitions/{hidden}"), 404)
    told(bench.client.get(f"/petitions/{uuid4()}"), 404)
    told(bench.sign(str(uuid4())), 404)
    told(bench.sign(waiting), 409)
    told(bench.client.get("/petitions", params={"after": str(uuid4())}), 404)
    told(bench.client.get("/nowhere"), 404)
    assert told(bench.client.get("/petitions/x"), 422) == {("petition_id", "wrong_type")}
    assert told(bench.client.get("/petitions?limit=0"), 422) == {("limit", "too_small")}
    assert told(bench.sign(bench.opened(), via="a b"), 422) == {("via", "out_of_range")}


def test_petitions_are_listed_page_by_page_whether_or_not_anybody_ticks(bench: Bench) -> None:
    made = [bench.opened(f"Petition {n}") for n in range(3)]
    bench.clock.advance(years=2)
    seen, after = [], None
    while True:
        params = {"limit": "2"} | ({"after": after} if after else {})
        page = bench.client.get("/petitions", params=params).json()
        seen += page["petitions"]
        after = page["after"]
        if after is None:
            break
    assert [one["id"] for one in seen] == made[::-1]
    assert {one["standing"]["status"]["state"] for one in seen} == {"closed"}
    assert seen[0]["standing"]["signing"]["problem"]["code"] == "petition.closed"
    assert ("petition", "petition.closed") in told(bench.sign(made[0]), 409)


def test_a_link_that_is_cut_or_old_is_gone(bench: Bench) -> None:
    petition_id = bench.opened()
    bench.sign(petition_id)
    token = links(bench)[0]
    for path in ("/confirmations", "/confirmations/preview", "/withdrawals"):
        assert told(bench.client.post(path, json={"token": token[:-2]}), 410) == {
            ("token", "token.invalid")
        }
    bench.clock.advance(days=31)
    expired = bench.client.post("/confirmations", json={"token": token})
    assert told(expired, 410) == {("token", "token.expired")}


def test_the_staff_alone_decides_and_on_what_they_have_read(bench: Bench) -> None:
    for headers in ({}, {"Authorization": "Bearer of somebody"}):
        refused = bench.client.get("/staff/queue", headers=headers)
        told(refused, 401)
        assert refused.headers["WWW-Authenticate"] == "Bearer"
    form = {"title": "Wait", "body": "For a moderator.", "starter": "Bo"}
    first, second = (bench.client.post("/petitions", json=form).json()["id"] for _ in range(2))
    assert ("ground", "required") in told(bench.decide(first, verdict="reject"), 422)
    told(bench.decide(first, verdict="approve", version=1), 409)
    rejected = bench.decide(first, verdict="reject", ground="off-topic", explanation="No council.")
    assert rejected.json()["standing"]["status"]["state"] == "rejected"
    returned = bench.decide(second, verdict="send_back").json()
    assert returned["standing"]["status"]["state"] == "draft"


def test_the_openapi_has_the_policys_form_and_every_problem(bench: Bench) -> None:
    made = bench.client.get("/openapi.json").json()
    assert made["components"]["schemas"]["Signing"] == {"title": "Signing", **form_schema(POLICY)}
    assert Signing.model_json_schema()["properties"]["comment"]["maxLength"] == 500
    thresholds = made["components"]["schemas"]["ThresholdStanding"]["properties"]
    assert thresholds["key"]["enum"] == ["answer", "debate"]
    standing = made["components"]["schemas"]["PetitionShown"]["properties"]["standing"]
    assert standing == {"$ref": "#/components/schemas/Standing"}
    assert "HTTPValidationError" not in made["components"]["schemas"]
    for operations in made["paths"].values():
        for operation in operations.values():
            refusals = {s: one for s, one in operation["responses"].items() if s >= "400"}
            assert {"422", "503"} <= refusals.keys()
            for status, response in refusals.items():
                assert set(codes_of(int(status))) <= set(response["description"].split(", "))
                [(kind, content)] = response["content"].items()
                assert kind == PROBLEM
                assert content["schema"] == {"$ref": "#/components/schemas/ProblemDetails"}
