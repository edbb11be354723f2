from services.extractor.declared import declared
from services.extractor.lead_image import choose
from services.extractor.markup import parse
from shared.events import Image
from tests.services.extractor.pages import document

FIGURE = (
    '<figure><img src="/img/bridge-opening-640.jpg" srcset="/img/bridge-opening.jpg 2x"><figcaption>The bridge at dawn. '
    '<span class="credit">Photo: Ana Silva</span></figcaption></figure>'
)


def image(body: str, head: str = "") -> Image | None:
    tree = parse(document(body, head))
    return choose(tree, declared(tree), "https://paper.example/a/b")[0]


def test_the_declared_image_with_the_caption_of_the_figure_that_shows_it() -> None:
    found = image(FIGURE, '<meta property="og:image" content="https://cdn.example/w1200/bridge-opening.jpg?x=1">')
    assert found == Image(
        url="https://cdn.example/w1200/bridge-opening.jpg?x=1", caption="The bridge at dawn.", credit="Photo: Ana Silva"
    )


def test_the_first_figure_where_none_is_declared() -> None:
    found = image(FIGURE)
    assert found
    assert found.url == "https://paper.example/img/bridge-opening-640.jpg"


def test_logos_and_data_are_no_lead_images() -> None:
    assert image("", '<meta property="og:image" content="/static/logo-square.png">') is None
    assert image('<figure><img src="data:image/gif;base64,R0"></figure>') is None


def test_structured_images_in_all_their_forms() -> None:
    for given in ('"/a.jpg"', '["/a.jpg","/b.jpg"]', '{"url":"/a.jpg"}', '[{"@type":"ImageObject","contentUrl":"/a.jpg"}]'):
        found = image("", f'<script type="application/ld+json">{{"@type":"Article","image":{given}}}</script>')
        assert found == Image(url="https://paper.example/a.jpg")
