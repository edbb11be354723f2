import httpx
import pytest
from lxml import html

from services.web import reporting
from services.web.addresses import article_path
from services.web.rights import granted
from services.web.store import Withdrawn
from shared import ids
from tests.services.web.articles import article
from tests.services.web.shelf import Shelf, reader

SHOWN = article()
FORM = f"/report/{ids.shortid(SHOWN.article_id)}"
SAID = {"complaint": "names", "words": "  Delattre is <b>not</b> a name of a boat \r\n\x00 "}


async def test_a_reader_reports_a_translation_from_its_page() -> None:
    store = Shelf([SHOWN])
    async with reader(store) as client:
        page: html.HtmlElement = html.document_fromstring((await client.get(article_path(granted(SHOWN)))).text)
        (address,) = page.xpath("//a[normalize-space()='Report this translation']/@href")
        form: html.HtmlElement = html.document_fromstring((await client.get(address)).text)
        assert len(form.xpath("//form[@method='post']//input[@type='radio']")) == 5
        for _ in range(2):
            sent = await client.post(address, data=SAID)
            assert (sent.status_code, sent.headers["location"]) == (303, "/report/thanks")
        assert (await client.get("/report/thanks")).status_code == 200
    (report,) = store.reports.values()
    assert (report.article_id, report.complaint, report.engine) == (SHOWN.article_id, "names", "test engine 1")
    assert report.words.startswith("Delattre is <b>not</b> a name of a boat")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": {"complaint": "colour"}}, 400),
        ({"data": {"words": "x"}}, 400),
        ({"data": {**SAID, "words": "x" * 1001}}, 400),
        ({"data": {**SAID, "words": "x" * 20_000}}, 413),
        ({"content": b"&".join([b"a=b"] * 20), "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 400),
        ({"content": b"\xff\xfe", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 400),
        ({"content": b"{}", "headers": {"Content-Type": "application/json"}}, 415),
        ({"data": SAID, "headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
    ],
)
async def test_what_no_reader_sends_is_refused(sent: dict[str, object], status: int) -> None:
    store = Shelf([SHOWN])
    async with reader(store) as client:
        answer = await client.post(FORM, **sent)  # type: ignore[arg-type]
    assert (answer.status_code, store.reports) == (status, {})


async def test_only_what_was_translated_and_is_shown_can_be_reported() -> None:
    pending, gone = article("pending", status="pending"), article("gone")
    shortids = [ids.shortid(one.article_id) for one in (pending, gone)]
    async with reader(Shelf([pending], withdrawn={shortids[1]: Withdrawn(True, gone.url)})) as client:
        answers = [await client.post(f"/report/{name}", data=SAID) for name in (*shortids, "x")]
        assert [answer.status_code for answer in answers] == [404, 410, 404]


async def test_a_client_that_reports_without_end_is_stopped() -> None:
    store = Shelf([SHOWN])
    async with reader(store) as client:
        answers: list[httpx.Response] = []
        for number in range(7):
            answers.append(await client.post(FORM, data={"complaint": "other", "words": str(number)}))
    assert [answer.status_code for answer in answers] == [303] * 5 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 60
    assert len(store.reports) == 5


async def test_so_are_all_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "PER_DAY", 0)
    async with reader(Shelf([SHOWN])) as client:
        assert (await client.post(FORM, data=SAID)).status_code == 429
