"""The 27 regions of Ukraine: ISO 3166-2 codes, names, and their tiles on the board's map of squares."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """One oblast, Kyiv, Sevastopol or Crimea. `tile` is its column and row on the tile map, from the top left."""

    code: str
    en: str
    uk: str
    short_en: str
    short_uk: str
    tile: tuple[int, int]

    def name(self, language: str) -> str:
        """The full name in `language` (`uk`, anything else is English)."""
        return self.uk if language == "uk" else self.en

    def short(self, language: str) -> str:
        """The name without “oblast”, for narrow places."""
        return self.short_uk if language == "uk" else self.short_en


# Sorted by the Ukrainian alphabet of the Ukrainian names, the order of lists on Ukrainian pages.
REGIONS: tuple[Region, ...] = (
    Region("UA-43", "Autonomous Republic of Crimea", "Автономна Республіка Крим", "Crimea", "Крим", (5, 4)),
    Region("UA-05", "Vinnytsia Oblast", "Вінницька область", "Vinnytsia", "Вінницька", (3, 1)),
    Region("UA-07", "Volyn Oblast", "Волинська область", "Volyn", "Волинська", (1, 0)),
    Region("UA-12", "Dnipropetrovsk Oblast", "Дніпропетровська область", "Dnipropetrovsk", "Дніпропетровська", (6, 2)),
    Region("UA-14", "Donetsk Oblast", "Донецька область", "Donetsk", "Донецька", (7, 2)),
    Region("UA-18", "Zhytomyr Oblast", "Житомирська область", "Zhytomyr", "Житомирська", (3, 0)),
    Region("UA-21", "Zakarpattia Oblast", "Закарпатська область", "Zakarpattia", "Закарпатська", (0, 2)),
    Region("UA-23", "Zaporizhzhia Oblast", "Запорізька область", "Zaporizhzhia", "Запорізька", (6, 3)),
    Region(
        "UA-26", "Ivano-Frankivsk Oblast", "Івано-Франківська область", "Ivano-Frankivsk", "Івано-Франківська", (1, 2)
    ),
    Region("UA-30", "Kyiv City", "місто Київ", "Kyiv City", "м. Київ", (4, 0)),
    Region("UA-32", "Kyiv Oblast", "Київська область", "Kyiv Oblast", "Київська", (4, 1)),
    Region("UA-35", "Kirovohrad Oblast", "Кіровоградська область", "Kirovohrad", "Кіровоградська", (5, 2)),
    Region("UA-09", "Luhansk Oblast", "Луганська область", "Luhansk", "Луганська", (7, 1)),
    Region("UA-46", "Lviv Oblast", "Львівська область", "Lviv", "Львівська", (0, 1)),
    Region("UA-48", "Mykolaiv Oblast", "Миколаївська область", "Mykolaiv", "Миколаївська", (4, 3)),
    Region("UA-51", "Odesa Oblast", "Одеська область", "Odesa", "Одеська", (3, 3)),
    Region("UA-53", "Poltava Oblast", "Полтавська область", "Poltava", "Полтавська", (5, 1)),
    Region("UA-56", "Rivne Oblast", "Рівненська область", "Rivne", "Рівненська", (2, 0)),
    Region("UA-40", "Sevastopol City", "місто Севастополь", "Sevastopol", "м. Севастополь", (4, 4)),
    Region("UA-59", "Sumy Oblast", "Сумська область", "Sumy", "Сумська", (6, 0)),
    Region("UA-61", "Ternopil Oblast", "Тернопільська область", "Ternopil", "Тернопільська", (1, 1)),
    Region("UA-63", "Kharkiv Oblast", "Харківська область", "Kharkiv", "Харківська", (6, 1)),
    Region("UA-65", "Kherson Oblast", "Херсонська область", "Kherson", "Херсонська", (5, 3)),
    Region("UA-68", "Khmelnytskyi Oblast", "Хмельницька область", "Khmelnytskyi", "Хмельницька", (2, 1)),
    Region("UA-71", "Cherkasy Oblast", "Черкаська область", "Cherkasy", "Черкаська", (4, 2)),
    Region("UA-77", "Chernivtsi Oblast", "Чернівецька область", "Chernivtsi", "Чернівецька", (2, 2)),
    Region("UA-74", "Chernihiv Oblast", "Чернігівська область", "Chernihiv", "Чернігівська", (5, 0)),
)

BY_CODE: dict[str, Region] = {region.code: region for region in REGIONS}


def sorted_for(language: str) -> tuple[Region, ...]:
    """The 27 regions in the alphabetical order of `language`."""
    return REGIONS if language == "uk" else tuple(sorted(REGIONS, key=lambda region: region.en))


def require(code: str) -> Region:
    """The region with ISO `code`, in any case; ValueError with a sentence when there is none."""
    region = BY_CODE.get(code.strip().upper())
    if region is None:
        raise ValueError(f"“{code[:20]}” is not one of the 27 region codes; write one like UA-63 (Kharkiv Oblast).")
    return region
