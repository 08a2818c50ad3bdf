"""Lists of feeds as other programs keep them (OPML 2.0): read, and written."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from tracker.domain import Source, SourceKind
from tracker.ingest import discover, encoding
from tracker.ingest.errors import SourceError

CHANNEL = SourceKind.TELEGRAM.value


def read(body: bytes) -> list[Source]:
    """Runs in the cage: an OPML file's feeds as sources, folders flattened; raises SourceError for anything else."""
    text = encoding.decode(body)
    if "<!DOCTYPE" in text[:5000].upper():
        raise SourceError("The file defines a DOCTYPE, which is refused.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError:
        raise SourceError("The file is not OPML: it is not well-formed XML.") from None
    if root.tag != "opml":
        raise SourceError(f"The file is not OPML: its first element is <{root.tag}>.")
    sources: dict[str, Source] = {}
    for outline in root.iter("outline"):
        url = outline.get("xmlUrl") or (outline.get("url") if outline.get("kind") == CHANNEL else None)
        if not url:
            continue
        preview = discover.channel(url)
        name = discover.name_for(preview or url)
        number = 2
        while name in sources:
            name, number = f"{discover.name_for(preview or url)}-{number}", number + 1
        title = encoding.tidy(outline.get("title") or outline.get("text") or url)
        kind = SourceKind.TELEGRAM if preview or outline.get("kind") == CHANNEL else SourceKind.FEED
        language = outline.get("language") if outline.get("language") in ("uk", "en", "ru") else None
        sources[name] = Source(name, title[:200], preview or url, kind, language=language)
    return list(sources.values())


def write(sources: Iterable[Source]) -> bytes:
    """The feeds and channels as an OPML file; a channel as a link, for other programs could not read it as a feed.

    Pages are left out: without their selectors, which stand in the list of sources, nobody can read them.
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Sources of the outage tracker"
    body = etree.SubElement(root, "body")
    for source in sources:
        if source.kind is SourceKind.FEED:
            given = {"type": "rss", "xmlUrl": source.url}
        elif source.kind is SourceKind.TELEGRAM:
            given = {"type": "link", "url": source.url, "kind": CHANNEL}
        else:
            continue
        language = {"language": source.language} if source.language else {}
        etree.SubElement(body, "outline", text=source.title, title=source.title, **given, **language)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))
