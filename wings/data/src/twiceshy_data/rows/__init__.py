"""Rows of every kind that `export` writes, made from what is stored."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_data.rows.row_sources import list_exports as list_exports

__getattr__, __dir__ = open_face(__name__, {"list_exports": "row_sources"})
