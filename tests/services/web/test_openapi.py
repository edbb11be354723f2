"""Every answer of the API is one that its OpenAPI document describes, whatever is asked.

schemathesis asks in more ways: `make api`, with a virtual environment of its own, for it brings a dozen packages.
"""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from pydantic import SecretStr

from services.web.openapi import document
from services.web.operations import OPERATIONS, Operation
from services.web.settings import WebSettings
from services.web.store import Hour, Withdrawn
from shared import clock, ids
from shared.errors import State
from shared.search.ledger import UrlEntry
from shared.search.sources import Source
from shared.search.trends import Board
from tests.services.web.articles import SEEN, article, story
from tests.services.web.shelf import Shelf, reader
from tests.services.web.test_api import TREND

DOCUMENT = document("Babelwire", "http://wire.test")
TOKEN = "a token of some length"
GONE = article("gone")
SHOWN = (article(), article("pending", status="pending", published_at=None, source_id="s1"), article("link", rights="link"))
STORE = Shelf(
    SHOWN,
    board=Board(at=SEEN, trends=(TREND,)),
    sources=[Source(id="s1", name="Courrier", home_page="https://diario.test/")],
    pulse=(Hour(SEEN, 2, 3),),
    withdrawn={ids.shortid(GONE.article_id): Withdrawn(True, GONE.url)},
    stories=[story("st1", *SHOWN[:2], last=clock.now())],
    entries=[
        UrlEntry(url_id=GONE.url_id, url=GONE.url, source_id="s1", state=State.TAKEN_DOWN, discovered_at=SEEN),
    ],
)
KNOWN = st.sampled_from(
    [SHOWN[0].article_id, ids.shortid(SHOWN[1].article_id), ids.shortid(GONE.article_id), "s1", "t1", "st1", GONE.url]
)


def asked(operation: Operation) -> st.SearchStrategy[tuple[str, dict[str, str]]]:
    """A path and a query for `operation`: some as the document has them, some not."""
    anything = st.text(max_size=30) | KNOWN
    # A dot or two in a path mean another path.
    segment = st.text(min_size=1, max_size=20).filter(lambda text: set(text) != {"."})
    path = {one.name: KNOWN | segment for one in operation.parameters if one.where == "path"}
    query = {
        one.name: st.just(str(one.example)) | values(one.schema) | anything
        for one in operation.parameters
        if one.where == "query"
    }
    return st.tuples(
        st.fixed_dictionaries(path).map(lambda found: filled(operation.path, found)),
        st.fixed_dictionaries({}, optional={**query, "colour": anything}),
    )


def values(schema: Any) -> st.SearchStrategy[str]:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "integer":
        return st.integers(schema["minimum"] - 1, schema["maximum"] + 1).map(str)
    return st.dates().map(str) if schema.get("format") == "date" else st.text(max_size=250)


def filled(path: str, found: dict[str, str]) -> str:
    from urllib.parse import quote

    return path.format(**{name: quote(value, safe="") for name, value in found.items()})


def checked(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_every_answer_is_as_described(operation: Operation) -> None:
    described = DOCUMENT["paths"][operation.path]["get"]["responses"]

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(asked(operation))
    def ask(request: tuple[str, dict[str, str]]) -> None:
        asyncio.run(answered(*request))

    async def answered(path: str, query: dict[str, str]) -> None:
        own = WebSettings(token=SecretStr(TOKEN), requests_per_minute=0)
        async with reader(STORE, own) as client:
            answer = await client.get(f"/api/v1{path}", params=query, headers={"Authorization": f"Bearer {TOKEN}"})
        assert str(answer.status_code) in described, (path, query, answer.text)
        ((kind, content),) = described[str(answer.status_code)]["content"].items()
        assert answer.headers["content-type"] == kind
        checked(content["schema"]).validate(answer.json())
        if answer.status_code == 200:
            assert answer.headers["etag"]

    ask()


def test_the_document_is_what_it_says_and_its_examples_are_right() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    for schema in DOCUMENT["components"]["schemas"].values():
        validator_for(schema, Draft202012Validator).check_schema(schema)
    names = [path["get"]["operationId"] for path in DOCUMENT["paths"].values()]
    assert len(names) == len(set(names))
    for path in DOCUMENT["paths"].values():
        for parameter in path["get"]["parameters"]:
            Draft202012Validator(parameter["schema"]).validate(parameter["example"])
        for response in path["get"]["responses"].values():
            for content in response.get("content", {}).values():
                if "example" in content:
                    checked(content["schema"]).validate(content["example"])


async def test_it_is_served_with_the_address_of_this_site() -> None:
    async with reader(STORE, WebSettings(base_url="https://babelwire.test")) as client:
        served = (await client.get("/api/v1/openapi.json")).json()
    assert served["servers"] == [{"url": "https://babelwire.test/api/v1"}]
    assert served["paths"].keys() == DOCUMENT["paths"].keys()
