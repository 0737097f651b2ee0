"""Behaviour of sessions as short JSON, without what is zero or empty."""

from twiceshy.records.codec import Codec, Layout
from twiceshy.records.stories import Behaviour

KIND = "behaviour"
BEHAVIOUR = Codec(Behaviour, Layout(Behaviour, keyed=True), digits=1)
