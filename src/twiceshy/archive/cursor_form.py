"""The form of a cursor in the store; short, as there is one for each file and all are read at every start.

>>> CURSOR.encode(Cursor(offset=7, head=b"ab"))
b'[7,0,0,0,"6162"]'
"""

from twiceshy.records.codec import Codec
from twiceshy.records.ingest import Cursor

CURSOR = Codec(Cursor)
