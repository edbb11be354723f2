import asyncio
from datetime import UTC, datetime

import pytest
from opensearchpy import AsyncOpenSearch, RequestError

from shared.search import names
from shared.search.client import connect
from shared.search.hosts import HostState
from shared.search.ledger import ArticleEntry
from shared.search.ledger_rules import LastFetch, UrlEntry
from shared.search.sources import Feed, Source
from shared.search.templates import MAPPINGS, apply
from shared.settings import Settings


@pytest.mark.parametrize(
    ("mapping", "model"),
    [("ledger-urls-v1", UrlEntry), ("ledger-articles-v1", ArticleEntry), ("sources-v1", Source), ("hosts-v1", HostState)],
)
def test_a_strict_mapping_knows_every_field_of_its_model(mapping: str, model: type) -> None:
    body = MAPPINGS[mapping]["template"]["mappings"]
    fields = set(model.model_fields) | set(model.model_computed_fields)  # type: ignore[attr-defined]
    assert body["dynamic"] == "strict"
    assert set(body["properties"]) == fields


def test_the_objects_inside_are_known_as_well() -> None:
    assert set(MAPPINGS["ledger-urls-v1"]["template"]["mappings"]["properties"]["last_fetch"]["properties"]) == set(
        LastFetch.model_fields
    )
    assert set(MAPPINGS["sources-v1"]["template"]["mappings"]["properties"]["feeds"]["properties"]) == set(Feed.model_fields)


def test_an_articles_month_goes_by_utc() -> None:
    assert names.month_index(datetime.fromisoformat("2026-04-01T01:00:00+02:00")) == "articles-v1-2026.03"
    assert names.month_index(datetime(2026, 4, 1, tzinfo=UTC)) == "articles-v1-2026.04"


@pytest.mark.engines
async def test_articles_can_be_searched_before_the_first_is_there(client: AsyncOpenSearch) -> None:
    assert (await client.search(index=names.ARTICLES))["hits"]["total"]["value"] == 0


@pytest.mark.engines
async def test_applying_again_by_several_at_once_and_with_other_settings_is_safe(
    client: AsyncOpenSearch, search: str
) -> None:
    other = Settings(opensearch_url=search, refresh_seconds=0.2)
    await asyncio.gather(*(apply(client, other) for _ in range(3)))
    settings = await client.indices.get_settings(index=names.LEDGER_URLS)
    assert settings[names.LEDGER_URLS]["settings"]["index"]["refresh_interval"] == "200ms"


@pytest.mark.engines
async def test_a_month_of_before_gets_the_settings_that_an_open_index_can_be_given(
    client: AsyncOpenSearch, search: str
) -> None:
    month = "articles-v1-2026.02"
    name = "babelwire-articles-v1"
    (before,) = (await client.indices.get_index_template(name=name))["index_templates"]
    template = before["index_template"]
    del template["template"]["settings"]["index"]["merge"]
    await client.indices.put_index_template(name=name, body=template | {"_meta": {}})
    await client.indices.create(index=month)
    await apply(client, Settings(opensearch_url=search))
    known = (await client.indices.get_settings(index=month))[month]["settings"]["index"]
    assert (known["merge"]["policy"]["segments_per_tier"], known["merge"]["policy"]["floor_segment"]) == ("3", "32mb")


@pytest.mark.engines
async def test_a_field_nobody_knows_is_refused(client: AsyncOpenSearch) -> None:
    with pytest.raises(RequestError):
        await client.index(index="articles-v1-2026.05", id="a", body={"title": "t", "surprise": 1})
    assert await client.indices.exists_alias(name=names.ARTICLES, index="articles-v1-2026.05")


@pytest.mark.engines
async def test_a_vector_finds_its_neighbours(client: AsyncOpenSearch) -> None:
    for number in range(3):
        vector = [1.0 if place == number else 0.1 for place in range(512)]
        await client.index(index="articles-v1-2026.05", id=str(number), body={"vector": vector}, refresh=True)
    query = {"query": {"knn": {"vector": {"vector": [1.0] + [0.1] * 511, "k": 1}}}}
    assert (await client.search(index=names.ARTICLES, body=query))["hits"]["hits"][0]["_id"] == "0"


@pytest.mark.engines
async def test_the_password_is_asked_of_the_settings() -> None:
    client = connect(Settings(opensearch_url="http://127.0.0.1:9", opensearch_user="u", opensearch_password="p"))
    assert client.transport.hosts[0]["port"] == 9
    await client.close()


@pytest.mark.engines
async def test_an_index_of_before_an_analyser_takes_new_documents_all_the_same(client: AsyncOpenSearch, search: str) -> None:
    index, settings = "articles-v1-2025.01", Settings(opensearch_url=search, refresh_seconds=0.3)
    await client.indices.delete_index_template(name="babelwire-articles-v1")
    old = {"analysis": {"analyzer": {"folded": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}}}}
    mapping = {"dynamic": "strict", "properties": {"title": {"type": "text", "analyzer": "folded"}}}
    knn = {"index": {"knn": True}}
    await client.indices.create(index=index, body={"settings": old | knn, "mappings": mapping})
    await apply(client, settings)
    await client.index(index=index, id="a", body={"original": {"pt": "As cheias"}}, refresh=True)
    for words, hits in (("CHEIAS", 1), ("cheia", 0)):  # folded, not stemmed
        found = await client.search(index=index, body={"query": {"match": {"original.pt": words}}})
        assert found["hits"]["total"]["value"] == hits


FORMS = (
    ("ar", "وأعلنت الحكومات", "حكومة"),
    ("cjk", "東京都知事選挙が行われた", "知事選挙"),
    ("de", "Die Häuser der Städte", "haus stadt"),
    ("es", "Las elecciones municipales", "eleccion municipal"),
    ("fa", "می‌رود", "می رود"),
    ("fr", "L’élection des maires", "elections maire"),
    ("hi", "लड़कियों", "लड़की"),
    ("it", "dell'elezione", "elezioni"),
    ("pt", "As cheias nos rios", "cheia rio"),
    ("ru", "выборы президента", "президент выбор"),
    ("th", "การเลือกตั้งทั่วไป", "เลือกตั้ง"),
    ("tr", "Türkiye'nin seçimleri", "türkiye seçimler"),
)


@pytest.mark.engines
async def test_large_languages_are_found_by_other_forms_of_their_words(client: AsyncOpenSearch) -> None:
    lines: list[dict[str, object]] = []
    for field, text, _ in FORMS:
        lines += [{"index": {"_id": field}}, {"original": {field: text}}]
    assert not (await client.bulk(body=lines, index="articles-v1-2026.05", refresh=True))["errors"]
    for field, _, words in FORMS:
        query = {"match": {f"original.{field}": {"query": words, "operator": "and"}}}
        found = await client.search(index=names.ARTICLES, body={"query": query})
        assert [hit["_id"] for hit in found["hits"]["hits"]] == [field]
