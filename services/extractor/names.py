"""Names that authors of pages give to the parts of them, as whole words of class, id and role (markup.labels)."""

import re

# Parts that are not the article's text.
BOX_NAME = re.compile(
    r"(?:^|[\s_-])(?:related|relatedcontent|recommend(?:ed|ation|ations)?|newsletter|newsletters|promo|promobox|teaser|teasers|"
    r"cookie|cookies|consent|comments?|disqus|share|sharing|social|sociallinks|breadcrumbs?|byline|bylines|"
    r"author-?bio|author-?box|authorbox|outbrain|taboola|advert|advertisement|advertising|ads?|sponsored|subscribe|subscription|"
    r"read-?more|readmore|read-?next|more-?on|most-?read|most-?popular|mostread|popular|trending|tags?|taglist|topics|keywords|"
    r"sidebar|navigation|navbar|menu|footer|copyright|disclaimer|paywall|login|register|signup|sign-?up|"
    r"embed|infobox-?promo|see-?also|also-?read|toolbar|tooltip|modal|popup|banner|skip-?link|sr-only|"
    r"visually-?hidden|screen-?reader(?:-text)?)(?:$|[\s_-])"
)
# Parts that are, or hold, the article's text.
BODY_NAME = re.compile(
    r"(?:article|story|entry|post|content|main|news|text|page)[\s_-]*(?:body|content|text|copy|main)|(?:^|[\s_-])"
    r"(?:body-?text|body-?copy|paragraph|richtext|rich-text|prose|copy)(?:$|[\s_-])"
)
