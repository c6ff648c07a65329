"""Short and familiar forms of given names, as a table.

Decides which given names may be one person's: two names meet where their groups share a root.
A form may belong to several roots (``alex``). Names are as ``romanise.romanised`` leaves them.
Compiled from common knowledge of each language; short on purpose, for a prefix of three letters
is a familiar form by rule already. Give ``roots`` a table of your own to replace it.
"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["NICKNAMES", "roots"]

_GROUPS = """
aaron: ron
abigail: gail
abraham abram ibrahim: bram
albert: bert al
alexander aleksandr alejandro alessandro: alex lex sandy xander sasha sascha shura alec alejo
alexandra aleksandra alejandra alessandra: alex lexi sandra sasha
alfred: fred
andrew andrei andrey andreas andre andres: drew
anna anne ann hannah: annie nan nancy anya ania nancy
anastasia anastasiya: nastya stacy
anthony antonio anton: tony toni
antonia antonina: tonia tonya
arthur: art
barbara: babs barb basia
benjamin: ben benny
bernard: bernie
brigitte: gitte
catherine katherine kathryn katharina ekaterina yekaterina katarzyna caterina: cathy kathy kate
 katie kat kitty cat katya katja kasia
charles carlos karl carl: charlie chuck chas chaz
charlotte: lottie
christine christina kristina: chris tina christie
christopher: chris kit topher
daniel danila: dan danny
david: dave davy
deborah: debbie deb
dimitri dmitri dmitriy dmitry: dima mitya
dolores: lola
donald: don
dorothy: dot dolly
edward eduard: ed eddie ted teddy ned
eleanor: ellie nell nora
elizabeth elisabeth elizaveta elisabetta isabel: liz lizzie beth betty eliza elsie bess libby liza
 elsa lisa bessie
emily: em millie
eugene evgeni evgeniy yevgeny: gene zhenya
florence: flo
frances francesca: fran fanny
francis francisco franz francesco: frank paco pancho franky
frederick friedrich: fred freddie fritz
gabriel gabriela: gabe gabi
galina: galya
george georgios georg giorgos yuri: yorgos
gerald gerard: gerry jerry
giovanni: gianni
giuseppe: beppe peppe
grzegorz: grzesiek
guadalupe: lupe
harold henry heinrich enrique enrico: harry hal hank heinz kike
helen elena yelena helena: nell lena
ignacio: nacho
irina: ira
isabella isabelle: bella izzy
ivan: vanya
jacob jakob: jake
jacqueline: jackie
james: jim jimmy jamie
jane joan: janie
janet: jan
jeffrey geoffrey: jeff geoff
jennifer: jen jenny
jessica: jess jessie
jesus: chucho
joanna johanna: jo
john jon jonathan johann johannes ivan: jack johnny jock hans
jose joseph josef yusuf iosif: joe joey pepe sepp
josephine: jo josie
juan: juanito
judith: judy
julia yuliya yulia: yulya
katarina: katka
kenneth: ken kenny
larisa: lara
lawrence laurence: larry laurie
leonard leonardo leonid: len lenny leo lyonya
lewis louis luis: lou
lucy lucille: lou
ludmila lyudmila: lyuda mila
malgorzata: gosia
manuel emanuel: manolo manny
margaret margarita margarete: maggie meg peggy marge greta rita madge daisy gretel
maria mary marie mariya: molly polly masha mia mimi maruska
martha: marty
matilda: tilly
matthew matthias: matt mats
maxim maksim: max
michael mikhail miguel michel mikhail: mick mike micky misha mischa micha mickey
mildred: millie
mohammed mohamed muhammad mohammad mohamad: mo
natalia nataliya natalie: natasha nat
nicholas nikolai nikolay nicolas nikolaus: nick nicky colin kolya klaus nico
oleg: olezhka
olga: olya
oliver: ollie
pamela: pam
patricia: pat patty trish tricia paddy
patrick: pat paddy
paul pavel: pasha
peter pyotr petr pedro: pete petya
philip philippe: phil pip
rachel: rae
ralph: rafe
raymond: ray
rebecca: becky becca
reginald: reg
richard ricardo: dick rick ricky rich richie
robert roberto: bob bobby rob robbie bert robin
ronald: ron
rosemary rosario: rosie charo
salvador salvatore: toto chava
samantha samuel: sam sammy
sarah: sally sadie
sebastian: basti seb
sergei sergey: seryozha
solomon: sol
sophia sofia sofiya sophie: sonya
stanislav stanislaw: slava stas staszek
stephen steven stefan stephan: steve stevie
susan suzanne: sue susie suzy
svetlana: sveta lana
tatiana tatyana: tanya tania
teresa theresa: terry tess tessa
terence: terry
theodore fyodor: ted teddy theo fedya
thomas: tom tommy
timothy timofei: tim
valentina: valya
valentina valerie: val
victor viktor: vic vitya
victoria viktoriya: vicky vika tori
vincent vincenzo: vince enzo
virginia: ginny
vladimir: vova volodya
vyacheslav: slava
walter: wally walt
wilhelm william: will bill billy willy liam willi helmut
winifred: winnie
yevgenia evgenia: zhenya
zachary: zach zack
"""


def _table() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in _GROUPS.replace("\n ", " ").strip().splitlines():
        formal, familiar = line.split(":")
        root = formal.split()[0]
        for name in dict.fromkeys((formal + familiar).split()):
            found.setdefault(name, []).append(root)
    return MappingProxyType({name: tuple(dict.fromkeys(of)) for name, of in found.items()})


NICKNAMES: Mapping[str, tuple[str, ...]] = _table()
"""Given names and familiar forms, each with the roots that it may stand for."""


def roots(given: str, nicknames: Mapping[str, tuple[str, ...]] = NICKNAMES) -> tuple[str, ...]:
    """Roots that a given name may stand for; itself, where the table does not have it."""
    return nicknames.get(given, (given,) if given else ())
