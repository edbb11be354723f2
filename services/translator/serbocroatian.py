"""Bosnian, Croatian and Serbian in Latin letters: one language by grammar, which n-grams cannot tell apart.

What differs is the old vowel yat (Serbian `vreme`, the others `vrijeme`) and a part of the vocabulary, in which Bosnian goes
mostly with Serbian. Each word that begins as below speaks for one side; where none does, nothing is known.
"""

import re
from collections.abc import Mapping

from shared.events import Language

LANGUAGES = frozenset({"bs", "hr", "sr"})
# How much one word says, in nats: about one in ten is a quotation, a name or a matter of taste.
WEIGHT = 2.0


def _words(beginnings: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(beginnings.split())})", re.IGNORECASE)


EKAVIAN = _words(r"""
    vreme\b pre\b posle\b mesto\b mesta\b mestu\b deo\b delova reč\b reči\b svet\b sveta\b svetu\b svetsk ceo\b celog
    celu cela\b lep dete\b deca\b dece\b decu\b videti videl uvek ovde gde\b negde dve\b sled vest\b vesti rešen reši
    mere\b mera\b telo\b tela\b cena\b cene\b cenu\b nedelj ponedelj čovek bezbed obavešt zahtev uspeh uspel uspeš pobed
    reka\b reke\b hteo htela voleo smeo predsed namer posledn posledic izvešt deli\b delić zvezd odelj nasled mesec
    zamen promen primer\b ocena\b ocene\b pretnj umre uver izmen mlek devoj savet podel verov vera\b cvet istovremen
    vredn sever levo\b desno\b
""")
IJEKAVIAN = _words(r"""
    vrijem prije\b poslije\b mjest dio\b dijel riječ svijet svjets cijel lijep ljep dijete djec vidje vidjel uvijek
    ovdje gdje negdje dvije slijed sljed vijest rješ riješ mjer tijel cijen nedjelj ponedjelj čovjek smjen primje
    primije zahtjev zahtijev uspje uspije pobjed pobijed rijek htje smjel predsjed namjer razumije posljed izvješ
    izvještaj odjel zvijezd zvjezd naslije naslje mjesec zamjen zamijen promjen promijen ocjen ocijen prijet prijetnj
    umrije uvjer izmjen mlijek djevoj djelo djelova djelat savjet podjel podijel sjed sjeć sjever vjer cvijet cvjet
    obavije stoljeć bijel liječ lijek vrijed lijevo
""")
CROATIAN = _words(r"""
    tko\b nitko netko svatko tisuć tjed siječanj siječnj veljač ožuj travanj travnj svibanj svibnj lipanj lipnj srpanj
    srpnj kolovoz rujan rujn listopad studeni\b studenog\b prosin europ tvrtk glazb kazališ zrakoplov sveučil izvješć
    nogomet sudac\b sudca suca\b obitelj vlak kruh priopć točn točk uporab uopće dužnosn redatelj znanost znanstv
    tijekom sustav ravnatelj povijes suradn natjeca momčad ozljed ozlijed utjeca iznimn nazoč milijun financ kemij ocean
    kaos organizir financir kritizir reagir odvjetn zaslon računal časnik vojarn skladatelj podrijetl kolodvor sukladn
    učinkov unatoč postrojb vjerojat dvojb dojm potpor kućanst tajnik glasnogovor žurn promid stupanj stupnj
""")
EASTERN = _words(r"""
    šta\b ko\b niko\b svako\b hiljad sedmic januar februar mart\b marta\b martu\b april maj\b maja\b maju\b juna\b
    junu\b juni\b jula\b julu\b juli\b avgust august septemb oktob novemb decemb evrop kompanij muzi pozoriš avion
    univerzit izveštaj fudbal sudij porodic hleb hljeb saopšt saopćen tačn tačk upotreb opšt tokom sistem saobraćaj
    historij istorij naučn saradn takmič povred povrijed uticaj uticat sekretar milion finansij hemij okean haos
    organizova finansira kritikov reagova advokat ekran kompjuter oficir kompozitor protest privredn hrišć odbran štab
    štamp spoljn ubjeđ ubeđ učestv učešć obezbed obezbijed uslov hapš uhapš sprovod sproved desio\b desila desilo desiti
    dešava vazduh prisust sopstven budžet portparol ubistv
""")
SERBIAN = _words(r"""
    istorij opšti opšte\b opšta avgust jul\b jun\b hleb uopšte sused meko\b lako\b sopstven vazduh opštin umesto ubed
    sveštenik takođe\b
""")
BOSNIAN = _words(r"""
    histori saopć saopćen općenit augusta\b juli\b juni\b juna\b jula\b sedmic lahk mehk hljeb kahv komšij izvještaj
    univerzitet
""")


def scores(text: str) -> Mapping[Language, float]:
    """How much the words of `text` speak for each of the three, in nats; all 0 where they say nothing."""
    ekavian, ijekavian = len(EKAVIAN.findall(text)), len(IJEKAVIAN.findall(text))
    croatian, eastern = len(CROATIAN.findall(text)), len(EASTERN.findall(text))
    serbian, bosnian = len(SERBIAN.findall(text)), len(BOSNIAN.findall(text))
    return {
        "hr": WEIGHT * (ijekavian + croatian),
        "bs": WEIGHT * (ijekavian + eastern + bosnian),
        "sr": WEIGHT * (ekavian + eastern + serbian),
    }
