"""From what a paper calls its pages to the twelve sections: the source's own map, else words of the URL's path, else what
the page declares, else `news`."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

from slugify import slugify

from shared.events import Section

# Words in many languages, as they stand in paths and rubrics: Latin ones without accents.
WORDS: dict[Section, str] = {
    "world": """
        world international internacional internationales monde mundo welt ausland esteri mondo global
        foreign weltweit utrikes utenriks verden udland buitenland swiat zagranica svet zahranici dunya
        yurtdisi internasional europe europa africa afrique asia asien americas amerika middle-east nahost
        мир мире عالم العالم دولي 国际 国際 세계 국제 विदेश दुनिया
    """,
    "politics": """
        politics politik politique politica politiek polityka politika politikk siyaset politico election
        elections wahl wahlen bundestagswahl elecciones eleicoes elezioni government congress parliament
        inland innenpolitik политика سياسة السياسة 政治 정치 राजनीति
    """,
    "business": """
        business economy economie economia wirtschaft finance finanzen finances finanza finanzas money
        markets mercados bourse borse boerse companies unternehmen empresas entreprises ekonomi okonomi
        naeringsliv naringsliv penge gospodarka biznes ekonomika bisnis iktisat bolsa negocios dinero geld
        immobilien ekonomia экономика бизнес финансы اقتصاد الاقتصاد 经济 財経 经贸 経済 财经 경제 व्यापार
        कारोबार
    """,
    "tech": """
        tech technology technologie technologies technik tecnologia tecnologie teknoloji teknologi teknik
        digital netzwelt internet computer gadgets science-tech high-tech numerique netz technologia tekno
        технологии техника تكنولوجيا تقنية 科技 技术 テクノロジー 기술 टेक
    """,
    "science": """
        science sciences wissenschaft wissen ciencia scienza scienze vitenskap vetenskap videnskab
        wetenschap nauka bilim sains environment umwelt klima climate planete planet medio-ambiente
        meio-ambiente ambiente natur nature space espace weltraum наука علوم 科学 과학 विज्ञान
    """,
    "health": """
        health gesundheit sante salud saude salute helse halsa sundhed gezondheid zdrowie zdravi saglik
        kesehatan medizin medicine wellness coronavirus corona covid здоровье صحة الصحة 健康 医疗 건강
        स्वास्थ्य
    """,
    "sports": """
        sport sports deportes deporte esporte esportes desporto fussball football futbol futebol calcio
        soccer tennis tenis formel1 formula-1 f1 olympia olympics basketball nba nfl mlb cricket rugby golf
        bundesliga champions-league spor olahraga idrott fotball fotboll спорт футбол رياضة الرياضة 体育
        スポーツ 스포츠 खेल
    """,
    "culture": """
        culture kultur cultura kultura arts art kunst arte music musik musique musica film films cinema kino
        movies books livres libros buecher literatur theater theatre tv television medien media
        entertainment unterhaltung feuilleton espectaculos celebrity celebrities people stars showbiz
        spettacoli kultuur kulturliv budaya hiburan kultur-sanat культура кино ثقافة فن 文化 娱乐 文娱 芸能
        エンタメ 문화 연예 मनोरंजन
    """,
    "life": """
        life lifestyle leben gesellschaft style mode fashion food essen kochen reise reisen travel viajes
        voyage voyages viagens viaggi familie family familia famille gastronomia cuisine estilo vida stil
        panorama relationships home garden auto autos motor mobility religion society societe sociedad
        sociedade yasam gaya-hidup livsstil общество жизнь منوعات 生活 社会 ライフ 생활 사회 लाइफस्टाइल
    """,
    "opinion": """
        opinion opinions opinie meinung kommentar kommentare kolumne kolumnen debatte debate debatt debat
        editorial editorials columns column columnists columnas comment commentary commentisfree tribune
        tribunes idees opinioni opiniao yazarlar leder ledare kronik kronikk essay letters blogs blog opini
        мнение мнения колонки رأي آراء مقالات 评论 社説 オピニオン 오피니언 사설 विचार
    """,
    "local": """
        local lokal lokales lokalt regional region regionen regionales regions regiones municipios stadt
        staedte city metro cidades ciudad ciudades comarcas localidades cronaca roma milano berlin hamburg
        muenchen koeln frankfurt stuttgart london madrid barcelona paris bayern nrw hessen sachsen nyc
        new-york california lokalni yerel daerah регионы москва محليات محلي 本地 地方 地域 지역 शहर
    """,
}
_SECTION_OF = {word: section for section, words in WORDS.items() for word in words.split()}
_PARTS = re.compile(r"[\s/&,;|>·•+_-]+")


def choose(path_map: Mapping[str, Section], url: str, declared: Iterable[str | None]) -> tuple[Section, str]:
    """The section and the place it was read from: `source`, `url`, `declared`, or `fallback`.

    The longest matching prefix of the source's map wins.
    """
    path = unquote(urlsplit(url).path).lower()
    for prefix in sorted(path_map, key=len, reverse=True):
        if path.startswith(prefix.lower()):
            return path_map[prefix], "source"
    folders = [part for part in path.split("/") if part][:-1][:4]
    if found := _of(folders):
        return found, "url"
    if found := _of([text for text in declared if text]):
        return found, "declared"
    return "news", "fallback"


def _of(names: list[str]) -> Section | None:
    for name in names:
        lowered = name.strip().lower()
        latin = slugify(name) if lowered.isascii() or slugify(name).isascii() else ""
        for word in (lowered, latin, *_PARTS.split(lowered), *latin.split("-")):
            if word in _SECTION_OF:
                return _SECTION_OF[word]
    return None
