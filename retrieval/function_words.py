"""Words a question is built with rather than about: who, how many, is, the.

They are left out of the keyword search and of a question's weight. Which language a question is in
is told by these very words: nearly every question holds some, and looking is quicker and, for a
few words, surer than a general language detector.
"""

from collections.abc import Collection, Iterable

from retrieval.tokens import tokenise

_LISTS = {
    "en": """a about an and any are as at be been being but by can could did do does doing done for
        from had has have having he her him his how i if in into is it its me my of on or our shall
        she should so some than that the their them then there these they this those to us was we
        were what when where which who whom whose why will with would you your tell please""",
    "de": """aber als am an auch auf aus bei beim bin bis bist da dann das dass dem den der des die
        dies diese dieser dieses doch du durch ein eine einem einen einer eines er es euch für hat
        hatte hatten hast habe haben ich ihm ihn ihr ihre im in ins ist ja man mein mich mir mit
        nach nicht noch nun ob oder sein seine seit sich sie sind so soll über um und uns unser
        unter vom von vor war waren warum was welche welchem welchen welcher welches wem wen wenn
        wer werden wessen wie wieso wird wo woher wohin wir wird wurde wurden zu zum zur""",
    "es": """a al algo algún alguna algunas algunos ante como cómo con cual cuál cuales cuáles
        cuando cuándo cuanta cuánta cuantas cuántas cuanto cuánto cuantos cuántos de del desde donde
        dónde el ella ellas ellos en entre era eran eres es esa ese eso esta está estaba están este
        esto estos fue fueron ha había habían hay han hasta la las le les lo los más me mi muy nos o
        para pero por porque qué que quien quién quienes quiénes se ser si sí sin sobre son su sus
        te tiene tienen tu un una unas uno unos y ya""",
    "fr": """à ai au aux avec avait avaient ce ces cet cette comment combien dans de des du elle
        elles en est et eu être étaient était il ils je la le les leur leurs lors lui mais ne nos
        notre nous on ont ou où par pas pour pourquoi qu quand que quel quelle quelles quels qui
        quoi sa se ses son sont sur ta te toi ton tu un une vos votre vous y a l d c s n j""",
    "it": """a ai al alla alle allo anche c che chi ci come con cosa cui da dal dalla dei del della
        delle di dove e è era erano gli ha hanno i il in io la le lo lui ma mi ne nei nel nella non
        o per perché più quale quali quando quanta quante quanti quanto questa questo se si sono
        sta su sua sul sulla suo tra un una uno""",
    "pt": """a ao aos as como com da das de dele do dos e é ela eles em era eram essa esse esta
        este eu foi foram há isso já lhe mais mas me muito na nas não no nos o onde os ou para pela
        pelo por porque porquê qual quais quando quanta quantas quanto quantos que quê quem se sem
        ser seu sua são tem têm um uma""",
    "nl": """aan al als bij dan dat de der deze die dit door een en er had hadden heb hebben heeft
        het hij hoe hoeveel hun ik in is je kan maar me men met mij naar niet nog of om ons ook op
        over te toen tot u uit uw van voor waar waarom wanneer waren was wat we welk welke werd
        werden wie wij wordt worden ze zich zij zijn zo zou""",
    "no": """å alle at av ble blir da de dei deg den der det dette din disse du eg en ei eit er et
        etter for fra får gjør ha hadde han har hva hvem hvilke hvilken hvilket hvor hvordan hvorfor
        hun i ikke inn ja jeg kan kom kva kven kvifor men med meg mange mye min når noe noen nå og
        også om opp oss på sa seg sin sine sitt skal som så til ut var ved vi vil være vært""",
    "sv": """alla att av blev blir de dem den denna det detta dig din du där efter ej eller en er
        ett finns för från får ha hade han har hon hur hör i icke inte jag kan man med men mig min
        mot många mycket ni nu när och om oss på sig sin sina som så till ut vad var varför vart vem
        vems vi vid vilka vilken vilket vill vår är åt över""",
    "da": """af alle at blev bliver da de dem den denne der deres det dette dig din disse du efter
        eller en end er et for fra få får han har havde hende hun hvad hvem hver hvilke hvilken
        hvilket hvis hvor hvordan hvorfor hvornår i ikke ind jeg kan man mange med meget men mig min
        ned nogle noget nu når og også om op os over på sig sin skal som så til ud under var ved vi
        vil være været""",
    "ru": """а без бы был была были было быть в вам вас весь во вот все всё вы где да для до его ее
        её если есть ещё же за и из или им их к как какая какие какого какое какой какую ко когда
        кого кому который которая которое которые кто куда ли мне можно мы на над не него неё нет ни
        них но о об он она они оно от откуда по под почему при про с сколько со так там то только
        тот ты у уже чего чей чем что чтобы чья это этого этой этот я""",
    "uk": """а або без би був була були було бути в вам вас ви від він вона вони воно все всі де до
        для є з за звідки і із й його її їх інші к коли кому кого куди ми на над не ні ну о об по
        під про при скільки так там те ти то у хто це цей ця чи чий чому що щоб я як яка яке який
        які якого яку""",
    "pl": """a aby ale bez był była było były być co czego czemu czy czyj dla do gdy gdzie go i ich
        ile im ja jak jaka jaki jakie jako jest jego jej już kiedy kim kogo komu która które który
        którzy kto lub ma mi mnie może my na nad nie niej o od on ona one oni oraz po pod przez przy
        są się skąd ta tak tam te tego tej ten to tu ty u w we wy z za ze że""",
    "tr": """acaba ama bana ben beni bir biz bu bunu çok da daha de değil diye en gibi hangi hani
        hem her hiç için ile ise kaç kadar ki kim kime kimi kimin mı mi mu mü nasıl ne neden nedir
        nerede nereye niçin niye o olan olarak oldu olduğu on ona onlar onu şu ve veya ya""",
    "ar": """من ما ماذا متى أين كيف لماذا لم كم هل أي أية أيّ الذي التي الذين في على إلى عن مع بين هو
        هي هم هن هذا هذه ذلك تلك هؤلاء أن إن كان كانت كانوا قد لقد لا ليس و أو ثم بعد قبل عند كل بعض
        منذ حتى إذا ان الى هناك يكون تكون""",
}
_WORDS = {language: frozenset(tokenise(words, "")) for language, words in _LISTS.items()}


def function_words(words: Collection[str], languages: Iterable[str]) -> frozenset[str]:
    """Return which of a question's `words`, tokens without stemming, only hold it together.

    Of `languages`, the one with most such words among `words` is taken for the question's; of
    several with equally many, the first.
    """
    held = [_WORDS[language].intersection(words) for language in languages if language in _WORDS]
    return max(held, key=len, default=frozenset())
