from services.extractor.declared import declared
from services.extractor.markup import parse
from tests.services.extractor.pages import document


def test_the_article_is_found_in_a_graph_and_its_text_is_plain() -> None:
    page = declared(
        parse(
            document(
                "",
                '<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "Paper"}, '
                '{"@type": ["NewsArticle"],'
                ' "headline": "A &amp; <b>B</b>"}]}</script>',
            )
        )
    )
    assert page.text("headline") == "A & B"
    assert page.is_article


def test_of_two_articles_the_one_about_this_page_counts() -> None:
    head = (
        '<script type="application/ld+json">[{"@type":"NewsArticle","headline":"Other","url":"https://p.example/other","author":"X",'
        '"keywords":"y"},{"@type":"NewsArticle","headline":"This","url":"https://p.example/this"}]</script>'
    )
    assert declared(parse(document("", head)), "https://p.example/this").text("headline") == "This"


def test_broken_json_is_repaired_or_left_out() -> None:
    head = (
        '<script type="application/ld+json">//<![CDATA[\n{"@type":"Article","headline":"Line\nbreak",}\n//]]></script>'
        '<script type="application/ld+json">{{{</script><script type="application/ld+json">' + "[" * 100_000 + "</script>"
    )
    assert declared(parse(document("", head))).text("headline") == "Line break"


def test_meta_elements_are_read_whatever_attribute_names_them() -> None:
    head = (
        '<meta PROPERTY="OG:Title" content=" A  B "><meta name="author" content="">'
        '<meta itemprop="datePublished" content="2026">'
    )
    page = declared(parse(document("", head)))
    assert page.first("og:title") == "A B"
    assert page.first("author") is None
    assert page.first("author", "datepublished") == "2026"


def test_an_item_list_alone_is_a_listing() -> None:
    assert declared(parse(document("", '<script type="application/ld+json">{"@type":"CollectionPage"}</script>'))).is_listing
