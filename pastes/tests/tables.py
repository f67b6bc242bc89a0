"""What the table of a comparison shows, read off its HTML."""

from html.parser import HTMLParser


class Table(HTMLParser):
    """Reads the rows: by kind, the lines of either side with their numbers, and which words are marked."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[tuple[str, dict[str, list[tuple[int, str]]]]] = []
        self.words: dict[str, list[str]] = {"del": [], "ins": []}
        self._side, self._inside = "", [""]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside.append(given.get("class", "") if tag in ("span", "small") else tag)
        if tag == "tr":
            self.rows.append((given["class"], {"old": [], "new": []}))
        elif tag == "td":
            self._side = given.get("class", "")
        elif given.get("class") == "line":
            self.rows[-1][1][self._side].append((int(given["data-n"]), ""))
        elif tag in self.words:
            self.words[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside.pop()

    def handle_data(self, data: str) -> None:
        if "line" not in self._inside or "end" in self._inside:
            return
        lines = self.rows[-1][1][self._side]
        lines[-1] = (lines[-1][0], lines[-1][1] + data)
        for tag in self.words.keys() & set(self._inside):
            self.words[tag][-1] += data

    def lines(self, side: str, *kinds: str) -> list[tuple[int, str]]:
        return [line for kind, sides in self.rows if not kinds or kind in kinds for line in sides[side]]
