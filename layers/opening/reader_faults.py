"""What a reader of files says in English, told in French: never raw, never nothing."""

from __future__ import annotations

# A part of what a library says, in small letters, and what a planner understands of it.
KNOWN = (
    ("not a database", "ce n'est pas un GeoPackage, ou il est abîmé"),
    ("malformed", "le fichier est abîmé"),
    ("truncated", "le fichier est tronqué"),
    ("unexpected end", "le fichier est tronqué"),
    ("end of file", "le fichier est tronqué"),
    ("not a zip", "ce n'est pas une archive zip, ou elle est tronquée"),
    ("bad magic number", "l'archive est abîmée"),
    ("bad crc", "l'archive est abîmée"),
    ("encrypted", "l'archive demande un mot de passe"),
    ("password", "l'archive demande un mot de passe"),
    ("permission denied", "le fichier ne peut pas être lu : droits insuffisants"),
    ("no such file", "le fichier n'existe plus"),
    ("parquet magic bytes", "ce n'est pas un fichier Parquet, ou il est tronqué"),
    ("thrift", "le fichier Parquet est abîmé"),
    ("too many characters", "un nombre du fichier est trop long"),
    ("json", "ce n'est pas un GeoJSON valable"),
    ("parsing aborted", "le fichier XML est mal formé"),
    ("not recognized", "le format du fichier n'est pas reconnu"),
    ("unable to open", "un fichier qui l'accompagne manque ou est abîmé"),
    ("shx", "le fichier .shx qui accompagne le .shp manque ou est abîmé"),
    ("dbf", "le fichier .dbf qui accompagne le .shp manque ou est abîmé"),
    ("out of range", "une valeur du fichier est hors de ses bornes"),
    ("invalid utf", "un texte du fichier n'est pas en UTF-8"),
    ("codec can't decode", "un texte du fichier n'est pas dans l'encodage attendu"),
    ("tokenizing", "une ligne n'a pas le même nombre de colonnes que la première"),
    ("expected", "une ligne n'a pas la forme attendue"),
)
DAMAGED_FR = "le fichier est abîmé, ou n'est pas du format que son nom annonce"
MEND_FR = "ouvrez-le dans un SIG ou un tableur, et enregistrez-le de nouveau"


def unread_fr(message: object) -> str:
    """Return why a file cannot be read, in French.

    Parameters
    ----------
    message : what the library says, in English: a text or an exception.

    Returns
    -------
    « fichier illisible : … », without any word of the library.

    Examples
    --------
    >>> unread_fr("sqlite3_prepare_v2 failed: file is not a database")
    "fichier illisible : ce n'est pas un GeoPackage, ou il est abîmé"
    >>> unread_fr("???")
    "fichier illisible : le fichier est abîmé, ou n'est pas du format que son nom annonce"
    """
    said = str(message).lower()
    why = next((french for english, french in KNOWN if english in said), DAMAGED_FR)
    return f"fichier illisible : {why}"
