"""The page: folium's shell made French, accessible and self-contained, closed by a hash policy."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib

import folium

from layers.words.errors import SitingError
from layers.words.french import UNITS
from maps.atlas.room_blocks import NO_ROOM, RoomBlocks
from maps.look.typeface import ASSETS, typeface

SCRIPTS = (
    "words", "unpack", "labels", "surface", "ranking", "state", "territory", "spots", "naming",
    "sites", "hits", "ground", "layers", "chart", "picture", "charts", "table", "export",
    "weights", "vetoes", "views", "compare", "fewer", "notices", "notes", "exchange", "reasons",
    "overview", "existing", "impossible", "bill", "finder", "in_view", "room/program",
    "room/client", "room/demands", "room/gestures", "room/weighing", "room/plans",
    "room/answer", "room/room", "scenes", "start",
)  # fmt: skip
MAP_ID = "carte"
POLICY = (
    "default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
    "img-src data: blob: https://data.geopf.fr; font-src data:; connect-src 'none'; "
    "base-uri 'none'; form-action 'none'"
)
# What a page that solves admits besides: WebAssembly, and a worker made of its own text.
SOLVING = (
    ("; style-src", " 'wasm-unsafe-eval'; style-src"),
    ("; base-uri", "; worker-src blob:; base-uri"),
)


def assemble(*, title: str, island: str, without_script: str, room: RoomBlocks = NO_ROOM) -> str:
    """Return the whole page.

    Parameters
    ----------
    title : plain text, escaped by the caller.
    island : the data, as JSON that holds no « < »; never seen by a template engine.
    without_script : markup, escaped by the caller, for readers without JavaScript.
    room : the program and its solver, as blocks that no browser runs; none by default.

    Returns
    -------
    The HTML page, its policy holding the hash of every script it runs.

    Raises
    ------
    SitingError : SIT400 when an asset is not the one listed in ``assets.toml`` or a mark is not
        found once.
    """
    _check_assets()
    page = _shell()
    page = _once(page, "<html>", '<html lang="fr">')
    page = _once(page, "</head>", _styles() + "</head>")
    page = re.sub(r'<meta name="viewport"[^>]*>', _VIEWPORT, page, count=1)
    page = _wrap_map(page)
    page = _once(page, "</html>", "".join(map(_script, _own_scripts())) + "</body>\n</html>\n")
    page = _once(page, "<head>", f"<head>\n{_policy(page, room.solves)}")
    return _pour(page, title, island, without_script, room)


_VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'


def _shell() -> str:
    # No data passes through folium: it would run it as a template.
    shell = folium.Map(tiles=None, prefer_canvas=True, zoom_control=True, attributionControl=True)
    shell._id = MAP_ID  # a drawn identifier would change the bytes at each run
    shell.default_js = []
    shell.default_css = []
    return str(shell.get_root().render())


def _styles() -> str:
    sheets = (_asset("leaflet/leaflet.css"), _asset("atlas.css") + _asset("salle.css"))
    leaflet = _script(_without_map_comment(_asset("leaflet/leaflet.js")))
    plain = re.sub(r"url\((?!data:)[^)]*\)", "none", sheets[0])  # images of controls we do not use
    return f"<style>{plain}</style>\n{leaflet}\n<style>{typeface()}{sheets[1]}</style>\n"


def _wrap_map(page: str) -> str:
    holder = re.search(r'<div class="folium-map"[^>]*>\s*</div>', page)
    if holder is None:
        raise _broken("folium n'a pas écrit le cadre de la carte")
    body = _once(_asset("page.html"), "<!--map-->", holder.group())
    body = _once(body, "<!--salle-->", _asset("salle.html"))
    page = page.replace(holder.group(), body)
    # folium closes the body before its script: the script must run after the map's frame anyway.
    return _once(page, "</body>", "<!--island-->")


def _own_scripts() -> list[str]:
    words, *others = (_asset(f"js/{name}.js") for name in SCRIPTS)
    return [_once(words, "⟦units⟧", "|".join(UNITS)), *others]


def _script(text: str) -> str:
    if "</script" in text.lower() or "<!--" in text:
        raise _broken("un script de la page contient une balise")
    return f"<script>{text}</script>\n"


def _without_map_comment(text: str) -> str:
    return re.sub(r"//# sourceMappingURL=.*", "", text)


def _policy(page: str, solves: bool) -> str:
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digests = [hashlib.sha256(text.encode()).digest() for text in scripts]
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    content = POLICY.format(hashes=hashes)
    for mark, more in SOLVING if solves else ():
        content = _once(content, mark, more)
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def _pour(page: str, title: str, island: str, without_script: str, room: RoomBlocks) -> str:
    # Data comes last, after every hash is taken and every template has run.
    data = f'<script type="application/json" id="atlas-data">{island}</script>\n{room.markup}'
    page = _once(page, "</head>", f"<title>{title}</title>\n</head>")
    page = _once(page, "<!--without-script-->", f"<noscript>{without_script}</noscript>")
    return _once(page, "<!--island-->", data)


def _once(page: str, mark: str, text: str) -> str:
    if page.count(mark) != 1:
        raise _broken(f"repère « {mark} » trouvé {page.count(mark)} fois")
    return page.replace(mark, text)


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _check_assets() -> None:
    listed = tomllib.loads(_asset("assets.toml"))
    for entry in listed.values():
        for name, expected in entry["sha256"].items():
            if hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() != expected:
                raise _broken(f"« {name} » ne correspond plus à son empreinte")


def _broken(what: str) -> SitingError:
    return SitingError(
        "SIT400", f"la carte ne peut être assemblée : {what}", where="maps/assets",
        hint="réinstallez le programme",
    )  # fmt: skip
