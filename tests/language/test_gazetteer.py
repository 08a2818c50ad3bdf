"""Names in texts: every oblast in every case of three languages, and the words that only look like names."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.language.gazetteer import Level, Sense, find, place_name, resolve
from tracker.language.gazetteer.reading import WORDS, WordsError, read_toml
from tracker.language.gazetteer.small import patterns

# code: Ukrainian adjective stem, Russian adjective stem, English name, Ukrainian nouns in their cases
OBLASTS = {
    "UA-05": ("Вінницьк", "Винницк", "Vinnytsia", "Вінниччина Вінниччини Вінниччині"),
    "UA-07": ("Волинськ", "Волынск", "Volyn", "Волинь Волині Волинню"),
    "UA-09": ("Луганськ", "Луганск", "Luhansk", "Луганщина Луганщини Луганщиною"),
    "UA-12": ("Дніпропетровськ", "Днепропетровск", "Dnipropetrovsk", "Дніпропетровщина Дніпропетровщині Січеславщині"),
    "UA-14": ("Донецьк", "Донецк", "Donetsk", "Донеччина Донеччини Донеччині"),
    "UA-18": ("Житомирськ", "Житомирск", "Zhytomyr", "Житомирщина Житомирщини Житомирщині"),
    "UA-21": ("Закарпатськ", "Закарпатск", "Zakarpattia", "Закарпаття Закарпаттю Закарпатті"),
    "UA-23": ("Запорізьк", "Запорожск", "Zaporizhzhia", "Запоріжчина"),
    "UA-26": ("Івано-Франківськ", "Ивано-Франковск", "Ivano-Frankivsk", "Прикарпаття Прикарпаттю Івано-Франківщині"),
    "UA-32": ("Київськ", "Киевск", "Kyiv", "Київщина Київщини Київщині"),
    "UA-35": ("Кіровоградськ", "Кировоградск", "Kirovohrad", "Кіровоградщина Кіровоградщині Кропивниччині"),
    "UA-46": ("Львівськ", "Львовск", "Lviv", "Львівщина Львівщини Львівщину"),
    "UA-48": ("Миколаївськ", "Николаевск", "Mykolaiv", "Миколаївщина Миколаївщини Миколаївщині"),
    "UA-51": ("Одеськ", "Одесск", "Odesa", "Одещина Одещини Одещині"),
    "UA-53": ("Полтавськ", "Полтавск", "Poltava", "Полтавщина Полтавщини Полтавщині"),
    "UA-56": ("Рівненськ", "Ровенск", "Rivne", "Рівненщина Рівненщини Рівненщині"),
    "UA-59": ("Сумськ", "Сумск", "Sumy", "Сумщина Сумщини Сумщині"),
    "UA-61": ("Тернопільськ", "Тернопольск", "Ternopil", "Тернопільщина Тернопільщини Тернопіллі"),
    "UA-63": ("Харківськ", "Харьковск", "Kharkiv", "Харківщина Харківщини Харківщиною"),
    "UA-65": ("Херсонськ", "Херсонск", "Kherson", "Херсонщина Херсонщини Херсонщині"),
    "UA-68": ("Хмельницьк", "Хмельницк", "Khmelnytskyi", "Хмельниччина Хмельниччини Хмельниччині"),
    "UA-71": ("Черкаськ", "Черкасск", "Cherkasy", "Черкащина Черкащини Черкащині"),
    "UA-74": ("Чернігівськ", "Черниговск", "Chernihiv", "Чернігівщина Чернігівщини Чернігівщині"),
    "UA-77": ("Чернівецьк", "Черновицк", "Chernivtsi", "Буковина Буковини Буковині"),
}
UK = ("{}а область", "{}ої області", "{}ій області", "{}у область", "{}ою областю", "{}а обл.", "{}ої обл.")
RU = ("{}ая область", "{}ой области", "{}ую область", "{}ой областью", "{}ая обл.")
EN = ("{} region", "{} Oblast", "the {} region", "{} oblast")


def places(text, scope=()):
    """What a reader would tie a claim to: (region, name) of every place mention that only qualifies nothing."""
    return [(m.place.region, m.place.name) for m in find(text, scope) if m.sense is Sense.PLACE and not m.qualifies]


def all_oblast_names():
    for code, (uk, ru, en, nouns) in OBLASTS.items():
        yield from ((code, form.format(uk)) for form in UK)
        yield from ((code, form.format(ru)) for form in RU)
        yield from ((code, form.format(en)) for form in EN)
        yield from ((code, noun) for noun in nouns.split())


def test_every_oblast_is_known_in_every_case_of_three_languages():
    wrong = [(code, name) for code, name in all_oblast_names() if places(f"Удар: {name} без світла") != [(code, None)]]
    assert wrong == []


def test_every_oblast_is_known_in_a_list_with_one_plural_word():
    codes = list(OBLASTS)
    for first, second in zip(codes, codes[1:] + codes[:1], strict=True):
        uk, ru, en = zip(OBLASTS[first][:3], OBLASTS[second][:3], strict=True)
        want = [(first, None), (second, None)]
        assert places(f"без світла {uk[0]}а та {uk[1]}а області") == want
        assert places(f"у {uk[0]}ій та {uk[1]}ій областях") == want
        assert places(f"в {ru[0]}ой и {ru[1]}ой областях") == want
        assert places(f"the {en[0]} and {en[1]} regions") == want
        assert places(f"{en[0]} and {en[1]} oblasts") == want


# text, places in order
TABLE = [
    # The type word decides the level.
    ("Харківська область", [("UA-63", None)]),
    ("Харківський район", [("UA-63", "Kharkiv district")]),
    ("Харківська громада", [("UA-63", "Kharkiv community")]),
    ("Харків", [("UA-63", "Kharkiv")]),
    ("м. Ізюм", [("UA-63", "Izium")]),
    ("в г. Изюм", [("UA-63", "Izium")]),
    ("the city of Izium", [("UA-63", "Izium")]),
    ("Izium district", [("UA-63", "Izium district")]),
    ("Kupianskyi Raion", [("UA-63", "Kupiansk district")]),
    ("Kharkivska Oblast", [("UA-63", None)]),
    ("Velykyi Burluk community", [("UA-63", "Velykyi Burluk community")]),
    (
        "Dvorichna and Velykyi Burluk hromadas",
        [("UA-63", "Dvorichna community"), ("UA-63", "Velykyi Burluk community")],
    ),
    ("Ушомирська сільська територіальна громада", [("UA-18", "Ushomyr community")]),
    # Kyiv is a region of its own beside its oblast.
    ("Київ без світла", [("UA-30", None)]),
    ("у Києві", [("UA-30", None)]),
    ("Київська область", [("UA-32", None)]),
    ("Kyiv", [("UA-30", None)]),
    ("Kyiv region", [("UA-32", None)]),
    ("Киев и область", [("UA-30", None)]),
    ("у Печерському районі", [("UA-30", "Pecherskyi district")]),
    ("Троєщина без тепла", [("UA-30", "Desnianskyi district")]),
    ("Оболонь без тепла", [("UA-30", "Obolonskyi district")]),
    ("лівий берег Києва", [("UA-30", None)]),
    ("На Закарпатті: у Берегові та в Мукачеві", [("UA-21", None), ("UA-21", "Berehove"), ("UA-21", "Mukachevo")]),
    ("Оріхівська громада", [("UA-23", "Orikhiv community")]),
    ("на Позняках", [("UA-30", "Darnytskyi district")]),
    # Parts of other cities count as the city.
    ("Салтівка без світла", [("UA-63", "Kharkiv")]),
    ("Шевченківський район Харкова", [("UA-63", "Kharkiv")]),
    ("Київський район Одеси", [("UA-51", "Odesa")]),
    ("У Тернополі масив Дружба", [("UA-61", "Ternopil"), ("UA-61", "Ternopil")]),
    # Lists share their type word, in either direction.
    ("Сумська, Полтавська та Харківська області", [("UA-59", None), ("UA-53", None), ("UA-63", None)]),
    ("області: Сумська, Полтавська", [("UA-59", None), ("UA-53", None)]),
    ("в Сумской, в Полтавской и в Харьковской областях", [("UA-59", None), ("UA-53", None), ("UA-63", None)]),
    ("Ізюмського та Куп'янського районів", [("UA-63", "Izium district"), ("UA-63", "Kupiansk district")]),
    ("Nikopol and Synelnykove districts", [("UA-12", "Nikopol district"), ("UA-12", "Synelnykove district")]),
    ("Kharkiv, Sumy and Poltava oblasts", [("UA-63", None), ("UA-59", None), ("UA-53", None)]),
    ("oblasts of Sumy and Kharkiv", [("UA-59", None), ("UA-63", None)]),
    ("у містах Харків, Суми та Полтава", [("UA-63", "Kharkiv"), ("UA-59", "Sumy"), ("UA-53", "Poltava")]),
    # A noun before the last adjective is not of the list.
    ("у Харкові, Сумській та Полтавській областях", [("UA-63", "Kharkiv"), ("UA-59", None), ("UA-53", None)]),
    # The type word may be left out where a label or an earlier word says it.
    ("– Сумська: 34%", [("UA-59", None)]),
    ("Житомирська – без змін", [("UA-18", None)]),
    ("Сумська громада зі світлом, а в Садівській темно", [("UA-59", "Sumy community"), ("UA-59", "Sad community")]),
    # Raions called by a noun, and raions of before 2020.
    ("На Уманщині", [("UA-71", "Uman district")]),
    ("на Криворіжжі", [("UA-12", "Kryvyi Rih district")]),
    ("Верховинський район", [("UA-26", "Verkhovyna district")]),
    ("Геническая громада", [("UA-65", "Henichesk community")]),
    # Old names and usual spellings give today's name.
    ("Артемівськ, Новомосковськ", [("UA-14", "Bakhmut"), ("UA-12", "Samar")]),
    ("Червоноград і Красноград", [("UA-46", "Sheptytskyi"), ("UA-63", "Berestyn")]),
    ("Красный Луч", [("UA-09", "Khrustalnyi")]),
    (
        "Kiev, Odessa, Kharkov, Nikolaev",
        [("UA-30", None), ("UA-51", "Odesa"), ("UA-63", "Kharkiv"), ("UA-48", "Mykolaiv")],
    ),
    ("Zaporizhzhya and Izyum", [("UA-23", "Zaporizhzhia"), ("UA-63", "Izium")]),
    ("Кіровоград", [("UA-35", "Kropyvnytskyi")]),
    # Signs of spelling.
    ("Слов’янськ, Слов`янськ, Словʼянськ", [("UA-14", "Sloviansk")] * 3),
    ("у Іва́но-Франкі́вську", [("UA-26", "Ivano-Frankivsk")]),
    ("КРАМАТОРСЬК", [("UA-14", "Kramatorsk")]),
    ("#Харківщина", [("UA-63", None)]),
    ("харків без світла", [("UA-63", "Kharkiv")]),
    ("Могилёв-Подольский", [("UA-05", "Mohyliv-Podilskyi")]),
    (unicodedata.normalize("NFD", "у Київській області"), [("UA-32", None)]),
    # The neighbour says which namesake is meant.
    ("у Миколаєві", [("UA-48", "Mykolaiv")]),
    ("у Миколаєві Львівської області", [("UA-46", "Mykolaiv")]),
    ("Kramatorsk, Donetsk region, is dark", [("UA-14", "Kramatorsk")]),
    ("Лиман Харківської області", [("UA-63", "Lyman")]),
    # Villages only with context.
    ("село Теремці", []),
    ("село Іванівка", []),
    ("село Іванівка Ізюмського району", [("UA-63", "Ivanivka")]),
    ("У Полтавській області село Щербані без води", [("UA-53", None), ("UA-53", "Shcherbani")]),
    # Occupied towns are Ukraine's.
    ("Донецк и Макеевка", [("UA-14", "Donetsk"), ("UA-14", "Makiivka")]),
    ("в Крыму, Crimea, у Криму", [("UA-43", None)] * 3),
    ("Autonomous Republic of Crimea: power outage", [("UA-43", None)]),
    ("Севастополь", [("UA-40", None)]),
    ("по всій Україні", [("UA", None)]),
]


@pytest.mark.parametrize(("text", "want"), TABLE, ids=[re.sub(r"\W+", " ", row[0])[:40] for row in TABLE])
def test_a_name_means_its_place(text, want):
    assert places(text) == want


# Words that look like names and are none.
TWINS = [
    "Суми збитків зросли",
    "Суми виплат підвищать",
    "рівне місце й мирне небо, світле майбутнє",
    "Перемога близько. Нове обладнання. Мирне життя. Веселе свято. Світле майбутнє.",
    "львов в зоопарке накормили ровно в полночь, съели изюм и орехов",
    "Бар відкрили у центрі. The bar was dark.",
    "Старе місто і нова пошта",
    "вул. Харківська, на вулиці Одеській, проспект Перемоги",
    "Kharkivske Highway and Sumska Street",
    "Харківське шосе, Полтавський шлях",
    "Богдан Хмельницький",
    "Іван Полтавський та О. Харківський",
    "Запорізька АЕС і ЗАЕС",
    "Khmelnytskyi NPP, Rivne NPP, ZNPP and South Ukraine NPP",
    "Kakhovka dam, Kharkiv TEC-5",
    "Куп'янський напрямок, Pokrovsk direction",
    "водогін «Дніпро – Кропивницький»",
    "річка Десна, рівень Інгульця, на Дніпрі",
    "Kyiv Post and Kyiv Independent",
    "Харківська обласна військова адміністрація, Сумська ОВА",
    "Kharkiv Regional Military Administration",
    "На Чернігівщині Мені сказали, що Буде світло. Горі не зарадиш",
    "в районе, у селі, the region, область, громада, місто",
]


@pytest.mark.parametrize("text", TWINS, ids=[text[:40] for text in TWINS])
def test_a_word_that_only_looks_like_a_name_is_no_place(text):
    assert [place for place in places(text) if place != ("UA-74", None)] == []


@pytest.mark.parametrize(
    ("text", "sense", "region", "voice"),
    [
        ("Харківобленерго", Sense.OPERATOR, "UA-63", "kharkivoblenerho"),
        ("Kharkivoblenergo", Sense.OPERATOR, "UA-63", "kharkivoblenergo"),
        ("Сумыоблэнерго", Sense.OPERATOR, "UA-59", None),
        ("ДТЕК Одеські електромережі", Sense.OPERATOR, "UA-51", "dtek_odesa"),
        ("DTEK Kyiv Regional Grids", Sense.OPERATOR, "UA-32", "dtek_kyiv_region"),
        ("Київводоканал", Sense.OPERATOR, "UA-30", "kyivvodokanal"),
        ("Нікопольводоканалу", Sense.OPERATOR, "UA-12", None),
        ("Одесагаз", Sense.OPERATOR, "UA-51", None),
        ("Сумська ОВА", Sense.OPERATOR, "UA-59", None),
        ("Укренерго", Sense.ORIGINATOR, "", "ukrenergo"),
        ("NetBlocks", Sense.ORIGINATOR, "", "netblocks"),
        ("харків'яни", Sense.PEOPLE, "UA-63", None),
        ("славянцам", Sense.PEOPLE, "UA-14", None),
        ("винничан", Sense.PEOPLE, "UA-05", None),
        ("Запорізька АЕС", Sense.FACILITY, "UA-23", None),
        ("вул. Полтавська", Sense.STREET, "UA-53", None),
        ("Белгород", Sense.ABROAD, "", None),
        ("в Курской области", Sense.ABROAD, "", None),
        ("у Молдові", Sense.ABROAD, "", None),
        ("Transnistria", Sense.ABROAD, "", None),
    ],
)
def test_names_that_are_no_places_say_what_they_are(text, sense, region, voice):
    (mention,) = find(text)
    assert (mention.sense, mention.place.region) == (sense, region)
    assert voice is None or mention.voice == voice


def test_a_town_of_an_ordinary_word_is_known_beside_its_oblast():
    assert places("Лимани та лиман") == []
    assert ("UA-05", "Bar") in places("На Вінниччині знеструмлено кілька громад. Бар без світла.")


def test_an_ambiguous_town_goes_to_the_region_named_nearest():
    assert places("На Сумщині: Тростянець без води") == [("UA-59", None), ("UA-59", "Trostianets")]
    assert places("На Вінниччині: Тростянець без води") == [("UA-05", None), ("UA-05", "Trostianets")]


def test_a_scope_settles_what_the_text_leaves_open():
    assert places("село Іванівка без світла", ["UA-53"]) == [("UA-53", "Ivanivka")]


def test_a_mention_says_the_wider_places_around_it():
    (mention,) = find("Ізюм")
    assert mention.place.within == ("Izium community", "Izium district")
    assert mention.place.level is Level.CITY


def test_offsets_are_those_of_the_text_as_it_came():
    text = "Уночі, «у Слов\u0301’янську» та в Сумськи\u0306й облaсті"
    (mention,) = [m for m in find(text) if m.place.name == "Sloviansk"]
    assert text[mention.start : mention.end] == "Слов\u0301’янську"


def test_names_are_shown_in_the_reader_s_language():
    assert place_name("UA-63", "Izium", "uk") == "Ізюм"
    assert place_name("UA-63", "Izium", "en") == "Izium"
    assert place_name("UA-12", "Nikopol district", "uk") == "Нікопольський район"
    assert place_name("UA-59", "Sad community", "uk") == "Садівська громада"
    assert place_name("UA-05", "Mohyliv-Podilskyi", "uk") == "Могилів-Подільський"
    assert place_name("UA-30", "Pecherskyi district", "uk") == "Печерський район"
    assert place_name("UA-63", None, "uk") == "Харківська область"
    assert place_name("UA-63", "Nowhere", "uk") == "Nowhere"


@pytest.mark.parametrize("typed", ["Ізюм", "ізюм", "в Изюме", "izium", "Izyum", "м. Ізюм"])
def test_a_typed_name_finds_its_place(typed):
    found = resolve("UA-63", typed)
    assert found is not None and found.name == "Izium"


@pytest.mark.parametrize("typed", ["Львів", "", "   ", "🙂", "щось"])
def test_a_name_from_elsewhere_finds_nothing(typed):
    assert resolve("UA-63", typed) is None


@settings(max_examples=300)
@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from([*"абв.,;: —«»\n", "Харків", "та", "області", "м.", "Kyiv", "district"])).map(" ".join)
)
def test_any_text_gives_mentions_inside_it(text):
    last = 0
    for mention in find(text):
        assert last <= mention.start < mention.end <= len(text)
        last = mention.end


def test_a_malformed_word_file_is_named(monkeypatch, tmp_path):
    (tmp_path / "regions.toml").write_text("[people\n", "utf-8")
    monkeypatch.setattr("tracker.language.gazetteer.reading.WORDS", tmp_path)
    with pytest.raises(WordsError, match=r"regions\.toml.*line 1"):
        read_toml("regions.toml")


def test_a_word_file_that_names_an_unknown_place_is_refused():
    regions = {"people": {"UA-63 Nowhere": ["нікудинці"]}, "country": {"words": []}}
    with pytest.raises(WordsError, match="UA-63 Nowhere"):
        list(patterns(regions, {"utilities": {}, "originators": {}, "facilities": {}}, {}, {}))


def test_the_tables_carry_their_credits():
    credits = (WORDS / "CREDITS.md").read_text("utf-8")
    assert "GeoNames" in credits and "CC BY 4.0" in credits and "KATOTTG" in credits
