from services.extractor.blocks import cut
from services.extractor.declared import declared
from services.extractor.markup import parse
from services.extractor.page import extract_page
from services.extractor.standfirst import choose
from shared.events import Article
from tests.services.extractor.pages import SENTENCES, article, document, page

LEAD = "After nine years and three plans the town has its bridge, but the bill is not yet paid."


def read(html: str) -> Article:
    found = extract_page(page(html))
    assert isinstance(found, Article), found
    return found


def described(text: str) -> str:
    return f'<meta property="og:description" content="{text}">'


def test_a_description_that_the_page_shows_is_the_standfirst() -> None:
    found = read(article(before=f"<h2>{LEAD}</h2>", head=described(LEAD)))
    assert found.standfirst == LEAD
    assert found.provenance["standfirst"] == "og"
    assert [block.text for block in found.blocks] == list(SENTENCES)


def test_the_shown_one_is_taken_whole_where_the_description_is_cut_off() -> None:
    assert read(article(before=f"<div>{LEAD}</div>", head=described(LEAD[:60] + "…"))).standfirst == LEAD


def test_a_description_that_no_reader_sees_is_none() -> None:
    assert (
        read(article(head=described("Everything about bridges, rivers and towns in our great special edition."))).standfirst
        is None
    )


def test_a_block_named_so_between_headline_and_text_is_one() -> None:
    found = read(article(before=f'<p class="article__standfirst">{LEAD}</p>'))
    assert (found.standfirst, found.provenance["standfirst"]) == (LEAD, "page")


def test_the_first_paragraph_is_not_doubled_when_it_is_the_description() -> None:
    found = read(article((LEAD, *SENTENCES), head=described(LEAD)))
    assert [found.standfirst, *(block.text for block in found.blocks)] == [LEAD, *SENTENCES]


def test_a_line_under_the_headline_comes_before_a_description_that_is_the_texts_beginning() -> None:
    found = read(article(before=f"<h2>{LEAD}</h2>", head=described(SENTENCES[0])))
    assert (found.standfirst, found.blocks[0].text) == (LEAD, SENTENCES[0])


def test_a_description_may_say_its_section_first() -> None:
    assert read(article(before=f"<div>{LEAD}</div>", head=described(f"Town News: {LEAD}"))).standfirst == LEAD


def test_the_headline_with_the_line_over_it_is_no_standfirst() -> None:
    title = read(article()).title
    assert read(article(before=f"<h2>Rivers and towns: {title}</h2>")).standfirst is None


def test_a_sentence_right_under_the_headline_that_the_text_leaves_out_is_one_whatever_its_element_is_called() -> None:
    tree = parse(document(f"<h1>Bridge opens</h1><div>3 May</div><div>{LEAD}</div><p>{SENTENCES[0]}</p>"))
    cuts = cut(tree.find("body"), "https://paper.example/")
    assert choose(declared(tree), cuts, ["Bridge opens"], cuts[-1:])[:2] == (LEAD, "page")
    assert choose(declared(tree), cuts, ["Bridge opens"], cuts[-2:])[0] is None


def test_a_standfirst_of_several_blocks_is_taken_whole() -> None:
    points = (
        "After nine years the bridge is open to all.",
        "The bill is not yet paid by anyone at all.",
        "– I had given up hope, says the mayor.",
    )
    told = "".join(f'<p class="lead">{point}</p>' for point in points)
    assert read(article(before=told, head=described(" ".join(points)))).standfirst == " ".join(points)


def test_a_description_that_goes_on_as_the_text_does_not_is_shown_as_far_as_it_is() -> None:
    first, other = LEAD, "Something else entirely stands in the paragraph that follows it on the page here."
    cuts = cut(parse(document(f"<h1>T</h1><p>{first}</p><p>{other}</p>")).find("body"), "https://paper.example/")
    found, _, _ = choose(declared(parse(document("", described(f"{first} And so on.")))), cuts, ["T"], cuts[1:])
    assert found is not None and found.startswith(LEAD)


def test_a_description_in_two_lines_under_the_headline_is_both_of_them() -> None:
    one, two = LEAD[:46].strip(), LEAD[46:].strip()
    cuts = cut(parse(document(f"<h1>T</h1><p>{one}</p><p>{two}</p>")).find("body"), "https://paper.example/")
    found, place, rest = choose(declared(parse(document("", described(LEAD)))), cuts, ["T"], [])
    assert (found or "").split() == LEAD.split()
    assert (place, rest) == ("og", [])


def test_a_description_without_a_word_is_none() -> None:
    assert read(article(head=described("… !?"))).standfirst is None


def test_a_summary_in_points_is_all_of_them() -> None:
    points = [f"The {word} plan for the bridge was given up after the flood." for word in ("first", "second", "third")]
    items = "".join(f'<li class="summary">{point}</li>' for point in points)
    cuts = cut(parse(document(f"<h1>T</h1><ul>{items}</ul><p>{SENTENCES[0]}</p>")).find("body"), "https://paper.example/")
    found, _, rest = choose(declared(parse(document(""))), cuts, ["T"], cuts[-1:])
    assert found is not None and all(point in found for point in points)
    assert rest == cuts[-1:]


def test_a_line_without_a_word_is_not_what_a_description_says() -> None:
    assert read(article(before=f"<div>{'— ' * 40}</div>", head=described(LEAD))).standfirst is None


def test_points_that_are_all_there_is_are_the_standfirst() -> None:
    points = [f"The {word} plan for the bridge was given up after the flood." for word in ("first", "second")]
    items = "".join(f'<li class="summary">{point}</li>' for point in points)
    cuts = cut(parse(document(f"<h1>T</h1><ul>{items}</ul>")).find("body"), "https://paper.example/")
    found, place, _ = choose(declared(parse(document(""))), cuts, ["T"], [])
    assert place == "page"
    assert found is not None and all(point in found for point in points)
